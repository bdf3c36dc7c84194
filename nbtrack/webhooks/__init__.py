"""Sends alerts to a webhook. Alerts are stored in a file until they are delivered, so that a restart loses none."""

from nbtrack.webhooks.send import digest, resume, send_alert, send_tagged

__all__ = ["digest", "resume", "send_alert", "send_tagged"]
