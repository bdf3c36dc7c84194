"""Painting HTML: static tables and cards without any script; every text is escaped automatically."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from nbtrack.presentation import palette
from nbtrack.presentation.formatting import STATUS_SIGNS, counted, duration, moment, number, short
from nbtrack.presentation.table_layout import row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbtrack.entities import Run
    from nbtrack.presentation.table_layout import Cell, Column, Shape


class Html(str):
    """Text that is valid HTML."""

    __slots__ = ()


def element(name: str, *content: str | Html, **attributes: str) -> Html:
    """Return one element; plain text in it and its attributes are escaped. A trailing ``_`` of a name is dropped."""
    written = "".join(f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"' for key, value in attributes.items())
    inner = "".join(each if isinstance(each, Html) else escape(each) for each in content)
    return Html(f"<{name}{written}>{inner}</{name}>")


STATUS_COLOURS = {
    "FINISHED": "#2e8b57",
    "FAILED": "#c8322b",
    "KILLED": "#b8860b",
    "INTERRUPTED": "#b8860b",
    "RUNNING": "#2f6fde",
    "RECORDED": "#2e8b57",
}


def tinted(property_: str, colour: str) -> str:
    """Declare a colour mixed with that of the text, so that it is visible in light and dark themes."""
    return f"{property_}:{colour};{property_}:color-mix(in srgb, {colour} 72%, currentColor);"


def dot(run_id: str) -> Html:
    """Return the colour dot of a run."""
    shade = tinted("background-color", palette.run_colour(run_id))
    style = f"display:inline-block;width:.65em;height:.65em;border-radius:50%;{shade}"
    return element("span", style=style, aria_hidden="true")


def status(name: str) -> Html:
    """Return a status as a symbol and a word, so that nothing depends on colour alone."""
    sign = element("span", STATUS_SIGNS.get(name, "?"), style=tinted("color", STATUS_COLOURS.get(name, "gray")))
    return Html(f"{sign} {escape(name.lower())}")


def static_table(shape: Shape, runs: Sequence[Run], uid: str, *, most_columns: int = 12) -> str:
    """Return the static table of a saved notebook."""
    columns = [each for each in shape.columns if each.id != "attributes.status"][:most_columns]
    head = element("tr", *(element("th", each.label, **_align(each)) for each in columns))
    body = [
        element(
            "tr",
            *(
                element("td", _shown(run, column, value), **_align(column))
                for column, value in zip(columns, row(run, columns), strict=True)
            ),
        )
        for run in runs
    ]
    hidden = shape.total - len(runs)
    about = "about " if shape.estimated else ""
    notes = [about + counted(shape.total, "run") + (f", the first {len(runs)} shown" if hidden > 0 else "")]
    if shape.constant:
        notes.append(
            "Identical in all runs: " + ", ".join(f"{key}={short(value, 40)}" for key, value in shape.constant[:20])
        )
    note = element("div", " · ".join(notes), style="opacity:.7;font-size:90%;margin:2px 0 4px")
    table = element(
        "table",
        element("thead", head),
        element("tbody", *body),
        style="border-collapse:collapse;font-size:90%;white-space:nowrap",
        cellpadding="4",
    )
    return element("div", note, element("div", table, style="overflow-x:auto"), data_nbtrack_static=uid)


def _align(column: Column) -> dict[str, str]:
    """Return the alignment of a cell: notebook viewers align unstyled cells to the right."""
    return {"align": "right"} if column.kind in {"number", "duration"} else {"style": "text-align:left"}


def _shown(run: Run, column: Column, value: Cell) -> Html:
    if column.kind == "name":
        outcome = element("span", status(run.info.status), style="opacity:.7")
        return Html(f"{dot(run.info.run_id)} {escape(short(str(value)))} {outcome}")
    if column.kind == "time":
        return Html(escape(moment(int(value or 0))))
    if column.kind == "duration":
        return Html(escape(duration(value if isinstance(value, int) else None)))
    if column.kind == "number" and not isinstance(value, str):
        return Html(escape(number(value)))
    return Html(escape("–" if value is None else short(str(value), 40)))


def stand_in(uid: str, content: Html) -> str:
    """Return the output below the widget of a panel, which is hidden while the widget is live.

    The style hides the plain text by which a page reports that it can't display the widget.
    """
    failed = ".jp-OutputArea-child:not(:has(.jp-OutputArea-output > *))"
    rule = f'{failed}:has(+ .jp-OutputArea-child [data-nbtrack-static="{uid}"]) {{ display: none; }}'
    return element("div", element("style", Html(rule)), content, data_nbtrack_static=uid)


def empty(message: str, uid: str) -> str:
    """Return the static output of an empty panel."""
    return element("div", message, style="opacity:.7;padding:8px 0", data_nbtrack_static=uid)


def spark(values: Sequence[float], colour: str, *, width: int = 72, height: int = 16) -> Html:
    """Return a curve as a spark line; empty for fewer than two finite values."""
    finite = [each for each in values if each - each == 0]
    if len(finite) < 2:
        return Html("")
    low, high = min(finite), max(finite)
    scale = (height - 2) / ((high - low) or 1)
    step = (width - 2) / (len(finite) - 1)
    line = " ".join(
        f"{1 + number * step:.1f},{height - 1 - (each - low) * scale:.1f}" for number, each in enumerate(finite)
    )
    curve = element(
        "polyline",
        points=line,
        fill="none",
        style=tinted("stroke", colour),
        stroke_width="1.3",
        stroke_linejoin="round",
    )
    return element(
        "svg", curve, width=str(width), height=str(height), style="vertical-align:-3px", role="img", aria_hidden="true"
    )
