from __future__ import annotations

import json
from pathlib import Path

import pytest

from sam3viz.metrics.convergence import smoothness, steps_to_target
from sam3viz.studies.bench.learning import learning

CURVES = {
    ("raw", 0): [3.0 - 0.01 * step for step in range(60)],
    ("unified", 0): [3.0 - 0.04 * step for step in range(60)],
    ("unified", 1): [3.0 - 0.03 * step for step in range(60)],
    ("baseline", 0): [3.0 + 0.1 * (step % 2) for step in range(60)],
}


def save(root: Path, curves=CURVES) -> Path:
    rows = [
        {"variant": variant, "seed": seed, "step": step, "total": 2 * loss, "patch": loss, "rate": 0.1}
        for (variant, seed), losses in curves.items()
        for step, loss in enumerate(losses, 1)
    ]
    (root / "history.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return root


def test_the_target_is_what_every_trained_variant_reaches(tmp_path):
    found = learning(save(tmp_path))
    assert (found["loss"], list(found["variants"])) == ("patch", ["raw", "baseline", "unified"])
    variants = found["variants"]
    assert variants["raw"]["steps_to_target"] == {"mean": 60, "n": 1}
    assert variants["baseline"]["steps_to_target"] == {"mean": None, "n": 0}
    expected = [steps_to_target(CURVES["unified", seed], found["target"]) for seed in (0, 1)]
    assert variants["unified"]["steps_to_target"] == {"mean": sum(expected) / 2, "n": 2}
    assert expected[0] < expected[1] < 60
    assert variants["baseline"]["smoothness"]["mean"] == pytest.approx(smoothness(CURVES["baseline", 0]))
    assert variants["unified"]["seeds"] == 2


def test_the_order_of_the_rows_does_not_matter(tmp_path):
    expected = learning(save(tmp_path))
    lines = (tmp_path / "history.jsonl").read_text().splitlines()
    (tmp_path / "history.jsonl").write_text("\n".join(reversed(lines)))
    assert learning(tmp_path) == expected


def test_a_diverged_run_has_no_numbers(tmp_path):
    found = learning(save(tmp_path, {("raw", 0): [float("nan")] * 10}))
    assert found["target"] is None
    assert found["variants"]["raw"]["smoothness"] == {"mean": None, "n": 0}
    assert json.dumps(found, allow_nan=False)


def test_another_folder_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"history\.jsonl is not a file"):
        learning(tmp_path)
    (tmp_path / "history.jsonl").write_text("")
    with pytest.raises(ValueError, match="holds no patch losses"):
        learning(tmp_path)
