"""Keeping facts: runs, parameters, metrics and tags, in whatever database."""
