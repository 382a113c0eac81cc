"""Exemplars that travel: boxes on reference pictures, searched for in other pictures, by every variant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PIL import Image

from sam3viz.api.analyzer import Analyzer
from sam3viz.data.images import load_image
from sam3viz.inference.inputs import make_shots
from sam3viz.inference.predict import EncodedShot
from sam3viz.types import Found, Shot
from sam3viz.utils.jobs import Progress

MAX_SHOTS, MAX_TARGETS = 8, 32
TOGETHER = -1
"""Stands for all references at once, where others are counted from 0."""


@dataclass(frozen=True)
class Across:
    """A grid: reference x target x variant."""

    shots: tuple[Shot, ...]
    targets: tuple[Image.Image, ...]
    placed: bool
    """Whether encoders could use where the boxes lie on their own pictures."""
    found: Mapping[tuple[int, int, str], Found]
    """By reference (or `TOGETHER`), target and variant, in that order."""
    warnings: tuple[str, ...]

    @property
    def references(self) -> list[int]:
        """The rows of the grid: all together first, then those references that can be asked with alone."""
        return list(dict.fromkeys(reference for reference, _, _ in self.found))

    @property
    def variants(self) -> list[str]:
        """In screen order."""
        return list(dict.fromkeys(variant for _, _, variant in self.found))


def search_across(
    analyzer: Analyzer,
    shots: Sequence[Shot],
    targets: Sequence[Image.Image],
    progress: Progress,
    variants: Sequence[str] | None = None,
    placed: bool = False,
) -> Across:
    """Search every target with all references together and, where there are several, with each alone.

    Args:
        shots: 1 to 8 pictures with boxes in their own pixels; at least one box of all is positive.
        targets: 1 to 32 pictures.
        progress: told before each reference and each target; may raise to stop.
        variants: names to run; all that have weights by default.
        placed: whether encoders may use where the boxes lie; on another picture the place means nothing.

    Raises:
        ValueError: a picture, box or variant that cannot be used; the text says which and what to do.
    """
    for what, given, most in (("reference", shots, MAX_SHOTS), ("target", targets, MAX_TARGETS)):
        if not 1 <= len(given) <= most:
            raise ValueError(f"There are {len(given)} {what} pictures; give 1 to {most}.")
    ready, warnings = make_shots(shots)
    searched = tuple(load_image(target) for target in targets)
    encoded = []
    for number, shot in enumerate(ready):
        progress("references", number, len(ready))
        encoded.append(analyzer.encode_shot(shot))
    asked: dict[int, list[EncodedShot]] = {TOGETHER: encoded}
    if len(ready) > 1:
        asked |= {n: [encoded[n]] for n, shot in enumerate(ready) if any(e.label > 0 for e in shot.exemplars)}
    answers = {}
    for number, target in enumerate(searched):
        progress("picture", number, len(searched))
        for reference, chosen in asked.items():
            for name, found in analyzer.search_encoded(target, chosen, variants, placed).items():
                answers[reference, number, name] = found
    ordered = {key: answers[key] for key in sorted(answers, key=lambda key: list(asked).index(key[0]))}
    return Across(ready, searched, placed, ordered, warnings)
