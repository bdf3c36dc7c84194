"""The write queue of a remote store: it accepts what is logged at once, and sends it in the background."""

from nbtrack.stores.write_queue.queued_store import WriteQueue

__all__ = ["WriteQueue"]
