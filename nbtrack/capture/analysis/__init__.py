"""Reads the code of a cell: names, data flow, kinds of values, loops. No value is touched and nothing is executed."""
