"""Every sentence of the Training tab, in English, and nothing else."""

from __future__ import annotations

from app.shared.i18n import Strings

STRINGS = Strings(
    {
        "intro": (
            "**Train bridges here and watch them learn.** Every chosen variant starts from nothing and sees the same "
            "composed scenes; the vision backbone stays frozen. The training runs in the background: go on exploring "
            "meanwhile."
        ),
        "variants": "Variants",
        "schedules": "Schedules to compare",
        "alignment": "Alignment loss",
        "alignment_info": "Contrastive and distillation consist of alignment and keep it when it is off.",
        "on": "on (weight {weight:g})",
        "off": "off",
        "more": "Longer or shorter",
        "steps": "Steps a run",
        "scenes": "Scenes",
        "start": "Start training",
        "use": "Use these weights in Explore",
        "expected": "{runs} × {steps} steps: about {time} on two free cores.",
        "run": "1 run",
        "runs": "{count} runs",
        "idle": "Press *Start training*: its curves appear here, step by step, in place of the recorded run's.",
        "cancelled": "Cancelled. Finished runs keep their curves and weights.",
        "none": "There are no trained weights yet; let at least one run finish.",
        "curves_read": (
            "**Loss curves** — a plot a term, a line a run: colour is the variant, the dash tells schedule and "
            "alignment apart. Lower losses are better; the faint line is the raw loss, the strong one its moving "
            "average."
        ),
        "table_read": (
            "**In numbers** — on the detection loss (patch + ranking + identity + retrieval), which all runs share. "
            "*Steps to target*: until it stays as low as the worst run ends (of the same variant, where it has "
            "several). *Smoothness*: 1 is all trend, 0 white noise, −1 a zigzag. *Conflicts*: share of steps on "
            "which the gradients of detection and alignment point against each other."
        ),
        "recorded": (
            "Recorded: the training of the shipped weights, by {command} (seed {seed}, {data}). Nothing of it was "
            "computed just now."
        ),
        "checkpoint": "Checkpoint: untrained, after 5, 20 and 50 % of the steps, trained",
        "replay_read": (
            "**What they make of one picture as they learn** — the first example at each checkpoint: heat, gap axis "
            "and UMAP map (on a phone from left to right). R@1: share of probe boxes whose token finds its own region "
            "first. Axes stay as they are. The last checkpoint is what the run ends with: its averaged weights, "
            "calibrated anew; the others are the weights at that step."
        ),
        "table": "Training",
        "same": "No difference: {runs}. What sets these runs apart does not reach this variant.",
        "head_loss": "final loss ↓",
        "head_steps": "steps to target ↓",
        "head_smoothness": "smoothness ↑",
        "head_conflicts": "conflicts",
        "head_seconds": "time s",
    }
)
