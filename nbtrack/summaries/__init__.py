"""Answers of bounded size about experiments and runs, for programs, agents and terminals."""
