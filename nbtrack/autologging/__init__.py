"""``nbtrack.autolog()``: logs the training of libraries without extra code, under the keys of MLflow's autologging.

It covers scikit-learn, XGBoost, LightGBM, statsmodels, Keras 3, Lightning and TensorBoard writers (``pytorch``),
imported before or after. A training goes to the active run,
to the run of the executing cell, or to one of its own; fits inside of pipelines, searches and ensembles belong to the
outermost. An error while logging is a warning, and the training continues.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from nbtrack import process
from nbtrack.autologging import options as choices
from nbtrack.autologging.options import Options
from nbtrack.autologging.patching import unwrap
from nbtrack.autologging.training import Autologging
from nbtrack.errors import InvalidValue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LIBRARIES = ("sklearn", "xgboost", "lightgbm", "statsmodels", "keras", "pytorch")


def autolog(  # noqa: PLR0917 - MLflow's signature
    log_input_examples: bool = False,
    log_model_signatures: bool = True,
    log_models: bool = True,
    log_datasets: bool = True,
    log_traces: bool = True,
    disable: bool = False,
    exclusive: bool = False,
    disable_for_unsupported_versions: bool = False,
    silent: bool = False,
    extra_tags: Mapping[str, str] | None = None,
    exclude_flavors: Sequence[str] | None = None,
) -> None:
    """Log the training of libraries from now on.

    Parameters
    ----------
    log_input_examples : bool
        Whether models have the first rows of the training data as example.
    log_model_signatures : bool
        Whether models have a signature.
    log_models : bool
        Whether the trained model is logged, as ``model``.
    log_datasets : bool
        Whether the training data are an input of the run.
    log_traces : bool
        Accepted for compatibility: nbtrack has no traces.
    disable : bool
        Whether to switch it off.
    exclusive : bool
        Whether to skip training inside a run that you have started.
    disable_for_unsupported_versions : bool
        Accepted for compatibility: no version is refused.
    silent : bool
        Whether to omit warnings about what could not be logged.
    extra_tags : mapping, optional
        Tags for each run.
    exclude_flavors : list of str, optional
        Libraries to leave out: of ``sklearn``, ``xgboost``, ``lightgbm``, ``statsmodels``, ``keras`` and ``pytorch``.
    """
    options = Options(
        log_models=log_models,
        log_datasets=log_datasets,
        log_model_signatures=log_model_signatures,
        log_input_examples=log_input_examples,
        exclusive=exclusive,
        silent=silent,
        extra_tags=extra_tags,
    )
    for library in LIBRARIES:
        if library not in (exclude_flavors or ()):
            switch(library, None if disable else options)


def switch(library: str, options: Options | None) -> None:
    """Switch the autologging of one library on with `options`, or off; raise `InvalidValue` for one without it."""
    if library not in LIBRARIES:
        raise InvalidValue(f"nbtrack has no autologging for {library}, only for {', '.join(LIBRARIES)}")
    state = process.state(Autologging)
    if options is None:
        state.options.pop(library, None)
        unwrap(library)
    else:
        state.options[library] = options
        import_module(f"nbtrack.autologging.{library}").install()


def autolog_of(library: str) -> Any:
    """Return the function ``autolog`` of one library's module."""

    def autolog(*, disable: bool = False, **given: Any) -> None:
        """Log the trainings of this library from now on; see `nbtrack.autolog` and `Options` for the arguments.

        Raise `InvalidValue` for an argument that this library does not have.
        """
        options = choices.read(library, given)
        switch(library, None if disable else options)

    return autolog
