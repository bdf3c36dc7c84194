"""The rules: what is a parameter, a metric and a curve, judged by the code alone."""
