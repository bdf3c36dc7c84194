"""Sitting in the notebook: magics, cell hooks, capture and panels."""
