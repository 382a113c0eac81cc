"""What every bridge must do, run over every entry of VARIANTS."""

from __future__ import annotations

import dataclasses

import pytest
import torch

from sam3viz.bridges import VARIANTS, Bridge
from sam3viz.bridges.checkpoints import load_bridge, save_bridge
from sam3viz.inference.readout import heat_logits, similarity
from sam3viz.training.loop import Recipe, train
from sam3viz.training.objective import joint_objective
from sam3viz.types import BridgeOutput, Tokens
from tests.helpers.analyzers import shaken
from tests.helpers.tiny import DIM, MANY

ONE = [(0.1, 0.2, 0.4, 0.6, 1, 0, 1)]


@pytest.fixture(params=list(VARIANTS))
def bridge(request) -> Bridge:
    return shaken(VARIANTS[request.param](DIM)).eval()


def heat(bridge: Bridge, tokens: Tokens) -> torch.Tensor:
    return heat_logits(similarity(bridge(tokens), tokens), tokens, bridge.scale, bridge.bias)


def test_is_described(bridge):
    assert all((bridge.name, bridge.title, bridge.summary, bridge.citation))


@pytest.mark.parametrize(("boxes", "images"), [(ONE, 1), (MANY, 2)])
@pytest.mark.parametrize("reference", [False, True])
def test_shapes(bridge, make_scene_tokens, boxes, images, reference):
    tokens = make_scene_tokens(boxes, images, reference=reference)
    bridged = bridge(tokens)
    m, (h, w) = len(boxes), tokens.visual.shape[-2:]
    assert bridged.visual.shape == (images, bridged.exemplar.shape[1], h, w)
    assert bridged.exemplar.shape[0] == m
    for diagnostic in bridged.diagnostics:
        assert len(diagnostic.values) == m
        assert ((diagnostic.values >= 0) & (diagnostic.values <= 1)).all()
        if diagnostic.kind == "shares":
            assert diagnostic.values.shape[1] == len(diagnostic.parts)
            torch.testing.assert_close(diagnostic.values.sum(1), torch.ones(m))
    if bridged.attention is not None:
        assert bridged.attention.shape == (m, h, w)
        torch.testing.assert_close(bridged.attention.sum((1, 2)), torch.ones(m))


def test_permuting_the_boxes_permutes_the_exemplars(bridge, make_scene_tokens):
    tokens = make_scene_tokens(MANY, 2)
    order = torch.randperm(len(MANY))
    shuffled = Tokens.gather(
        tokens.visual, *(t[order] for t in (tokens.boxes, tokens.labels, tokens.image_index, tokens.prompt))
    )
    before, after = bridge(tokens), bridge(shuffled)
    torch.testing.assert_close(before.exemplar[order], after.exemplar, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(heat(bridge, tokens), heat(bridge, shuffled), atol=1e-4, rtol=1e-4)


def test_images_of_a_batch_do_not_see_one_another(bridge, make_scene_tokens):
    tokens = make_scene_tokens(MANY, 2)
    first = tokens.image_index == 0
    alone = Tokens.gather(
        tokens.visual[:1], tokens.boxes[first], tokens.labels[first], tokens.image_index[first], tokens.prompt[first]
    )
    torch.testing.assert_close(heat(bridge, tokens)[:1], heat(bridge, alone), atol=1e-4, rtol=1e-4)


def test_probes_do_not_change_the_heat(bridge, make_scene_tokens):
    tokens = make_scene_tokens([*ONE, (0.5, 0.5, 0.9, 0.9, 1, 0, 0)])
    alone = Tokens.gather(tokens.visual, tokens.boxes[:1], tokens.labels[:1], tokens.image_index[:1], tokens.prompt[:1])
    torch.testing.assert_close(heat(bridge, tokens), heat(bridge, alone), atol=1e-5, rtol=1e-5)


def test_gradients_are_finite_and_reach_every_parameter(bridge, overfit_episode):
    tokens, truth = overfit_episode
    joint_objective(bridge, bridge(tokens), tokens, truth)["total"].backward()
    for name, parameter in bridge.named_parameters():
        assert parameter.grad is not None, f"{name} has no gradient"
        assert parameter.grad.isfinite().all(), f"{name} has a gradient that is not finite"


@pytest.mark.parametrize(
    "box", [(0.0, 0.0, 0.2, 0.2), (0.8, 0.8, 1.0, 1.0), (0.0, 0.0, 1.0, 1.0), (0.5, 0.5, 0.501, 0.501)]
)
def test_a_box_at_the_border_or_tiny_is_finite(bridge, make_scene_tokens, box):
    tokens = make_scene_tokens([(*box, 1, 0, 1)])
    assert heat(bridge, tokens).isfinite().all()


def test_half_precision_is_finite_and_close(bridge, make_scene_tokens):
    tokens = make_scene_tokens(MANY, 2)
    expected = heat(bridge, tokens).sigmoid()
    half = Tokens.gather(tokens.visual.half(), tokens.boxes.half(), tokens.labels, tokens.image_index, tokens.prompt)
    got = heat(bridge.half(), half).float().sigmoid()
    assert got.isfinite().all()
    torch.testing.assert_close(got, expected, atol=0.05, rtol=0)


def test_a_saved_bridge_comes_back(bridge, make_scene_tokens, tmp_path):
    tokens = make_scene_tokens(MANY, 2)
    path = tmp_path / "bridge.safetensors"
    save_bridge(bridge, path, "tiny", {"seed": "0"})
    loaded = load_bridge(path, "tiny")
    torch.testing.assert_close(heat(loaded, tokens).sigmoid(), heat(bridge, tokens).sigmoid(), atol=0.02, rtol=0)
    with pytest.raises(ValueError, match="trained on 'tiny'"):
        load_bridge(path, "another")


def test_one_scene_can_be_overfitted(bridge, overfit_episode):
    """Alignment falls to a fraction, and a bridge that detects ends with the asked objects hot, the others cold."""
    tokens, truth = overfit_episode
    fresh = VARIANTS[bridge.name](DIM)
    history = list(train(fresh, lambda step: (tokens, truth), Recipe(steps=100)))
    assert history[-1]["total"] < history[0]["total"]
    for term in fresh.loss(fresh(tokens), tokens, truth):
        assert history[-1][term] < 0.5 * history[0][term]
    if fresh.detects and fresh.name != "raw":
        hot = heat(fresh, tokens).sigmoid()
        assert hot[truth.target > 0.5].mean() > 0.8
        assert hot[truth.target < 0.5].mean() < 0.2


def test_the_bridged_value_is_immutable(bridge, make_scene_tokens):
    bridged = bridge(make_scene_tokens(ONE))
    assert isinstance(bridged, BridgeOutput)
    with pytest.raises(dataclasses.FrozenInstanceError):
        bridged.exemplar = bridged.exemplar


@pytest.mark.parametrize("reference", [False, True])
def test_the_stages_lead_exactly_to_the_exemplar(bridge, make_scene_tokens, reference):
    output = bridge(make_scene_tokens(MANY, 2, reference=reference))
    assert output.stages
    assert len({stage.name for stage in output.stages}) == len(output.stages)
    for stage in output.stages:
        assert stage.exemplar.shape == output.exemplar.shape
        assert stage.exemplar.isfinite().all()
    torch.testing.assert_close(output.stages[-1].exemplar, output.exemplar, atol=1e-5, rtol=0)


def test_a_mechanism_that_is_neutral_changes_what_it_is_part_of(bridge, make_scene_tokens):
    """With a negative box, so that its label counts; everything else keeps its shape and stays finite."""
    tokens = make_scene_tokens(MANY, 2)
    before = bridge(tokens)
    for mechanism in bridge.mechanisms:
        output = bridge(tokens, neutral={mechanism.name})
        assert output.visual.shape == before.visual.shape
        assert output.exemplar.isfinite().all()
        moved = max((output.exemplar - before.exemplar).abs().max(), (output.visual - before.visual).abs().max())
        assert moved > 1e-6, mechanism.name


def test_mechanisms_have_names_of_their_own_and_texts(bridge):
    names = [mechanism.name for mechanism in bridge.mechanisms]
    assert len(set(names)) == len(names)
    assert all(mechanism.title and mechanism.neutral for mechanism in bridge.mechanisms)


def test_what_is_drawn_of_a_neutral_mechanism_is_neutral(bridge, make_scene_tokens):
    tokens = make_scene_tokens(MANY, 2)
    for mechanism in bridge.mechanisms:
        output = bridge(tokens, neutral={mechanism.name})
        diagnostic = output.diagnostic(mechanism.name)
        if diagnostic is not None:
            even = diagnostic.values.mean(-1, keepdim=True).expand_as(diagnostic.values)
            torch.testing.assert_close(diagnostic.values, even)
        if mechanism.name == "attention":
            flat = output.attention.flatten(1)
            torch.testing.assert_close(flat, torch.full_like(flat, 1 / flat.shape[1]))
