from __future__ import annotations

from app.services.backbones import BackboneChoice
from app.tabs.explore.backbone_facts import facts_html
from sam3viz import VARIANTS
from tests.helpers.bridges import save_bridges
from tests.helpers.sam3_checkpoint import save_sam3
from tests.helpers.timm_checkpoints import VIT


def test_the_facts_of_a_backbone_without_bridges(local_choice):
    backbone = local_choice.analyzer.backbone
    html = facts_html(local_choice, "en")
    for fact in (f"input {backbone.size} px", f"token {backbone.stride} px", f"level {backbone.level}", "on cpu"):
        assert fact in html
    assert f"{backbone.dim} channels" in html
    assert backbone.identity in html
    assert "Trained bridges here: none; raw does without." in html
    assert f"Write {VIT}-0.safetensors with its folder." in html
    assert "secret" not in html
    assert "complete" not in html
    assert "运行于 cpu" in facts_html(local_choice, "zh-CN")


def test_a_picture_that_is_stretched_to_a_square_is_told_so(pool, trained_folder, tmp_path):
    stretched = BackboneChoice("sam3:tiny", save_sam3(tmp_path / "tiny"))
    html = facts_html(stretched, "en")
    assert "input 112 × 112 px (stretched to a square)" in html
    assert "longer side" not in html
    assert "拉伸为正方形" in facts_html(stretched, "zh-CN")


def test_the_facts_of_the_default_one():
    html = facts_html(None, "en")
    assert "input 768 px (longer side)" in html
    assert "blocks 3 + 4 + 5" in html
    assert f"all {len(VARIANTS)}" in html
    assert 'class="facts complete"' in html


def test_the_bridges_that_are_trained_are_named(local_choice, local):
    save_bridges(local, "raw", "unified")
    assert "Trained bridges here: raw, unified." in facts_html(local_choice, "en")
