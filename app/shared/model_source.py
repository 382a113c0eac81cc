"""What a session analyses with, in words: said wherever results are shown."""

from __future__ import annotations

from collections.abc import Iterable

from app.services.analyses import ModelSource, TrainedWeights
from app.services.backbones import BackboneChoice
from app.shared.i18n import Strings
from sam3viz import VARIANTS

STRINGS = Strings(
    {
        "backbone": "These results use the backbone {name} ({variants}).",
        "trained": "These results use weights that you trained here ({variants}). Nobody else sees them.",
    }
)


def describe_source(source: ModelSource | None, language: str) -> list[str]:
    """Say whose results these are; nothing for the default backbone with the shipped weights.

    Raises:
        ValueError: the backbone has to be loaded again and cannot be; one sentence says why.
    """
    words = STRINGS[language]
    if isinstance(source, BackboneChoice):
        return [words["backbone"].format(name=source.label, variants=_titles(source.analyzer.bridges))]
    if isinstance(source, TrainedWeights):
        return [words["trained"].format(variants=_titles(source.variants))]
    return []


def _titles(names: Iterable[str]) -> str:
    return ", ".join(VARIANTS[name].title for name in names)
