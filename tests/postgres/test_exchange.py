"""Exchanges use parts of psycopg that it does not document: whether the installed version has them as expected."""

from __future__ import annotations

from types import SimpleNamespace

import psycopg
import pytest

from nbtrack.stores.postgres.exchange import exchange


def query(sql, *values):
    return SimpleNamespace(sql=sql, values=values, rows=None)


@pytest.fixture
def connection(postgres):
    """Return a connection of psycopg."""
    with psycopg.connect(postgres.fresh().replace("postgres://", "postgresql://"), autocommit=True) as connection:
        yield connection


def test_values_of_all_types_return(connection):
    values = "é", 2**62, -0.0, None, True, b"\0"
    typed = b"SELECT $1::text, $2::bigint, $3::double precision, $4::text, $5::boolean, $6::bytea"
    asked = [query(typed, *values), query(b"SELECT unnest($1::bigint[])", [1, 2]), query(b"SELECT 1 WHERE false")]
    exchange(connection, [asked])
    assert repr([each.rows for each in asked]) == repr([[values], [(1,), (2,)], []])


def test_error_of_one_part_leaves_the_next_one_and_the_connection_usable(connection):
    parts = [[query(b"CREATE TABLE a (x int)")], [query(b"SELECT 1 / 0")], [query(b"INSERT INTO a VALUES (1)")]]
    with pytest.raises(psycopg.errors.DivisionByZero):
        exchange(connection, parts)
    asked = query(b"SELECT x FROM a")
    exchange(connection, [[asked]])
    assert asked.rows == [(1,)]


def test_more_than_the_buffers_of_a_socket_goes_both_ways(connection):
    text = "x" * 3_000_000
    asked = [query(b"SELECT $1::text", text) for _ in range(4)]
    exchange(connection, [asked])
    assert all(each.rows == [(text,)] for each in asked)
