from __future__ import annotations

import dataclasses
import math

import pytest
import torch

from sam3viz.bridges import VARIANTS
from sam3viz.bridges.losses import MATCHED, UNMATCHED
from sam3viz.inference.readout import heat_logits, similarity
from sam3viz.training.objective import (
    ALIGNMENT_WEIGHT,
    IDENTITY_WEIGHT,
    RETRIEVAL_WEIGHT,
    detection_loss,
    joint_objective,
)
from sam3viz.types import GroundTruth
from tests.helpers.analyzers import shaken
from tests.helpers.tiny import DIM


@pytest.mark.parametrize("name", VARIANTS)
@pytest.mark.parametrize("weight", [ALIGNMENT_WEIGHT, 0.0, 2.0])
def test_the_total_is_the_weighted_sum_of_all_terms(name, weight, overfit_episode):
    tokens, truth = overfit_episode
    bridge = shaken(VARIANTS[name](DIM))
    bridged = bridge(tokens)
    terms = joint_objective(bridge, bridged, tokens, truth, weight)
    detection, alignment = detection_loss(bridge, bridged, tokens, truth), bridge.loss(bridged, tokens, truth)
    assert set(terms) == {"total", *detection, *alignment}
    assert len(terms) == 1 + len(detection) + len(alignment), "two terms share a name"
    expected = sum(detection.values()) + (weight if bridge.detects else 1) * sum(alignment.values())
    torch.testing.assert_close(terms["total"], expected)
    for term, value in (detection | alignment).items():
        torch.testing.assert_close(terms[term], value)


@pytest.mark.parametrize("name", [name for name, bridge in VARIANTS.items() if not bridge.detects])
def test_detection_only_calibrates_a_bridge_that_is_defined_by_its_alignment(name, overfit_episode):
    tokens, truth = overfit_episode

    def gradients(objective) -> dict[str, torch.Tensor]:
        torch.manual_seed(1)
        bridge = shaken(VARIANTS[name](DIM))
        objective(bridge, bridge(tokens)).backward()
        return {k: p.grad for k, p in bridge.named_parameters() if p.grad is not None}

    joint = gradients(lambda bridge, bridged: joint_objective(bridge, bridged, tokens, truth)["total"])
    alone = gradients(lambda bridge, bridged: sum(bridge.loss(bridged, tokens, truth).values()))
    assert set(joint) - set(alone) == {"log_scale", "bias"}
    assert all(joint[k] != 0 for k in ("log_scale", "bias"))
    for parameter, gradient in alone.items():
        torch.testing.assert_close(joint[parameter], gradient)


def test_detection_is_the_balanced_cross_entropy_of_the_heat(overfit_episode):
    """Slow loop over the cells; a cell of the refused class, and a negative exemplar's, counts among the others."""
    tokens, truth = overfit_episode
    truth = dataclasses.replace(truth, target=truth.target.clone())
    truth.target[0, 0, 9] = 0.3  # partly covered: counts nowhere
    bridge = shaken(VARIANTS["unified"](DIM))
    bridged = bridge(tokens)
    heat = heat_logits(similarity(bridged, tokens), tokens, bridge.scale, bridge.bias)[0].sigmoid()
    groups: dict[str, list[float]] = {"asked": [], "ground": [], "other": []}
    for i in range(8):
        for j in range(10):
            p, target, objects = heat[i, j].item(), truth.target[0, i, j], truth.objects[0, i, j]
            if target >= MATCHED:
                groups["asked"].append(-math.log(p))
            elif target <= UNMATCHED:
                groups["other" if objects >= MATCHED else "ground"].append(-math.log(1 - p))
    assert {name: len(cells) for name, cells in groups.items()} == {"asked": 18, "ground": 52, "other": 9}
    expected = sum(sum(cells) / len(cells) for cells in groups.values())
    assert detection_loss(bridge, bridged, tokens, truth)["patch"].item() == pytest.approx(expected, rel=1e-4)


def test_heat_on_the_refused_object_costs_more_than_on_the_ground(overfit_episode):
    """Nine cells of another object weigh as much as all the ground."""
    tokens, truth = overfit_episode
    bridge = VARIANTS["raw"](DIM)
    ground, other = torch.zeros(8, 10, dtype=torch.bool), truth.objects[0] > 0
    ground[7, :9] = True

    def patch(hot: torch.Tensor) -> float:
        visual = tokens.visual.clone()
        bridged = bridge(tokens)
        visual[0, :, hot] = bridged.exemplar[0][:, None].expand(DIM, 9)
        lone = dataclasses.replace(tokens, prompt=torch.tensor([True, False, False]))
        return detection_loss(bridge, dataclasses.replace(bridged, visual=visual), lone, truth)["patch"].item()

    assert patch(other) > patch(ground) + 0.5


def test_negative_exemplars_have_no_ranking_term_of_their_own(overfit_episode):
    tokens, truth = overfit_episode
    bridge = VARIANTS["raw"](DIM)
    bridged = bridge(tokens)
    refused = dataclasses.replace(
        bridged, exemplar=torch.cat([bridged.exemplar[:1], torch.randn(1, DIM), bridged.exemplar[2:]])
    )
    before, after = (detection_loss(bridge, b, tokens, truth) for b in (bridged, refused))
    assert before["ranking"] == after["ranking"]
    assert before["patch"] != after["patch"]


def test_identity_ranks_asked_cells_against_other_objects_alone(overfit_episode):
    """The ground may look like the exemplar as much as it will; a slow loop over the cells is the oracle."""
    tokens, truth = overfit_episode
    bridge = shaken(VARIANTS["unified"](DIM))
    bridged = bridge(tokens)
    cosine = similarity(bridged, tokens)[0] / 0.07  # of the positive exemplar
    asked, others = cosine[truth.target[0] >= MATCHED], cosine[truth.objects[0] >= MATCHED]
    expected = sum(math.log1p(sum(math.exp(o - a) for o in others.tolist())) for a in asked.tolist()) / len(asked)
    got = detection_loss(bridge, bridged, tokens, truth)["identity"]
    assert got.item() == pytest.approx(IDENTITY_WEIGHT * expected, rel=1e-4)
    ground = (truth.target[0] <= UNMATCHED) & (truth.objects[0] <= UNMATCHED)
    visual = bridged.visual.clone()
    visual[0, :, ground] = bridged.exemplar[0][:, None]
    after = detection_loss(bridge, dataclasses.replace(bridged, visual=visual), tokens, truth)
    torch.testing.assert_close(after["identity"], got)


def test_retrieval_ranks_the_exemplars_of_the_batch_for_every_asked_cell(make_scene_tokens):
    """Two images that ask for different classes, and one that asks for the first's: that is no negative of it."""
    tokens = make_scene_tokens([(0, 0, 0.5, 0.5, 1, i, 1) for i in range(3)] + [(0.5, 0.5, 1, 1, -1, 0, 1)], images=3)
    target = torch.zeros(3, 8, 10)
    target[:, :2, :3] = 1
    truth = GroundTruth(target, torch.zeros(3, 8, 10), torch.zeros(4, 8, 10), torch.tensor([5, 6, 5, 9]))
    bridge = shaken(VARIANTS["unified"](DIM))
    bridged = bridge(tokens)
    per_image = []
    for image, others in ((0, [1]), (1, [0, 2]), (2, [1])):
        cells = bridged.visual[image, :, :2, :3].flatten(1).T
        cosine = torch.cosine_similarity(cells[:, None], bridged.exemplar[None, :3], dim=-1) / 0.07
        rows = [math.log1p(sum(math.exp(c[o] - c[image]) for o in others)) for c in cosine.tolist()]
        per_image.append(sum(rows) / len(rows))
    got = detection_loss(bridge, bridged, tokens, truth)["retrieval"].item()
    assert got == pytest.approx(RETRIEVAL_WEIGHT * sum(per_image) / 3, rel=1e-4)


def test_there_is_nothing_to_retrieve_where_all_ask_for_one_class(overfit_episode):
    tokens, truth = overfit_episode
    bridge = shaken(VARIANTS["unified"](DIM))
    assert detection_loss(bridge, bridge(tokens), tokens, truth)["retrieval"] == 0
