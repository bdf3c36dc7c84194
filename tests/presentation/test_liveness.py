"""Which runs that go on are flagged as silent."""

from __future__ import annotations

import pytest

import nbtrack
from nbtrack import tags
from nbtrack.presentation import table_layout

NOW = 10_000_000_000
MINUTE = 60_000


def run_with(given, start=NOW - 60 * MINUTE, points=(), status=None):
    client = nbtrack.MlflowClient()
    run_id = client.create_run("0", start_time=start, tags=given).info.run_id
    for moment in points:
        client.log_metric(run_id, "m", 1, timestamp=moment)
    if status:
        client.set_terminated(run_id, status, NOW)
    return client.get_run(run_id)


OWNED = {tags.OWNER: '{"host": "elsewhere", "boot": "b", "namespace": 1, "process": 2, "started": 3}'}


@pytest.mark.parametrize(
    ("made", "status"),
    [
        ({"given": OWNED}, "SILENT"),
        ({"given": {}}, "RUNNING"),
        ({"given": OWNED, "start": NOW - MINUTE}, "RUNNING"),
        ({"given": {**OWNED, tags.HEARTBEAT: str(NOW - MINUTE)}}, "RUNNING"),
        ({"given": {**OWNED, tags.HEARTBEAT: str(NOW - 10 * MINUTE)}}, "SILENT"),
        ({"given": {**OWNED, tags.HEARTBEAT: "nonsense"}}, "SILENT"),
        ({"given": OWNED, "points": [NOW - MINUTE]}, "RUNNING"),
        ({"given": OWNED, "status": "FAILED"}, "FAILED"),
    ],
)
def test_status(made, status):
    run = run_with(**made)
    assert table_layout.shown_status(run, NOW) == status
    column = next(each for each in table_layout.FIXED if each.id == "attributes.status")
    assert table_layout.row(run, [column], now=NOW) == [status]
    assert nbtrack.get_run(run.info.run_id).info.status == (made.get("status") or "RUNNING")
