"""Sweeps: a cell runs again and again with other values of its parameters, each time in names of its own."""
