"""Search queries: filter and ordering → `Query` → SQL of a dialect."""

from nbtrack.query.headings import parse_with_headings
from nbtrack.query.model import All, AnyOf, Comparison, Not, Order, Query, Subject
from nbtrack.query.parser import EXPERIMENTS, RUNS, parse
from nbtrack.query.unparse import unparse

__all__ = [
    "EXPERIMENTS", "RUNS", "All", "AnyOf", "Comparison", "Not", "Order", "Query", "Subject", "parse",
    "parse_with_headings", "unparse",
]  # fmt: skip
