"""Serves the built panels, and opens a page that holds one of them over a model that stands in for the kernel's."""

from __future__ import annotations

import functools
import http.server
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

HERE = Path(__file__).parent
DIST = HERE.parents[1] / "nbtrack" / "web" / "dist"


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves this folder, and the bundle beside it."""

    def translate_path(self, path: str) -> str:
        name = path.lstrip("/")
        return f"{DIST / name[5:] if name.startswith('dist/') else HERE / name}"

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser(chromium: Browser) -> Browser:
    return chromium


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """Open the empty page; any error on it, and any foreign request, fails the test."""
    page = browser.new_page(viewport={"width": 800, "height": 600})
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(f"{error}"))
    page.on("request", lambda r: None if r.url.startswith(address) else wrong.append(r.url))
    page.goto(f"{address}/panels.html")
    page.wait_for_function("window.isReady")
    yield page
    page.close()
    assert wrong == []
