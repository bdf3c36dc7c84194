"""A real kernel, driven as a front end would."""

from __future__ import annotations

import os
import queue
from typing import NamedTuple

import pytest
from jupyter_client.manager import KernelManager


class Done(NamedTuple):
    """What became of a cell: the reply to the front end, everything that was shown, and what took its place."""

    reply: dict
    outputs: list
    updates: dict

    @property
    def final(self):
        """Return the outputs as they are in the end."""
        return [
            {**each, "data": self.updates.get(each.get("transient", {}).get("display_id"), each["data"])}
            if "data" in each
            else each
            for each in self.outputs
        ]

    @property
    def text(self):
        """Return stdout."""
        return "".join(each["text"] for each in self.outputs if each.get("name") == "stdout")

    @property
    def errors(self):
        """Return stderr."""
        return "".join(each["text"] for each in self.outputs if each.get("name") == "stderr")

    @property
    def cards(self):
        """Return the cards, as text."""
        return [
            each["data"]["text/plain"]
            for each in self.final
            if "nbtrack-card" in each.get("data", {}).get("text/html", "")
        ]

    @property
    def shown(self):
        """Return outputs without the cards, in a form that can be compared."""
        return [
            {key: each[key] for key in ("name", "text", "data", "ename", "evalue", "traceback") if key in each}
            for each in self.final
            if "nbtrack-card" not in each.get("data", {}).get("text/html", "")
        ]


class Kernel:
    """One ipykernel, with further variables in its environment."""

    def __init__(self, folder, **variables):
        self.folder = folder
        self.manager = KernelManager(kernel_name="python3")
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("MLFLOW_", "NBTRACK_", "JPY_"))}
        own = {"PYTHONWARNINGS": "default", "NBTRACK_STATE_FOLDER": str(folder / "state")}
        self.manager.start_kernel(cwd=str(folder), env={**clean, **own, **variables})
        self.client = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def send(self, code, **options):
        """Send a cell and return at once."""
        return self.client.execute(code, **options)

    def collect(self, identity, timeout=60):
        """Wait for a cell that was sent."""
        outputs, updates = [], {}
        while True:
            message = self.client.get_iopub_msg(timeout=timeout)
            if message["parent_header"].get("msg_id") != identity:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "status" and content["execution_state"] == "idle":
                break
            if kind in {"stream", "display_data", "execute_result", "error"}:
                outputs.append({"kind": kind, **content})
            if kind == "update_display_data":
                updates[content["transient"]["display_id"]] = content["data"]
        while True:
            try:
                reply = self.client.get_shell_msg(timeout=timeout)
            except queue.Empty:
                pytest.fail("the kernel did not reply")
            if reply["parent_header"].get("msg_id") == identity:
                return Done(reply["content"], outputs, updates)

    def run(self, code, **options):
        """Run a cell."""
        return self.collect(self.send(code, **options))

    def stop(self):
        """End the kernel."""
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
