"""Exemplars that travel: boxes on reference pictures, searched for in other pictures, by every variant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PIL import Image

from sam3viz.api.analyzer import Analyzer
from sam3viz.data.images import load_image
from sam3viz.inference.inputs import make_references
from sam3viz.inference.predict import EncodedReference
from sam3viz.types import Prediction, ReferenceImage
from sam3viz.utils.jobs import ReportProgress
from sam3viz.utils.messages import InputError

MAX_REFERENCES, MAX_TARGETS = 8, 32
ALL_REFERENCES = None
"""Stands for all references at once, where single ones are counted from 0."""
ReferenceKey = int | None


@dataclass(frozen=True)
class CrossImageResult:
    """A grid: reference x target x variant."""

    references: tuple[ReferenceImage, ...]
    targets: tuple[Image.Image, ...]
    use_box_position: bool
    """Whether encoders could use where the boxes lie on their own pictures."""
    predictions: Mapping[tuple[ReferenceKey, int, str], Prediction]
    """By reference (or `ALL_REFERENCES`), target and variant, in that order."""
    warnings: tuple[str, ...]

    @property
    def rows(self) -> list[ReferenceKey]:
        """The rows of the grid: all references together first, then those that have a positive box of their own."""
        return list(dict.fromkeys(reference for reference, _, _ in self.predictions))

    @property
    def variants(self) -> list[str]:
        """The variants that ran, in screen order."""
        return list(dict.fromkeys(variant for _, _, variant in self.predictions))


def search_across(
    analyzer: Analyzer,
    references: Sequence[ReferenceImage],
    targets: Sequence[Image.Image],
    progress: ReportProgress,
    variants: Sequence[str] | None = None,
    use_box_position: bool = False,
) -> CrossImageResult:
    """Search every target with all references together and, where there are several, with each alone.

    Args:
        references: 1 to 8 pictures with boxes in their own pixels; at least one box of all is positive.
        targets: 1 to 32 pictures.
        progress: called before each reference and each target; may raise to stop.
        variants: names to run; all that have weights by default.
        use_box_position: whether encoders may use where the boxes lie; on another picture the place means nothing.

    Raises:
        ValueError: a picture, box or variant that cannot be used; the text says which and what to do.
    """
    if not 1 <= len(references) <= MAX_REFERENCES:
        raise InputError(
            "There are {count} reference pictures; give 1 to {most}.", count=len(references), most=MAX_REFERENCES
        )
    if not 1 <= len(targets) <= MAX_TARGETS:
        raise InputError("There are {count} target pictures; give 1 to {most}.", count=len(targets), most=MAX_TARGETS)
    ready, warnings = make_references(references)
    searched = tuple(load_image(target) for target in targets)
    encoded = []
    for number, reference in enumerate(ready):
        progress("References encoded", number, len(ready))
        encoded.append(analyzer.encode_reference(reference))
    queries: dict[ReferenceKey, list[EncodedReference]] = {ALL_REFERENCES: encoded}
    if len(ready) > 1:
        queries |= {n: [encoded[n]] for n, each in enumerate(ready) if any(e.label > 0 for e in each.exemplars)}
    predictions: dict[tuple[ReferenceKey, int, str], Prediction] = {}
    for number, target in enumerate(searched):
        progress("Targets searched", number, len(searched))
        for key, query in queries.items():
            for name, prediction in analyzer.search(target, query, variants, use_box_position).items():
                predictions[key, number, name] = prediction
    order = list(queries)
    ordered = {key: predictions[key] for key in sorted(predictions, key=lambda key: order.index(key[0]))}
    return CrossImageResult(ready, searched, use_box_position, ordered, warnings)
