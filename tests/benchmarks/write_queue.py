"""What `log_metric` costs its caller when runs are behind a server: ``python tests/benchmarks/write_queue.py``."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from time import perf_counter, perf_counter_ns

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "servers"))

CALLS = 50_000


def main() -> None:
    """Print the times of a call, while the server takes the points, and while it is away."""
    import server_thread

    import nbtrack

    folder = Path(tempfile.mkdtemp())
    os.environ |= {"NBTRACK_STATE_FOLDER": str(folder / "state"), "NBTRACK_FLUSH_SECONDS": "60"}
    app = server_thread.create_app(server_thread.options_of(folder / "kept"))
    with server_thread.serving(app) as uri:
        nbtrack.set_tracking_uri(uri)
        nbtrack.start_run()
        print("server there:", measured(nbtrack))
        start = perf_counter()
        nbtrack.flush()
        print(f"all {CALLS:,} points at the server after {perf_counter() - start:.2f} s more")
    print("server away: ", measured(nbtrack))
    with server_thread.serving(app, int(uri.rpartition(":")[2])):
        nbtrack.end_run()
        nbtrack.MlflowClient().store.close()


def measured(nbtrack) -> str:
    """Return how long calls take."""
    took = []
    for step in range(CALLS):
        start = perf_counter_ns()
        nbtrack.log_metric("m", 0.5, step=step)
        took.append(perf_counter_ns() - start)
    took.sort()
    p50, p99 = (took[len(took) * each // 100] / 1e3 for each in (50, 99))
    return f"p50 {p50:.1f} µs, p99 {p99:.1f} µs, longest {took[-1] / 1e6:.2f} ms"


if __name__ == "__main__":
    main()
