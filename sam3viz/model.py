"""A backbone and a bridge as one model, and bridges in files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file

from sam3viz.bridges import VARIANTS, Bridge

SHIPPED = Path(__file__).parent / "weights"


def save_bridge(bridge: Bridge, path: Path, backbone: str, metadata: Mapping[str, str]) -> None:
    """Write a bridge in half precision with where it comes from.

    Args:
        backbone: identity of the backbone it was trained on.
        metadata: at least what reproduces it: command, preset, commit, seed, data.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    stored = {"variant": bridge.name, "backbone": backbone, "dim": str(bridge.dim), **metadata}
    save_file({name: tensor.half().contiguous() for name, tensor in bridge.state_dict().items()}, path, stored)


def load_bridge(path: Path, backbone: str) -> Bridge:
    """Read a bridge; ready to run in float32.

    Raises:
        ValueError: the file is damaged, was trained on another backbone, names no known variant or does not fit it.
    """
    metadata = _metadata(path)
    if metadata.get("backbone") != backbone:
        raise ValueError(
            f"{path.name} was trained on {metadata.get('backbone')!r}, not on {backbone!r}: "
            "bridges do not fit another backbone; train it with `sam3viz train`."
        )
    variant = metadata.get("variant", "")
    if variant not in VARIANTS:
        raise ValueError(f"{path.name} holds the unknown variant {variant!r}; known are {', '.join(VARIANTS)}.")
    bridge = VARIANTS[variant](int(metadata["dim"]))
    try:
        bridge.load_state_dict({name: tensor.float() for name, tensor in load_file(path).items()})
    except RuntimeError as error:
        raise ValueError(f"{path.name} does not fit this version of {variant!r}: train it again.") from error
    return bridge.eval().requires_grad_(False)


def load_bridges(folder: Path, backbone: str) -> dict[str, Bridge]:
    """Every bridge of that backbone in ``folder``, in screen order; files of other backbones are passed over.

    Raises:
        ValueError: no such folder, or a file in it that `load_bridge` refuses.
    """
    if not folder.is_dir():
        raise ValueError(f"{folder} is not a folder: give the one that `sam3viz train --out` wrote weights to.")
    own = (path for path in sorted(folder.glob("*.safetensors")) if _metadata(path).get("backbone") == backbone)
    found = {bridge.name: bridge for bridge in (load_bridge(path, backbone) for path in own)}
    return {name: found[name] for name in VARIANTS if name in found}


def _metadata(path: Path) -> dict[str, str]:
    try:
        with safe_open(path, "pt") as file:
            return file.metadata() or {}
    except SafetensorError as error:
        raise ValueError(f"{path.name} is damaged ({error}): train it again.") from error
