from __future__ import annotations

import json
from functools import partial

import pandas as pd
import pytest
from plotly.offline import get_plotlyjs

from sam3viz.api.analyzer import Analyzer
from sam3viz.studies.robustness import command
from tests.helpers.analyzers import untrained
from tests.helpers.coco_sets import save_set
from tests.helpers.commands import run_command

run = partial(run_command, command)


@pytest.fixture(autouse=True)
def _tiny(monkeypatch):
    monkeypatch.setattr(Analyzer, "from_pretrained", lambda backbone: untrained("raw", "unified"))


def test_a_folder_is_disturbed_into_json_csv_and_a_page(tmp_path, capsys):
    root, out = save_set(tmp_path / "a <set>"), tmp_path / "new"
    words = ["--json", out / "r.json", "--csv", out / "r.csv", "--html", out / "r.html"]
    run(root, *words, "--side", 96, "--pictures", 2, "--perturbations", "noise", "scale")
    assert capsys.readouterr().out.count("wrote ") == 3
    told = json.loads((out / "r.json").read_text("utf-8"))
    assert told["pictures"] == 2
    assert set(told["curves"]) == {"exemplar", "scene"}
    assert set(told["curves"]["scene"]) == {"noise", "scale"}
    rows = pd.read_csv(out / "r.csv")
    assert set(rows["variant"]) == {"raw", "unified", "chance"}
    by_path = rows[rows["disturbed"] == "path"]
    assert by_path["level"].isna().all()
    assert set(by_path["metric"]) == {"same"}  # two things are too few for strangers
    assert len(by_path) == 3 * 2 * 2
    page = (out / "r.html").read_text("utf-8")
    assert "<set>" not in page
    assert 'src="http' not in page
    body = page.replace(get_plotlyjs(), "")
    points = [curve["raw"] for way in told["curves"].values() for by in way.values() for curve in by.values()]
    # the scene's things leave the picture at four times the size, so there is no curve of its AP
    assert told["absent"] == [{"disturbed": "scene", "perturbation": "scale", "metric": "patch_ap"}]
    assert len(points) == 2 * 2 * 2 - 1
    assert "Disturbed scene, scale, patch AP: no curve, as no picture has an answer at every level." in body
    assert list(told["consistency"]) == ["crop", "loose", "elsewhere"]
    assert set(told["consistency"]["crop"]["same"]) == {"raw", "unified"}
    assert told["consistency"]["crop"]["recall"]["raw"]["mean"] is None
    assert "not enough samples" in body
    assert "Consistency: the same thing by another path" in body
    assert body.count("data:image") == sum(map(len, points))  # under every point its picture
    assert "Disturbed scene: patch AP against severity" in body


@pytest.mark.slow
def test_without_a_folder_rendered_scenes_are_disturbed(tmp_path):
    run("--json", tmp_path / "r.json", "--side", 96, "--pictures", 1, "--perturbations", "jitter")
    told = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert told["settings"]["dataset"] == "rendered scenes"
    assert list(told["curves"]) == ["exemplar"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "name --json, --html or --csv"),
        (["--json", "."], "is a folder"),
        (["--json", "a.json", "--pictures", "0"], "--pictures is 0"),
        (["--json", "a.json", "--side", "0"], "--side is 0"),
        (["--json", "a.json", "--seed", "-1"], "--seed is -1: give 0 or more"),
    ],
)
def test_what_cannot_be_done_gets_one_sentence(tmp_path, words, sentence):
    with pytest.raises(ValueError, match=sentence):
        run(tmp_path, *words)


def test_a_folder_of_things_too_thin_to_be_seen_is_refused(tmp_path):
    """Lines of one pixel are large enough to be asked for and too thin to be found again."""
    root = save_set(tmp_path / "set")
    document = json.loads((root / "instances.json").read_text("utf-8"))
    for number, entry in enumerate(document["annotations"]):
        x = 3 * number
        entry |= {"bbox": [x, 0, 1, 110], "segmentation": [[x, 0, x + 1, 0, x + 1, 110, x, 110]]}
    (root / "instances.json").write_text(json.dumps(document))
    with pytest.raises(ValueError, match="No question could be asked of 'set'"):
        run(root, "--json", tmp_path / "r.json", "--side", 96, "--perturbations", "noise")
    assert not (tmp_path / "r.json").exists()
