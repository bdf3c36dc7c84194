"""Live panels: what people see of their runs inside the notebook."""

from nbtrack.notebook.panels.chart import Chart, chart
from nbtrack.notebook.panels.runs import RunsPanel, runs
from nbtrack.notebook.panels.table import RunTable

__all__ = ["Chart", "RunTable", "RunsPanel", "chart", "runs"]
