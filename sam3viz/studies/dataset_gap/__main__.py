"""`accelerate launch -m sam3viz.studies.dataset_gap ...`: what follows are the options of `sam3viz gap`."""

from __future__ import annotations

import sys

from sam3viz.studies.dataset_gap.command import add_arguments, run
from sam3viz.utils.command_line import launched

if __name__ == "__main__":
    sys.exit(launched("gap", add_arguments, run))
