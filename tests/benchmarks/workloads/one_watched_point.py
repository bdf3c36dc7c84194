"""A call that logs one point of a run that five alert rules look at, one without rules, and the read of a live value."""

from __future__ import annotations

from time import perf_counter_ns

import systems
from workload import percentiles

SIZES = {"full": {"rounds": 9, "calls": 50_000}, "quick": {"rounds": 2, "calls": 2_000}}
LESS: dict[str, dict[str, int]] = {}
RULES = ("m is nan", "m > 2", "m plateaus for 100000000", "other < 0", "no point for 10m")


class WithoutRules(systems.Nbtrack):
    """`log_metric` in an experiment without rules."""

    rules: tuple[str, ...] = ()

    def set_up(self) -> None:
        """Set the rules as well."""
        super().set_up()
        for each in self.rules:
            self.mlflow.alert_rule(each)

    def once(self) -> dict[str, float]:
        """Log points, and read a live value as often."""
        now, log, live = perf_counter_ns, self.mlflow.log_metric, self.mlflow.live
        logged, read = [], []
        with self.mlflow.start_run():
            for step in range(self.size["calls"]):
                start = now()
                log("m", 0.5, step=step)
                logged.append(now() - start)
            live("lr", 0.1)
            for _ in range(self.size["calls"]):
                start = now()
                live("lr", 0.1)
                read.append(now() - start)
        return {**percentiles(logged), "live": percentiles(read)["p50"]}


class WithRules(WithoutRules):
    """`log_metric` in an experiment with five rules."""

    rules = RULES


CONTENDERS = {"nbtrack": WithRules, "no rules": WithoutRules}
