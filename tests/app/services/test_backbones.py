from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services import backbones
from app.services.backbones import AnalyzerPool, BackboneCatalog, BackboneChoice
from sam3viz import VARIANTS, Analyzer
from sam3viz.encoders import BACKBONES, DEFAULT_BACKBONE, FAMILIES, BackboneFamily
from sam3viz.encoders.timm import CURATED
from sam3viz.utils.messages import translate_error
from tests.helpers.bridges import save_bridges
from tests.helpers.model_sources import trained_here
from tests.helpers.timm_checkpoints import VIT, save_checkpoint
from tests.helpers.tiny import TinyBackbone

PATIENCE = 100


def tiny(name: str = "") -> Analyzer:
    return Analyzer(TinyBackbone(), {"raw": VARIANTS["raw"](16).eval()})


def named(name: str) -> BackboneChoice:
    return BackboneChoice(name, name)


class Gate:
    """Loads nothing before it is opened, and counts."""

    def __init__(self) -> None:
        self.open, self.loaded = threading.Event(), []

    def __call__(self, name: str) -> Analyzer:
        self.loaded.append(name)
        assert self.open.wait(PATIENCE)
        return tiny()


def test_the_list_begins_with_the_default_then_what_was_given_then_timms(local):
    labels = BackboneCatalog([local, "timm:resnet18"]).labels
    assert labels[0] == DEFAULT_BACKBONE
    assert labels[len(BACKBONES) :] == [
        f"timm:{VIT}={VIT}-0.safetensors",
        "timm:resnet18",
        *(f"timm:{name}" for name in CURATED),
    ]


def test_a_local_name_is_shown_without_its_folder_and_mapped_back(local):
    catalog = BackboneCatalog([local])
    assert not any("secret" in label or "/" in label for label in catalog.labels)
    found = catalog.resolve(f"timm:{VIT}={VIT}-0.safetensors")
    assert found.name == local
    assert found.file == f"{VIT}-0.safetensors"
    assert "secret" not in repr(found)


def test_two_files_of_one_name_are_told_apart(local, tmp_path):
    other = save_checkpoint(VIT, tmp_path)
    catalog = BackboneCatalog([local, other, local])
    mine, theirs = catalog.labels[len(BACKBONES) : len(BACKBONES) + 2]
    assert (catalog.resolve(mine).name, catalog.resolve(theirs).name) == (local, other)
    assert catalog.resolve(mine) != catalog.resolve(theirs)
    assert len(catalog.labels) == len(set(catalog.labels)) == len(BackboneCatalog().labels) + 2
    assert catalog.resolve(theirs).argument == mine


def test_a_folder_of_another_kind_of_backbone_is_shown_by_its_name(tmp_path, monkeypatch):
    other = BackboneFamily("other", lambda model, path: TinyBackbone(), path="DIR")
    monkeypatch.setitem(FAMILIES, "other", other)
    (tmp_path / "weights").mkdir()
    catalog = BackboneCatalog([f"other:{tmp_path / 'weights'}"])
    assert catalog.labels[len(BACKBONES)] == "other:weights"
    assert catalog.resolve("other:weights").name == f"other:{tmp_path / 'weights'}"


@pytest.mark.parametrize("name", ["nonsense", "nonsense=file", "other:weights", f"timm:{VIT}=nowhere.safetensors"])
def test_what_cannot_be_offered_is_told_at_the_start(name):
    with pytest.raises(ValueError, match=r"There is no (backbone|file)"):
        BackboneCatalog([name])


def test_the_default_and_hub_names_are_let_through():
    catalog = BackboneCatalog()
    assert catalog.resolve(DEFAULT_BACKBONE) is None
    for name in ("timm:vit_small_patch14_reg4_dinov2.lvd142m", " timm:tf_efficientnet-b0 ", f"timm:{CURATED[0]}"):
        assert catalog.resolve(name).name == name.strip()


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
    with pytest.raises(ValueError, match="There is no such backbone") as caught:
        BackboneCatalog([local]).resolve(text)
    sentence = translate_error(caught.value, language)
    assert "sam3viz app --backbone timm:NAME=FILE" in sentence
    assert ("没有" in sentence) == (language == "zh-CN")


def test_the_path_itself_is_not_a_name_of_the_list(local):
    """Else a visitor could ask which files there are."""
    with pytest.raises(ValueError, match="no such backbone"):
        BackboneCatalog([local]).resolve(local)


@given(st.text() | st.from_regex(r"timm:.*") | st.text(alphabet="timm:=./\\~%\0 ab"))
def test_nothing_that_is_typed_can_name_a_file(text):
    try:
        found = BackboneCatalog().resolve(text)
    except ValueError:
        return
    assert found is None or re.fullmatch(r"timm:[A-Za-z0-9_.-]+|" + "|".join(map(re.escape, BACKBONES)), found.name)


def test_a_giant_that_a_visitor_typed_is_refused_before_anything_is_fetched():
    loaded: list[str] = []
    pool = AnalyzerPool(lambda name: loaded.append(name) or tiny())
    typed = BackboneCatalog().resolve("timm:vit_7b_patch16_dinov3.lvd1689m")
    with pytest.raises(ValueError, match=r"has 6716 million parameters: .* up to 400 million") as caught:
        pool.get(typed).result(PATIENCE)
    assert "6716 百万个参数" in translate_error(caught.value, "zh-CN")
    assert not loaded
    pool.get(BackboneCatalog().resolve("timm:test_vit.r160_in1k")).result(PATIENCE)
    assert loaded == ["timm:test_vit.r160_in1k"]


def test_whoever_starts_the_page_may_name_a_giant():
    loaded: list[str] = []
    pool = AnalyzerPool(lambda name: loaded.append(name) or tiny())
    giant = "timm:vit_7b_patch16_dinov3.lvd1689m"
    pool.get(BackboneCatalog([giant]).resolve(giant)).result(PATIENCE)
    assert loaded == [giant]


def test_a_wrong_name_that_a_visitor_typed_is_told_with_its_neighbours():
    typed = BackboneCatalog().resolve("timm:vit_smal_patch16_224")
    with pytest.raises(ValueError, match="near it are vit_small_patch16_224"):
        AnalyzerPool(lambda name: tiny()).get(typed).result(PATIENCE)


def test_two_visitors_load_a_backbone_once_and_share_it():
    gate = Gate()
    pool = AnalyzerPool(gate)
    futures = [pool.get(named("a")) for _ in range(5)]
    assert not any(future.done() for future in futures)
    gate.open.set()
    assert len({id(future.result(PATIENCE)) for future in futures}) == 1
    assert gate.loaded == ["a"]


def test_only_the_last_few_stay():
    gate = Gate()
    gate.open.set()
    pool = AnalyzerPool(gate, limit=2)
    for name in "abacb":
        pool.get(named(name)).result(PATIENCE)
    assert gate.loaded == ["a", "b", "c", "b"], "a was asked for after b, so b went when c came"


def test_a_slow_one_holds_up_neither_what_is_loaded_nor_the_next():
    gate = Gate()
    gate.open.set()
    pool = AnalyzerPool(lambda name: gate(name) if name == "slow" else tiny())
    pool.get(named("there")).result(PATIENCE)
    gate.open.clear()
    slow = pool.get(named("slow"))
    pool.get(named("there")).result(0)
    pool.get(named("next")).result(PATIENCE)
    assert not slow.done()
    gate.open.set()
    slow.result(PATIENCE)


def test_a_crowd_of_slow_ones_is_refused():
    gate = Gate()
    pool = AnalyzerPool(gate)
    waiting = [pool.get(named(f"n{number}")) for number in range(backbones.MAX_LOADING)]
    with pytest.raises(ValueError, match=f"{backbones.MAX_LOADING} other backbones"):
        pool.get(named("one more"))
    pool.get(named("n0"))
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

    pool = AnalyzerPool(load)
    for sentence in ("The hub is away.", r"a could not be loaded \(MemoryError\)"):
        with pytest.raises(ValueError, match=sentence):
            pool.get(named("a")).result(PATIENCE)
    assert isinstance(pool.get(named("a")).result(PATIENCE), Analyzer)


def test_no_sentence_names_the_folder_of_a_local_file(local, pool):
    catalog = BackboneCatalog([local])
    Path(local.partition("=")[2]).unlink()
    found = catalog.resolve(catalog.labels[len(BACKBONES)])
    with pytest.raises(ValueError, match="holds no weights") as raised:
        found.analyzer  # noqa: B018 it is loaded
    assert "secret" not in str(raised.value)
    assert f"{VIT}-0.safetensors" in str(raised.value)


def test_what_is_waited_for_knows_for_how_long(local_choice):
    loading = backbones.begin_loading(local_choice)
    assert loading.future.result(PATIENCE) is local_choice.analyzer
    assert backbones.Loading(local_choice, loading.future, backbones.monotonic() - 7).seconds == 7


def test_the_backbone_in_use_is_the_default_one_unless_another_is_chosen(local_choice):
    assert backbones.backbone_label(None) == backbones.backbone_label(trained_here("raw")) == DEFAULT_BACKBONE
    assert backbones.backbone_label(local_choice) == local_choice.label


def test_the_default_one_has_all_bridges_and_nothing_to_train():
    assert backbones.trained_bridges(None) == list(VARIANTS)
    assert backbones.training_command(None) == ""


def test_the_command_trains_what_is_missing_and_names_no_folder(local_choice, local, trained_folder):
    argument = f"timm:{VIT}={VIT}-0.safetensors"
    assert backbones.trained_bridges(local_choice) == []
    assert backbones.training_command(local_choice) == f"sam3viz train --backbone {argument}"


def test_where_some_bridges_are_trained_the_command_trains_the_rest(local_choice, local, trained_folder):
    assert save_bridges(local, "raw", "unified").parent == trained_folder
    rest = "surround baseline contrastive distillation multilevel adaptive"
    assert backbones.training_command(local_choice).endswith(f"--variants {rest}")
    assert backbones.trained_bridges(local_choice) == ["raw", "unified"]
