"""A call that logs one point and returns when the disk has it."""

from __future__ import annotations

import os
from time import perf_counter_ns

import systems
from workload import NotThere, percentiles
from workloads.one_point import Mlflow, Nbtrack

SIZES = {"full": {"rounds": 7, "calls": 300}, "quick": {"rounds": 2, "calls": 20}}
LESS = {"mlflow": {"rounds": 5, "calls": 50}}
VARIABLE = "NBTRACK_DURABILITY"


class Durable(Nbtrack):
    """`nbtrack.log_metric` with full durability."""

    def set_up(self) -> None:
        from nbtrack.settings import DECLARED

        if not any(VARIABLE in each.variables for each in DECLARED.values()):
            raise NotThere(f"the setting {VARIABLE} is not there yet")
        os.environ[VARIABLE] = "full"
        super().set_up()


class Synced(systems.Append):
    """A bare `write(2)` of a record, and `fdatasync`."""

    def once(self) -> dict[str, float]:
        took, now, write, sync, descriptor = [], perf_counter_ns, os.write, os.fdatasync, self.descriptor
        record = systems.RECORD.pack(0, 0, 1, 0, 0, 0.5)
        for _ in range(self.size["calls"]):
            start = now()
            write(descriptor, record)
            sync(descriptor)
            took.append(now() - start)
        return percentiles(took)


CONTENDERS = {"nbtrack": Durable, "append + fdatasync": Synced, "mlflow": Mlflow}
