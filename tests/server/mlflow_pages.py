"""The pages of MLflow's own web UI, out of its wheel, beside our API: for the tests only.

python mlflow_pages.py FOLDER-OF-STATIC-FILES OPTIONS-AS-JSON
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.responses import FileResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from nbtrack.server.app import create_app
from nbtrack.server.serve import Options


def application(build, options):
    """Return what serves both; the pages come without our guard, since they need scripts that ours forbids."""

    async def index(_):
        return FileResponse(build / "index.html")

    return Starlette(
        routes=[
            Route("/", index),
            Mount("/static-files", StaticFiles(directory=build)),
            Mount("/", create_app(options)),
        ]
    )


if __name__ == "__main__":
    given = json.loads(sys.argv[2])
    uvicorn.run(
        application(Path(sys.argv[1]), Options(**given, secret="pages")), port=given["port"], log_level="warning"
    )
