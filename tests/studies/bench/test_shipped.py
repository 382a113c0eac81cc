from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from sam3viz.bridges import VARIANTS
from sam3viz.studies.bench.shipped import shipped_origin, shipped_scores
from sam3viz.utils import assets

ROOT = Path(__file__).parents[3]
DOCUMENT = json.loads((ROOT / "assets" / "bench.json").read_text("utf-8"))


@pytest.mark.parametrize("metric", ["patch_ap", "peak_recall"])
def test_scores_are_those_of_the_file(metric):
    scores = shipped_scores(metric)
    assert list(scores) == list(VARIANTS)
    for name, score in scores.items():
        recorded = DOCUMENT["datasets"]["coco128"]["variants"][name]["without_negative"][metric]
        assert score.as_json() == recorded
        assert score.low < score.mean < score.high


def test_scores_are_those_of_the_readme():
    cell = f"{shipped_scores()['unified'].mean:.3f}".removeprefix("0")
    assert f"| `unified` | {cell} [" in (ROOT / "README.md").read_text("utf-8")


def test_an_unknown_metric_is_named():
    with pytest.raises(ValueError, match="no metric 'beauty'; choose one of patch_ap"):
        shipped_scores("beauty")


def test_the_origin_names_dataset_seeds_and_command():
    origin = shipped_origin()
    assert (origin.dataset, origin.pictures, origin.episodes) == ("coco128", 46, 67)
    assert (origin.seeds, origin.level) == (1, 0.95)
    assert origin.backbone == DOCUMENT["settings"]["backbone"]
    assert origin.command == ("sam3viz bench coco128 --composed 40 --runs RUN_DIR --seed 0 --weights weights")


def test_an_installed_package_finds_its_own_copy(tmp_path, monkeypatch):
    package = tmp_path / "sam3viz"
    for folder, limit in ((package / "assets", 5), (tmp_path / "assets", 7)):
        folder.mkdir(parents=True)
        settings = DOCUMENT["settings"] | {"limit": limit, "composed_scenes": None, "weights": {"1 mine": {}}}
        document = DOCUMENT | {"settings": settings, "seeds": ["1 mine"], "training": None}
        (folder / "bench.json").write_text(json.dumps(document), encoding="utf-8")
    monkeypatch.setattr(assets, "__file__", str(package / "utils" / "assets.py"))
    assert shipped_origin().command == "sam3viz bench coco128 --limit 5 --seed 0 --weights mine"
    assert shipped_origin().seeds == 1
    shutil.rmtree(package / "assets")
    assert "--limit 7" in shipped_origin().command
