"""What changed since the last run of a cell: on its card, by command, and in what the run keeps."""

import json

import nbtrack
from nbtrack.tags import CHANGED, DATA_FINGERPRINT

DATA = "import numpy as np, pandas as pd\ndf = pd.DataFrame({'x': np.arange(50.0)})"
CELL = "%%track fit\nlr = {}\nscore = df['x'].mean() * lr"
SETTLE = "from nbtrack.notebook import session_registry\nsession_registry.current().background.close()"


def markup(done):
    return "".join(each["data"].get("text/html", "") for each in done.final if "data" in each)


def inputs(run):
    return {each.dataset.name: each.dataset for each in run.inputs.dataset_inputs}


def last():
    return nbtrack.get_run(nbtrack.search_runs(output_format="list")[0].info.run_id)


def test_the_card_of_a_second_run_says_what_changed(kernel):
    kernel.run(DATA)
    assert "Changed since" not in markup(kernel.run(CELL.format(0.1)))
    kernel.run(SETTLE)
    second = markup(kernel.run(CELL.format(0.5)))
    assert ("was 0.1" in second, "Changed since" in second) == (True, False), "the former value stands once on the card"
    kernel.run("df.loc[3, 'x'] = np.nan")
    done = kernel.run(CELL.format(0.5) + "\nprint(score)")
    assert "Changed since last run: code (1 line), code of earlier cells (1 line)</div>" in markup(done)
    done = kernel.run(SETTLE)
    line = "code (1 line), code of earlier cells (1 line), data df (missing of x 0 % → 2 %)"
    assert last().data.tags[CHANGED] == line
    assert any(f"Changed since last run: {line}" in each.get("text/html", "") for each in done.updates.values())


def test_the_command_shows_the_last_two_runs_of_the_cell_or_those_that_are_named(kernel):
    kernel.run(DATA)
    for rate in (0.1, 0.2, 0.3):
        kernel.run(CELL.format(rate))
    told = kernel.run("%track diff").outputs[0]["data"]["text/plain"]
    assert told.splitlines()[:2] == ["fit-2 → fit-3", "  lr     0.2 → 0.3"]
    told = kernel.run("%track diff fit fit-3").outputs[0]["data"]["text/plain"]
    assert "0.1 → 0.3" in told
    assert "compares two runs, and got 3" in kernel.run("%track diff a b c").errors


def test_data_and_files_that_a_cell_reads_are_inputs_of_its_run(kernel):
    kernel.run(f"{DATA}\nparts = {{'train': df['x'].to_numpy(), 'n': 3}}\npath = 'values.csv'\ndf.to_csv(path)")
    kernel.run("def mean(frame):\n    return frame['x'].mean()")
    kernel.run("%%track\ntable = pd.read_csv(path)\nscore = mean(df) + parts['train'].sum() + len(table)")
    kernel.run(SETTLE)
    found = inputs(last())
    assert set(found) == {"df", "parts.train", "values.csv"}
    assert json.loads(found["df"].schema) == {"mlflow_colspec": [{"type": "double", "name": "x", "required": True}]}
    profile = json.loads(found["df"].profile)
    assert (profile["num_rows"], profile[DATA_FINGERPRINT]["kind"]) == (50, "pandas.DataFrame")
    assert json.loads(found["values.csv"].source)["uri"].endswith("/values.csv")


def test_data_that_functions_read_are_inputs_as_well(kernel):
    kernel.run(
        f"{DATA}\nother = np.zeros(3)\ndef score_of(other):\n    return inner() + other\ndef inner():\n    return df['x'].sum()"
    )
    kernel.run("%%track\nscore = score_of(1)")
    kernel.run(SETTLE)
    assert set(inputs(last())) == {"df"}


def test_what_the_cell_changes_in_its_data_counts_as_it_was_before(kernel):
    kernel.run(DATA)
    kernel.run("%%track\ndf['y'] = df['x'] * 2\nscore = df['y'].sum()")
    kernel.run(SETTLE)
    columns = json.loads(inputs(last())["df"].profile)[DATA_FINGERPRINT]["columns"]
    assert [each["name"] for each in columns] == ["x"]


def test_a_file_that_the_cell_writes_is_no_input(kernel):
    kernel.run(DATA)
    kernel.run("%%track\ndf.to_csv('out.csv')\nback = pd.read_csv('out.csv')\nscore = back['x'].mean()")
    kernel.run(SETTLE)
    assert set(inputs(last())) == {"df"}
