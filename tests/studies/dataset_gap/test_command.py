from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sam3viz.api.analyzer import Analyzer
from sam3viz.evaluation.estimate import TOO_FEW
from sam3viz.evaluation.measures import MEASURES
from sam3viz.studies.dataset_gap import command
from sam3viz.studies.dataset_gap.features import read_rows
from sam3viz.studies.dataset_gap.projection import MAX_MAPPED_OBJECTS
from sam3viz.studies.dataset_gap.report import MAX_CATEGORIES
from tests.helpers.analyzers import untrained
from tests.helpers.coco_sets import BLUE, RED, save_set
from tests.helpers.commands import run_command

OBJECTS = 3 * len(RED) + 2 * len(BLUE)


run = partial(run_command, command)


@pytest.fixture(autouse=True)
def _tiny(monkeypatch):
    monkeypatch.setattr(Analyzer, "from_pretrained", lambda backbone: untrained("raw", "baseline", "unified"))


def test_a_folder_is_measured_into_json_csv_parquet_and_a_page(tmp_path, capsys):
    root, out = save_set(tmp_path / "my <set>"), tmp_path / "new"
    words = ["--json", out / "gap.json", "--html", out / "gap.html", "--csv", out / "gap.csv"]
    run(root, *words, "--features", out / "features")
    said = capsys.readouterr().out
    assert all(f"wrote {out / name}" in said for name in ("gap.json", "gap.csv", "gap.html"))
    told = json.loads((out / "gap.json").read_text("utf-8"))
    assert (told["objects"], told["pictures"]) == (OBJECTS, 3)
    assert list(told["variants"]) == ["raw", "baseline", "unified"]
    assert set(told["variants"]["raw"]["measures"]) == set(MEASURES)
    assert told["variants"]["raw"]["measures"]["matched_cosine"]["mean"] == pytest.approx(1, abs=1e-3)
    assert 0 <= told["variants"]["unified"]["scores"]["patch_ap"]["mean"] <= 1
    assert told["settings"]["dataset"] == "my <set>"
    rows = pd.read_csv(out / "gap.csv")
    assert len(rows) == 3 * OBJECTS
    kept = read_rows(sorted((out / "features").iterdir()))
    assert kept["matched"].to_numpy() == pytest.approx(rows["matched"].to_numpy(), abs=1e-6)
    assert "box" not in rows.columns
    np.testing.assert_array_equal(rows[["x0", "y0", "x1", "y1"]], np.stack(kept["box"].to_list()))
    page = (out / "gap.html").read_text("utf-8")
    body = page.split("</script>", 1)[1]
    assert "Worst examples of" in body
    assert "my &lt;set&gt;" in page
    assert "<set>" not in page
    assert 'src="http' not in page
    assert TOO_FEW in body
    assert f"At most {MAX_MAPPED_OBJECTS} objects" in body
    assert f"By category, the {MAX_CATEGORIES} most frequent" in body
    assert body.count("<img") == 3  # a question a picture
    assert "square, AP" in body


def test_large_freed_blocks_go_back_from_before_the_encoder_is_there(tmp_path, monkeypatch):
    told = []
    monkeypatch.setattr(command, "keep_large_blocks_apart", lambda: told.append("apart"))
    monkeypatch.setattr(Analyzer, "from_pretrained", lambda backbone: told.append("encoder") or untrained("raw"))
    run(save_set(tmp_path / "set"), "--json", tmp_path / "gap.json")
    assert told == ["apart", "encoder"]


def test_the_same_seed_gives_the_same_report(tmp_path):
    root = save_set(tmp_path / "set")
    texts = []
    for name in ("one.json", "two.json"):
        run(root, "--json", tmp_path / name, "--seed", 3)
        texts.append((tmp_path / name).read_text("utf-8"))
    assert texts[0] == texts[1]


def test_a_folder_without_outlines_has_a_gap_and_no_scores_and_says_so(tmp_path, capsys):
    root = save_set(tmp_path / "set")
    document = json.loads((root / "instances.json").read_text("utf-8"))
    for entry in document["annotations"]:
        del entry["segmentation"]
    (root / "instances.json").write_text(json.dumps(document))
    run(root, "--json", tmp_path / "gap.json", "--html", tmp_path / "gap.html")
    (note,) = (line for line in capsys.readouterr().err.splitlines() if line.startswith("note: "))
    assert note.startswith("note: the gap is measured without AP and recall")
    assert "outlines its objects on no picture" in note
    told = json.loads((tmp_path / "gap.json").read_text("utf-8"))
    assert told["variants"]["unified"]["scores"] == {}
    assert told["use"] is None
    assert "outlines its objects on no picture" in told["unasked"]
    assert "outlines its objects on no picture" in (tmp_path / "gap.html").read_text("utf-8").split("</script>", 1)[1]
    assert "Worst examples" not in (tmp_path / "gap.html").read_text("utf-8")


def test_what_is_left_out_is_counted_in_the_file_and_on_the_page(tmp_path):
    root = save_set(tmp_path / "set")
    document = json.loads((root / "instances.json").read_text("utf-8"))
    document["annotations"][0]["iscrowd"] = 1
    document["annotations"][1]["bbox"][2] = 0
    (root / "instances.json").write_text(json.dumps(document))
    with pytest.warns(UserWarning, match="1 annotations whose box has no area"):
        run(root, "--json", tmp_path / "gap.json", "--html", tmp_path / "gap.html")
    told = json.loads((tmp_path / "gap.json").read_text("utf-8"))
    assert told["left_out"] == {"flat": 1, "crowds": 1, "thin": 0, "beyond": 0}
    assert told["objects"] == OBJECTS - 2
    assert "1 whose box has no area, 1 that are crowds" in (tmp_path / "gap.html").read_text("utf-8")


def test_pictures_of_the_same_file_name_in_different_folders_are_all_measured(tmp_path):
    root = save_set(tmp_path / "set", pictures=2)
    document = json.loads((root / "instances.json").read_text("utf-8"))
    for image, folder in zip(document["images"], "ab", strict=True):
        (root / "images" / folder).mkdir()
        (root / "images" / image["file_name"]).rename(root / "images" / folder / "1.png")
        image["file_name"] = f"{folder}/1.png"
    (root / "instances.json").write_text(json.dumps(document))
    run(root, "--json", tmp_path / "gap.json", "--csv", tmp_path / "gap.csv")
    told = json.loads((tmp_path / "gap.json").read_text("utf-8"))
    assert told["pictures"] == 2
    assert told["variants"]["raw"]["scores"]["patch_ap"]["n"] == 2
    assert set(pd.read_csv(tmp_path / "gap.csv")["image"]) == {"a/1.png", "b/1.png"}


def test_a_single_object_has_no_map(tmp_path):
    root = save_set(tmp_path / "set", pictures=1)
    document = json.loads((root / "instances.json").read_text("utf-8"))
    document["annotations"] = document["annotations"][:1]
    (root / "instances.json").write_text(json.dumps(document))
    run(root, "--html", tmp_path / "gap.html")
    assert "Map of every object" not in (tmp_path / "gap.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "name --json, --html or --csv"),
        (["--json", "."], "is a folder"),
        (["--json", "a.json", "--limit", "0"], "--limit is 0"),
        (["--json", "a.json", "--seed", "-1"], "--seed is -1: give 0 or more"),
    ],
)
def test_what_cannot_be_done_gets_one_sentence(tmp_path, words, sentence):
    with pytest.raises(ValueError, match=sentence):
        run(tmp_path, *words)


@pytest.mark.slow
def test_two_processes_measure_what_one_does(tmp_path):
    root = save_set(tmp_path / "set", pictures=4)
    for count, name in ((1, "one"), (2, "two")):
        command = [sys.executable, "-m", "accelerate.commands.launch", "--cpu", "--num_processes", str(count)]
        command += ["--num_machines", "1", "--mixed_precision", "no", "--dynamo_backend", "no"]
        command += ["-m", "sam3viz", "gap", str(root), "--json", str(tmp_path / f"{name}.json")]
        environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3]), "OMP_NUM_THREADS": "1"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=tmp_path, timeout=300)
        assert done.returncode == 0, done.stderr
    one, two = (json.loads((tmp_path / f"{name}.json").read_text("utf-8")) for name in ("one", "two"))
    assert (one["objects"], one["pictures"]) == (two["objects"], two["pictures"])
    for name, values in one["variants"].items():
        for kind in ("measures", "scores"):
            for key, number in values[kind].items():
                assert two["variants"][name][kind][key]["mean"] == pytest.approx(number["mean"], abs=2e-3)
