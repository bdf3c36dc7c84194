"""Artifact paths that try to leave their root, and files that try to be more than files."""

from __future__ import annotations

import json
import socket
import threading
from pathlib import Path

import httpx
import pytest

PROXY = "/api/2.0/mlflow-artifacts/artifacts"
LEAVING = [
    "../outside",
    "a/../../outside",
    "..",
    "%2e%2e/outside",
    "a/%2e%2e/%2e%2e/outside",
    "..%2foutside",
    "%2e%2e%2foutside",
    "/etc/passwd",
    "%2fetc%2fpasswd",
    "//etc/passwd",
    "..\\outside",
    "..%5coutside",
    "C:/windows/system.ini",
    "c:%5cwindows",
    "a%00b",
    "a%0ab",
    "a%7fb",
    "%ed%a0%80",
]


def raw(server, method, path, body=b""):
    """Ask with the very path, which clients would tidy up."""
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    answer = server.raw(head.encode("latin-1") + body)
    return int(answer.split(b" ", 2)[1]), answer.partition(b"\r\n\r\n")[2]


@pytest.fixture
def outside(server):
    """Put a file beside the root of the artifacts."""
    place = server.folder / "outside"
    place.write_text("never to be seen")
    yield place
    assert place.read_text() == "never to be seen"
    place.unlink()


@pytest.fixture
def root(server):
    """Return the root of the artifacts."""
    found = server.folder / "files"
    found.mkdir(exist_ok=True)
    return found


@pytest.mark.parametrize("path", LEAVING)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_no_path_leaves_the_root(server, outside, method, path):
    status, answer = raw(server, method, f"{PROXY}/{path}", b"hostile" if method == "PUT" else b"")
    assert status in {400, 404}, answer
    assert b"never to be seen" not in answer
    assert b"root:" not in answer
    assert str(server.folder).encode() not in answer


@pytest.mark.parametrize("path", LEAVING)
def test_no_path_of_a_run_leaves_it(server, outside, path):
    run_id = server.run()
    for place in (f"/get-artifact?run_id={run_id}&path={path}", f"{PROXY}?path={path}"):
        status, answer = raw(server, "GET", place)
        assert status in {200, 400, 404}
        assert status != 200 or answer == b"{}"
        assert b"never to be seen" not in answer
    status, answer = raw(server, "GET", f"/api/2.0/mlflow/artifacts/list?run_id={run_id}&path={path}")
    assert status in {200, 400}
    assert b'"files"' not in answer


def test_a_path_is_decoded_once(server, outside):
    assert httpx.put(f"{server.url}{PROXY}/double%252e%252e", content=b"x").status_code == 200
    assert (server.folder / "files" / "double%2e%2e").read_bytes() == b"x"
    assert raw(server, "GET", f"{PROXY}/%252e%252e/outside")[0] == 404


@pytest.mark.parametrize("path", ["", ".", "./", "/", "%2e", "a/..", "./."])
def test_the_root_is_never_deleted(server, root, path):
    (root / "kept").write_text("kept")
    status, _ = raw(server, "DELETE", f"{PROXY}/{path}")
    assert status in {400, 404, 405, 307}
    assert (root / "kept").read_text() == "kept"


def test_links_are_never_followed(server, outside, root):
    (root / "links").mkdir(exist_ok=True)
    (root / "links" / "file").symlink_to(outside)
    (root / "links" / "folder").symlink_to(server.folder, target_is_directory=True)
    (root / "links" / "inside").symlink_to(root, target_is_directory=True)
    for path in ("links/file", "links/folder/outside", "links/inside/links/file", "links/folder"):
        assert raw(server, "GET", f"{PROXY}/{path}")[0] == 404
    listed = server.get(PROXY, params={"path": "links"}).json()
    assert listed == {}
    assert server.get(PROXY, params={"path": "links/folder"}).json() == {}
    assert raw(server, "PUT", f"{PROXY}/links/folder/new", b"x")[0] == 404
    assert not (server.folder / "new").exists()
    assert raw(server, "PUT", f"{PROXY}/links/file", b"x")[0] == 200
    assert (root / "links" / "file").read_bytes() == b"x"
    assert not (root / "links" / "file").is_symlink()
    assert raw(server, "DELETE", f"{PROXY}/links/folder")[0] == 200
    assert server.folder.exists()
    assert raw(server, "DELETE", f"{PROXY}/links")[0] == 200
    assert root.exists()


def test_pipes_do_not_block(server, root):
    import os

    os.mkfifo(root / "pipe")
    assert raw(server, "GET", f"{PROXY}/pipe")[0] == 404
    assert all(each["path"] != "pipe" for each in server.get(PROXY).json().get("files", []))


@pytest.mark.parametrize(
    "location",
    [
        "../up",
        "/a/../b",
        "file:///a/../b",
        "mlflow-artifacts:/../x",
        "runs:/a",
        "x#y",
        "file:///data?x",
        "s3://bucket/a?b",
        "http://a/b",
        "s3://" + "b" * 3000,
    ],
    ids=lambda each: each[:30],
)
def test_odd_locations_are_refused(server, location):
    answer = server.call("experiments/create", {"name": f"at {location}"[:200], "artifact_location": location})
    assert answer.status_code in {400, 403}


@pytest.mark.parametrize("location", ["/etc", "file:///etc", "s3://bucket/x", "here"])
def test_a_location_of_a_client_is_recorded_and_never_opened_by_the_server(server, location, monkeypatch):
    monkeypatch.chdir(server.folder)
    made = server.call("experiments/create", {"name": f"at {location}", "artifact_location": location}).json()
    run = server.call("runs/create", {"experiment_id": made["experiment_id"]}).json()["run"]["info"]
    root = str(server.folder / "here") if location == "here" else location
    assert run["artifact_uri"] == f"{root}/{run['run_id']}/artifacts"
    asked = {"run_id": run["run_id"], "path": "hosts"}
    for path in ("/api/2.0/mlflow/artifacts/list", "/get-artifact"):
        answer = server.get(path, params=asked)
        assert answer.status_code == 400
        assert "does not open" in answer.json()["message"]
    model = server.call("logged-models", {"experiment_id": made["experiment_id"]})
    assert model.status_code == 400
    assert server.made("logged-models/search", {"experiment_ids": ["0", made["experiment_id"]]}) == {}


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("page.html", "text/plain; charset=utf-8"),
        ("drawing.svg", "text/plain; charset=utf-8"),
        ("code.js", "text/plain; charset=utf-8"),
        ("feed.xhtml", "application/octet-stream"),
        ("model.pkl", "application/octet-stream"),
        ("picture.png", "image/png"),
        ('odd "name"\'; ü.txt', "text/plain; charset=utf-8"),
    ],
)
def test_what_was_logged_is_an_attachment(server, name, kind):
    path = f"{PROXY}/{httpx.URL('http://x/' + name).raw_path.decode()[1:]}"
    assert httpx.put(f"{server.url}{path}", content=b"<script>alert(1)</script>").status_code == 200
    answer = server.get(path)
    assert answer.headers["content-type"] == kind
    assert answer.headers["content-disposition"].startswith('attachment; filename="')
    assert answer.headers["content-security-policy"].startswith("sandbox;")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.content == b"<script>alert(1)</script>"


@pytest.mark.parametrize("name", ["page.html", "page.htm"])
def test_a_preview_can_do_nothing(server, name):
    run_id = server.run()
    httpx.put(f"{server.url}{PROXY}/0/{run_id}/artifacts/{name}", content=b"<script>alert(1)</script>")
    answer = server.get("/get-artifact", params={"run_id": run_id, "path": name, "preview": "1"})
    assert answer.headers["content-type"].startswith("text/html")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox;")
    assert "allow-scripts" not in policy
    assert "default-src 'none'" in policy


def test_ranges(server):
    httpx.put(f"{server.url}{PROXY}/ranged", content=bytes(range(100)))
    for asked, expected in {"bytes=0-9": range(10), "bytes=90-": range(90, 100), "bytes=-5": range(95, 100)}.items():
        answer = server.get(f"{PROXY}/ranged", headers={"Range": asked})
        assert (answer.status_code, answer.content) == (206, bytes(expected))
    assert server.get(f"{PROXY}/ranged", headers={"Range": "bytes=100-"}).status_code == 416
    for odd in ("bytes=a-b", "bytes=5-1,7-9", "lines=1-2", "bytes=-"):
        assert server.get(f"{PROXY}/ranged", headers={"Range": odd}).content == bytes(range(100))


def traces(root):
    return [each for each in Path(root).rglob("*") if each.name.startswith(".nbtrack")]


@pytest.mark.parametrize("head", ["Content-Length: 1000000", "Transfer-Encoding: chunked"])
def test_a_broken_upload_leaves_no_trace(server, root, head):
    with socket.create_connection(server.address, 10) as wire:
        wire.sendall(f"PUT {PROXY}/broken/file HTTP/1.1\r\nHost: localhost\r\n{head}\r\n\r\n".encode())
        wire.sendall(b"ff\r\n" + b"x" * 255 + b"\r\n")
        until(lambda: traces(root))
    until(lambda: not traces(root))
    assert not (root / "broken" / "file").exists()
    assert server.get(f"{PROXY}/broken/file").status_code == 404


def until(true, seconds=20):
    """Wait until something holds."""
    done = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if true():
            return
        done.wait(0.02)
    raise AssertionError(true)


def test_an_upload_replaces_whole(server, root):
    for size in (5_000_000, 3):
        assert httpx.put(f"{server.url}{PROXY}/replaced", content=b"y" * size).status_code == 200
        assert (root / "replaced").stat().st_size == size
    assert traces(root) == []


def test_a_folder_is_no_file(server, root):
    (root / "folder").mkdir(exist_ok=True)
    assert server.get(f"{PROXY}/folder").status_code == 400
    assert httpx.put(f"{server.url}{PROXY}/folder", content=b"x").status_code == 400
    httpx.put(f"{server.url}{PROXY}/plain", content=b"x")
    assert httpx.put(f"{server.url}{PROXY}/plain/below", content=b"x").status_code in {400, 404}


def test_pages_send_small_files_only(server):
    run_id = server.run()
    place = f"{server.url}/ajax-api/2.0/mlflow/upload-artifact?run_uuid={run_id}&path=a.txt"
    assert httpx.post(place, content=b"x").status_code == 200
    assert httpx.post(place, content=b"x" * 10_000_001).status_code == 413

    def unsized():
        for _ in range(11):
            yield b"x" * 1_000_000

    assert httpx.post(place, content=unsized()).status_code == 413
    assert server.get("/get-artifact", params={"run_uuid": run_id, "path": "a.txt"}).content == b"x"


def test_multipart_and_presigned_are_not_offered(server):
    for name in ("create", "complete", "abort"):
        answer = httpx.post(f"{server.url}/api/2.0/mlflow-artifacts/mpu/{name}/a", json={"path": "a", "num_parts": 2})
        assert (answer.status_code, answer.json()["error_code"]) == (501, "NOT_IMPLEMENTED")
    assert server.get("/api/2.0/mlflow-artifacts/presigned/a").status_code == 501
    info = json.loads(server.get("/api/3.0/mlflow/server-info").text)
    assert info["multipart_uploads_enabled"] is False
