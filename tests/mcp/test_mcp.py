"""The MCP server, as the client of the reference SDK sees it."""

from __future__ import annotations

import asyncio
import json
import sys

import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

import nbtrack
from nbtrack.mcp import create_server
from nbtrack.summaries.run_source import RunSource


def in_process(steps, *, writes=False):
    """Let a client take some steps with the server of the current store."""

    async def take():
        async with Client(create_server(RunSource(), writes=writes)) as client:
            return await steps(client)

    return asyncio.run(take())


async def called(client, tool, **given):
    """Return the answer of a tool that succeeds."""
    result = await client.call_tool(tool, given)
    (content,) = result.content
    assert not result.is_error, content.text
    return json.loads(content.text)


def answer(tool, **given):
    """Return what the server of the current store answers."""
    return in_process(lambda client: called(client, tool, **given))


@pytest.fixture
def runs():
    """Return two finished runs of one experiment."""
    nbtrack.set_experiment("fraud")
    found = []
    for number in (1, 2):
        with nbtrack.start_run(run_name=f"run-{number}") as run:
            nbtrack.log_params({"lr": 0.1 * number, "epochs": 40})
            for step in range(40):
                nbtrack.log_metric("loss", number / (1 + min(step, 10)), step=step)
            nbtrack.log_text("hello", "notes/a.txt")
            found.append(run)
    return found


def test_a_client_reads_a_store_over_stdio(runs, tmp_path):
    program = "from nbtrack.cli import main; main()"
    server = StdioServerParameters(
        command=sys.executable, args=["-c", program, "-u", nbtrack.get_tracking_uri(), "mcp"], cwd=tmp_path
    )

    async def take():
        async with Client(stdio_client(server)) as client:
            listed = await client.list_tools()
            return [each.name for each in listed.tools], await called(client, "curve", runs=["run-1"])

    tools, shown = asyncio.run(take())
    assert tools[:4] == ["experiments", "search_runs", "run", "curve"]
    (curve,) = shown["recorded"]["curves"]
    assert (curve["first"], curve["last"], curve["trend"]) == ([0, 1], [39, 0.0909091], "flat")
    assert curve["remarks"] == ["plateau: no new best in the last 29 points, since step 10"]
    (points,) = shown["recorded"]["points"]
    assert points["step_value"][0] == [0, 1]
    assert len(points["step_value"]) <= 24


def test_experiments_and_runs_are_found(runs):
    assert [each["name"] for each in answer("experiments")["recorded"]["experiments"]] == ["fraud", "Default"]
    found = answer("search_runs", filter="metrics.loss < 1", order_by=["metrics.loss ASC"], limit=1)
    assert found["recorded"]["total"] == 2
    assert found["recorded"]["columns"] == ["run", "run_id", "status", "params.lr", "metrics.loss"]
    assert found["recorded"]["rows"] == [["run-1", runs[0].info.run_id, "FINISHED", 0.1, 0.0909091]]
    assert found["left_out"] == ["1 more runs: offset=1"]
    shown = answer("run", run="run-2")["recorded"]
    assert shown["experiment"] == "fraud"
    assert shown["params"] == {"epochs": "40", "lr": "0.2"}
    assert shown["metrics"]["loss"]["step"] == 39
    assert shown["files"] == ["notes/a.txt"]
