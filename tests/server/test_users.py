"""Users with tokens: each may do what the role allows until the token is revoked, and changes are recorded."""

from __future__ import annotations

import re
import time

import httpx
import pytest
from click.testing import CliRunner
from serving import serving

from nbtrack import locate
from nbtrack.cli.main import main
from nbtrack.errors import AlreadyExists, InvalidValue, NotFound, Unsupported
from nbtrack.server import users as server_users
from nbtrack.server.serve import Options
from nbtrack.stores.sql.accounts import ROLES
from nbtrack.wire.endpoint_table import TABLE


@pytest.fixture(scope="module")
def team(tmp_path_factory):
    """Run a server on a store with a user of each role; return it with their tokens."""
    folder = tmp_path_factory.mktemp("team")
    accounts = locate.accounts(folder / "store")
    tokens = {role: accounts.add(f"{role}er", role) for role in ROLES}
    with serving(folder, users=True, shorter={"server.users.KNOWN_SECONDS": 0.1}) as server:
        yield server, accounts, tokens


def bearer(token):
    return {"headers": {"Authorization": f"Bearer {token}"}}


def test_role_allows_what_those_before_it_may_and_more(team):
    server, _, tokens = team
    created = {role: server.call("runs/create", {"experiment_id": "0"}, **bearer(tokens[role])) for role in ROLES}
    assert {role: each.status_code for role, each in created.items()} == {"read": 403, "write": 200, "admin": 200}
    assert "role read does not allow" in created["read"].json()["message"]
    run_id = created["write"].json()["run"]["info"]["run_id"]
    for role in ROLES:
        assert server.call("runs/search", {"experiment_ids": ["0"]}, **bearer(tokens[role])).status_code == 200
        assert server.call("runs/get", {"run_id": run_id}, method="GET", **bearer(tokens[role])).status_code == 200
        purged = server.call("purge", {"run_ids": [run_id]}, prefix="/api/2.0/nbtrack/", **bearer(tokens[role]))
        assert purged.status_code == (200 if role == "admin" else 403)
        place = f"{server.url}/api/2.0/mlflow-artifacts/artifacts/0/{run_id}/artifacts/a.txt"
        assert httpx.put(place, content="a", **bearer(tokens[role])).status_code == (403 if role == "read" else 200)


@pytest.mark.parametrize("endpoint", [each for each in TABLE if each.method != "GET"], ids=lambda each: each.path)
def test_reader_may_ask_for_nothing_that_changes_anything(endpoint):
    changing = r"create|update|delete|restore|set-|log-|move|drop|purge|control|outputs|default|live"
    scope = {"path": endpoint.prefixes[0] + endpoint.path, "method": endpoint.method}
    of_model = endpoint.path.startswith("logged-models") and "search" not in endpoint.path
    if of_model or re.search(changing, endpoint.path):
        assert server_users.needed_role(scope) in {"write", "admin"}
    unknown = {"path": f"{endpoint.prefixes[0]}{endpoint.path}/more", "method": endpoint.method}
    assert server_users.needed_role(unknown) == "write"


def test_without_a_token_of_a_user_nothing_is_answered(team):
    server, _, tokens = team
    for shown in ("x", tokens["read"][:-1], "é"):
        assert server.call("runs/search", headers={"Authorization": f"Bearer {shown}".encode()}).status_code == 401
        assert server.get("/health?token=x").status_code == 401
    assert server.get("/health", auth=("anybody", tokens["read"])).status_code == 200
    login = server.get(f"/?token={tokens['read']}")
    assert login.status_code == 303
    cookies = {each.name: each.value for each in login.cookies.jar}
    assert httpx.get(f"{server.url}/health", cookies=cookies).status_code == 200
    assert not any(token in server.log_text() for token in tokens.values())


def test_revoked_token_is_refused_and_another_one_may_be_given_out(team):
    server, accounts, _ = team
    token = accounts.add("eve", "write")
    assert server.get("/health", **bearer(token)).status_code == 200
    with pytest.raises(AlreadyExists, match="revoke it first"):
        accounts.add("eve", "read")
    accounts.revoke("eve")
    deadline = time.monotonic() + 30
    while server.get("/health", **bearer(token)).status_code != 401:
        assert time.monotonic() < deadline
    again = accounts.add("eve", "read")
    assert server.get("/health", **bearer(again)).status_code == 200
    assert server.get("/health", **bearer(token)).status_code == 401
    with pytest.raises(NotFound):
        accounts.revoke("nobody")
    for odd in ("", "a\nb", "x" * 200):
        with pytest.raises(InvalidValue):
            accounts.add(odd, "read")


def test_what_users_change_is_recorded(team):
    server, accounts, tokens = team
    run_id = server.made("runs/create", {"experiment_id": "0"}, **bearer(tokens["write"]))["run"]["info"]["run_id"]
    for number in range(5):
        server.made("runs/set-tag", {"run_id": run_id, "key": f"k{number}", "value": "1"}, **bearer(tokens["write"]))
    assert server.call("runs/delete", {"run_id": run_id}, **bearer(tokens["read"])).status_code == 403
    deadline = time.monotonic() + 30
    while True:
        entries = accounts.audit_log(100)
        tagged = sum(each.requests for each in entries if (each.user, each.subject) == ("writeer", run_id))
        refused = [
            each for each in entries if (each.user, each.status) == ("reader", 403) and "runs/delete" in each.endpoint
        ]
        if tagged == 5 and refused:
            break
        assert time.monotonic() < deadline
    assert not [each for each in entries if "search" in each.endpoint]


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_commands_add_list_and_revoke(kind, request, tmp_path):
    uri = request.getfixturevalue("postgres").fresh() if kind == "postgres" else str(tmp_path / "runs")

    def run(*words):
        done = CliRunner().invoke(main, ["--tracking-uri", uri, "users", *words])
        assert done.exit_code == 0, done.output
        return done.output

    token = run("add", "ada", "--role", "admin").strip()
    accounts = locate.accounts(uri)
    assert accounts.find(token).role == "admin"
    assert re.search(r"ada +admin +\d{4}-", run("list"))
    run("revoke", "ada")
    assert accounts.find(token) is None
    assert token not in run("list", "--json")
    assert "USER" in run("log")


def test_store_on_another_server_keeps_no_users(team):
    with pytest.raises(Unsupported, match="keeps no users"):
        locate.accounts(team[0].url)
    assert Options("runs", None, host="0.0.0.0", users=True, allowed_hosts=("tracking.test",)).checked()
