"""System metrics: use of processor, memory, disk and network, logged as metrics of a run."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from nbtrack import process, settings
from nbtrack.entities import Metric
from nbtrack.errors import NbtrackError, Unsupported
from nbtrack.tracking.client import now

if TYPE_CHECKING:
    from nbtrack.tracking.client import MlflowClient

MEGABYTE = 1_000_000
PREFIX = "system/"


class SystemMetricsOptions:
    """The options of runs that are started from now on; None means that the setting applies."""

    def __init__(self) -> None:
        self.enabled: bool | None = None
        self.interval: float | None = None
        self.samples: int | None = None


def enable_system_metrics_logging() -> None:
    """Log system metrics of all runs that are started from now on; requires the extra ``system``."""
    _psutil()
    process.state(SystemMetricsOptions).enabled = True


def disable_system_metrics_logging() -> None:
    """Do not log system metrics of runs that are started from now on."""
    process.state(SystemMetricsOptions).enabled = False


def set_system_metrics_sampling_interval(interval: float | None) -> None:
    """Set the seconds between two samples of system metrics; None restores the setting."""
    process.state(SystemMetricsOptions).interval = interval


def set_system_metrics_samples_before_logging(samples: int | None) -> None:
    """Set how many samples are averaged into one point; None restores the setting."""
    process.state(SystemMetricsOptions).samples = samples


def is_enabled(asked: bool | None) -> bool:
    """Return whether a run logs system metrics."""
    chosen = process.state(SystemMetricsOptions).enabled if asked is None else asked
    return settings.current().system_metrics if chosen is None else chosen


def _psutil() -> Any:
    try:
        import psutil
    except ImportError:
        raise Unsupported("System metrics require psutil: pip install nbtrack[system]") from None
    return psutil


class SystemMetricsMonitor:
    """The thread that logs system metrics of one run until it is closed."""

    def __init__(self, client: MlflowClient, run_id: str) -> None:
        self._client, self._run_id, self._psutil = client, run_id, _psutil()
        chosen, configured = process.state(SystemMetricsOptions), settings.current()
        self._interval = float(chosen.interval or configured.system_metrics_interval)
        self._samples = int(chosen.samples or configured.system_metrics_samples)
        self._network = self._psutil.net_io_counters()
        self._psutil.cpu_percent()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._log_samples, name="nbtrack-monitor", daemon=True)
        self._thread.start()

    def _log_samples(self) -> None:
        step, seen = 0, list[dict[str, float]]()
        while not self._stop.wait(self._interval):
            seen.append(self._sample())
            if len(seen) < self._samples:
                continue
            mean = {key: sum(each[key] for each in seen) / len(seen) for key in seen[0]}
            moment = now()
            try:
                self._client.log_batch(self._run_id, [Metric(PREFIX + key, mean[key], moment, step) for key in mean])
            except NbtrackError:
                return
            step, seen = step + 1, []

    def _sample(self) -> dict[str, float]:
        memory, disk, network = (
            self._psutil.virtual_memory(),
            self._psutil.disk_usage("/"),
            self._psutil.net_io_counters(),
        )
        return {
            "cpu_utilization_percentage": self._psutil.cpu_percent(),
            "system_memory_usage_megabytes": memory.used / MEGABYTE,
            "system_memory_usage_percentage": memory.percent,
            "disk_usage_megabytes": disk.used / MEGABYTE,
            "disk_usage_percentage": disk.percent,
            "disk_available_megabytes": disk.free / MEGABYTE,
            "network_receive_megabytes": (network.bytes_recv - self._network.bytes_recv) / MEGABYTE,
            "network_transmit_megabytes": (network.bytes_sent - self._network.bytes_sent) / MEGABYTE,
        }

    def close(self) -> None:
        """Stop the thread."""
        self._stop.set()
        if self._thread is not threading.current_thread():
            self._thread.join()
