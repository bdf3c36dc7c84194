"""Follows a running cell: hooks in its code, values before and after it. The only part that touches values."""
