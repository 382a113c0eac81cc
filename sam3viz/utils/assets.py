"""Files that are shipped with the package and are no code: example pictures, recorded scores."""

from __future__ import annotations

from pathlib import Path


def asset_path(name: str) -> Path:
    """Return where a shipped file lies: in a wheel inside the package, in a checkout beside it.

    Args:
        name: relative to the folder ``assets``, such as ``"bench.json"``.
    """
    package = Path(__file__).parents[1]
    installed = package / "assets"
    return (installed if installed.is_dir() else package.parent / "assets") / name
