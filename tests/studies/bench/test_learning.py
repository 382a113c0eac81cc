from __future__ import annotations

import json
import math

import pytest

from sam3viz.metrics.convergence import smoothness, steps_to_target
from sam3viz.studies.bench.learning import measure_learning
from sam3viz.studies.bench.result import Learning
from tests.helpers.bench_reports import CURVES, save_history


def test_the_target_is_what_every_trained_variant_reaches(tmp_path):
    learning = measure_learning(save_history(tmp_path))
    assert (learning.loss, list(learning.variants)) == ("patch", ["raw", "baseline", "unified"])
    variants = learning.variants
    assert (variants["raw"].steps_to_target.mean, variants["raw"].steps_to_target.n) == (60, 1)
    assert math.isnan(variants["baseline"].steps_to_target.mean)
    assert variants["baseline"].steps_to_target.n == 0
    expected = [steps_to_target(CURVES["unified", seed], learning.target) for seed in (0, 1)]
    assert (variants["unified"].steps_to_target.mean, variants["unified"].steps_to_target.n) == (sum(expected) / 2, 2)
    assert expected[0] < expected[1] < 60
    assert variants["baseline"].smoothness.mean == pytest.approx(smoothness(CURVES["baseline", 0]))
    assert variants["unified"].seeds == 2


def test_in_json_a_number_is_its_mean_and_how_many_it_is_of(tmp_path):
    document = measure_learning(save_history(tmp_path)).as_json()
    assert document["variants"]["raw"]["steps_to_target"] == {"mean": 60, "n": 1}
    assert document["variants"]["baseline"]["steps_to_target"] == {"mean": None, "n": 0}


def test_the_order_of_the_rows_does_not_matter(tmp_path):
    expected = measure_learning(save_history(tmp_path)).as_json()
    lines = (tmp_path / "history.jsonl").read_text().splitlines()
    (tmp_path / "history.jsonl").write_text("\n".join(reversed(lines)))
    assert measure_learning(tmp_path).as_json() == expected


def test_a_diverged_run_has_no_numbers(tmp_path):
    learning = measure_learning(save_history(tmp_path, {("raw", 0): [float("nan")] * 10})).as_json()
    assert learning["target"] is None
    assert learning["variants"]["raw"]["smoothness"] == {"mean": None, "n": 0}
    assert json.dumps(learning, allow_nan=False)


def test_conflicts_are_the_share_of_looks_with_a_cosine_below_0_averaged_over_seeds(tmp_path):
    """A training looks every few steps, and only where there is something to align."""
    cosines = {("unified", 0): [-0.5, 0.0, 0.2, -0.1], ("unified", 1): [0.3, -0.2, 0.1, 0.1]}
    rows = []
    for variant, seed in (*cosines, ("raw", 0)):
        for step in range(1, 9):
            row = {"variant": variant, "seed": seed, "step": step, "total": 1.0, "patch": 1 / step}
            if (variant, seed) in cosines and step % 2 == 0:
                cosine = cosines[variant, seed][step // 2 - 1]
                row |= {"gradient_cosine": cosine, "gradient_cosine/project": -1.0}
                row |= {"gradient_cosine/attend": cosine} if seed == 0 else {}
            rows.append(row)
    (tmp_path / "history.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    learning = measure_learning(tmp_path)
    unified, raw = learning.variants["unified"], learning.variants["raw"]
    assert (unified.conflicts.mean, unified.conflicts.n) == (pytest.approx((2 / 4 + 1 / 4) / 2), 2)
    assert {name: (share.mean, share.n) for name, share in unified.module_conflicts.items()} == {
        "project": (1, 2),
        "attend": (0.5, 1),
    }
    assert math.isnan(raw.conflicts.mean)
    assert (raw.conflicts.n, raw.module_conflicts) == (0, {})
    assert Learning.from_json(json.loads(json.dumps(learning.as_json(), allow_nan=False))) == learning


def test_a_training_that_never_looked_has_no_conflicts(tmp_path):
    variants = measure_learning(save_history(tmp_path)).variants.values()
    assert [(variant.conflicts.n, variant.module_conflicts) for variant in variants] == [(0, {})] * 3


def test_another_folder_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"history\.jsonl is not a file"):
        measure_learning(tmp_path)
    (tmp_path / "history.jsonl").write_text("")
    with pytest.raises(ValueError, match="holds no patch losses"):
        measure_learning(tmp_path)
