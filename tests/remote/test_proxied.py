"""Artifacts that a server keeps in an object store, and queries as text."""

from __future__ import annotations

import pytest

import nbtrack
from nbtrack import locate
from nbtrack.errors import Unsupported
from nbtrack.query import Comparison, Order, Query, parse, unparse


def test_server_before_a_bucket(stage, bucket, tmp_path):
    stage.keep(tmp_path / "kept", destination=f"s3://{bucket}/all")
    nbtrack.set_tracking_uri(stage.uri)
    with nbtrack.start_run() as run:
        nbtrack.log_text("hello", "texts/a.txt")
    assert nbtrack.artifacts.load_text(f"runs:/{run.info.run_id}/texts/a.txt") == "hello"
    assert [each.path for each in locate.repository(f"s3://{bucket}/all").list()] == ["0"]


def test_bucket_of_an_experiment(bucket, tmp_path):
    nbtrack.set_tracking_uri(tmp_path / "mlruns")
    experiment = nbtrack.create_experiment("far", artifact_location=f"s3://{bucket}/far")
    with nbtrack.start_run(experiment_id=experiment) as run:
        nbtrack.log_text("hello", "a.txt")
    assert run.info.artifact_uri.startswith(f"s3://{bucket}/far")
    assert nbtrack.artifacts.load_text(f"{run.info.artifact_uri}/a.txt") == "hello"


@pytest.mark.parametrize(
    "text",
    [
        "metrics.acc > 0.5",
        "params.`weird key` = 'x y' AND tags.note = \"it's\"",
        "metrics.a IS NULL OR (params.lr BETWEEN 0.05 AND 1 AND NOT tags.t = 'x')",
        "(metrics.a > 1 OR metrics.b > 1) AND status IN ('FAILED', 'KILLED')",
        "tags.t NOT LIKE 'r%' AND datasets.name NOT IN ('a')",
        "end_time IS NOT NULL",
    ],
)
def test_written_queries_read_the_same(text):
    query = parse(text)
    again, _ = unparse(query._replace(text=""))
    assert parse(again).where == query.where


def test_written_orders_read_the_same():
    query = Query(order=(Order("metric", "a b", descending=True), Order("attribute", "start_time")))
    assert parse(*unparse(query)).order == query.order


def test_what_no_quotes_can_hold():
    with pytest.raises(Unsupported, match="quotes"):
        unparse(Query(Comparison("param", "p", "=", "'\"")))
