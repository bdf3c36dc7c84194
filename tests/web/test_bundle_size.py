"""What a browser loads of the front end stays small."""

from __future__ import annotations

import gzip

from nbtrack.notebook.panels.rpc_widget import DIST

LIMIT = 200_000
"""Bytes of all files together as they travel, compressed."""


def test_all_bundles_together_are_small():
    sizes = {path.name: len(gzip.compress(path.read_bytes())) for path in DIST.iterdir()}
    assert sum(sizes.values()) <= LIMIT, sizes


def test_the_page_carries_no_copy_of_the_panels():
    page = (DIST / "page.js").read_text("utf-8")
    assert all(f'from"./{panel}.js"' in page for panel in ("table", "chart", "details"))
    assert "uplot" not in page
