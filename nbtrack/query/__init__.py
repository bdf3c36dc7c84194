"""Search queries: filter and ordering → `Query` → SQL of a dialect.

Filters are MLflow's, and also take ``OR``, ``NOT``, parentheses and ``BETWEEN``::

    metrics.loss < 0.1 and params.rate = '0.5'
    tags.team LIKE 'a%' and (metrics.acc BETWEEN 0.8 AND 0.9 or attributes.status = 'RUNNING')
"""

from nbtrack.query.columns import EXPERIMENTS, RUNS
from nbtrack.query.headings import parse_with_headings
from nbtrack.query.model import All, AnyOf, Comparison, Not, Order, Query, Subject
from nbtrack.query.parser import parse
from nbtrack.query.unparse import unparse

__all__ = [
    "EXPERIMENTS", "RUNS", "All", "AnyOf", "Comparison", "Not", "Order", "Query", "Subject", "parse",
    "parse_with_headings", "unparse",
]  # fmt: skip
