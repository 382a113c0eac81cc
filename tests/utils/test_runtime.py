"""What torch's libraries read when they are loaded."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sam3viz.utils.runtime import SETTINGS

CODE = """
import json, os, sys

class Watch:
    def find_spec(self, name, *rest):
        if name == "torch":
            print(json.dumps(dict(os.environ)), flush=True)
            os._exit(0)  # all that is asked is said

sys.meta_path.insert(0, Watch())
import sam3viz
"""


@pytest.mark.parametrize("outside", [{}, dict.fromkeys(SETTINGS, "7")], ids=["by default", "set outside"])
def test_the_settings_are_there_before_torch_and_never_override(outside):
    rest = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    done = subprocess.run(
        [sys.executable, "-c", CODE], env=rest | outside, capture_output=True, text=True, check=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    before = json.loads(done.stdout)
    assert {name: before[name] for name in SETTINGS} == SETTINGS | outside
