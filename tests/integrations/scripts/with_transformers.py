"""The Trainer of transformers with report_to="mlflow"."""

import os

import torch
from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments

os.environ["MLFLOW_EXPERIMENT_NAME"] = "transformers"
os.environ["MLFLOW_TAGS"] = '{"team": "a"}'
torch.manual_seed(0)
config = BertConfig(
    vocab_size=20, hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16, num_labels=2
)
items = [
    {
        "input_ids": torch.randint(0, 20, (6,)),
        "attention_mask": torch.ones(6, dtype=torch.long),
        "labels": torch.tensor(n % 2),
    }
    for n in range(8)
]
arguments = TrainingArguments(
    output_dir="out",
    run_name="bert",
    report_to="mlflow",
    num_train_epochs=2,
    per_device_train_batch_size=4,
    logging_steps=1,
    eval_strategy="epoch",
    save_strategy="epoch",
    save_only_model=True,
    seed=0,
    use_cpu=True,
    disable_tqdm=True,
)
Trainer(BertForSequenceClassification(config), arguments, train_dataset=items, eval_dataset=items).train()
