"""What is shown to people: computed first, then painted as HTML, text, a matplotlib figure or a pandas frame."""
