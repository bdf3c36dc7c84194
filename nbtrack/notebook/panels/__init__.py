"""Live panels: what people see of their runs inside the notebook."""

from nbtrack.notebook.panels.chart import Chart, chart
from nbtrack.notebook.panels.comparison import ComparisonPanel, compare
from nbtrack.notebook.panels.runs import RunsPanel, runs
from nbtrack.notebook.panels.runview import RunPanel
from nbtrack.notebook.panels.runview import show_run as show
from nbtrack.notebook.panels.table import RunTable

__all__ = ["Chart", "ComparisonPanel", "RunPanel", "RunTable", "RunsPanel", "chart", "compare", "runs", "show"]
