"""What a module of this package says of the backbones that it loads: their kind, and what is named behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sam3viz.encoders.base import Backbone


@dataclass(frozen=True)
class BackboneFamily:
    """Backbones of one kind, and what follows the kind in a backbone's name."""

    kind: str
    load: Callable[[str, str], Backbone]
    """(model, path): a model's name, and the local file or folder with the weights; "" for what the name lacks."""
    model: str = ""
    """Placeholder for the name of a model, as in ``timm:NAME``; "" where the kind itself is the backbone."""
    path: str = ""
    """Placeholder for local weights, as in ``sam3:DIR``; "" where there are none to choose."""

    @property
    def forms(self) -> tuple[str, ...]:
        """Ways to name such a backbone, for the help of commands."""
        if self.model:
            return (f"{self.kind}:{self.model}" + (f"[={self.path}]" if self.path else ""),)
        return (self.kind, f"{self.kind}:{self.path}") if self.path else (self.kind,)
