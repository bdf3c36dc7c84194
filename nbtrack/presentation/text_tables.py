"""Tables as Markdown and LaTeX, with every text escaped."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

_MARKDOWN = MappingProxyType({each: "\\" + each for each in "\\`*_{}[]<>#|$"})
_LATEX = MappingProxyType(
    {
        **{each: "\\" + each for each in "&%$#_{}"},
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "−": "$-$",
        "±": r"$\pm$",
        "∞": r"$\infty$",
        "–": "--",
    }
)


def markdown(heads: Sequence[str], lines: Sequence[Sequence[str]], bold: Collection[int] = ()) -> str:
    """Return a Markdown table; `bold` are the places of lines that are set in bold."""
    rows = [_escaped(line, _MARKDOWN) for line in lines]
    rows = [[f"**{cell}**" if cell else "" for cell in row] if at in bold else row for at, row in enumerate(rows)]
    every = [_escaped(heads, _MARKDOWN), ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in every) + "\n"


def latex(heads: Sequence[str], lines: Sequence[Sequence[str]], columns: str, bold: Collection[int] = ()) -> str:
    """Return a LaTeX tabular with rules of booktabs; `columns` are their alignments, `bold` the places of lines."""
    rows = [_escaped(line, _LATEX) for line in lines]
    rows = [
        [f"\\textbf{{{cell}}}" if cell else "" for cell in row] if at in bold else row for at, row in enumerate(rows)
    ]
    body = "".join(map(_latex_line, rows))
    inner = f"\\toprule\n{_latex_line(_escaped(heads, _LATEX))}\\midrule\n{body}\\bottomrule\n"
    return f"\\begin{{tabular}}{{{columns}}}\n{inner}\\end{{tabular}}\n"


def _escaped(line: Sequence[str], signs: Mapping[str, str]) -> list[str]:
    return ["".join(signs.get(each, each) for each in " ".join(cell.split())) for cell in line]


def _latex_line(cells: Sequence[str]) -> str:
    return " & ".join(cells) + r" \\" + "\n"
