from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from sam3viz.api.analyzer import Analyzer
from sam3viz.bridges import VARIANTS
from sam3viz.bridges.checkpoints import save_bridge
from sam3viz.data.coco import read_coco
from sam3viz.evaluation.episodes import MIN_BOX_SHARE, photo_tasks
from sam3viz.evaluation.tables import long_table, score_table
from sam3viz.studies.bench import command, table_command
from sam3viz.studies.bench.cross_image import SHOTS, WAYS, CrossImageRow, cross_image_tasks, measure_across
from sam3viz.studies.bench.cross_image_summary import (
    CROSS_IMAGE,
    SAME_IMAGE,
    CrossImageSummary,
    summarize_cross_image,
)
from sam3viz.studies.bench.measure import measure
from sam3viz.studies.bench.report import CROSS_IMAGE_MARKERS, read_report
from sam3viz.studies.bench.tables import markdown_table
from tests.helpers.analyzers import untrained
from tests.helpers.bench_reports import SETTINGS, run_words, table_cells
from tests.helpers.coco_sets import RED, SIZE, save_set
from tests.helpers.tiny import TinyBackbone

SCORES = {"patch_ap", "ap_vs_objects", "ap_not_person", "peak_recall"}


class Colours(TinyBackbone):
    """A token is the colour of its 4 x 4 pixels, and so an oracle where colour is class."""

    stride = 4

    def __init__(self) -> None:
        super().__init__()
        generator = torch.Generator().manual_seed(1)
        mixed = torch.randn(self.dim, 3, 1, 1, generator=generator).expand(-1, -1, 4, 4)
        self.patches = nn.Conv2d(3, self.dim, 4, 4, bias=False).requires_grad_(False)
        self.patches.weight.data.copy_(mixed)


def renamed(root: Path, lone: int) -> Path:
    """The squares of one picture become a category that is nowhere else."""
    file = root / "instances.json"
    document = json.loads(file.read_text())
    document["categories"].append({"id": 3, "name": "lone"})
    for annotation in document["annotations"]:
        if annotation["image_id"] == lone and annotation["category_id"] == 1:
            annotation["category_id"] = 3
    file.write_text(json.dumps(document))
    return root


@pytest.fixture
def pictures(tmp_path):
    return read_coco(save_set(tmp_path / "set", pictures=6))


def asked(pictures, seed=0, limit=None):
    return cross_image_tasks(photo_tasks(pictures, "set", seed, limit), pictures, seed)


def rows(analyzers, tasks):
    found = [row for part in measure_across(analyzers, tasks) for row in part]
    return long_table(found, CrossImageRow)


def drawn(tasks):
    return [(t.target.image, [(r.image, r.box) for r in e.references]) for t in tasks for e in t.episodes]


def test_no_exemplar_comes_from_the_target_picture(pictures):
    for seed in range(20):
        tasks = asked(pictures, seed)
        assert len(tasks) == len(pictures)
        for target, references in drawn(tasks):
            images = [image for image, _ in references]
            assert target not in images
            assert len(set(images)) == SHOTS
            assert {box for _, box in references} <= {tuple(map(float, box)) for box in RED}


def test_the_seed_draws_the_references_and_a_limit_does_not_change_them(pictures):
    assert drawn(asked(pictures, 3)) == drawn(asked(pictures, 3))
    assert drawn(asked(pictures, 3)) != drawn(asked(pictures, 4))
    assert drawn(asked(pictures, 3, limit=2)) == drawn(asked(pictures, 3))[:2]
    boxes = {references[0][1] for seed in range(20) for _, references in drawn(asked(pictures, seed))}
    assert boxes == {tuple(map(float, box)) for box in RED}  # every instance can be drawn


def test_a_picture_of_the_same_file_name_in_another_folder_gives_exemplars(pictures):
    two = [replace(picture, name=f"{folder}/1.png") for picture, folder in zip(pictures[:2], "ab", strict=True)]
    assert [(image, [name for name, _ in references]) for image, references in drawn(asked(two))] == [
        ("a/1.png", ["b/1.png"]),
        ("b/1.png", ["a/1.png"]),
    ]


def test_the_questions_are_the_episodes_of_the_bench(pictures):
    tasks = photo_tasks(pictures, "set", 5)
    for task, crossed in zip(tasks, cross_image_tasks(tasks, pictures, 5), strict=True):
        assert crossed.target == task
        assert [cross.episode for cross in crossed.episodes] == list(task.episodes)


def test_a_category_on_one_picture_alone_is_passed_over(tmp_path):
    root = renamed(save_set(tmp_path / "set", pictures=3), lone=0)
    pictures = read_coco(root)
    tasks = asked(pictures)
    assert [(image, {name for name, _ in references}) for image, references in drawn(tasks)] == [
        ("1.png", {"2.png"}),
        ("2.png", {"1.png"}),
    ]
    photos = photo_tasks(pictures, "set")
    found = [row for part in measure_across({"0": untrained("raw")}, tasks) for row in part]
    report = summarize_cross_image(found, photos, tasks, SETTINGS, {})
    assert (report.skipped, report.episodes, report.pictures) == (1, 2, 2)
    assert report.references == {1: 2}
    only = [task for task in photos if task.image == "0.png"]
    with pytest.raises(ValueError, match=r"No category .* 0\.3% to 25% on another picture: .* leave out --cross-image"):
        cross_image_tasks(only, pictures)
    some = summarize_cross_image([row for row in found if row["image"] == "1.png"], photos, tasks, SETTINGS, {})
    assert (some.skipped, some.episodes, some.references) == (1, 1, {1: 1})  # one without a score
    with pytest.raises(ValueError, match="No episode could be scored"):
        summarize_cross_image([], photos, tasks, SETTINGS, {})


def test_only_a_usable_instance_is_an_exemplar(pictures):
    """One that is too small, too large or a crowd is not, one without an outline is."""
    first, second = pictures[:2]
    square = second.annotations[0]
    x0, y0 = square.box[:2]

    def shown(box=square.box, **changes):
        changed = type(square)(**(vars(square) | {"box": box} | changes))
        return [first, replace(second, annotations=(changed,))]

    unusable = [shown((x0, y0, x0 + 7, y0 + 8)), shown((0.0, 0.0, SIZE[0] / 2, SIZE[1] / 2)), shown(crowd=True)]
    assert 7 * 8 / (SIZE[0] * SIZE[1]) < MIN_BOX_SHARE
    for found in unusable:
        with pytest.raises(ValueError, match="No category"):
            asked(found)
    assert drawn(asked(shown(outlined=False))) == [("0.png", [("1.png", square.box)])]


def test_every_way_is_compared_with_the_same_answer(pictures, monkeypatch):
    seen = []

    def spy(heat, grid, episode, size):
        seen.append((grid, episode))
        return {"patch_ap": 0.5}

    monkeypatch.setattr("sam3viz.studies.bench.cross_image.score_heat", spy)
    task = asked(pictures)[0]
    frame = rows({"0": untrained("raw", "unified")}, [task])
    assert len(seen) == len(frame) == len(WAYS) * 2
    expected = task.episodes[0].episode.mask_grid()
    for grid, episode in seen:
        assert episode == task.episodes[0].episode
        np.testing.assert_array_equal(grid.targets, expected.targets)
        np.testing.assert_array_equal(grid.ignored, expected.ignored)


def test_the_same_image_is_scored_as_the_bench_scores_it_without_the_negative_box(pictures):
    keys = ["image", "category", "variant", "metric"]
    tasks, analyzers = photo_tasks(pictures, "set", limit=3), {"0": untrained(*VARIANTS)}
    frame = rows(analyzers, cross_image_tasks(tasks, pictures))
    normal = score_table(row for part in measure(analyzers, tasks) for row in part)
    normal = normal[~normal["negative"] & normal["metric"].isin(SCORES)].set_index(keys)["value"]
    same = frame[frame["way"] == SAME_IMAGE].set_index(keys)["value"]
    assert set(frame["metric"]) == SCORES
    pd.testing.assert_series_equal(same.sort_index(), normal.sort_index(), check_exact=True)


def test_each_way_is_a_search_of_its_own(pictures):
    analyzer = untrained(*VARIANTS)
    frame = rows({"0": analyzer}, asked(pictures, limit=3))
    assert list(dict.fromkeys(frame["way"])) == list(WAYS)
    assert not frame.duplicated(["image", "variant", "way", "metric"]).any()
    values = frame[frame["metric"] == "patch_ap"].set_index(["variant", "way"])["value"]
    np.testing.assert_array_equal(values["raw", CROSS_IMAGE], values["raw", "cross_image_placed"])  # knows no place
    assert (values["baseline", CROSS_IMAGE].to_numpy() != values["baseline", "cross_image_placed"].to_numpy()).any()
    for name in VARIANTS:
        for way in (SAME_IMAGE, "cross_image_shots"):
            assert (values[name, CROSS_IMAGE].to_numpy() != values[name, way].to_numpy()).any()


def test_where_colour_is_class_another_picture_serves_as_well(pictures):
    analyzer = Analyzer(Colours(), {"raw": VARIANTS["raw"](Colours.dim).eval()})
    frame = rows({"0": analyzer}, asked(pictures))
    means = frame[frame["metric"] == "patch_ap"].groupby("way")["value"].mean()
    assert set(means.index) == set(WAYS)
    assert means.min() > 0.9


def test_several_sets_of_weights_share_the_encodings(pictures):
    analyzers = {"a": untrained("raw", "unified"), "b": untrained("raw", "unified")}
    for bridge in analyzers["b"].bridges.values():
        bridge.log_scale.data += 1
    tasks = asked(pictures)
    frame = rows(analyzers, tasks)
    assert (analyzers["a"].backbone.calls, analyzers["b"].backbone.calls) == (len(pictures), 0)
    alone = rows({"b": analyzers["b"]}, tasks)
    np.testing.assert_array_equal(frame[frame["seed"] == "b"]["value"], alone["value"])


def test_the_report_holds_means_and_paired_changes(pictures):
    tasks = asked(pictures)
    frame = rows({"0": untrained("raw", "unified")}, tasks)
    photos = photo_tasks(pictures, "set")
    settings = replace(SETTINGS, shots=SHOTS)
    report = summarize_cross_image(frame.to_dict("records"), photos, tasks, settings, {})
    assert CrossImageSummary.from_json(json.loads(json.dumps(report.as_json(), allow_nan=False))) == report
    assert (report.skipped, report.episodes, report.references) == (0, 6, {3: 6})
    assert report.as_json()["references"] == {"3": 6}
    values = frame[frame["metric"] == "patch_ap"].groupby(["variant", "way"])["value"].mean()
    for name, measured in report.variants.items():
        assert set(measured.as_json()) == {*WAYS, "minus"}
        assert {reference: tuple(others) for reference, others in measured.minus.items()} == {
            SAME_IMAGE: WAYS[1:],
            CROSS_IMAGE: WAYS[2:],
        }
        for way in WAYS:
            entry = measured.ways[way]["patch_ap"]
            assert (entry.mean, entry.n, entry.seed_sd) == (pytest.approx(values[name, way]), 6, None)
        for reference, others in measured.minus.items():
            for way, change in others.items():
                entry = change["patch_ap"]
                assert entry.mean == pytest.approx(values[name, way] - values[name, reference])
                assert entry.low <= entry.mean <= entry.high
    assert measured.minus[SAME_IMAGE][CROSS_IMAGE]["ap_vs_objects"].n == 3  # every second picture has another object


@pytest.fixture
def weights(tmp_path, monkeypatch):
    monkeypatch.setattr("sam3viz.api.analyzer.load_backbone", lambda name: TinyBackbone())
    for name, bridge in untrained("raw", "baseline", "unified").bridges.items():
        save_bridge(bridge, tmp_path / "seed0" / f"{name}.safetensors", "tiny", {"seed": "0", "command": "/home"})
    return tmp_path


def test_the_command_tells_every_variant_both_ways(weights, capsys):
    root, out = renamed(save_set(weights / "my set", pictures=4), lone=1), weights / "new" / "cross.json"
    run_words(command, "--cross-image", root, "--json", out, "--weights", weights / "seed0", "--seed", 2)
    said = capsys.readouterr()
    assert "3/3" in said.err
    assert "my set: 3 episodes on 3 pictures; 1 passed over" in said.out
    assert "3 have fewer than 3 other pictures" in said.out
    assert f"wrote {out}" in said.out

    report = json.loads(out.read_text())
    assert list(report["variants"]) == ["raw", "baseline", "unified"]
    settings = report["settings"]
    assert (settings["dataset"], settings["seed"], settings["shots"], settings["limit"]) == ("my set", 2, SHOTS, None)
    assert settings["weights"] == {"1 seed0": {name: {"seed": "0"} for name in report["variants"]}}
    assert {"python", "torch"} <= set(report["versions"])
    assert str(weights) not in out.read_text()
    lines = {line.split()[0]: line for line in said.out.splitlines() if line.split()[:1] != []}
    for name, measured in report["variants"].items():
        for way in WAYS:
            assert f"{measured[way]['patch_ap']['mean']:.3f}".removeprefix("0") in lines[name]
        assert (
            f"{measured['minus'][SAME_IMAGE][CROSS_IMAGE]['patch_ap']['mean']:+.3f}".replace("0.", ".") in lines[name]
        )

    readme = weights / "README.md"
    begin, end = CROSS_IMAGE_MARKERS
    readme.write_text(f"{begin}\n{end}\n<!-- bench:begin -->\nkept\n<!-- bench:end -->\n")
    run_words(table_command, out, "--readme", readme)
    written = readme.read_text()
    assert written.startswith(f"{begin}\n{markdown_table(read_report(out))}\n{end}\n")
    assert "\nkept\n" in written
    assert {name: len(row) for name, row in table_cells(written).items()} == {"raw": 8, "baseline": 8, "unified": 8}


def test_options_narrow_what_is_asked(weights):
    root, out = save_set(weights / "set", pictures=4), weights / "cross.json"
    words = ["--json", out, "--weights", weights / "seed0", "--variants", "raw", "--limit", 2]
    run_words(command, "--cross-image", root, *words)
    report = json.loads(out.read_text())
    assert (list(report["variants"]), report["episodes"]) == (["raw"], 2)
    assert report["references"] == {"3": 2}  # drawn from the whole folder


@pytest.mark.parametrize(("option", "value"), [("--composed", 3), ("--runs", "nowhere")])
def test_what_does_not_go_together_is_said_before_any_work(weights, option, value):
    root, out = save_set(weights / "set"), weights / "cross.json"
    with pytest.raises(ValueError, match=f"folder's own pictures alone: leave out {option}"):
        run_words(command, "--cross-image", root, "--json", out, option, value)
    assert not out.exists()
