"""How a backbone's name is taken apart, and what a family has to say for it."""

from __future__ import annotations

import re
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sam3viz.encoders import BACKBONES, CHOICES, FAMILIES, BackboneFamily, BackboneSpec, load_backbone
from sam3viz.utils.messages import InputError, translate_error
from tests.helpers.tiny import TinyBackbone


@pytest.mark.parametrize(
    ("name", "spec"),
    [
        ("efficientnet-lite0", BackboneSpec("efficientnet-lite0")),
        ("sam3", BackboneSpec("sam3")),
        ("sam3:weights/a=b", BackboneSpec("sam3", path="weights/a=b")),
        ("sam3:C:/weights", BackboneSpec("sam3", path="C:/weights")),
        ("timm:resnet18", BackboneSpec("timm", "resnet18")),
        ("timm:resnet18.a1_in1k=x/y=z.safetensors", BackboneSpec("timm", "resnet18.a1_in1k", "x/y=z.safetensors")),
        ("nonsense=file", BackboneSpec("nonsense=file")),
    ],
)
def test_a_name_is_taken_apart_and_put_together(name, spec):
    assert BackboneSpec.parse(name) == spec
    assert str(spec) == name


@given(st.sampled_from(["timm:", "sam3:", "efficientnet-lite0", "other:", ""]), st.text(alphabet="ab:=/. "))
def test_any_text_is_taken_apart_and_stays_the_same_backbone(kind, rest):
    spec = BackboneSpec.parse(kind + rest)
    assert BackboneSpec.parse(str(spec)) == spec


@pytest.mark.parametrize(
    "name", ["resnet", "timm", "timm:", "timm:=file", "sam3:", "efficientnet-lite0:file", "other:file", ""]
)
def test_an_unknown_name_is_told_with_all_that_there_is(name):
    sentence = f"There is no backbone {name!r}; choose one of: efficientnet-lite0, sam3, sam3:DIR, timm:NAME."
    with pytest.raises(InputError, match=re.escape(sentence)) as raised:
        load_backbone(name)
    assert translate_error(raised.value, "zh-CN").startswith(f"没有骨干网络 {name!r}；")


def test_the_help_names_every_form():
    assert CHOICES == "one of efficientnet-lite0, sam3, sam3:DIR, or timm:NAME[=FILE.safetensors]"


def test_the_folder_of_local_weights_can_be_left_out(tmp_path):
    spec = BackboneSpec("timm", "resnet18", str(tmp_path / "secret" / "mine.safetensors"))
    assert spec.file == "mine.safetensors"
    assert str(spec.without_folder()) == "timm:resnet18=mine.safetensors"
    assert BackboneSpec("sam3").without_folder() == BackboneSpec("sam3")


def test_backbones_without_an_argument_are_the_public_mapping():
    assert list(BACKBONES) == [kind for kind, family in FAMILIES.items() if not family.model]
    assert all(isinstance(make, partial) for make in BACKBONES.values())


def test_a_family_is_one_entry(monkeypatch):
    loaded = []

    def load(model: str, path: str) -> TinyBackbone:
        loaded.append((model, path))
        return TinyBackbone()

    monkeypatch.setitem(FAMILIES, "new", BackboneFamily("new", load, model="NAME", path="FILE"))
    assert isinstance(load_backbone("new:a=b/c"), TinyBackbone)
    load_backbone("new:a")
    assert loaded == [("a", "b/c"), ("a", "")]
    assert FAMILIES["new"].forms == ("new:NAME[=FILE]",)
