"""The details of a run, and runs side by side, with their code, files and images."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from nbtrack.endpoints import related_runs, run_models, run_rows
from nbtrack.endpoints.previews import IMAGES
from nbtrack.errors import InvalidValue, NbtrackError
from nbtrack.presentation import comparison, sections
from nbtrack.statistics.diff_views import diff_runs
from nbtrack.stores.run_lookup import find_run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from nbtrack.artifact_storage.artifact_repository import ArtifactFolder
    from nbtrack.endpoints.run_models import Models
    from nbtrack.entities import FileInfo, Run
    from nbtrack.stores.interface import Store

    Files = Callable[[str], ArtifactFolder]
    """Gives the artifacts of a run, by its id."""

CODE = "cell.py"
"""The artifact with the source of the cell."""
OUTPUTS = "outputs/"
"""The folder of artifacts with what a cell printed and displayed."""
MOST_FILES = 500
MOST_COMPARED = 12
"""Most runs in a comparison."""
MOST_PICTURES = 6
EXPORTS = {"CSV": "comparison.csv", "Markdown": "comparison.md", "LaTeX": "comparison.tex"}
"""The formats of an exported comparison, with the names of the files."""


def cell_source(files: Files, run_id: str) -> str | None:
    """Return the source of a run's cell, or None if there is none or it can't be reached."""
    try:
        return files(run_id).text(CODE)
    except NbtrackError:
        return None


def artifacts(files: Files, run_id: str) -> list[FileInfo]:
    """Return the files of a run, at most `MOST_FILES`; those found so far when they can't be reached."""
    gathered: list[FileInfo] = []
    try:
        for each in files(run_id).walk():
            gathered.append(each)
            if len(gathered) == MOST_FILES:
                break
    except NbtrackError:
        return sorted(gathered)
    return sorted(gathered)


def run_sections(store: Store, run: Run, files: Files, models: Models | None = None) -> list[sections.Section]:
    """Return the sections that show a run without its curves.

    `models` are the logged models of the store; without them, those that are stored apart from the run are left out.
    """
    run_id = run.info.run_id
    kept = artifacts(files, run_id)
    related: list[sections.Section] = [*run_rows.row_sections([run], files), *related_runs.sections_of(store, run)]
    shown, logged = list(_shown(run_id, kept, files)), list(run_models.sections_of(run, files, models))
    return sections.run_sections(run, cell_source(files, run_id), shown, kept, related, logged)


def _shown(run_id: str, kept: Sequence[FileInfo], files: Files) -> Iterator[sections.Section]:
    """Yield what a cell printed and displayed, of its images each in one form."""
    paths = [each.path for each in kept if each.path.startswith(OUTPUTS)]
    for path in paths:
        name, _, suffix = path.removeprefix(OUTPUTS).rpartition(".")
        with suppress(NbtrackError):
            if suffix == "txt":
                text = files(run_id).head(path, sections.MOST_CHARACTERS).decode("utf-8", "replace")
                yield sections.text(f"output {name}" if name.isdigit() else name, text)
    images = {path.rpartition(".")[0]: path for path in reversed(paths) if is_image(path)}
    if images:
        found = sorted(images.values())[:MOST_PICTURES]
        yield sections.Images("displayed", tuple((run_id, path.removeprefix(OUTPUTS), path) for path in found))


def is_image(path: str) -> bool:
    """Return whether a file is an image that can be shown, by its name."""
    return f".{path.lower().rpartition('.')[2]}" in IMAGES


def runs_to_compare(store: Store, runs: Sequence[Run | str]) -> list[Run]:
    """Return runs to be compared, each once.

    Raises
    ------
    InvalidValue
        When they are not two or more, or too many.
    """
    chosen = list(dict.fromkeys(find_run(store, each).info.run_id for each in runs))
    if not 2 <= len(chosen) <= MOST_COMPARED:
        msg = f"a comparison needs 2 to {MOST_COMPARED} runs, and got {len(chosen)}"
        raise InvalidValue(msg)
    return [store.get_run(each) for each in chosen]


def title(runs: Sequence[Run]) -> str:
    """Return the title of a comparison."""
    return " · ".join(each.info.run_name for each in runs)


def comparison_sections(comparison: comparison.Comparison, files: Files) -> list[sections.Section]:
    """Return the sections that show runs side by side: values, code, and images that several of them have."""
    return [*text_sections(comparison, files), *_pictures(comparison.runs, files)]


def text_sections(comparison: comparison.Comparison, files: Files) -> list[sections.Section]:
    """Return the sections of a comparison that are text."""
    codes = [cell_source(files, each.info.run_id) for each in comparison.runs]
    shown = sections.comparison_sections(comparison, codes, run_rows.row_sections(comparison.runs, files))
    if len(comparison.runs) != 2:
        return shown
    changed = diff_runs(*comparison.runs, files)
    return [changed.causes_section(), *shown, *changed.code_sections("earlier code")]


def _pictures(runs: Sequence[Run], files: Files) -> list[sections.Images]:
    """Return the images that several runs have, each in one of its forms."""
    held: dict[str, dict[str, tuple[str, str, str]]] = {}
    for run in runs:
        for each in artifacts(files, run.info.run_id):
            if is_image(each.path):
                of_image = held.setdefault(each.path.rpartition(".")[0], {})
                of_image.setdefault(run.info.run_id, (run.info.run_id, run.info.run_name, each.path))
    several = [images for images in held.values() if len(images) > 1]
    return [sections.Images(next(iter(each.values()))[-1], tuple(each.values())) for each in several[:MOST_PICTURES]]


def exported(comparison: comparison.Comparison, kind: str) -> tuple[str, bytes]:
    """Return the name and the bytes of a comparison as a file.

    Raises
    ------
    InvalidValue
        When the kind is none of `EXPORTS`.
    """
    write = {"CSV": comparison.csv, "Markdown": comparison.markdown, "LaTeX": comparison.latex}.get(kind)
    if write is None:
        msg = f"a comparison can't be exported as {kind[:40]!r}; accepted are {', '.join(EXPORTS)}"
        raise InvalidValue(msg)
    return EXPORTS[kind], write().encode()
