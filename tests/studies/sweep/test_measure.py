from __future__ import annotations

import pytest
import torch

from sam3viz.data.coco import read_coco
from sam3viz.evaluation.episodes import photo_tasks
from sam3viz.inference.predict import exemplar_tokens, run_probes
from sam3viz.inference.probes import probe_boxes
from sam3viz.studies.bench.measure import measure as bench_measure
from sam3viz.studies.sweep.measure import GAP_MEASURES, SCORES, measure
from sam3viz.studies.sweep.plan import SweepRun
from sam3viz.training.plan import TrainingRun
from tests.helpers.analyzers import untrained
from tests.helpers.coco_sets import save_set

FIRST, SECOND = (SweepRun(TrainingRun("unified", "one-cycle", 0.3), seed) for seed in (0, 1))


@pytest.fixture(scope="module")
def tasks(tmp_path_factory):
    return photo_tasks(read_coco(save_set(tmp_path_factory.mktemp("set") / "set", 2)), "set")


def test_scores_are_the_benchs_and_gap_measures_the_analysis(tasks):
    analyzer, steps = untrained("unified"), []
    bridge = analyzer.bridges["unified"]
    parts = list(measure(analyzer.backbone, {FIRST: bridge, SECOND: bridge}, tasks, lambda *step: steps.append(step)))
    assert not torch.is_inference_mode_enabled()
    assert analyzer.backbone.calls == len(tasks) == len(parts)  # once for all runs
    assert [done for _, done, _ in steps] == [0, 1, 2]
    rows = {(r.run, r.image, r.category, r.measure): r.value for part in parts for r in part}
    benched = [row for part in bench_measure({"0": analyzer}, tasks) for row in part if not row["negative"]]
    for row in benched:
        if row["metric"] in SCORES:
            key = (row["image"], row["category"], row["metric"])
            assert rows[(FIRST, *key)] == rows[(SECOND, *key)] == pytest.approx(row["value"], abs=1e-6)
    task = tasks[0]
    tokens = exemplar_tokens(analyzer.encode(task.picture()), task.episodes[0].exemplars(False), task.size)
    with torch.inference_mode():
        metrics = run_probes(bridge, tokens, probe_boxes(*task.size)).metrics
    gap = {name: rows[FIRST, task.image, "", name] for name in GAP_MEASURES}
    assert gap["contrast"] == pytest.approx(metrics["matched_cosine"] - metrics["mismatched_cosine"], abs=1e-5)
    assert gap["recall_at_1"] == pytest.approx(metrics["recall_at_1"], abs=1e-5)
    assert gap["centroid_distance"] == pytest.approx(metrics["centroid_distance"], abs=1e-5)
    assert {key[3] for key in rows} == {*SCORES, *GAP_MEASURES}
