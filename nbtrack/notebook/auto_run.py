"""``with nbtrack.auto_run():`` a block of code becomes a run, in a notebook or in a script."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from nbtrack import redaction
from nbtrack.capture.analysis import read_files
from nbtrack.notebook import captured_block, cell_identity, session_registry
from nbtrack.notebook.cell_artifacts import code
from nbtrack.tracking.capture_options import CaptureOptions
from nbtrack.tracking.captured_execution import CapturedExecution, ProbeObservation
from nbtrack.tracking.captured_run import CapturedRun
from nbtrack.tracking.error_boundary import error_boundary
from nbtrack.tracking.read_data import ReadData

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import FrameType, TracebackType

    from nbtrack.notebook.captured_block import CapturedBlock
    from nbtrack.tracking.active_runs import ActiveRun


class auto_run:  # noqa: N801 - is used like a function in `with` statements
    """A block whose parameters, metrics, curves and data are found like those of a tracked cell.

    Loops in the functions that it calls give curves. So do its own loops where the extension is loaded, which sees the
    code before it runs; elsewhere such a loop gives its last values.

    Parameters
    ----------
    name : str, optional
        The name of the run.
    experiment : str, optional
        Its experiment, created on demand.
    tags : mapping, optional
        Tags of the run.
    params, metrics : sequence of str
        Names that are always recorded, whatever their values.
    every : {"epoch", "batch"}
        In nested loops: a point for each iteration of the outermost, or of the innermost.
    nested : bool
        Make it a child of the active run.

    Examples
    --------
    >>> with nbtrack.auto_run("fit"):
    ...     rate = 0.1
    ...     for epoch in range(10):
    ...         loss = step(rate)
    """

    def __init__(
        self,
        name: str | None = None,
        *,
        experiment: str | None = None,
        tags: Mapping[str, Any] | None = None,
        params: Sequence[str] = (),
        metrics: Sequence[str] = (),
        every: str = "epoch",
        nested: bool = False,
    ) -> None:
        given = tuple((key, str(value)) for key, value in (tags or {}).items())
        self._options = CaptureOptions(
            name, tuple(params), tuple(metrics), experiment=experiment, tags=given, every=every, nested=nested
        )
        self._block: CapturedBlock | None = None
        self._execution: CapturedExecution | None = None
        self._read: ReadData | None = None

    def __enter__(self) -> ActiveRun | None:
        """Start the run and return it; None where the store can't be written, which is reported."""
        frame = sys._getframe(1)  # noqa: SLF001 - the block's own names are read from it
        block = self._block = _instrumented(frame) or captured_block.of_frame(frame, self._options)
        identity = cell_identity.of_code(self._options.name, frame.f_code.co_filename, block.body)
        execution = self._execution = CapturedExecution(CapturedRun(self._options, identity))
        run = execution.open()
        if run is not None:
            block.refresh(frame)
            with error_boundary("the data that this block reads was not recorded"):
                self._read = ReadData(block.reads, block.names)
            execution.observe(ProbeObservation(block.probe, execution.run))
        return run

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Record what the block did, and end its run: FINISHED, FAILED, or KILLED when it was interrupted."""
        execution, block = self._execution, self._block
        if execution is None or block is None:
            return
        try:
            execution.leave()
            block.refresh(sys._getframe(1))  # noqa: SLF001 - the block's own names are read from it
            if execution.settle(failed=error is not None):
                self._store_read(execution.run, block)
                with error_boundary("the code of this block was not stored"):
                    execution.run.keep(code(redaction.redact_source(block.source), ()))()
        finally:
            execution.close(error, redaction.redact_text)

    def _store_read(self, run: CapturedRun, block: CapturedBlock) -> None:
        if self._read is not None:
            with error_boundary("the data that this block reads was not recorded"):
                self._read.end(read_files.paths_read(block.body, block.names.get), beside=0)
                self._read.store(run.client, run.run_id)


def _instrumented(frame: FrameType) -> CapturedBlock | None:
    """Return the block of a cell, whose loops have hooks already."""
    from_cell = frame.f_code.co_name == "<module>" and "IPython" in sys.modules
    session = session_registry.current() if from_cell else None
    in_notebook = session is not None and session.owns(frame.f_globals)
    block = session.blocks.get(frame.f_lineno) if session is not None and in_notebook else None
    return None if block is None else block.begin()
