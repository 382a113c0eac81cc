"""What a bridge returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from jaxtyping import Float, Float32
from torch import Tensor


@dataclass(frozen=True)
class Diagnostic:
    """What a bridge chose for each box: shares of named parts, or how far gates open."""

    name: str
    """In a word or two, for a heading."""
    kind: Literal["shares", "gates"]
    """"shares" sum to 1 over a box's ``parts``; "gates" lie in 0..1, where 0 keeps the exemplar as it was and 1 takes
    the fused value."""
    values: Float[Tensor, "m k"] | Float32[np.ndarray, "m k"]
    parts: tuple[str, ...] = ()
    """Of shares: what each column stands for."""

    def numpy(self) -> Diagnostic:
        """Return the same with its values as a numpy array on the CPU."""
        if isinstance(self.values, np.ndarray):
            return self
        return replace(self, values=self.values.float().cpu().numpy())


@dataclass(frozen=True)
class Stage:
    """The exemplars after one step of a bridge, in the bridge's final space."""

    name: str
    """Of the step, in a word or two."""
    exemplar: Float[Tensor, "m e"]

    @classmethod
    def sequence(cls, steps: Mapping[str, Float[Tensor, "m e"]]) -> tuple[Stage, ...]:
        """Return a stage a step, in order."""
        return tuple(cls(name, exemplar) for name, exemplar in steps.items())


@dataclass(frozen=True)
class BridgeOutput:
    """Both sides after a bridge, in one space: the cosine of any two rows is meaningful."""

    visual: Float[Tensor, "b e h w"]
    reference: Float[Tensor, "b e hr wr"]
    exemplar: Float[Tensor, "m e"]
    attention: Float[Tensor, "m hr wr"] | None = None
    """Share of each box's context attention that falls on each cell of the reference; sums to 1."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """In the order in which they are displayed."""
    stages: tuple[Stage, ...] = ()
    """The way of the exemplars through the bridge, step by step; the last stage is ``exemplar`` itself."""

    def diagnostic(self, name: str) -> Diagnostic | None:
        """Return the diagnostic of that name, where the bridge has it."""
        return next((diagnostic for diagnostic in self.diagnostics if diagnostic.name == name), None)
