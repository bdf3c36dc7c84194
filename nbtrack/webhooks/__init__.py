"""Alerts to a webhook: waiting in a file until it has taken them, so that a restart loses none."""

from nbtrack.webhooks.send import digest, resume, send_alert, send_tagged

__all__ = ["digest", "resume", "send_alert", "send_tagged"]
