"""The run of one trial: a child of the sweep's run, which records the values that were tried."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbtrack import tags as reserved
from nbtrack.tracking import context
from nbtrack.tracking.captured_run import CapturedRun
from nbtrack.tracking.error_boundary import error_boundary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from nbtrack.capture.analysis.constant_folding import Value
    from nbtrack.entities import DatasetInput, Run
    from nbtrack.tracking.capture_options import CaptureOptions

SEED = "seed"
"""The parameter that a trial records its seed as."""


class Recorded(NamedTuple):
    """What is known of the run of a trial before it begins."""

    name: str
    experiment_id: str
    tags: dict[str, str]
    params: dict[str, Value]
    skip: frozenset[str]
    """Keys that would record one of the parameters again."""
    options: CaptureOptions
    inputs: tuple[DatasetInput, ...] = ()
    """The data that all trials read."""


class TrialRun(CapturedRun):
    """What one trial records."""

    subject = "this trial"

    def __init__(self, recorded: Recorded) -> None:
        self._recorded = recorded
        super().__init__(recorded.options, skip={*recorded.skip, *recorded.params})

    def _created(self, metrics: Iterable[str]) -> Run:
        known = self._recorded
        tags = {**known.tags, reserved.OWNER: context.owner()}
        run = self.client.create_run(known.experiment_id, start_time=self.began, tags=tags, run_name=known.name)
        self.client.log_batch(run.info.run_id, params=list(_texts(known.params).items()))
        if known.inputs:
            self.client.log_inputs(run.info.run_id, known.inputs)
        return self.client.get_run(run.info.run_id)

    def close(self, error: BaseException | None, redact: Callable[[str], str]) -> None:
        """See `CapturedRun.close`; tables of the sweep tell by a tag which trials finished."""
        if self.run is not None and error is None and not self.was_stopped:
            with error_boundary("that this trial finished was not recorded"):
                self.client.set_tag(self.run_id, reserved.TRIAL_FINISHED, "true")
        super().close(error, redact)


def _texts(params: Mapping[str, Value]) -> dict[str, str]:
    return {key: str(value) for key, value in params.items()}
