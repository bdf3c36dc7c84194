"""Where MLflow's own server breaks a law of `Store`, test by test, and how."""

DIFFERENT = {}
