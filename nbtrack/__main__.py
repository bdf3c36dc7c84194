"""``python -m nbtrack``: the command line, also when its script is not on the path."""

from nbtrack.cli import main

main(prog_name="nbtrack")
