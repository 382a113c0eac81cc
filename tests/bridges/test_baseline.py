from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from sam3viz.bridges.baseline import Baseline, supervised_contrastive
from sam3viz.types import BridgeOutput
from tests.helpers.tiny import DIM


def slow(exemplar: torch.Tensor, classes: list[int], temperature: float) -> float:
    unit = [row / row.norm() for row in exemplar.double()]
    anchors = []
    for i, own in enumerate(classes):
        shares = {
            j: math.exp(unit[i] @ unit[j] / temperature)
            / sum(math.exp(unit[i] @ unit[k] / temperature) for k in range(len(unit)) if k != i)
            for j in range(len(unit))
            if j != i and classes[j] == own
        }
        if shares:
            anchors.append(-sum(map(math.log, shares.values())) / len(shares))
    return sum(anchors) / max(len(anchors), 1)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 3), min_size=1, max_size=9), st.floats(0.05, 2))
def test_the_loss_is_the_papers_sum(classes, temperature):
    exemplar = torch.randn(len(classes), 4)
    got = supervised_contrastive(exemplar, torch.tensor(classes), temperature)
    assert got.item() == pytest.approx(slow(exemplar, classes, temperature), rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("classes", [[0], [0, 1, 2]])
def test_nothing_to_learn_where_no_two_share_a_class(classes):
    exemplar = torch.randn(len(classes), 4, requires_grad=True)
    loss = supervised_contrastive(exemplar, torch.tensor(classes))
    loss.backward()
    assert loss == 0
    assert exemplar.grad.isfinite().all()


def test_same_class_is_pulled_together():
    exemplar, classes = torch.randn(8, 4, requires_grad=True), torch.tensor([0, 0, 1, 1, 2, 2, 3, 3])
    optimizer = torch.optim.Adam([exemplar], 0.1)
    for _ in range(60):
        optimizer.zero_grad()
        supervised_contrastive(exemplar, classes).backward()
        optimizer.step()
    cosine = torch.cosine_similarity(exemplar[:, None], exemplar[None], dim=-1)
    together = classes[:, None] == classes
    assert cosine[together].min() > cosine[~together].max()


def test_the_visual_side_stays_and_no_loss_reaches_it(overfit_episode):
    tokens, truth = overfit_episode
    bridge = Baseline(DIM)
    bridged = bridge(tokens)
    assert bridged.visual is tokens.visual
    moved = BridgeOutput(torch.randn_like(bridged.visual), bridged.reference, bridged.exemplar)
    (before,), (after,) = (bridge.loss(b, tokens, truth).values() for b in (bridged, moved))
    assert before == after > 0
