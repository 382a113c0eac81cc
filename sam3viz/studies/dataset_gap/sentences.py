"""What the numbers of the study say, computed: for the report in English, for the page in its language."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce

from sam3viz.bridges import UNBRIDGED, VISUAL_REFERENCE
from sam3viz.evaluation.estimate import TOO_FEW, Estimate
from sam3viz.studies.dataset_gap.instances import MAX_OBJECTS_PER_PICTURE, MIN_BOX_SIDE, ExcludedCounts
from sam3viz.studies.dataset_gap.summarize import RANKING_SCORE, GapSummary, Ranking
from sam3viz.utils.messages import Message


def summary_sentences(summary: GapSummary) -> list[Message]:
    """Say how far apart the encoders are, which bridge is nearest, who is most accurate, and what is excluded.

    Each sentence begins with what it is about and a colon; what was not measured has none.
    """
    sentences = []
    if UNBRIDGED in summary.variants:
        measures = summary.variants[UNBRIDGED].measures
        sentences.append(
            Message(
                "Without a bridge ({name}): an instance has cosine {matched} to its own region and {mismatched} to "
                "other regions; a linear classifier separates the two encoders with AUC {auc}.",
                name=UNBRIDGED,
                matched=_number(measures["matched_cosine"]),
                mismatched=_number(measures["mismatched_cosine"]),
                auc=_number(measures["domain_auc"]),
            )
        )
    nearest = summary.nearest_bridge()
    if nearest is not None:
        measures = summary.variants[nearest].measures
        sentences.append(
            Message(
                "Nearest in numbers: {name}, contrast {contrast}, recall@1 {recall}.",
                name=nearest,
                contrast=_number(measures["contrast"]),
                recall=_number(measures["recall_at_1"]),
            )
        )
    sentences.append(_accuracy(summary))
    if any(count for count, _ in _exclusions(summary.excluded)):
        parts = [reason for count, reason in _exclusions(summary.excluded) if count]
        sentences.append(Message("Annotations that are not measured: {parts}.", parts=_enumeration(parts)))
    return sentences


def _accuracy(summary: GapSummary) -> Message:
    """Name the most accurate variant with its lead, or say why there is none."""
    ranking = summary.ranking
    if ranking is None and summary.unscored_reason:
        return Message(
            "Not scored: nothing could be asked, so there are no scores and no examples. {reason}",
            reason=summary.unscored_reason,
        )
    if ranking is None:
        return Message("Not scored: nothing could be asked, so there are no scores and no examples.")
    return Message(
        "Most accurate: {name}, patch AP {ap}{lead}{equals}.",
        name=ranking.best,
        ap=_number(summary.variants[ranking.best].scores[RANKING_SCORE], ".3f"),
        lead=_lead_over_reference(ranking),
        equals=_equals(ranking),
    )


def _lead_over_reference(ranking: Ranking) -> str:
    if VISUAL_REFERENCE not in ranking.leads:
        return ""
    lead = _number(ranking.leads[VISUAL_REFERENCE], "+.3f")
    if VISUAL_REFERENCE in ranking.not_significantly_different:
        return Message(", not significantly different from {name} ({lead})", name=VISUAL_REFERENCE, lead=lead)
    return Message(", {lead} over {name}", lead=lead, name=VISUAL_REFERENCE)


def _equals(ranking: Ranking) -> str:
    names = [name for name in ranking.not_significantly_different if name != VISUAL_REFERENCE]
    return Message("; not significantly different from it: {names}", names=_enumeration(names)) if names else ""


def _exclusions(excluded: ExcludedCounts) -> list[tuple[int, Message]]:
    """How many annotations are excluded for each reason, and the reason."""
    return [
        (excluded.flat, Message("{count} whose box has no area", count=excluded.flat)),
        (excluded.crowds, Message("{count} that are crowds", count=excluded.crowds)),
        (
            excluded.thin,
            Message("{count} under {side:.0f} pixels wide or high", count=excluded.thin, side=MIN_BOX_SIDE),
        ),
        (
            excluded.beyond,
            Message(
                "{count} beyond the {most} largest of their picture",
                count=excluded.beyond,
                most=MAX_OBJECTS_PER_PICTURE,
            ),
        ),
    ]


def _enumeration(parts: Sequence[str]) -> str:
    """Join parts by commas, which a language writes its own way."""
    return reduce(lambda first, rest: Message("{first}, {rest}", first=first, rest=rest), parts)


def _number(estimate: Estimate, spec: str = ".2f") -> str:
    return Message(TOO_FEW) if math.isnan(estimate.mean) else format(estimate, spec)
