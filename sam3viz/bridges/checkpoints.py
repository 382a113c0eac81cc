"""Bridges in files, and those that a backbone brings with it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file

from sam3viz.bridges import VARIANTS, Bridge
from sam3viz.bridges.sam3_exemplars import Sam3Exemplars
from sam3viz.encoders import Backbone
from sam3viz.utils.messages import InputError

SHIPPED = Path(__file__).parents[1] / "weights"
TRAINED = Path.home() / ".cache" / "sam3viz" / "weights"
"""Where bridges for other backbones go, a folder each."""
OWN_EXEMPLAR_ENCODERS: dict[str, Callable[[Any], Bridge]] = {"sam3": Sam3Exemplars}
"""`Backbone.exemplar_encoder` -> the bridge that runs it, made from the backbone."""


def weights_folder(backbone: str) -> Path:
    """Return the folder where the bridges of a backbone are looked for and written by default.

    Args:
        backbone: its identity.
    """
    if any(bridge_metadata(path).get("backbone") == backbone for path in SHIPPED.glob("*.safetensors")):
        return SHIPPED
    return TRAINED / re.sub(r"[^\w.+-]+", "_", backbone)


def own_bridges(backbone: Backbone) -> dict[str, Bridge]:
    """Make the variants that a backbone brings with it, by name: SAM 3 has an exemplar encoder of its own."""
    if not backbone.exemplar_encoder:
        return {}
    bridge = OWN_EXEMPLAR_ENCODERS[backbone.exemplar_encoder](backbone)
    return {bridge.name: bridge}


def trained_variants(backbone: str) -> list[str]:
    """List the variants that have weights for a backbone where they are looked for by default, in screen order.

    Args:
        backbone: its identity.
    """
    files = [bridge_metadata(path) for path in weights_folder(backbone).glob("*.safetensors")]
    trained = {metadata.get("variant") for metadata in files if metadata.get("backbone") == backbone}
    return [name for name in VARIANTS if name in trained]


def save_bridge(bridge: Bridge, path: Path, backbone: str, metadata: Mapping[str, str]) -> None:
    """Write a bridge in half precision with where it comes from; ``path`` holds the whole of it or what it held before.

    Args:
        backbone: identity of the backbone it was trained on.
        metadata: at least what reproduces it: command, preset, commit, seed, data.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    stored = {"variant": bridge.name, "backbone": backbone, "dim": str(bridge.dim), **metadata}
    beside = path.with_suffix(".new")
    save_file({name: tensor.half().contiguous() for name, tensor in bridge.state_dict().items()}, beside, stored)
    os.replace(beside, path)


def bridge_metadata(path: Path) -> dict[str, str]:
    """Read what a bridge's file says of it: variant, backbone, dim and where it comes from.

    Raises:
        InputError: the file is damaged.
    """
    try:
        with safe_open(path, "pt") as file:
            return file.metadata() or {}
    except SafetensorError as error:
        raise InputError("{file} is damaged ({error}): train it again.", file=path.name, error=error) from error


def load_bridge(path: Path, backbone: str) -> Bridge:
    """Read a bridge; ready to run in float32.

    Raises:
        InputError: the file is damaged, was trained on another backbone, names no known variant, does not fit it or is
            not finite.
    """
    metadata = bridge_metadata(path)
    if metadata.get("backbone") != backbone:
        raise InputError(
            "{file} was trained on {other!r}, not on {backbone!r}: bridges do not fit another backbone; train it with "
            "`sam3viz train`.",
            file=path.name,
            other=metadata.get("backbone"),
            backbone=backbone,
        )
    variant = metadata.get("variant", "")
    if variant not in VARIANTS:
        raise InputError(
            "{file} holds the unknown variant {variant!r}; known are {known}.",
            file=path.name,
            variant=variant,
            known=", ".join(VARIANTS),
        )
    tensors = {name: tensor.float() for name, tensor in load_file(path).items()}
    try:
        dim = int(metadata["dim"])
        with torch.device("meta"):  # a width that the file only claims takes no memory
            VARIANTS[variant](dim).load_state_dict(tensors, assign=True)
        bridge = VARIANTS[variant](dim)
        bridge.load_state_dict(tensors)
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise InputError(
            "{file} does not fit this version of {variant!r}: train it again.", file=path.name, variant=variant
        ) from error
    if not all(tensor.isfinite().all() for tensor in tensors.values()):
        raise InputError("{file} holds weights that are no finite numbers: train it again.", file=path.name)
    return bridge.eval().requires_grad_(False)


def load_bridges(folder: Path, backbone: str) -> dict[str, Bridge]:
    """Read every bridge of that backbone in ``folder``, in screen order; files of other backbones are passed over.

    Raises:
        InputError: no such folder, or a file in it that `load_bridge` refuses.
    """
    if not folder.is_dir():
        raise InputError(
            "{folder} is not a folder: give the one that `sam3viz train --out` wrote weights to.", folder=folder
        )
    own = (path for path in sorted(folder.glob("*.safetensors")) if bridge_metadata(path).get("backbone") == backbone)
    bridges = {bridge.name: bridge for bridge in (load_bridge(path, backbone) for path in own)}
    return {name: bridges[name] for name in VARIANTS if name in bridges}
