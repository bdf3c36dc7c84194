"""Alerts: what a run tells its user while it goes on, and the rules by which its points raise them."""
