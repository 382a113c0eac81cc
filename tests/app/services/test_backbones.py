from __future__ import annotations

import re
import threading
from concurrent.futures import Future
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from app.components.box_prompter.component import Prompt, PromptBox
from app.components.picture_grid.component import PictureMatrix
from app.services import analyses as handlers
from app.services import backbones as backbones
from app.services.analyses import Weights
from app.services.backbones import Chosen, Offer, Shelf
from app.shared.html_pieces import table_html, verdict_html
from sam3viz import VARIANTS, Analyzer
from sam3viz.api.analysis import Analysis
from sam3viz.bridges.checkpoints import save_bridge, weights_folder
from sam3viz.encoders import BACKBONES, DEFAULT_BACKBONE, FAMILIES, BackboneFamily, load_backbone
from sam3viz.encoders.timm import CURATED
from tests.helpers.sam3_checkpoint import save_sam3
from tests.helpers.timm_checkpoints import VIT, save_checkpoint
from tests.helpers.tiny import TinyBackbone

PATIENCE = 100
BOXES = (PromptBox(10, 10, 60, 50, 1),)


@pytest.fixture(autouse=True)
def trained(monkeypatch, tmp_path) -> Path:
    """Where bridges of other backbones are; nothing is there yet."""
    monkeypatch.setattr("sam3viz.bridges.checkpoints.TRAINED", tmp_path / "trained")
    return tmp_path / "trained"


@pytest.fixture
def local(tmp_path) -> str:
    """A backbone in a file, as whoever starts the page names it."""
    (tmp_path / "secret place").mkdir()
    return save_checkpoint(VIT, tmp_path / "secret place")


@pytest.fixture
def shelf(monkeypatch) -> Shelf:
    handlers.analysis_of.cache_clear()
    fresh = Shelf(Analyzer.from_pretrained)
    monkeypatch.setattr(backbones, "SHELF", fresh)
    yield fresh
    handlers.analysis_of.cache_clear()


@pytest.fixture
def chosen(local, shelf) -> Chosen:
    offer = Offer([local])
    return offer.resolve(offer.labels[len(BACKBONES)], "en")


def tiny(name: str = "") -> Analyzer:
    return Analyzer(TinyBackbone(), {"raw": VARIANTS["raw"](16).eval()})


def named(name: str) -> Chosen:
    return Chosen(name, name)


class Gate:
    """Loads nothing before it is opened, and counts."""

    def __init__(self) -> None:
        self.open, self.loaded = threading.Event(), []

    def __call__(self, name: str) -> Analyzer:
        self.loaded.append(name)
        assert self.open.wait(PATIENCE)
        return tiny()


def test_the_list_begins_with_the_default_then_what_was_given_then_timms(local):
    labels = Offer([local, "timm:resnet18"]).labels
    assert labels[0] == DEFAULT_BACKBONE
    assert labels[len(BACKBONES) :] == [
        f"timm:{VIT}={VIT}-0.safetensors",
        "timm:resnet18",
        *(f"timm:{name}" for name in CURATED),
    ]


def test_a_local_name_is_shown_without_its_folder_and_mapped_back(local):
    offer = Offer([local])
    assert not any("secret" in label or "/" in label for label in offer.labels)
    found = offer.resolve(f"timm:{VIT}={VIT}-0.safetensors", "en")
    assert found.name == local
    assert found.file == f"{VIT}-0.safetensors"
    assert "secret" not in repr(found)


def test_two_files_of_one_name_are_told_apart(local, tmp_path):
    other = save_checkpoint(VIT, tmp_path)
    offer = Offer([local, other, local])
    mine, theirs = offer.labels[len(BACKBONES) : len(BACKBONES) + 2]
    assert (offer.resolve(mine, "en").name, offer.resolve(theirs, "en").name) == (local, other)
    assert offer.resolve(mine, "en") != offer.resolve(theirs, "en")
    assert len(offer.labels) == len(set(offer.labels)) == len(Offer().labels) + 2
    assert offer.resolve(theirs, "en").argument == mine


def test_a_folder_of_another_kind_of_backbone_is_shown_by_its_name(tmp_path, monkeypatch):
    other = BackboneFamily("other", lambda model, path: TinyBackbone(), path="DIR")
    monkeypatch.setitem(FAMILIES, "other", other)
    (tmp_path / "weights").mkdir()
    offer = Offer([f"other:{tmp_path / 'weights'}"])
    assert offer.labels[len(BACKBONES)] == "other:weights"
    assert offer.resolve("other:weights", "en").name == f"other:{tmp_path / 'weights'}"


@pytest.mark.parametrize("name", ["nonsense", "nonsense=file", "other:weights", f"timm:{VIT}=nowhere.safetensors"])
def test_what_cannot_be_offered_is_told_at_the_start(name):
    with pytest.raises(ValueError, match=r"There is no (backbone|file)"):
        Offer([name])


def test_the_default_and_hub_names_are_let_through():
    offer = Offer()
    assert offer.resolve(DEFAULT_BACKBONE, "en") is None
    for name in ("timm:vit_small_patch14_reg4_dinov2.lvd142m", " timm:tf_efficientnet-b0 ", f"timm:{CURATED[0]}"):
        assert offer.resolve(name, "en").name == name.strip()


@pytest.mark.parametrize(
    "text",
    [
        "", "timm:", "timm:resnet18=weights.safetensors", "timm:resnet18=/etc/passwd", "timm:../../weights",
        "timm:local-dir:/weights", "timm:hf-hub:somebody/something", "timm:resnet18\n/etc", "timm:rеsnet18",
        "sam3:/weights", "/etc/passwd", "file:///etc/passwd", "TIMM:resnet18", "timm:" + "a" * 101, None, 3, ["timm:x"],
        {"timm": "x"},
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_paths_and_odd_text_are_refused_in_a_sentence(local, text, language):
    with pytest.raises(ValueError, match="sam3viz app --backbone timm:NAME=FILE"):
        Offer([local]).resolve(text, language)


def test_the_path_itself_is_not_a_name_of_the_list(local):
    """Else a visitor could ask which files there are."""
    with pytest.raises(ValueError, match="no such backbone"):
        Offer([local]).resolve(local, "en")


@given(st.text() | st.from_regex(r"timm:.*") | st.text(alphabet="timm:=./\\~%\0 ab"))
def test_nothing_that_is_typed_can_name_a_file(text):
    try:
        found = Offer().resolve(text, "en")
    except ValueError:
        return
    assert found is None or re.fullmatch(r"timm:[A-Za-z0-9_.-]+|" + "|".join(map(re.escape, BACKBONES)), found.name)


def test_a_giant_that_a_visitor_typed_is_refused_before_anything_is_fetched():
    loaded: list[str] = []
    shelf = Shelf(lambda name: loaded.append(name) or tiny())
    typed = Offer().resolve("timm:vit_7b_patch16_dinov3.lvd1689m", "en")
    with pytest.raises(ValueError, match=r"has 6716 million parameters: visitors may load .* up to 400 million"):
        shelf.ask(typed, "en").result(PATIENCE)
    with pytest.raises(ValueError, match="6716 百万个参数"):
        shelf.ask(typed, "zh-CN").result(PATIENCE)
    assert not loaded
    shelf.ask(Offer().resolve("timm:test_vit.r160_in1k", "en"), "en").result(PATIENCE)
    assert loaded == ["timm:test_vit.r160_in1k"]


def test_whoever_starts_the_page_may_name_a_giant():
    loaded: list[str] = []
    shelf = Shelf(lambda name: loaded.append(name) or tiny())
    giant = "timm:vit_7b_patch16_dinov3.lvd1689m"
    shelf.ask(Offer([giant]).resolve(giant, "en"), "en").result(PATIENCE)
    assert loaded == [giant]


def test_a_wrong_name_that_a_visitor_typed_is_told_with_its_neighbours():
    typed = Offer().resolve("timm:vit_smal_patch16_224", "en")
    for language, near in (("en", "near it are"), ("zh-CN", "相近的有")):
        with pytest.raises(ValueError, match=f"{near} vit_small_patch16_224"):
            Shelf(lambda name: tiny()).ask(typed, language).result(PATIENCE)


def test_two_visitors_load_a_backbone_once_and_share_it():
    gate = Gate()
    shelf = Shelf(gate)
    futures = [shelf.ask(named("a"), "en") for _ in range(5)]
    assert not any(future.done() for future in futures)
    gate.open.set()
    assert len({id(future.result(PATIENCE)) for future in futures}) == 1
    assert gate.loaded == ["a"]


def test_only_the_last_few_stay():
    gate = Gate()
    gate.open.set()
    shelf = Shelf(gate, limit=2)
    for name in "abacb":
        shelf.ask(named(name), "en").result(PATIENCE)
    assert gate.loaded == ["a", "b", "c", "b"], "a was asked for after b, so b went when c came"


def test_a_slow_one_holds_up_neither_what_is_loaded_nor_the_next():
    gate = Gate()
    gate.open.set()
    shelf = Shelf(lambda name: gate(name) if name == "slow" else tiny())
    shelf.ask(named("there"), "en").result(PATIENCE)
    gate.open.clear()
    slow = shelf.ask(named("slow"), "en")
    shelf.ask(named("there"), "en").result(0)
    shelf.ask(named("next"), "en").result(PATIENCE)
    assert not slow.done()
    gate.open.set()
    slow.result(PATIENCE)


def test_a_crowd_of_slow_ones_is_refused():
    gate = Gate()
    shelf = Shelf(gate)
    waiting = [shelf.ask(named(f"n{number}"), "en") for number in range(backbones.MOST_LOADING)]
    with pytest.raises(ValueError, match=f"{backbones.MOST_LOADING} other backbones"):
        shelf.ask(named("one more"), "en")
    shelf.ask(named("n0"), "en")
    gate.open.set()
    assert all(isinstance(future.result(PATIENCE), Analyzer) for future in waiting)


def test_what_could_not_be_loaded_is_tried_again():
    tries: list[str] = []

    def load(name: str) -> Analyzer:
        tries.append(name)
        if len(tries) == 1:
            raise ValueError("The hub is away.")
        if len(tries) == 2:
            raise MemoryError
        return tiny()

    shelf = Shelf(load)
    for sentence in ("The hub is away.", r"a could not be loaded \(MemoryError\)"):
        with pytest.raises(ValueError, match=sentence):
            shelf.ask(named("a"), "en").result(PATIENCE)
    assert isinstance(shelf.ask(named("a"), "en").result(PATIENCE), Analyzer)


def test_no_sentence_names_the_folder_of_a_local_file(local, shelf):
    offer = Offer([local])
    Path(local.partition("=")[2]).unlink()
    found = offer.resolve(offer.labels[len(BACKBONES)], "en")
    with pytest.raises(ValueError, match="holds no weights") as raised:
        found.analyzer  # noqa: B018 it is loaded
    assert "secret" not in str(raised.value)
    assert f"{VIT}-0.safetensors" in str(raised.value)


def test_the_facts_of_a_backbone_without_bridges(chosen):
    backbone = chosen.analyzer.backbone
    told = backbones.facts_html(chosen, "en")
    for fact in (f"input {backbone.size} px", f"token {backbone.stride} px", f"level {backbone.level}", "on cpu"):
        assert fact in told
    assert f"{backbone.dim} channels" in told
    assert backbone.identity in told
    assert "Trained bridges here: none; raw does without." in told
    assert f"Write {VIT}-0.safetensors with its folder." in told
    assert backbones.train_command(chosen) == f"sam3viz train --backbone timm:{VIT}={VIT}-0.safetensors"
    assert "secret" not in told
    assert "运行于 cpu" in backbones.facts_html(chosen, "zh-CN")
    assert backbones.in_use(chosen, "en") == [f"These results use the backbone {chosen.label} (Raw ROI)."]


def test_a_picture_that_is_stretched_to_a_square_is_told_so(shelf, tmp_path):
    stretched = Chosen("sam3:tiny", save_sam3(tmp_path / "tiny"))
    told = backbones.facts_html(stretched, "en")
    assert "input 112 × 112 px (stretched to a square)" in told
    assert "longer side" not in told
    assert "拉伸为正方形" in backbones.facts_html(stretched, "zh-CN")


def test_the_facts_of_the_default_one():
    told = backbones.facts_html(None, "en")
    assert "input 768 px (longer side)" in told
    assert "blocks 3 + 4 + 5" in told
    assert f"all {len(VARIANTS)}" in told
    assert backbones.train_command(None) == ""
    assert backbones.in_use(None, "en") == []


def test_where_some_bridges_are_trained_the_command_trains_the_rest(chosen, local, trained):
    network = load_backbone(local)
    folder = weights_folder(network.identity)
    assert folder.parent == trained
    for name in ("raw", "unified"):
        save_bridge(VARIANTS[name](network.dim), folder / f"{name}.safetensors", network.identity, {})
    rest = "baseline contrastive distillation multilevel adaptive"
    assert backbones.train_command(chosen).endswith(f"--variants {rest}")
    assert "Trained bridges here: raw, unified." in backbones.facts_html(chosen, "en")
    assert backbones.in_use(chosen, "en") == [f"These results use the backbone {chosen.label} (Raw ROI, Unified)."]


def test_trained_weights_and_another_backbone_take_each_others_place_aloud(chosen):
    mine = Weights("token", tiny(), ("raw",))
    assert backbones.label_of(mine) == backbones.label_of(None) == DEFAULT_BACKBONE
    assert backbones.label_of(chosen) == chosen.label
    assert "not in use any more" in backbones.dropped(mine, "en")
    assert backbones.dropped(None, "en") == backbones.dropped(chosen, "en") == ""
    assert chosen.label in backbones.returned(mine, chosen.label, "en")
    assert backbones.returned(mine, DEFAULT_BACKBONE, "en") == backbones.returned(None, chosen.label, "en") == ""
    assert backbones.back_words(chosen, "en") == f"Back to {DEFAULT_BACKBONE}"
    assert backbones.back_words(mine, "en") == "Back to the shipped weights"
    assert backbones.in_use(mine, "en") != []


def test_what_is_waited_for_says_for_how_long(chosen):
    waiting = backbones.Loading(chosen, Future(), began=backbones.monotonic() - 7)
    assert f"Loading {chosen.label}: 7 s." in waiting.html("en")
    assert backbones.begin(chosen, "en").future.result(PATIENCE) is chosen.analyzer


def test_every_view_works_with_raw_alone(chosen, tmp_path):
    path = tmp_path / "picture" / "picture.png"
    path.parent.mkdir()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (120, 160, 3), np.uint8)).save(path)
    analysis = handlers.analysis_of(str(path), BOXES, chosen)
    assert list(analysis.variants) == ["raw"]
    assert isinstance(handlers.matrix(analysis, "{count} found"), PictureMatrix)
    figures = dict(handlers.figures(analysis, list(VARIANTS)))
    assert {name for name, figure in figures.items() if figure is not None} == {"gap_axis", "umap_map"}
    assert "nan" not in table_html(analysis, ["unified"], "Numbers").lower()
    files = {kind: Path(handlers.export(Prompt(str(path), BOXES), kind, chosen)) for kind in handlers.EXPORTS}
    assert "secret" not in files["report"].read_text(encoding="utf-8")
    assert list(pd.read_csv(files["table"])["variant"]) == ["raw"]
    torch.testing.assert_close(
        torch.from_numpy(Analysis.load(files["data"]).variants["raw"].heat_grid),
        torch.from_numpy(analysis.variants["raw"].heat_grid),
    )
    assert Path(handlers.export(Prompt(str(path), BOXES), "table")).parent != files["table"].parent

    said = verdict_html(analysis, "en", backbones.train_command(chosen))
    assert "<code>sam3viz train --backbone timm:" in said
    assert "matched cosine" not in said
    assert "Things found: raw" in said


def test_variants_that_a_backbone_lacks_stay_hidden_or_shown(chosen):
    before = [name for name in VARIANTS if name != "unified"]
    assert handlers.still_shown(["raw"], before, chosen) == before
    assert handlers.still_shown(["raw"], before, None) == ["raw"]
