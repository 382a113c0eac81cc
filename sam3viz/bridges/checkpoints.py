"""A backbone and a bridge as one model, and bridges in files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file

from sam3viz.bridges import VARIANTS, Bridge
from sam3viz.bridges.sam3_exemplars import Sam3Exemplars
from sam3viz.encoders import Backbone, Sam3Backbone

SHIPPED = Path(__file__).parents[1] / "weights"
TRAINED = Path.home() / ".cache" / "sam3viz" / "weights"
"""Where bridges for other backbones go, a folder each."""


def weights_folder(backbone: str) -> Path:
    """Where the bridges of a backbone are looked for and written by default.

    Args:
        backbone: its identity.
    """
    if any(bridge_metadata(path).get("backbone") == backbone for path in SHIPPED.glob("*.safetensors")):
        return SHIPPED
    return TRAINED / re.sub(r"[^\w.+-]+", "_", backbone)


def own_bridges(backbone: Backbone) -> dict[str, Bridge]:
    """Variants that a backbone brings with it, by name: SAM 3 has an exemplar encoder of its own."""
    return {Sam3Exemplars.name: Sam3Exemplars(backbone)} if isinstance(backbone, Sam3Backbone) else {}


def trained_variants(backbone: str) -> list[str]:
    """The variants that have weights for a backbone where they are looked for by default, in screen order.

    Args:
        backbone: its identity.
    """
    told = [bridge_metadata(path) for path in weights_folder(backbone).glob("*.safetensors")]
    found = {metadata.get("variant") for metadata in told if metadata.get("backbone") == backbone}
    return [name for name in VARIANTS if name in found]


def save_bridge(bridge: Bridge, path: Path, backbone: str, metadata: Mapping[str, str]) -> None:
    """Write a bridge in half precision with where it comes from.

    Args:
        backbone: identity of the backbone it was trained on.
        metadata: at least what reproduces it: command, preset, commit, seed, data.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    stored = {"variant": bridge.name, "backbone": backbone, "dim": str(bridge.dim), **metadata}
    save_file({name: tensor.half().contiguous() for name, tensor in bridge.state_dict().items()}, path, stored)


def bridge_metadata(path: Path) -> dict[str, str]:
    """What a bridge's file says of it: variant, backbone, dim and where it comes from.

    Raises:
        ValueError: the file is damaged.
    """
    try:
        with safe_open(path, "pt") as file:
            return file.metadata() or {}
    except SafetensorError as error:
        raise ValueError(f"{path.name} is damaged ({error}): train it again.") from error


def load_bridge(path: Path, backbone: str) -> Bridge:
    """Read a bridge; ready to run in float32.

    Raises:
        ValueError: the file is damaged, was trained on another backbone, names no known variant, does not fit it or is
            not finite.
    """
    metadata = bridge_metadata(path)
    if metadata.get("backbone") != backbone:
        raise ValueError(
            f"{path.name} was trained on {metadata.get('backbone')!r}, not on {backbone!r}: "
            "bridges do not fit another backbone; train it with `sam3viz train`."
        )
    variant = metadata.get("variant", "")
    if variant not in VARIANTS:
        raise ValueError(f"{path.name} holds the unknown variant {variant!r}; known are {', '.join(VARIANTS)}.")
    tensors = {name: tensor.float() for name, tensor in load_file(path).items()}
    try:
        dim = int(metadata["dim"])
        with torch.device("meta"):  # a width that the file only claims takes no memory
            VARIANTS[variant](dim).load_state_dict(tensors, assign=True)
        bridge = VARIANTS[variant](dim)
        bridge.load_state_dict(tensors)
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ValueError(f"{path.name} does not fit this version of {variant!r}: train it again.") from error
    if not all(tensor.isfinite().all() for tensor in tensors.values()):
        raise ValueError(f"{path.name} holds weights that are no finite numbers: train it again.")
    return bridge.eval().requires_grad_(False)


def load_bridges(folder: Path, backbone: str) -> dict[str, Bridge]:
    """Every bridge of that backbone in ``folder``, in screen order; files of other backbones are passed over.

    Raises:
        ValueError: no such folder, or a file in it that `load_bridge` refuses.
    """
    if not folder.is_dir():
        raise ValueError(f"{folder} is not a folder: give the one that `sam3viz train --out` wrote weights to.")
    own = (path for path in sorted(folder.glob("*.safetensors")) if bridge_metadata(path).get("backbone") == backbone)
    found = {bridge.name: bridge for bridge in (load_bridge(path, backbone) for path in own)}
    return {name: found[name] for name in VARIANTS if name in found}
