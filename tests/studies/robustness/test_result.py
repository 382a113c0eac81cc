from __future__ import annotations

import pytest

from sam3viz.data.coco import read_coco
from sam3viz.evaluation.episodes import photo_tasks
from sam3viz.studies.robustness import PERTURBATIONS
from sam3viz.studies.robustness.result import study
from tests.api.test_analyzer import untrained
from tests.helpers.coco_sets import save_set


@pytest.mark.parametrize("only", [None, 96], ids=["any size", "one size"])
def test_the_side_that_is_told_is_the_one_that_was_seen(tmp_path, monkeypatch, only):
    analyzer = untrained("raw")
    own, seen = analyzer.backbone.input_size, set()

    def input_size(width: int, height: int, size: float | None = None) -> tuple[int, int]:
        found = own(width, height, size) if only is None else (only, only)
        seen.add(max(found))
        return found

    monkeypatch.setattr(analyzer.backbone, "input_size", input_size)
    tasks = photo_tasks(read_coco(save_set(tmp_path / "set", 1)), "set", 0)
    found = study(analyzer, "set", tasks, [PERTURBATIONS["blur"]], 130, 0, lambda *at: None)
    assert seen == {int(found.settings["side"])}
    assert found.settings["weights"] == analyzer.weights()
