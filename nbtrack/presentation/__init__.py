"""Drawing: what to show is computed first, then painted as HTML, a matplotlib figure or a pandas frame."""
