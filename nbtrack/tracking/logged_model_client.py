"""The client methods for logged models, by the names and signatures of MLflow 3's client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbtrack import validation
from nbtrack.entities import LoggedModel, LoggedModelInput, LoggedModelOutput, Metric, Page
from nbtrack.errors import InvalidValue
from nbtrack.tracking.artifact_formats import ArtifactFormatClient

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from nbtrack.logged_models import Descriptions
    from nbtrack.logged_models.on_server import ModelsOnServer
    from nbtrack.wire.values import MetricDataset, ModelOrder


@validation.typed_methods
class LoggedModelClient(ArtifactFormatClient):
    """The methods of a client that create, find and measure logged models."""

    def create_logged_model(
        self,
        experiment_id: str,
        name: str | None = None,
        source_run_id: str | None = None,
        tags: Mapping[str, object] | None = None,
        params: Mapping[str, object] | None = None,
        model_type: str | None = None,
    ) -> LoggedModel:
        """Create a logged model without files; `finalize_logged_model` records that they are there."""
        from nbtrack.logged_models.entity import read_model

        created = self.models.create(
            str(experiment_id),
            name=name,
            model_type=model_type,
            source_run_id=source_run_id,
            params=validation.texts("parameter", params or {}),
            tags=validation.texts("tag", tags or {}),
        )
        return read_model(created)

    def finalize_logged_model(self, model_id: str, status: str) -> LoggedModel:
        """Record that a model is ``READY``, or that its upload has ``FAILED``."""
        from nbtrack.logged_models.entity import read_model, status_word

        return read_model(self.models.finalize(model_id, status_word(status)))

    def get_logged_model(self, model_id: str) -> LoggedModel:
        """Return a model with the metrics that measure it; raise `NotFound` if it does not exist or is deleted."""
        from nbtrack.logged_models.entity import read_model

        return read_model(self.models.get(model_id))

    def search_logged_models(
        self,
        experiment_ids: Sequence[str],
        filter_string: str | None = None,
        datasets: Sequence[Mapping[str, Any]] | None = None,
        max_results: int | None = None,
        order_by: Sequence[Mapping[str, Any]] | None = None,
        page_token: str | None = None,
    ) -> Page[LoggedModel]:
        """Return a page of logged models, by default the newest first.

        Parameters
        ----------
        experiment_ids : sequence of str
            Their experiments.
        filter_string : str, optional
            Such as ``metrics.acc > 0.9 AND params.depth = '3' AND name LIKE 'net%'``.
        datasets : sequence of mapping, optional
            ``dataset_name`` and perhaps ``dataset_digest``: metrics count on these only.
        max_results : int, optional
            The most models of a page, by default 50.
        order_by : sequence of mapping, optional
            ``field_name``, and perhaps ``ascending``, ``dataset_name``, ``dataset_digest``.
        page_token : str, optional
            The `token` of the previous page.

        Raises
        ------
        FilterError
            When the filter is invalid.
        InvalidValue
            For an unknown entry of `datasets` or `order_by`.
        """
        from nbtrack.logged_models.entity import read_model

        answer = self.models.search(
            list(experiment_ids),
            filter=filter_string or "",
            datasets=[_dataset(each) for each in datasets or ()],
            max_results=validation.positive("max_results", max_results or 50),
            order_by=[_order(each) for each in order_by or ()],
            page_token=page_token,
        )
        return Page(map(read_model, answer.get("models", [])), answer.get("next_page_token"))

    def delete_logged_model(self, model_id: str) -> None:
        """Delete a model; its files stay."""
        self.models.delete(model_id)

    def set_logged_model_tags(self, model_id: str, tags: Mapping[str, object]) -> None:
        """Set tags of a model."""
        self.models.set_tags(model_id, validation.texts("tag", tags))

    def delete_logged_model_tag(self, model_id: str, key: str) -> None:
        """Remove a tag of a model; raise `NotFound` when it does not have it."""
        self.models.delete_tag(model_id, key)

    def log_model_params(self, model_id: str, params: Mapping[str, object]) -> None:
        """Add parameters to a model."""
        self.models.log_params(model_id, validation.texts("parameter", params))

    def log_outputs(self, run_id: str, models: Sequence[LoggedModelOutput]) -> None:
        """Record which logged models a run created."""
        from nbtrack.wire.values import ModelOutput

        self.models.log_outputs(run_id, [ModelOutput(each.model_id, each.step) for each in models])

    def log_model_inputs(self, run_id: str, models: Iterable[LoggedModelInput]) -> None:
        """Record which logged models a run read."""
        from nbtrack.wire.values import ModelOutput

        ids = [getattr(each, "model_id", None) for each in models]
        if not all(isinstance(each, str) for each in ids):
            raise InvalidValue("models must be LoggedModelInput(model_id) objects")
        self.models.log_inputs(run_id, [ModelOutput(str(each)) for each in ids])

    def link_metrics(
        self, run_id: str, points: Iterable[Metric], model_id: str, name: str | None = None, digest: str | None = None
    ) -> None:
        """Add points that a run has to a logged model; `name` and `digest` are those of the dataset, if known."""
        from nbtrack.wire.values import LinkedMetric

        linked = [LinkedMetric(checked_metric(each), model_id, name, digest) for each in points]
        if linked:
            self.models.link(run_id, linked)

    @property
    def models(self) -> Descriptions | ModelsOnServer:
        """The logged models of the store."""
        from nbtrack.logged_models import models_of

        return models_of(self.store)


def checked_metric(metric: Metric) -> Metric:
    """Return a metric with exact types; raise `InvalidValue` if it is invalid."""
    try:
        key, value, timestamp, step = metric
    except (TypeError, ValueError):
        msg = f"metrics must be Metric(key, value, timestamp, step) objects, not {type(metric).__name__}"
        raise InvalidValue(msg) from None
    return Metric(
        validation.key("metric", key),
        validation.metric_value(key, value),
        validation.int64(f"the timestamp of metric {key!r}", timestamp),
        validation.int64(f"the step of metric {key!r}", step),
    )


def _order(given: Mapping[str, Any]) -> ModelOrder:
    from nbtrack.wire.values import ModelOrder

    return ModelOrder(**_fields("order_by", given, ModelOrder._fields))


def _dataset(given: Mapping[str, Any]) -> MetricDataset:
    from nbtrack.wire.values import MetricDataset

    return MetricDataset(**_fields("datasets", given, MetricDataset._fields))


def _fields(what: str, given: Mapping[str, Any], known: tuple[str, ...]) -> dict[str, Any]:
    """Return the entries of a mapping; raise `InvalidValue` unless all are known and the first, the name, is there."""
    if not isinstance(given, dict) or known[0] not in given or not given.keys() <= {*known}:
        raise InvalidValue(f"Each of {what} must be a dictionary with {known[0]} and perhaps {', '.join(known[1:])}")
    return dict(given)
