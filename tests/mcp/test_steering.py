"""An agent follows a tracked cell in a real kernel: after a plateau it changes the rate, stops the cell and adds a note."""

from __future__ import annotations

import asyncio
import json

import pytest
from kernels import Kernel
from mcp import Client

import nbtrack
from nbtrack.mcp import create_server
from nbtrack.summaries.run_source import RunSource

CELL = """%%track endless
import time
for step in range(100_000):
    lr = nbtrack.live("lr", 0.2)
    loss = max(lr, 1 / (1 + step))
    time.sleep(0.005)
print("after the loop")"""
SECONDS = 30


@pytest.fixture
def kernel(fresh):
    """Return a kernel that tracks cells in the store of this test."""
    kernel = Kernel(fresh)
    kernel.run(f"%load_ext nbtrack\nimport nbtrack\nnbtrack.set_tracking_uri({str(fresh / 'mlruns')!r})")
    nbtrack.set_tracking_uri(fresh / "mlruns")
    yield kernel
    kernel.stop()


async def called(client, tool, **given):
    """Return the result of a tool, None if it is an error."""
    result = await client.call_tool(tool, given)
    return None if result.is_error else json.loads(result.content[0].text)["recorded"]


async def until(found):
    """Call an asynchronous function until it returns something, and return that."""
    async with asyncio.timeout(SECONDS):
        while True:
            result = await found()
            if result:
                return result
            await asyncio.sleep(0.05)


async def steer(client):
    """Do what an agent would, and return what it saw."""

    async def running():
        return (await called(client, "search_runs", filter="status = 'RUNNING'")).get("rows")

    run = (await until(running))[0][1]

    async def plateau():
        shown = await called(client, "curve", runs=[run], metrics=["loss"])
        return shown and [each for each in shown["curves"][0].get("remarks", []) if "plateau" in each]

    async def fallen():
        shown = await called(client, "curve", runs=[run], metrics=["loss"])
        return shown["curves"][0]["lowest"][1] < 0.2

    seen = await until(plateau)
    assert (await called(client, "run", run=run))["live_values"] == {"lr": 0.2}
    await called(client, "control", run=run, name="lr", value=0.05)
    await until(fallen)
    await called(client, "pause", run=run)
    await called(client, "resume", run=run)
    await called(client, "note", run=run, text="The rate was too high.")
    await called(client, "stop", run=run)
    code = await until(lambda: called(client, "code", run=run))
    return run, seen, code


def test_an_agent_steers_a_cell(kernel):
    async def take():
        async with Client(create_server(RunSource(), writes=True)) as client:
            return await steer(client)

    sent = kernel.send(CELL)
    run, seen, code = asyncio.run(take())
    assert kernel.collect(sent).text == "after the loop\n"
    assert seen[0].startswith("plateau: no new best in the last")
    assert "nbtrack.live" in code["code"]
    ended = nbtrack.get_run(run)
    assert ended.info.status == "KILLED"
    assert ended.data.tags["mlflow.note.content"] == "The rate was too high."
