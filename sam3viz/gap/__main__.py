"""`accelerate launch -m sam3viz.gap ...`: what follows are the options of `sam3viz gap`."""

from __future__ import annotations

import argparse
import sys

from sam3viz.gap.command import add_arguments, run


def main() -> int:
    """Measure in this process's part; bad input ends in one sentence on stderr and exit code 2."""
    parser = argparse.ArgumentParser(prog="sam3viz.gap", description=__doc__)
    add_arguments(parser)
    words = sys.argv[1:]
    try:
        run(parser.parse_args(words), ["gap", *words])
    except (ValueError, FileNotFoundError) as error:
        print(f"sam3viz: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
