"""Live panels: what people see of their runs inside the notebook."""

from nbtrack.notebook.panels.chart_panel import Chart
from nbtrack.notebook.panels.charts import chart
from nbtrack.notebook.panels.details_panel import ComparisonPanel, RunPanel, compare
from nbtrack.notebook.panels.details_panel import show_run as show
from nbtrack.notebook.panels.runs_panel import RunsPanel, runs
from nbtrack.notebook.panels.table_panel import RunTable

__all__ = ["Chart", "ComparisonPanel", "RunPanel", "RunTable", "RunsPanel", "chart", "compare", "runs", "show"]
