"""The laws of `ArtifactRepository`, kept by every repository."""

from __future__ import annotations

import hashlib
import io
import tracemalloc

import pytest

from nbtrack import locate
from nbtrack.artifact_storage.local_repository import LocalRepository
from nbtrack.errors import NotFound, Refused

REPOSITORIES = ["local", "proxy by nbtrack", "proxy by mlflow", "cloud"]


@pytest.fixture(params=REPOSITORIES)
def repository(request, tmp_path):
    """Return an empty repository of each kind."""
    if request.param == "local":
        return LocalRepository(tmp_path / "artifacts")
    if request.param == "cloud":
        return locate.repository(f"s3://{request.getfixturevalue('bucket')}/1/artifacts")
    if request.param == "proxy by mlflow":
        uri = request.getfixturevalue("mlflow_server").uri
        return locate.repository(f"mlflow-artifacts:/{tmp_path.name}/artifacts", uri)
    stage = request.getfixturevalue("stage")
    stage.keep(tmp_path / "mlruns")
    return locate.repository("mlflow-artifacts:/1/2/artifacts", stage.uri)


def put(repository, path, content=b"x"):
    repository.put(io.BytesIO(content), path)


def read(repository, path):
    with repository.open(path) as file:
        return file.read()


@pytest.mark.parametrize("path", ["a.txt", "sub/deeper/b c.bin", "ünï/çode é.txt", "100%.txt", "a+b&c=d.txt"])
def test_files_round_trip(repository, path):
    content = bytes(range(256)) * 10
    put(repository, path, content)
    assert read(repository, path) == content
    folder = path.rpartition("/")[0]
    assert [(each.path, each.is_dir, each.file_size) for each in repository.list(folder)] == [(path, False, 2560)]


def test_later_file_replaces_the_earlier(repository):
    put(repository, "a", b"one")
    put(repository, "a", b"two, longer")
    assert read(repository, "a") == b"two, longer"


def test_empty_file(repository):
    put(repository, "nothing", b"")
    assert read(repository, "nothing") == b""


def test_list_returns_sorted_files_and_folders(repository):
    for each in ("b", "a/x", "a/y", "c/d/e"):
        put(repository, each)
    assert [(each.path, each.is_dir) for each in repository.list()] == [("a", True), ("b", False), ("c", True)]
    assert [each.path for each in repository.list("a")] == ["a/x", "a/y"]
    assert repository.list("none") == []


def test_missing_artifacts_are_not_found(repository):
    for call in (repository.open, repository.delete):
        with pytest.raises(NotFound):
            call("none")


def test_delete_removes_a_file_or_a_folder(repository):
    for each in ("a/x", "a/y", "ab", "b"):
        put(repository, each)
    repository.delete("b")
    repository.delete("a")
    assert [each.path for each in repository.list()] == ["ab"]
    with pytest.raises(Refused):
        repository.delete("")


@pytest.mark.parametrize("path", ["../a", "/a", "a/../../b", "C:/a", "a\\b"])
def test_no_path_leaves_the_root(repository, path):
    for call in (repository.open, repository.list, repository.delete, lambda each: put(repository, each)):
        with pytest.raises(Refused):
            call(path)


class Endless(io.RawIOBase):
    """So many bytes, made as they are read."""

    def __init__(self, size):
        self._left = size

    def readable(self):
        return True

    def read(self, count=-1):
        count = min(count, self._left)
        self._left -= count
        return b"\x5a" * count


def test_large_files_take_constant_memory(repository):
    size, most = 96 << 20, 48 << 20
    if "mlflow" in repr(getattr(repository, "_transport", "")):
        pytest.skip("the server's memory is its own affair")
    tracemalloc.start()
    repository.put(Endless(size), "large.bin")
    digest = hashlib.blake2b()
    with repository.open("large.bin") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert digest.digest() == hashlib.blake2b(b"\x5a" * size).digest()
    assert peak < most
    assert repository.list()[0].file_size == size
