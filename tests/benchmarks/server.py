"""Measure our server beside MLflow's own: the same requests, from the same client, in one run.

    .venv/bin/python tests/benchmarks/server.py [--quick] [--rounds N] [--only CONTENDER] [--json PATH]

Both serve a new SQLite database with two workers; they are asked in turns, and the median of the rounds counts. MLflow
is installed into `.benchmarks/` the first time. Times are milliseconds, memory is that of all processes of a server.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import socket
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import machine
import peers
import psutil
from run import kept

if TYPE_CHECKING:
    from collections.abc import Iterator

API = "/api/2.0/mlflow/"
CLIENTS = 64
FULL = {"creates": 200, "points": 500, "each": 20, "batches": 10, "runs": 10_000, "searches": 15, "history": 1_000_000}
QUICK = {"creates": 10, "points": 10, "each": 2, "batches": 1, "runs": 100, "searches": 2, "history": 5_000}
PAGE = 25_000
HIGHER = {"log-metric, 64 clients, a second", "log-batch, 64 clients, a second"}
"""What is the better the higher it is; of all else less is better."""


class Answer(NamedTuple):
    """What came back."""

    status: int
    body: bytes

    @property
    def json(self) -> Any:
        """The object that it says."""
        return json.loads(self.body)


class Wire:
    """One connection that is kept, with as little of a client as will do."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def __aenter__(self) -> Self:
        """Connect."""
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, limit=1 << 26)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Hang up."""
        self._writer.close()
        await self._writer.wait_closed()

    async def ask(self, name: str, body: Any = None) -> Answer:
        """Ask for an endpoint: with a body by POST, without one by GET."""
        data = b"" if body is None else json.dumps(body).encode()
        method = "GET" if body is None else "POST"
        head = f"{method} {API}{name} HTTP/1.1\r\nHost: localhost:{self._port}\r\nContent-Type: application/json\r\n"
        self._writer.write(f"{head}Content-Length: {len(data)}\r\n\r\n".encode() + data)
        head = (await self._reader.readuntil(b"\r\n\r\n")).lower()
        if b"transfer-encoding: chunked" in head:
            return Answer(int(head[9:12]), await self._chunks())
        length = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        return Answer(int(head[9:12]), await self._reader.readexactly(length))

    async def _chunks(self) -> bytes:
        body = b""
        while size := int(await self._reader.readuntil(b"\r\n"), 16):
            body += await self._reader.readexactly(size)
            await self._reader.readexactly(2)
        await self._reader.readexactly(2)
        return body

    async def well(self, name: str, body: Any = None) -> Any:
        """Return what an endpoint answers, which has to be well."""
        answer = await self.ask(name, body)
        if answer.status != 200:
            msg = f"{name}: {answer.status} {answer.body[:500]!r}"
            raise RuntimeError(msg)
        return answer.json

    async def run(self) -> str:
        """Create a run."""
        made = await self.well("runs/create", {"experiment_id": "0", "start_time": 1})
        return str(made["run"]["info"]["run_id"])


class Contender(NamedTuple):
    """A server that runs."""

    port: int
    process: psutil.Process
    started: float

    def memory(self) -> float:
        """Return the megabytes that all its processes have for themselves."""
        whole = [self.process, *self.process.children(recursive=True)]
        return sum(each.memory_full_info().pss for each in whole) / 1e6


def command(name: str, folder: Path, port: int) -> list[str]:
    """Return how a contender is started."""
    if name == "mlflow":
        started = [peers.installed(kept() / "peers"), "-m", "mlflow", "server"]
        started += [
            "--backend-store-uri",
            f"sqlite:///{folder}/theirs.db",
            "--artifacts-destination",
            f"{folder}/theirs",
        ]
    else:
        started = [sys.executable, "-c", "from nbtrack.cli import main; main()", "server"]
        started += ["--backend-store-uri", f"{folder}/ours"]
    return [*started, "--port", str(port), "--workers", "2"]


@contextmanager
def serving(name: str, folder: Path) -> Iterator[Contender]:
    """Run a contender until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    started = command(name, folder, port)
    begun = time.perf_counter()
    with (folder / f"{name}.log").open("wb") as log:
        process = psutil.Popen(started, stdout=log, stderr=log, cwd=folder)
    try:
        while not answers(port):
            if process.poll() is not None:
                raise RuntimeError((folder / f"{name}.log").read_text())
            time.sleep(0.005)
        yield Contender(port, process, (time.perf_counter() - begun) * 1000)
    finally:
        whole = [process, *process.children(recursive=True)]
        process.terminate()
        _, left = psutil.wait_procs(whole, 10)
        for each in left:
            each.kill()


def answers(port: int) -> bool:
    """Tell whether somebody answers there."""
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as wire:
            wire.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return b" 200 " in wire.recv(100)
    except OSError:
        return False


async def timed(wire: Wire, name: str, bodies: list[Any]) -> list[float]:
    """Return how long each of several requests took, one after the other."""
    found = []
    for body in bodies:
        begun = time.perf_counter()
        await wire.well(name, body)
        found.append((time.perf_counter() - begun) * 1000)
    return found


async def at_once(port: int, name: str, bodies: list[list[Any]]) -> float:
    """Return how many requests a second many clients have done, each its own list of them; refused ones don't count."""

    async def done(wire: Wire, own: list[Any]) -> int:
        return sum([(await wire.ask(name, each)).status == 200 for each in own])

    async with _Wires(port, len(bodies)) as wires:
        begun = time.perf_counter()
        counts = await asyncio.gather(*(done(wire, each) for wire, each in zip(wires, bodies, strict=True)))
        took = time.perf_counter() - begun
    if sum(counts) < sum(map(len, bodies)):
        print(f"{name}: {sum(counts)} of {sum(map(len, bodies))} requests were done", file=sys.stderr)
    return sum(counts) / took


class _Wires:
    """Several connections."""

    def __init__(self, port: int, count: int) -> None:
        self._wires = [Wire(port) for _ in range(count)]

    async def __aenter__(self) -> list[Wire]:
        return [await each.__aenter__() for each in self._wires]

    async def __aexit__(self, *_: object) -> None:
        for each in self._wires:
            await each.__aexit__()


def spread(name: str, samples: list[float]) -> dict[str, float]:
    """Return the median and the 99th percentile."""
    ordered = sorted(samples)
    return {f"{name}, p50": statistics.median(ordered), f"{name}, p99": ordered[math.ceil(len(ordered) * 0.99) - 1]}


def batch(run_id: str, number: int) -> dict[str, Any]:
    """Return a batch such as the end of an epoch makes."""
    metrics = [{"key": f"m{each}", "value": each / 7, "timestamp": number, "step": number} for each in range(20)]
    params = [{"key": f"p{each}", "value": str(each)} for each in range(5)]
    return {"run_id": run_id, "metrics": metrics, "params": params, "tags": [{"key": "t", "value": str(number)}]}


async def writing(contender: Contender, size: dict[str, int]) -> dict[str, float]:
    """Measure writes."""
    async with Wire(contender.port) as wire:
        creates = await timed(wire, "runs/create", [{"experiment_id": "0", "start_time": 1}] * size["creates"])
        run_id = await wire.run()
        points = [
            {"run_id": run_id, "key": "m", "value": 0.5, "timestamp": each, "step": each}
            for each in range(size["points"])
        ]
        singles = await timed(wire, "runs/log-metric", points)
        runs = [await wire.run() for _ in range(CLIENTS)]
    many = [
        [{"run_id": run, "key": "m", "value": 0.5, "timestamp": each, "step": each} for each in range(size["each"])]
        for run in runs
    ]
    batches = [[batch(run, each) for each in range(size["batches"])] for run in runs]
    return {
        **spread("runs/create", creates),
        **spread("log-metric", singles),
        "log-metric, 64 clients, a second": await at_once(contender.port, "runs/log-metric", many),
        "log-batch, 64 clients, a second": await at_once(contender.port, "runs/log-batch", batches),
    }


async def fill(contender: Contender, size: dict[str, int]) -> str:
    """Make the runs to search among, and a long history; return its run."""
    async with Wire(contender.port) as wire:
        experiment = (await wire.well("experiments/create", {"name": "many"}))["experiment_id"]
        long = await wire.run()
        for start in range(0, size["history"], 1000):
            points = [
                {"key": "m", "value": each / 7, "timestamp": each, "step": each} for each in range(start, start + 1000)
            ]
            await wire.well("runs/log-batch", {"run_id": long, "metrics": points})

    async def some(wire: Wire, count: int) -> None:
        for each in range(count):
            made = await wire.well("runs/create", {"experiment_id": experiment, "start_time": each})
            await wire.well("runs/log-batch", batch(made["run"]["info"]["run_id"], each))

    async with _Wires(contender.port, 8) as wires:
        await asyncio.gather(*(some(wire, size["runs"] // 8) for wire in wires))
    return f"{experiment} {long}"


async def reading(contender: Contender, size: dict[str, int], made: str) -> dict[str, float]:
    """Measure reads."""
    experiment, long = made.split()
    searches = {
        "runs/search, first 100 of 10,000": {"max_results": 100},
        "runs/search, filtered and ordered": {
            "filter": "metrics.m3 > 0.1 AND params.p1 = '1'",
            "order_by": ["metrics.m2 DESC"],
            "max_results": 100,
        },
    }
    found: dict[str, float] = {}
    async with Wire(contender.port) as wire:
        for name, body in searches.items():
            asked = [{"experiment_ids": [experiment], **body}] * size["searches"]
            found |= spread(name, await timed(wire, "runs/search", asked))
        begun, token, count = time.perf_counter(), "", 0
        while True:
            page = await wire.well(f"metrics/get-history?run_id={long}&metric_key=m&max_results={PAGE}{token}")
            count += len(page["metrics"])
            if "next_page_token" not in page:
                break
            token = f"&page_token={page['next_page_token']}"
        if count != size["history"]:
            msg = f"{count} points of {size['history']}"
            raise RuntimeError(msg)
    return {**found, "get-history of 1,000,000 points": (time.perf_counter() - begun) * 1000}


def measured(names: list[str], size: dict[str, int], rounds: int) -> dict[str, dict[str, list[float]]]:
    """Measure the contenders in turns."""
    found: dict[str, dict[str, list[float]]] = {name: {} for name in names}
    with tempfile.TemporaryDirectory(dir=kept(), ignore_cleanup_errors=True) as place, ExitStack() as stack:
        running = {name: stack.enter_context(serving(name, Path(place))) for name in names}
        made = {}
        for name, contender in running.items():
            begun = time.perf_counter()
            found[name]["start-up"] = [contender.started]
            found[name]["memory after start-up, MB"] = [contender.memory()]
            made[name] = asyncio.run(fill(contender, size))
            print(f"{name} is filled after {time.perf_counter() - begun:.0f} s", file=sys.stderr)
        for _ in range(rounds):
            for name, contender in running.items():
                for part in (asyncio.run(writing(contender, size)), asyncio.run(reading(contender, size, made[name]))):
                    for measure, value in part.items():
                        found[name].setdefault(measure, []).append(value)
        for name, contender in running.items():
            found[name]["memory at the end, MB"] = [contender.memory()]
    return found


def table(found: dict[str, dict[str, list[float]]]) -> list[str]:
    """Return the medians side by side, and how many times better the first is."""
    names = list(found)
    lines = ["| measure | " + " | ".join(names) + " | times better |", "|---|" + "---:|" * (len(names) + 1)]
    for measure in found[names[0]]:
        medians = [statistics.median(found[name][measure]) for name in names]
        ratio = medians[-1] / medians[0]
        ratio = 1 / ratio if measure in HIGHER else ratio
        lines.append(f"| {measure} | " + " | ".join(f"{each:,.1f}" for each in medians) + f" | {ratio:.1f} |")
    return lines


def main() -> None:
    """Measure and print."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--quick", action="store_true", help="little of everything: it shows that all of it works")
    words.add_argument("--rounds", type=int, default=3, help="how many turns each takes")
    words.add_argument("--only", nargs="+", choices=["nbtrack", "mlflow"], default=["nbtrack", "mlflow"])
    words.add_argument("--json", type=Path, help="write all samples to this file")
    options = words.parse_args()
    found = measured(options.only, QUICK if options.quick else FULL, options.rounds)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")
    where = machine.described(peers.installed(kept() / "peers") if "mlflow" in options.only else None)
    print(machine.line(where), *table(found), sep="\n")


if __name__ == "__main__":
    main()
