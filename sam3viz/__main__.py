"""`python -m sam3viz COMMAND ...`: the command line without its script, as `accelerate launch -m sam3viz` starts it."""

from __future__ import annotations

import sys

from sam3viz.cli import main

if __name__ == "__main__":
    sys.exit(main())
