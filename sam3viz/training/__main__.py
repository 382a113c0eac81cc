"""`accelerate launch -m sam3viz.training ...`: what follows are the options of `sam3viz train`."""

from __future__ import annotations

import sys

from sam3viz.training.command import NAME, configure, run
from sam3viz.utils.command_line import launched

if __name__ == "__main__":
    sys.exit(launched(NAME, configure, run))
