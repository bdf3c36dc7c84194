"""``python -m nbtrack``: the command line, where its script is not on the path."""

from nbtrack.cli import main

main(prog_name="nbtrack")
