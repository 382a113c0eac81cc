from __future__ import annotations

import json
import math

import pytest

from sam3viz.metrics.convergence import smoothness, steps_to_target
from sam3viz.studies.bench.learning import measure_learning
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


def test_another_folder_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"history\.jsonl is not a file"):
        measure_learning(tmp_path)
    (tmp_path / "history.jsonl").write_text("")
    with pytest.raises(ValueError, match="holds no patch losses"):
        measure_learning(tmp_path)
