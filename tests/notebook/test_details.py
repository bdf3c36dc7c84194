"""The comparison and the view of a run, as Python sees them."""

import pytest

import nbtrack
from nbtrack import tags as reserved
from nbtrack.endpoints.previews import preview
from nbtrack.errors import InvalidValue, NotFound, Refused


@pytest.fixture
def runs(fresh):
    for number in range(2):
        with nbtrack.start_run(run_name=f"r{number}"):
            nbtrack.log_param("lr", number)
            nbtrack.log_metrics({"loss": 2 - number}, step=0)
            nbtrack.log_metrics({"loss": 1 - number}, step=1)
            nbtrack.log_text(f"lr = {number}\nfit()", "cell.py")
            nbtrack.log_text("a,b\n1,<b>\n", "data/table.csv")
    return nbtrack.search_runs(output_format="list", order_by=["attributes.run_name"])


def kinds(panel):
    return [each["kind"] for each in panel.details.sections]


def written(section):
    """Return the lines of a section of code, each with its sign."""
    return [(sign, "".join(text for _, text in pieces)) for sign, pieces in section["lines"]]


def exported(panel, run_ids):
    return panel.details.answer("nbtrack/runs/comparison/export", {"run_ids": run_ids, "kind": "CSV"})


def test_comparison_has_values_code_and_curves(runs):
    found = nbtrack.compare("r0", runs[1])
    assert kinds(found) == ["values", "grid", "grid", "grid", "code"]
    assert written(found.details.sections[4])[1:3] == [("-", "lr = 0"), ("+", "lr = 1")]
    assert found.chart.metrics == ["loss"]
    assert "| lr | 0 | 1 |" in found.markdown()
    assert exported(found, [each.info.run_id for each in runs]) == (
        {"name": "comparison.csv", "type": "text/plain"},
        [found.csv().encode()],
    )
    assert "r0" in found.details.static()["text/html"]
    found.close()


def test_the_view_of_a_run_shows_what_its_cell_printed_and_displayed(runs):
    with nbtrack.start_run(run_name="cell") as run:
        nbtrack.log_text("epoch 1", "outputs/stdout.txt")
        for name in ("01.png", "01.svg", "02.svg"):
            nbtrack.log_text("<svg/>", f"outputs/{name}")
        nbtrack.log_text("42", "outputs/03.txt")
    shown = nbtrack.show("cell")
    sections = {each["title"]: each for each in shown.details.sections if "title" in each}
    shown.close()
    assert written(sections["stdout"]) == [(" ", "epoch 1")]
    assert written(sections["output 03"]) == [(" ", "42")]
    assert [path for _, _, path in sections["displayed"]["images"]] == ["outputs/01.png", "outputs/02.svg"]
    assert {run_id for run_id, *_ in sections["displayed"]["images"]} == {run.info.run_id}


def test_comparison_needs_two_runs_that_exist(runs):
    with pytest.raises(InvalidValue, match="needs 2 to 12 runs, and got 1"):
        nbtrack.compare("r0", "r0")
    with pytest.raises(NotFound, match="'nobody'"):
        nbtrack.compare("r0", "nobody")


def test_the_view_of_a_run_shows_code_files_and_keeps_its_note(runs):
    found = nbtrack.show("r1")
    named = [each.get("title", each["kind"]) for each in found.details.sections]
    assert named == ["state", "note", "metrics", "charts", "parameters", "code", "artifacts", "tags", "details"]
    assert [list(each) for each in found.details.sections[6]["files"]] == [["cell.py", 12], ["data/table.csv", 10]]
    assert [each.front for each in found.children] == ["details", "chart", "details"]
    assert "lr" not in found.details.static()["text/plain"]
    assert "parameters: lr=1" in found.rest.static()["text/plain"]
    noted = {"run_id": runs[1].info.run_id, "key": reserved.NOTE, "value": "good"}
    found.details.answer("mlflow/runs/set-tag", noted)
    assert nbtrack.get_run(runs[1].info.run_id).data.tags[reserved.NOTE] == "good"
    request = {"run_id": runs[1].info.run_id, "path": "data/table.csv"}
    head, _ = found.details.answer("nbtrack/artifacts/preview", request)
    assert head == {"show": "table", "heads": ["a", "b"], "rows": [["1", "<b>"]]}
    assert found.details.answer("kernel/artifact", request) == ({"name": "table.csv"}, [b"a,b\n1,<b>\n"])
    found.close()


def sweep(name, scores):
    with nbtrack.start_run(run_name=name) as run:
        nbtrack.log_metric("score", scores[-1])
        nbtrack.log_table({"C": [1, 10, 100][: len(scores)], "kernel": "rbf", "score": scores}, "rows.json")
    return run.info.run_id


def test_the_view_of_a_run_has_the_rows_of_its_sweep_and_sorts_them(fresh):
    run_id = sweep("search", [0.5, None, 0.25])
    found = nbtrack.show("search")
    (section,) = (each for each in found.details.sections if each["kind"] == "rows")
    assert kinds(found).index("rows") == kinds(found).index("values") + 1
    assert [each["label"] for each in section["columns"]] == ["C", "kernel", "score"]
    assert section["rows"] == [[1, "rbf", 0.5], [10, "rbf", None], [100, "rbf", 0.25]]
    asked = {"run_ids": [run_id], "column": 2, "order": "asc"}
    answer, _ = found.details.answer("nbtrack/runs/rows", asked)
    assert [row[0] for row in answer["rows"]] == [100, 1, 10]
    head, (content,) = found.details.answer("nbtrack/runs/rows/export", asked)
    assert head == {"name": "rows.csv", "type": "text/csv"}
    assert content == b"C,kernel,score\n100,rbf,0.25\n1,rbf,0.5\n10,rbf,\n"
    assert ">0.25<" in found.details.static()["text/html"]
    with pytest.raises(InvalidValue, match="3 columns, but none with the number 3"):
        found.details.answer("nbtrack/runs/rows", asked | {"column": 3})
    found.close()


def test_the_comparison_joins_the_rows_of_its_runs(fresh):
    runs = [sweep("first", [0.5, 0.6]), sweep("second", [0.7, 0.8, 0.9])]
    found = nbtrack.compare(*runs)
    (section,) = (each for each in found.details.sections if each["kind"] == "rows")
    assert [(each["label"], each["run_name"]) for each in section["columns"][2:]] == [
        ("score", "first"),
        ("score", "second"),
    ]
    assert section["rows"] == [[1, "rbf", 0.5, 0.7], [10, "rbf", 0.6, 0.8], [100, "rbf", None, 0.9]]
    found.close()


def test_rows_that_cannot_be_read_are_a_file_like_others(fresh):
    sweep("broken", [1.0])
    nbtrack.MlflowClient().put(nbtrack.last_active_run().info.run_id, b"{", "rows.json")
    found = nbtrack.show("broken")
    assert "rows" not in kinds(found)
    assert kinds(found)[-3:] == ["files", "tags", "values"]
    found.close()


def test_runs_lead_to_their_parent_and_to_those_nested_in_them(fresh):
    with nbtrack.start_run(run_name="sweep") as parent:
        for number in range(2):
            with nbtrack.start_run(run_name=f"trial {number}", nested=True) as nested:
                nbtrack.log_metric("loss", number)
    above, below = nbtrack.show("sweep"), nbtrack.show("trial 1")
    (down,) = (each for each in above.details.sections if each["kind"] == "runs")
    (up,) = (each for each in below.details.sections if each["kind"] == "runs")
    assert [each["name"] for each in down["runs"]] == ["trial 0", "trial 1"]
    assert [(up["title"], up["runs"][0]["run_id"])] == [("parent run", parent.info.run_id)]
    above.details.answer("kernel/open", {"panel": "show", "run_ids": [nested.info.run_id]})
    assert repr(above.opened) == "DetailsPanel(trial 1)"
    assert above.children[-1] is above.opened
    above.opened.details.answer("kernel/close-panel", {})
    assert above.opened is None
    for each in (above, below):
        each.close()


@pytest.mark.parametrize(
    ("name", "content", "shown"),
    [
        ("a.json", b"[1]", {"show": "code", "lines": [[("", "[")], [("", " "), ("number", "1")], [("", "]")]]}),
        ("a.json", b"[broken", {"show": "code", "lines": [[("", "[broke"), ("keyword", "n")]]}),
        ("a.txt", b"# a", {"show": "text", "text": "# a"}),
        ("a.md", b"*a*", {"show": "markdown", "content": (("p", {}, (("em", {}, ("a",)),)),)}),
        ("a.bin", b"\0\1", {"show": "none", "why": "neither text nor an image"}),
        ("a.html", b"<script>", {"show": "page", "type": "text/html"}),
        ("a.png", b"png", {"show": "image", "type": "image/png"}),
        ("a.parquet", b"no", None),
    ],
)
def test_previews(fresh, name, content, shown):
    with nbtrack.start_run() as run:
        client = nbtrack.MlflowClient()
        client.put(run.info.run_id, content, name)
        found = preview(client.artifact_folder(run.info.run_id), name)[0]
    assert found == shown if shown else found["show"] == "none"


def test_a_preview_leaves_the_artifacts_of_the_run_only_with_an_error(runs):
    found = nbtrack.show("r1")
    with pytest.raises(Refused):
        found.details.answer(
            "nbtrack/artifacts/preview", {"run_id": runs[1].info.run_id, "path": "../../../secret.txt"}
        )
    found.close()
