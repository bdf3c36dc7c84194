"""Several servers on one database: each accepts what another has begun, and one that stops drops nothing."""

from __future__ import annotations

import pytest
from serving import serving

from nbtrack import locate
from nbtrack.endpoints.page_seal import PageSeal
from nbtrack.errors import InvalidValue
from nbtrack.stores.sql import page_keys


@pytest.fixture(scope="module")
def database(postgres):
    """Return the address of an empty database for the servers of this module."""
    return postgres.fresh()


@pytest.fixture(scope="module")
def two(database, tmp_path_factory):
    """Run two servers on one database that know nothing of each other."""
    first, second = (tmp_path_factory.mktemp(name) for name in ("first", "second"))
    with serving(first, store=database) as one, serving(second, store=database) as other:
        yield one, other


def test_pages_of_one_server_go_on_at_the_other(two):
    runs = [two[number % 2].run() for number in range(7)]
    for name, answer, search in (
        ("runs/search", "runs", {"experiment_ids": ["0"], "max_results": 2}),
        ("runs/search", "runs", {"experiment_ids": ["0"], "max_results": 2, "order_by": ["metrics.m"]}),
    ):
        found, token = [], None
        for number in range(4):
            page = two[number % 2].made(name, {**search, "page_token": token} if token else search)
            found += [each["info"]["run_id"] for each in page[answer]]
            token = page.get("next_page_token")
        assert sorted(found) == sorted(runs)
        assert token is None
    forged = two[0].made("runs/search", search)["next_page_token"]
    for odd in (forged[:-2], "1" + forged, forged.replace(".", ".x", 1), "1.2", "9999999999999.a.b"):
        assert two[1].call("runs/search", {**search, "page_token": odd}).status_code == 400


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_keys_are_renewed_and_earlier_ones_accepted_for_a_while(kind, request, monkeypatch, tmp_path):
    store = locate.store(request.getfixturevalue("postgres").fresh() if kind == "postgres" else tmp_path / "runs")
    seal = PageSeal(b"", store)
    token = seal.seal("page")
    assert store.page_keys() == store.page_keys()
    monkeypatch.setattr(page_keys, "NEW_AFTER_MS", -1000)
    keys = store.page_keys()
    assert sorted(keys) == [1, 2]
    assert PageSeal(b"other", store).opened(token) == "page"
    monkeypatch.setattr(page_keys, "KEPT_MS", -1000)
    store.page_keys()
    with pytest.raises(InvalidValue, match="page token"):
        PageSeal(b"other", store).opened(token)
