"""How a backbone is named. `FAMILIES` is the one place where a vision backbone is registered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sam3viz.encoders import efficientnet, sam3, timm
from sam3viz.encoders.base import Backbone
from sam3viz.encoders.family import BackboneFamily
from sam3viz.utils.messages import InputError

FAMILIES: dict[str, BackboneFamily] = {
    family.kind: family for family in (efficientnet.FAMILY, sam3.FAMILY, timm.FAMILY)
}
BACKBONES: dict[str, Callable[[], Backbone]] = {
    family.kind: partial(family.load, "", "") for family in FAMILIES.values() if not family.model
}
"""Backbones that need no argument, by name."""
DEFAULT_BACKBONE = efficientnet.FAMILY.kind

# Names before patterns.
_FORMS = (*BACKBONES, *(form for family in FAMILIES.values() for form in family.forms if form not in BACKBONES))
CHOICES = f"one of {', '.join(_FORMS[:-1])}, or {_FORMS[-1]}"
"""How a backbone is named, for the help of commands."""


@dataclass(frozen=True)
class BackboneSpec:
    """A backbone's name in its parts.

    Example:
        >>> BackboneSpec.parse("timm:resnet18=weights/mine.safetensors")
        BackboneSpec(kind='timm', model='resnet18', path='weights/mine.safetensors')
    """

    kind: str
    """The family, one of `FAMILIES` where there is such a backbone at all."""
    model: str = ""
    """Name of a model within the family; "" where the family is the backbone."""
    path: str = ""
    """Local file or folder with the weights; "" where they are fetched or come with a package."""

    @classmethod
    def parse(cls, name: str) -> BackboneSpec:
        """Take ``KIND``, ``KIND:PATH``, ``KIND:MODEL`` or ``KIND:MODEL=PATH`` apart; `find_family` says whether
        there is such a backbone.

        What follows the colon begins with a model's name where the family has models, else it is a path.
        """
        kind, _, argument = name.partition(":")
        model, path = "", argument
        if kind in FAMILIES and FAMILIES[kind].model:
            model, _, path = argument.partition("=")
            argument = model
        return cls(kind, model, path) if argument else cls(name)  # else it lacks something: a kind that nobody has

    def __str__(self) -> str:
        """Put the name together that `parse` takes apart."""
        argument = "=".join(filter(None, (self.model, self.path)))
        return f"{self.kind}:{argument}" if argument else self.kind

    def find_family(self) -> BackboneFamily:
        """Look up the family that loads it.

        Raises:
            InputError: no family has a backbone of that name; the text says what there is.
        """
        family = FAMILIES.get(self.kind)
        if family is None or bool(family.model) != bool(self.model) or (self.path and not family.path):
            known = ", ".join(form.partition("[")[0] for form in _FORMS)
            raise InputError("There is no backbone {name!r}; choose one of: {known}.", name=str(self), known=known)
        return family

    @property
    def file(self) -> str:
        """Name of the local file or folder, without where it lies; "" where there is none."""
        return Path(self.path).resolve().name if self.path else ""

    def without_folder(self) -> BackboneSpec:
        """Return it with `file` for its path, for those who should not learn where it lies."""
        return BackboneSpec(self.kind, self.model, self.file)


def load_backbone(name: str = DEFAULT_BACKBONE) -> Backbone:
    """Load the backbone of that name with its pretrained weights.

    Args:
        name: one of `BACKBONES`; or any model of timm as ``timm:NAME`` (weights from the hub) or ``timm:NAME=FILE``
            (from a safetensors file); or a folder with SAM 3's weights as ``sam3:DIR``.

    Raises:
        ValueError: no such backbone, or its weights cannot be had; the text says what there is.
    """
    if name in BACKBONES:
        return BACKBONES[name]()
    spec = BackboneSpec.parse(name)
    return spec.find_family().load(spec.model, spec.path)
