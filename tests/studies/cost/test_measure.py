"""With the shipped weights on small pictures: the figures' laws, not their size."""

from __future__ import annotations

import math

import pandas as pd
import pytest
import torch

from sam3viz.api.analyzer import Analyzer
from sam3viz.bridges import VARIANTS
from sam3viz.studies.cost.measure import BACKBONE, COLUMNS, measure, objective, workload

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def analyzer() -> Analyzer:
    return Analyzer.from_pretrained()


@pytest.fixture(scope="module")
def work(analyzer):
    return workload(analyzer.backbone, 192)


@pytest.fixture(scope="module")
def table(analyzer, work) -> pd.DataFrame:
    before = {name: [p.clone() for p in bridge.parameters()] for name, bridge in analyzer.bridges.items()}
    told: list[str] = []
    table = measure(analyzer.backbone, analyzer.bridges, work, 2, lambda what, *_: told.append(what))
    assert list(dict.fromkeys(told)) == [
        "Variants counted",
        "Forward passes, all variants in turn",
        "Training steps, all variants in turn",
    ]
    for name, bridge in analyzer.bridges.items():
        assert not any(p.requires_grad for p in bridge.parameters())
        assert all(torch.equal(p, q) for p, q in zip(bridge.parameters(), before[name], strict=True))
    assert not any(p.requires_grad for p in analyzer.backbone.parameters())
    return table


def test_a_backbone_of_one_size_is_measured_at_it(analyzer, monkeypatch):
    monkeypatch.setattr(analyzer.backbone, "input_size", lambda width, height, size=None: (128, 128))
    assert workload(analyzer.backbone, 192).side == 128
    assert workload(analyzer.backbone).side == 128


def test_every_variant_has_every_figure(table):
    assert list(table.index) == [BACKBONE, *VARIANTS]
    assert list(table.columns) == COLUMNS
    told = table.drop(columns="train_without_s")
    assert told.notna().all(axis=None)
    assert (told.drop(columns=["flops", "kept_bytes", "peak_bytes"]) > 0).all(axis=None)
    assert (table["forward_low_s"] <= table["forward_s"]).all()
    assert (table["forward_s"] <= table["forward_high_s"]).all()


def test_figures_that_must_be_ordered_are(table, analyzer):
    assert table.loc["raw", "parameters"] == 2
    for name, bridge in analyzer.bridges.items():
        assert table.loc[name, "parameters"] == sum(p.numel() for p in bridge.parameters())
    assert table.loc["raw", "flops"] < table.loc["baseline", "flops"] < table.loc["unified", "flops"]
    assert table.loc["unified", "flops"] < table.loc[BACKBONE, "flops"]
    assert table.loc["unified", "kept_bytes"] < table.loc[BACKBONE, "kept_bytes"]


def test_only_what_can_do_without_alignment_is_timed_without(table):
    assert not math.isnan(table.loc["unified", "train_without_s"])
    for name in (BACKBONE, "raw", "baseline", "distillation"):
        assert math.isnan(table.loc[name, "train_without_s"])


def test_alignment_adds_to_what_is_minimised(analyzer, work):
    bridge = analyzer.bridges["unified"]
    assert objective(bridge, work, aligned=True) > objective(bridge, work, aligned=False)
