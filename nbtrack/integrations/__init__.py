"""Callbacks and loggers for libraries that train models: one class for each, which logs to the active run.

Each module imports its library, so import the one you need::

    from nbtrack.integrations.lightning import NbtrackLogger        Trainer(logger=NbtrackLogger())
    from nbtrack.integrations.transformers import NbtrackCallback   Trainer(..., callbacks=[NbtrackCallback()])
    from nbtrack.integrations.keras import NbtrackCallback          model.fit(..., callbacks=[NbtrackCallback()])
    from nbtrack.integrations.accelerate import NbtrackTracker      Accelerator(log_with=NbtrackTracker())
    from nbtrack.integrations.optuna import NbtrackCallback         study.optimize(..., callbacks=[NbtrackCallback()])
    from nbtrack.integrations.xgboost import NbtrackCallback        xgboost.train(..., callbacks=[NbtrackCallback()])
    from nbtrack.integrations.lightgbm import NbtrackCallback       lightgbm.train(..., callbacks=[NbtrackCallback()])

They log to the active run, in a tracked cell to the run of the cell. Without one they start a run, which ends with the
training; `callback_run.CallbackRun` has the details. No alias is needed for them: `nbtrack.as_mlflow` is for what
libraries log to MLflow by themselves.
"""
