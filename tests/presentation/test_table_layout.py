"""Groups and trees of runs."""

from nbtrack.presentation.table_layout import grouped, nested


def told(lines):
    return [("  " * each.depth) + (each.run_id or f"[{each.label} {each.runs}]") for each in lines]


def test_groups_come_in_the_order_of_their_first_run():
    lines = grouped("abcd", ["x", "y", "x", None], ())
    assert told(lines) == ["[x 2]", "  a", "  c", "[y 1]", "  b", "[– 1]", "  d"]


def test_a_closed_group_keeps_its_heading_and_its_count():
    assert told(grouped("abc", ["x", "y", "x"], {"group:x"})) == ["[x 2]", "[y 1]", "  b"]


def test_children_stand_below_their_parents():
    lines = nested("abcde", {"b": "a", "c": "b", "e": "d", "a": "elsewhere"}, ())
    assert told(lines) == ["a", "  b", "    c", "d", "  e"]
    assert [each.runs for each in lines] == [1, 1, 0, 1, 0]


def test_what_is_below_a_closed_run_is_left_out():
    assert told(nested("abcd", {"b": "a", "c": "b"}, {"a"})) == ["a", "d"]


def test_a_cycle_of_parents_shows_every_run_once():
    assert sorted(each.run_id for each in nested("abc", {"a": "b", "b": "a", "c": "c"}, ())) == ["a", "b", "c"]


def test_a_thousand_generations_of_runs():
    ids = [str(each) for each in range(3000)]
    assert len(nested(ids, {str(n + 1): str(n) for n in range(2999)}, ())) == 3000
