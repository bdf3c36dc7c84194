"""What these rooms cost when they are imported: nothing heavy."""

from __future__ import annotations

import json
import subprocess
import sys


def test_import_loads_nothing_heavy():
    program = (
        "import sys, json; import nbtrack.media, nbtrack.datasets;"
        "print(json.dumps(sorted({each.partition('.')[0] for each in sys.modules})))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"numpy", "pandas", "matplotlib", "PIL", "yaml", "plotly", "IPython"} & set(json.loads(done.stdout))
