"""An ablation as text: what each mechanism is worth, how alike the variants are, whether scales follow the box."""

from __future__ import annotations

import pandas as pd

from sam3viz.bridges import VARIANTS
from sam3viz.studies.ablation.measure import HEAT, SCORES
from sam3viz.studies.ablation.result import AblationStudy

_HEADS = {"patch_ap": "patch AP", "ap_vs_objects": "AP vs. objects", "peak_recall": "peak recall"}


def format_changes(study: AblationStudy) -> pd.DataFrame:
    """Write a row a variant and mechanism: the change of each score by making it neutral, and the verdict."""
    rows = []
    for variant, mechanisms in study.changes.items():
        described = {mechanism.name: mechanism for mechanism in VARIANTS[variant].mechanisms}
        for name, changes in mechanisms.items():
            mechanism = described[name]
            scores = {_HEADS[score]: f"{changes[score]:+.3f}" if score in changes else "–" for score in SCORES}
            rows.append(
                {
                    "variant": variant,
                    "mechanism": f"{mechanism.title}: {mechanism.neutral}",
                    **scores,
                    "largest change of heat": f"{changes[HEAT]:.3f}",
                    "effect": "measurable" if study.matters(variant, name) else "none measurable",
                }
            )
    return pd.DataFrame(rows)


def format_agreements(study: AblationStudy) -> pd.DataFrame:
    """Write the correlation of the logits of every two variants, a row each."""
    return pd.DataFrame(
        [
            {"variants": f"{first}, {second}", "correlation of the logits": f"{estimate:.3f}"}
            for first, others in study.agreements.items()
            for second, estimate in others.items()
        ]
    )


def markdown_table(study: AblationStudy) -> str:
    """Write for a README which mechanisms matter, with what removing them does to AP, and which do not."""
    lines = [
        f"**{study.dataset}**: {study.pictures} pictures",
        "",
        "| variant | changes AP (patch AP, AP vs. objects without it) | no measurable effect |",
        "| --- | --- | --- |",
    ]
    for variant, mechanisms in study.changes.items():
        titles = {mechanism.name: mechanism.title for mechanism in VARIANTS[variant].mechanisms}
        matters = [
            f"{titles[name]} ({', '.join(f'{changes[s]:+.3f}' for s in SCORES[:2] if s in changes)})"
            for name, changes in mechanisms.items()
            if study.matters(variant, name)
        ]
        rest = [titles[name] for name in mechanisms if not study.matters(variant, name)]
        lines.append(f"| `{variant}` | {'; '.join(matters) or '–'} | {', '.join(rest) or '–'} |")
    bridges = [
        (estimate.mean, f"`{first}` and `{second}` {estimate:.3f}")
        for first, others in study.agreements.items()
        for second, estimate in others.items()
        if not (VARIANTS[first].reference or VARIANTS[second].reference)
    ]
    alike = ", ".join(text for _, text in sorted(bridges, reverse=True))
    return "\n".join([*lines, "", f"Correlation of the heat's logits: {alike}.", "", *sentences(study)])


def sentences(study: AblationStudy) -> list[str]:
    """Say whether scale weights follow the box."""
    said = []
    for variant, spread in study.scales.items():
        depends = "depend" if spread.difference.excludes_zero else "do not measurably depend"
        said.append(
            f"{variant}: scale weights {depends} on the box's size: mean kernel {spread.small:.3f} for the smaller "
            f"half of the boxes, {spread.large:.3f} for the larger, difference {spread.difference:+.3f}."
        )
    return said
