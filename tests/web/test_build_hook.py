"""The build hook: when it builds, what it asks for, and what it says when it cannot."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import nbtrack

if TYPE_CHECKING:
    from types import ModuleType

pytest.importorskip("hatchling")

WEB = Path(__file__).parents[2] / "nbtrack" / "web"


def load_hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("nbtrack_build_hook", WEB / "build_hook.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


hook = load_hook()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Make a project with sources, and no bundle."""
    web = tmp_path / "nbtrack" / "web"
    (web / "src").mkdir(parents=True)
    for name in ("src/table.ts", "package.json", "package-lock.json", "build.mjs", "palette.json"):
        (web / name).write_text("")
        os.utime(web / name, (1_000, 1_000))
    return tmp_path


def give_bundle(project: Path, at: int) -> None:
    dist = project / "nbtrack" / "web" / "dist"
    dist.mkdir()
    for name in hook.BUNDLE:
        (dist / name).write_text("")
        os.utime(dist / name, (at, at))


def make_hook(project: Path) -> Any:
    return hook.WebBuildHook(f"{project}", {}, None, None, f"{project}", "wheel")


@pytest.fixture
def no_node(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path / 'nowhere'}")


@pytest.mark.usefixtures("no_node")
def test_node_is_asked_for_when_it_is_not_there(project: Path) -> None:
    assert make_hook(project).dependencies() == [hook.NODE_FROM_PYPI]


@pytest.mark.usefixtures("no_node")
def test_node_is_not_asked_for_when_the_bundle_is_fresh(project: Path) -> None:
    give_bundle(project, at=2_000)
    assert make_hook(project).dependencies() == []


def test_node_alone_is_not_enough(project: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    node = tmp_path / "bin" / "node"
    node.parent.mkdir()
    node.write_text("")
    node.chmod(0o755)
    monkeypatch.setenv("PATH", f"{node.parent}")
    assert make_hook(project).dependencies() == [hook.NODE_FROM_PYPI]


def test_a_fresh_bundle_is_packed_and_not_built(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    give_bundle(project, at=1_000)
    monkeypatch.setattr(hook, "run", lambda *_: pytest.fail("something was run"))
    packed: dict[str, Any] = {"artifacts": []}
    make_hook(project).initialize("standard", packed)
    assert "nbtrack/web/dist/*" in packed["artifacts"]
    assert "nbtrack/web/palette.json" in packed["artifacts"]


def test_a_changed_source_makes_the_bundle_stale(project: Path) -> None:
    give_bundle(project, at=1_000)
    web = project / "nbtrack" / "web"
    assert hook.is_fresh(web)
    os.utime(web / "src" / "table.ts", (3_000, 3_000))
    assert not hook.is_fresh(web)


def test_half_a_bundle_is_none(project: Path) -> None:
    give_bundle(project, at=2_000)
    (project / "nbtrack" / "web" / "dist" / "chart.js").unlink()
    assert not hook.is_fresh(project / "nbtrack" / "web")


def test_what_a_developer_installed_stays(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    web = project / "nbtrack" / "web"
    (web / "node_modules").mkdir()
    (web / "node_modules" / ".package-lock.json").write_text("")
    names: list[str] = []
    monkeypatch.setattr(hook, "run", lambda _, __, name: names.append(name))
    hook.build(web, hook.Tools(["node"], ["npm"]))
    assert names == ["esbuild"]


@pytest.mark.usefixtures("no_node")
def test_no_node_at_all_is_said_in_one_line(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hook, "find_spec", lambda _: None)
    with pytest.raises(SystemExit):
        make_hook(project).initialize("standard", {"artifacts": []})
    last = "".join(capsys.readouterr()).strip().splitlines()[-1]
    assert "Node.js and npm are not on the PATH" in last


@pytest.mark.skipif(shutil.which("sh") is None, reason="needs a shell")
@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("npm error code ECONNREFUSED", "could not reach its registry"),
        ("npm error code EINTEGRITY", "failed with exit code 3"),
    ],
)
def test_a_failure_ends_in_one_clear_line(tmp_path: Path, said: str, expected: str) -> None:
    with pytest.raises(hook.BuildError, match=expected):
        hook.run(["sh", "-c", f"echo {said} >&2; exit 3"], tmp_path, "npm")


def test_a_tool_that_cannot_be_started_is_named(tmp_path: Path) -> None:
    with pytest.raises(hook.BuildError, match="npm could not be started"):
        hook.run([f"{tmp_path / 'no-such-tool'}"], tmp_path, "npm")


def test_the_extension_of_jupyterlab_has_the_number_of_the_package() -> None:
    assert json.loads((WEB / "lab" / "package.json").read_text())["version"] == nbtrack.__version__
