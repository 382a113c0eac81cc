"""Scores, summaries and training curves of the bench, made by hand; and the bench's commands by themselves."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd

from sam3viz.evaluation.scores import SCORE_NAMES
from sam3viz.evaluation.tables import ScoreRow, long_table, score_table
from sam3viz.studies.bench.gap import GAP_MEASURES, GapRow
from sam3viz.studies.bench.result import BenchSettings, BenchSummary
from sam3viz.studies.bench.summarize import summarize

SETTINGS = BenchSettings("set", "tiny", {"1 mine": {}}, seed=0, limit=None)
CURVES = {
    ("raw", 0): [3.0 - 0.01 * step for step in range(60)],
    ("unified", 0): [3.0 - 0.04 * step for step in range(60)],
    ("unified", 1): [3.0 - 0.03 * step for step in range(60)],
    ("baseline", 0): [3.0 + 0.1 * (step % 2) for step in range(60)],
}


def random_scores(dataset: str = "set", seeds=("0",), variants=("unified", "raw", "baseline"), shift: float = 0.0):
    """Random scores of 12 pictures; a picture of odd number has nothing to refuse."""
    rng = np.random.default_rng(0)
    rows: list[ScoreRow] = []
    for seed in seeds:
        for picture in range(12):
            for category in ("cat", "person")[: 1 + picture % 3 // 2]:
                for variant in variants:
                    for metric in SCORE_NAMES:
                        if metric == "ap_not_person" and category == "person":
                            continue
                        value = float(rng.random()) + shift
                        for negative in (False, True):
                            offered = picture % 2 == 0
                            more = 0.25 if negative and offered else 0.0
                            key = (dataset, f"{picture}.png", category, seed, variant, negative, offered, metric)
                            rows.append(dict(zip(ScoreRow.__annotations__, (*key, value + more), strict=True)))
    return score_table(rows)


def random_gaps(dataset: str = "set", seeds=("0",), variants=("unified", "raw", "baseline")) -> pd.DataFrame:
    """Random measures of the gap on 12 pictures, each within its range."""
    rng = np.random.default_rng(1)
    rows = [
        GapRow(
            dataset=dataset,
            image=f"{picture}.png",
            seed=seed,
            variant=variant,
            measure=measure,
            value=float(rng.random()),
        )
        for seed in seeds
        for picture in range(12)
        for variant in variants
        for measure in GAP_MEASURES
    ]
    return long_table(rows, GapRow)


def summary_of(table: pd.DataFrame, **options) -> BenchSummary:
    return summarize(table, SETTINGS, {"torch": "2"}, **options)


def save_history(root: Path, curves=CURVES) -> Path:
    """What a training run leaves; returns its folder."""
    rows = [
        {"variant": variant, "seed": seed, "step": step, "total": 2 * loss, "patch": loss, "rate": 0.1}
        for (variant, seed), losses in curves.items()
        for step, loss in enumerate(losses, 1)
    ]
    (root / "history.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return root


def table_cells(markdown: str) -> dict[str, list[str]]:
    """Cells of the rows that begin with a variant's name."""
    lines = [line for line in markdown.splitlines() if line.startswith("| `")]
    return {line.split("`")[1]: [cell.strip() for cell in line.split("|")[2:-1]] for line in lines}


def run_words(command: ModuleType, *words: object) -> None:
    """Raises what the command raises; words that cannot be read end the program as they do in `sam3viz`."""
    parser = argparse.ArgumentParser(prog=f"sam3viz {command.NAME}")
    command.configure(parser)
    arguments = [str(word) for word in words]
    command.run(parser.parse_args(arguments), [command.NAME, *arguments])
