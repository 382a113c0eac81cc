"""`sam3viz app`: serve the page on this machine."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
from collections.abc import Sequence

from sam3viz.encoders import CHOICES
from sam3viz.utils.messages import InputError

NAME = "app"
HELP = "serve the page on this machine"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's options."""
    offer = f"offer it on the page; repeat for more ({CHOICES})"
    parser.add_argument("--backbone", action="append", default=[], metavar="NAME", help=offer)


def run(options: argparse.Namespace, argv: Sequence[str]) -> None:
    """Serve the page until it is stopped.

    Raises:
        ValueError: Gradio is not installed, or a name is no backbone's.
    """
    if importlib.util.find_spec("gradio") is None:
        raise InputError("The page needs Gradio: install it with `pip install 'sam3viz[app]'`.")
    importlib.import_module("app.app").serve(options.backbone)  # by name: the library does not know the page
