from __future__ import annotations

from app.shared.model_source import describe_source
from tests.helpers.bridges import save_bridges
from tests.helpers.model_sources import trained_here


def test_nothing_is_said_of_the_shipped_weights():
    assert describe_source(None, "en") == []


def test_another_backbone_is_named_with_what_runs_on_it(local_choice, local):
    save_bridges(local, "raw", "unified")
    assert describe_source(local_choice, "en") == [
        f"These results use the backbone {local_choice.label} (Raw ROI, Unified)."
    ]


def test_weights_of_a_training_here_are_named_in_both_languages():
    weights = trained_here("raw", "unified")
    assert describe_source(weights, "en") == [
        "These results use weights that you trained here (Raw ROI, Unified). Nobody else sees them."
    ]
    assert "Unified" in describe_source(weights, "zh-CN")[0]
    assert "These" not in describe_source(weights, "zh-CN")[0]
