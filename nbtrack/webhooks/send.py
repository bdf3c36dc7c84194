"""Sending alerts to the webhook in the settings, if there is one, without waiting for it."""

from __future__ import annotations

import contextlib
import time
from collections import deque
from hashlib import blake2b
from typing import TYPE_CHECKING

from nbtrack import process, settings
from nbtrack import tags as reserved
from nbtrack.errors import NbtrackError, NotFound, StorageFailed, warn

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbtrack.alerting.alert import Alert
    from nbtrack.stores.interface import Store


OLDEST = 24 * 3600
"""Seconds after which an alert that a client sets is no longer sent: then it belongs to a copied run."""
MOST_REMEMBERED = 1_000


class TaggedAlerts:
    """The latest alerts that clients have set, by run and time: a request that is repeated sends none again."""

    def __init__(self) -> None:
        self.sent: deque[tuple[str, int]] = deque(maxlen=MOST_REMEMBERED)


class Resumed:
    """Whether this process has looked for messages that earlier processes could not send."""

    def __init__(self) -> None:
        self.done = False


def digest() -> str | None:
    """Return a hash that identifies the webhook of this process without revealing it; None if there is none."""
    url = settings.current().webhook
    return None if url is None else blake2b(url.encode(), digest_size=8).hexdigest()


def send_alert(store: Store, run_id: str, raised: Alert) -> None:
    """Send an alert of a run, if there is a webhook; warn if the queue file can't be written.

    An alert on a server that posts to the same webhook is sent by the server.
    """
    if settings.current().webhook is None or _is_sent_by_server(store):
        return
    # Imported late, since most runs have no webhook.
    from nbtrack import redaction
    from nbtrack.webhooks import messages
    from nbtrack.webhooks.sender import WebhookSender

    clean = raised._replace(title=redaction.redact_text(raised.title), text=redaction.redact_text(raised.text))
    with contextlib.suppress(NotFound):
        message = messages.alert_message(store.get_run(run_id).info, clean)
        try:
            process.state(WebhookSender).add(message)
        except StorageFailed as error:
            warn(f"An alert is not sent to the webhook: {error}")


def _is_sent_by_server(store: Store) -> bool:
    from nbtrack.stores.rest import RestStore

    if not isinstance(store, RestStore):
        return False
    try:
        return store.webhook == digest()
    except NbtrackError:
        return False


def send_tagged(store: Store, run_id: str, tags: Iterable[tuple[str, str]]) -> None:
    """Send the alerts among the tags that a client has set on a run, if there is a webhook."""
    raised = {key: value for key, value in tags if key.startswith(reserved.ALERT)}
    if raised:
        from nbtrack.alerting import alert

        sent, oldest = process.state(TaggedAlerts).sent, time.time_ns() - OLDEST * 10**9
        for each in alert.from_tags(raised):
            if each.time > oldest and (run_id, each.time) not in sent:
                sent.append((run_id, each.time))
                send_alert(store, run_id, each)


def resume() -> None:
    """Send, once per process, messages that dead processes could not send, if there is a webhook."""
    state = process.state(Resumed)
    if not state.done:
        state.done = True
        if settings.current().webhook is not None:
            from nbtrack.webhooks.sender import WebhookSender

            process.state(WebhookSender).start()
