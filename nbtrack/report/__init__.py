"""Runs as one HTML file: a table, curves, differences, figures, code and notes, readable offline."""

from nbtrack.report.export import export_report

__all__ = ["export_report"]
