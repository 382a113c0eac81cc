from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sam3viz.bridges.checkpoints import SHIPPED, bridge_metadata
from sam3viz.hub.card import model_card
from sam3viz.studies.bench.report import read_report
from sam3viz.studies.bench.tables import markdown_table

BENCH = read_report(Path(__file__).parents[2] / "assets" / "bench.json")
IDENTITY = BENCH.settings.backbone
METADATA = {"data": "boxes", "preset": "smoke", "commit": "abc", "seed": "7", "command": "sam3viz train --preset smoke"}


def shipped() -> dict[str, dict[str, str]]:
    return {path.stem: bridge_metadata(path) for path in sorted(SHIPPED.glob("*.safetensors"))}


def test_the_front_matter_is_what_the_hub_reads():
    data = model_card("me/bridges", "tiny", {"raw": METADATA}).data
    assert (data.library_name, data.license) == ("sam3viz", "apache-2.0")
    assert "exemplar" in data.tags


def test_variants_that_were_made_alike_are_told_of_together():
    bridges = {"raw": METADATA, "unified": METADATA, "adaptive": METADATA | {"seed": "8", "data": "two\nlines"}}
    text = model_card("me/bridges", "tiny", bridges).text
    first, second = text.partition("## Training")[2].split("`adaptive`:")
    assert "`raw`, `unified`:\n" in first
    for line in (
        "- data: boxes",
        "- preset: smoke",
        "- commit: abc",
        "- seed: 7",
        f"- command: `{METADATA['command']}`",
    ):
        assert f"\n{line}\n" in first
    assert "\n- data: two lines\n" in second
    assert "\n- seed: 8\n" in second
    assert "## Scores" not in text


def test_what_a_file_does_not_tell_is_left_out():
    text = model_card("me/bridges", "tiny", {"raw": {"seed": "3"}}).text
    assert text.partition("`raw`:")[2].split() == ["-", "seed:", "3"]


def test_the_command_is_one_that_pull_takes():
    assert "sam3viz pull me/bridges\n" in model_card("me/bridges", "tiny", {"raw": METADATA}).text
    assert "sam3viz pull me/bridges --out DIR\n" in model_card("me/bridges", IDENTITY, shipped()).text


def test_scores_are_the_tables_of_the_bench():
    text = model_card("me/bridges", IDENTITY, shipped(), BENCH).text
    assert markdown_table(BENCH) in text
    assert "of which these are one" not in text
    (own,) = BENCH.settings.weights.values()
    another = {name: origin | {"seed": "1"} for name, origin in own.items()}
    two = replace(BENCH, settings=replace(BENCH.settings, weights={"0 weights": own, "1 another": another}))
    assert "over 2 sets of weights, of which these are one" in model_card("me/bridges", IDENTITY, shipped(), two).text


def test_scores_of_another_backbone_are_refused():
    with pytest.raises(ValueError, match=r"The bench report is of 'efficientnet.*the bridges are for 'tiny'"):
        model_card("me/bridges", "tiny", shipped(), BENCH)


@pytest.mark.parametrize("change", [{"seed": "5"}, {"commit": "abc"}, {"data": "boxes"}, {"preset": "smoke"}])
def test_scores_of_other_weights_are_refused(change):
    bridges = shipped()
    bridges["unified"] |= change
    with pytest.raises(ValueError, match="of other weights"):
        model_card("me/bridges", IDENTITY, bridges, BENCH)


def test_scores_of_none_of_the_variants_are_refused():
    settings = replace(BENCH.settings, weights={"1 weights": {}})
    with pytest.raises(ValueError, match="of other weights"):
        model_card("me/bridges", IDENTITY, shipped(), replace(BENCH, settings=settings))
