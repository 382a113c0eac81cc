"""Every sentence of the Cost tab, and nothing else."""

from __future__ import annotations

from app.shared.i18n import Strings

STRINGS = Strings(
    {
        "intro": (
            "**What does each variant cost on this machine, and is it what the design claims?** Every figure is "
            "measured now: all variants take turns, so that a slow moment slows all of them."
        ),
        "side": "Longer side in pixels, as seen",
        "repetitions": "Repetitions",
        "idle": "Nothing is measured yet. Press Start: it takes less than a minute.",
        "pareto_read": (
            "**Cost against use** — left is cheaper, up is better; the line joins the variants that no other beats in "
            "both. AP: {source}."
        ),
        "claims_read": (
            "**Claimed and measured** — what a variant adds to the whole model, backbone included. *ratio*: measured "
            "over the middle of the claim. Alignment is told over the same bridge trained without it; distillation is "
            "nothing but alignment and is told over baseline. Memory is told of a backbone as it would be if it were "
            "trained; timings of a few repetitions are noisy, below zero is the clock's noise."
        ),
        "costs_read": (
            "**Figures** — of one picture and one training step of {batch} scenes; times are medians, *kept* is what "
            "the backward pass needs."
        ),
        "closer_read": (
            "**Closer and more useful?** — each variant's gap and its AP: to the right the two encoders are closer "
            "(by the AUC at .5), up is better; bars are {level:.0%} intervals. Not measured here but shipped: {source}."
        ),
        "within": "within",
        "below": "below: cheaper",
        "above": "above: dearer",
        "measured": "measured",
        "ratio": "ratio",
        "verdict": "verdict",
        "other": "This is what {default} costs, whichever backbone is chosen. For {name} run `{command}`.",
        "source": "{dataset}, training seeds: {seeds}, written by `sam3viz bench`",
    }
)
