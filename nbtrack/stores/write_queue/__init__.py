"""The recorder: stands before a store that is far, takes what is logged at once, and sends it by and by."""

from nbtrack.stores.write_queue.queued_store import WriteQueue

__all__ = ["WriteQueue"]
