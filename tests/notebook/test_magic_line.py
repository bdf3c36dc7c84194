"""The lines of the magics: what they ask for, and what is refused."""

from __future__ import annotations

import pytest
from IPython.core.error import UsageError

from nbtrack.notebook import magic_line
from nbtrack.notebook.magics import NbtrackMagics
from nbtrack.tracking.capture_options import CaptureOptions

DEFAULTS = CaptureOptions(experiment="digits", quiet=True)


def test_options_replace_the_defaults():
    asked = magic_line.parse("'my run' --params a,b --tags k=v,k2=v2 --no-infer --every batch").options(DEFAULTS)
    assert asked == DEFAULTS._replace(
        name="my run", params=("a", "b"), tags=(("k", "v"), ("k2", "v2")), infer=False, every="batch"
    )
    assert magic_line.parse("").options(DEFAULTS) == DEFAULTS


@pytest.mark.parametrize("line", ["--exp x", "--every day", "--tags k", "one two", "--params", "'open"])
def test_unknown_arguments_are_named_with_the_accepted_ones(line):
    with pytest.raises(UsageError) as refused:
        magic_line.parse(line).options(DEFAULTS)
    message = str(refused.value)
    assert message.startswith("%%track: ")
    assert "\n" not in message
    assert all(flag in message for flag in magic_line.FLAGS) or "No closing quotation" in message


@pytest.mark.parametrize(
    ("cell", "stripped"),
    [
        ("%%track\nx = 1\n", "\nx = 1\n"),
        ("%%track name --quiet\n%%time\nx = 1\n", "%%time\nx = 1\n"),
        ("%%scratch\nx = 1\n", "\nx = 1\n"),
        ("%%track --nosuch\nx = 1\n", "%%track --nosuch\nx = 1\n"),
        ("%%scratch this\nx = 1\n", "%%scratch this\nx = 1\n"),
        ("%%tracked\nx = 1\n", "%%tracked\nx = 1\n"),
        ("x = 1\n%%track\n", "x = 1\n%%track\n"),
    ],
)
def test_only_a_line_that_is_understood_is_taken_off(cell, stripped):
    assert "".join(magic_line.strip(cell.splitlines(keepends=True))) == stripped


def test_the_line_is_found_below_other_magics():
    assert magic_line.header("%%time\n%%track name\nx = 1").track == magic_line.parse("name")
    assert magic_line.header("%%time\nx = 1\n%%track") == magic_line.CellHeader()
    assert magic_line.header("%%scratch\nx = 1").scratch


def test_help_lists_every_option():
    assert all(flag in NbtrackMagics.track_cell.__doc__ for flag in magic_line.FLAGS)
