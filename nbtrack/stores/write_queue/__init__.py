"""The write queue of a remote store: it accepts logged data immediately and sends it in the background."""

from nbtrack.stores.write_queue.queued_store import WriteQueue

__all__ = ["WriteQueue"]
