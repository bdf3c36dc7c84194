"""What a row of the run table shows of the note and the tags of its run."""

import nbtrack
from nbtrack.notebook.panels import RunTable


def rows(**query):
    table = RunTable(**query)
    found = table.page["rows"]
    table.close()
    return found


def test_a_row_has_the_note_and_the_tags_that_are_no_columns(fresh):
    with nbtrack.start_run():
        nbtrack.set_tags({"team": "vision", "stage": "final", "mlflow.note.content": " check **this** "})
    (row,) = rows()
    assert (row["note"], row["tags"]) == ("check **this**", [["stage", "final"], ["team", "vision"]])
    (row,) = rows(columns=["tags.team"])
    assert row["tags"] == [["stage", "final"]]


def test_a_row_without_any_says_nothing_of_them(fresh):
    with nbtrack.start_run():
        nbtrack.set_tag("mlflow.note.content", "  ")
    (row,) = rows()
    assert not {"note", "tags"} & row.keys()


def test_long_notes_and_many_tags_are_cut(fresh):
    with nbtrack.start_run():
        nbtrack.set_tags(
            {f"tag {number}": "x" * 10_000 for number in range(50)} | {"mlflow.note.content": "y" * 10_000}
        )
    (row,) = rows()
    assert (len(row["note"]), len(row["tags"])) == (301, 8)
    assert len(str(row)) < 2_000


def test_notes_and_tags_are_found_by_a_filter(fresh):
    for note in ("check the seed", "done"):
        with nbtrack.start_run(run_name=note):
            nbtrack.set_tags({"stage": note[:4], "mlflow.note.content": note})
    assert [row["note"] for row in rows(filter="note LIKE '%seed%'")] == ["check the seed"]
    assert [row["note"] for row in rows(filter="tags.stage = 'done'")] == ["done"]
    assert [row["note"] for row in rows(filter="stage = 'done'")] == ["done"]
