"""A callback for LightGBM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbtrack.integrations.callback_run import CallbackRun, EndsOwnRun

if TYPE_CHECKING:
    from lightgbm.callback import CallbackEnv


class NbtrackCallback(EndsOwnRun):
    """Logs the settings and each round of a training: ``lightgbm.train(..., callbacks=[NbtrackCallback()])``.

    The metrics are called ``valid_0-l2``; those of `lightgbm.cv` are the means over the folds, and their deviations end
    in ``-std``. A run that was started for the callback ends with the last round. LightGBM does not tell callbacks
    about early stopping: the run then ends with `close`, which the end of a block calls::

        with NbtrackCallback() as callback:
            lightgbm.train(..., callbacks=[callback, lightgbm.early_stopping(5)])

    Parameters
    ----------
    run_name : str, optional
        The name of a new run, if there is none to log to.
    """

    order = 25
    """After the evaluation, before early stopping."""
    before_iteration = False

    def __init__(self, run_name: str | None = None) -> None:
        self._run_name = run_name

    def __call__(self, env: CallbackEnv) -> None:
        """Log a round; its number, from 0, is the step."""
        if self._run is None:
            self._run = CallbackRun(self._run_name)
            self._run.log_params(env.params)
        self._run.log_metrics(_evaluated(env), env.iteration)
        if env.iteration == env.end_iteration - 1:
            self.close()


def _evaluated(env: CallbackEnv) -> dict[str, object]:
    found: dict[str, object] = {}
    for data, metric, value, _, *deviation in env.evaluation_result_list or ():
        found[f"{data}-{metric}"] = value
        if deviation:
            found[f"{data}-{metric}-std"] = deviation[0]
    return found
