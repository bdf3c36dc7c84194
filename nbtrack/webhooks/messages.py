"""The messages that are posted to a webhook: JSON in nbtrack's format or in Slack's."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from nbtrack.presentation.formatting import ALERT_SIGNS, short

if TYPE_CHECKING:
    from nbtrack.alerting.alert import Alert
    from nbtrack.entities import RunInfo

_SLACK_HOST = "hooks.slack.com"


def alert_message(run: RunInfo, raised: Alert) -> dict[str, Any]:
    """Return an alert in nbtrack's format, in which it is also stored until it is sent."""
    return {
        "event": "alert",
        "level": raised.level,
        "title": raised.title,
        "text": raised.text,
        "time": datetime.fromtimestamp(raised.time / 1e9, UTC).isoformat(timespec="milliseconds"),
        "run": {"id": run.run_id, "name": run.run_name, "experiment_id": run.experiment_id},
    }


def in_form(message: dict[str, Any], form: str, url: str) -> dict[str, Any]:
    """Return a message in the format ``json`` or ``slack``, or with ``auto`` in the one that the URL's host expects."""
    is_slack = form == "slack" or (form == "auto" and urlsplit(url).hostname == _SLACK_HOST)
    return {"text": _for_slack(message)} if is_slack else message


def _for_slack(message: dict[str, Any]) -> str:
    sign = ALERT_SIGNS.get(message["level"], "")
    head = f"{sign} *{_escaped(message['title'])}* in run {_escaped(short(message['run']['name'], 120))}"
    return f"{head}\n{_escaped(message['text'])}" if message["text"] else head


def _escaped(text: str) -> str:
    """Return text escaped so that Slack finds no mention, link or other command in it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
