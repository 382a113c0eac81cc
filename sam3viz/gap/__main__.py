"""`accelerate launch -m sam3viz.gap ...`: what follows are the options of `sam3viz gap`."""

from __future__ import annotations

import sys

from sam3viz.commandline import launched
from sam3viz.gap.command import add_arguments, run

if __name__ == "__main__":
    sys.exit(launched("gap", add_arguments, run))
