"""ignite's MLflowLogger."""

import torch
from ignite.engine import Engine, Events
from ignite.handlers.mlflow_logger import MLflowLogger, OptimizerParamsHandler, global_step_from_engine

torch.manual_seed(0)
model = torch.nn.Linear(2, 1)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)


def step(engine, batch):
    optimizer.zero_grad()
    loss = model(batch).pow(2).mean()
    loss.backward()
    optimizer.step()
    return loss.item()


trainer = Engine(step)
logger = MLflowLogger()
logger.log_params({"seed": 0, "rate": 0.1})
logger.attach_output_handler(
    trainer, Events.ITERATION_COMPLETED(every=2), tag="training", output_transform=lambda loss: {"loss": loss}
)
logger.attach(trainer, log_handler=OptimizerParamsHandler(optimizer), event_name=Events.EPOCH_STARTED)
logger.attach_output_handler(
    trainer,
    Events.EPOCH_COMPLETED,
    tag="epoch",
    output_transform=lambda loss: {"last": loss},
    global_step_transform=global_step_from_engine(trainer),
)
trainer.run(list(torch.randn(6, 4, 2)), max_epochs=2)
logger.close()
