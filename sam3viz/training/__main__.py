"""`accelerate launch -m sam3viz.training ...`: what follows are the options of `sam3viz train`."""

from __future__ import annotations

import argparse
import sys

from sam3viz.training.command import add_arguments, run


def main() -> int:
    """Train in this process's part; bad input ends in one sentence on stderr and exit code 2."""
    parser = argparse.ArgumentParser(prog="sam3viz.training", description=__doc__)
    add_arguments(parser)
    words = sys.argv[1:]
    try:
        run(parser.parse_args(words), ["train", *words])
    except (ValueError, FileNotFoundError) as error:
        print(f"sam3viz: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
