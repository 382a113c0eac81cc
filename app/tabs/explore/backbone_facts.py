"""What one has to know of the backbone in use."""

from __future__ import annotations

from app.services.analyses import ModelSource
from app.services.backbones import BackboneChoice, backbone_analyzer, trained_bridges
from app.shared.html import render
from app.tabs.explore.strings import BACKBONE
from sam3viz import VARIANTS
from sam3viz.encoders import Backbone


def facts_html(source: ModelSource | None, language: str) -> str:
    """Write the backbone's facts in a line, and below it which bridges it has.

    Raises:
        ValueError: the backbone has to be loaded again and cannot be; one sentence says why.
    """
    backbone, trained = backbone_analyzer(source).backbone, trained_bridges(source)
    complete = len(trained) == len(VARIANTS)
    lines = [_bridges(trained, language)]
    if not complete:
        lines.append(BACKBONE[language]["train"])
        if isinstance(source, BackboneChoice) and source.file:
            lines.append(BACKBONE[language]["local"].format(file=source.file))
    facts = _facts(backbone, language)
    return render("facts", facts=facts, identity=backbone.identity, lines=lines, complete=complete)


def _facts(backbone: Backbone, language: str) -> list[str]:
    words = BACKBONE[language]
    width, height = backbone.input_size(2, 1)  # of a picture twice as wide as high
    facts = [
        words["square" if width == height else "size"].format(size=backbone.size),
        words["token"].format(stride=backbone.stride),
        backbone.layers,
        words["channels"].format(dim=backbone.dim),
        words["device"].format(device=next(backbone.parameters()).device),
    ]
    return list(filter(None, facts))


def _bridges(trained: list[str], language: str) -> str:
    words = BACKBONE[language]
    names = words["every"].format(count=len(VARIANTS)) if len(trained) == len(VARIANTS) else ", ".join(trained)
    return words["trained"].format(names=names or words["none"])
