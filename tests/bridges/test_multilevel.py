from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from sam3viz.bridges.multilevel import EarlyFusion, MultiLevel, mean_positive
from sam3viz.training.objective import joint_objective
from sam3viz.types import Tokens
from tests.helpers.analyzers import shaken
from tests.helpers.tiny import DIM, MANY


def test_the_split_early_layers_are_one_layer_over_the_concatenation():
    fusion = EarlyFusion(6)
    nn.init.normal_(fusion.out.weight)
    nn.init.dirac_(fusion.neighbours.weight)
    nn.init.zeros_(fusion.neighbours.bias)
    grid, prompt = torch.randn(2, 6, 3, 5), torch.randn(2, 6)
    parts = (fusion.of_visual, fusion.of_prompt, fusion.of_product)
    weight = torch.cat([part.weight.flatten(1) for part in parts], 1)
    bias = sum(part.bias for part in parts)
    got = fusion(grid, prompt)
    for b, i, j in ((0, 0, 0), (1, 2, 4)):
        v, q = F.layer_norm(grid[b, :, i, j], (6,)), F.layer_norm(prompt[b], (6,))
        hidden = F.gelu(F.gelu(weight @ torch.cat([v, q, v * q]) + bias))
        expected = grid[b, :, i, j] + fusion.out.weight.flatten(1) @ hidden + fusion.out.bias
        torch.testing.assert_close(got[b, :, i, j], expected, atol=1e-5, rtol=1e-4)


def test_an_image_is_asked_for_the_mean_of_its_own_positive_prompts(make_scene_tokens):
    """Boxes and images differ in number; negatives, probes and other images' boxes do not ask."""
    tokens = make_scene_tokens(MANY, 3)
    exemplar = torch.randn(len(MANY), DIM)
    got = mean_positive(exemplar, tokens)
    for image in range(3):
        own = [i for i, (*_, label, index, prompt) in enumerate(MANY) if label > 0 and index == image and prompt]
        torch.testing.assert_close(got[image], exemplar[own].mean(0) if own else torch.zeros(DIM))


def test_the_visual_side_is_conditioned_on_what_is_asked(make_scene_tokens):
    tokens = make_scene_tokens([(0.1, 0.1, 0.4, 0.4, 1, 0, 1), (0.5, 0.5, 0.9, 0.9, -1, 0, 1), (0, 0, 1, 1, 1, 0, 0)])
    bridge = shaken(MultiLevel(DIM))

    def visual(boxes: torch.Tensor) -> torch.Tensor:
        return bridge(Tokens.gather(tokens.visual, boxes, tokens.labels, tokens.image_index, tokens.prompt)).visual

    before = visual(tokens.boxes)
    moved = [tokens.boxes + 0.1 * F.one_hot(torch.tensor(row), 3)[:, None] for row in range(3)]
    assert (visual(moved[0]) - before).abs().max() > 1e-4
    for unasked in moved[1:]:
        torch.testing.assert_close(visual(unasked), before)


def test_the_three_levels_are_three(overfit_episode):
    """Each level alone gives another exemplar, and the output is their mean by the level weights."""
    tokens, _ = overfit_episode
    bridge = shaken(MultiLevel(DIM))
    nn.init.zeros_(bridge.level_logits[1].weight)
    alone = []
    for level in range(3):
        bridge.level_logits[1].bias.data = 60.0 * F.one_hot(torch.tensor(level), 3) - 30
        alone.append(bridge(tokens).exemplar[:, DIM:-1])
    for a, b in ((0, 1), (1, 2), (0, 2)):
        assert torch.cosine_similarity(alone[a], alone[b]).max() < 1 - 1e-4


def test_level_weights_depend_on_the_exemplar_and_sum_to_one(overfit_episode):
    weights = shaken(MultiLevel(DIM))(overfit_episode[0]).diagnostic("levels").values
    torch.testing.assert_close(weights.sum(1), torch.ones(3))
    assert weights.std(0).min() > 1e-4
    torch.testing.assert_close(
        MultiLevel(DIM)(overfit_episode[0]).diagnostic("levels").values, torch.full((3, 3), 1 / 3)
    )


def test_every_level_learns(overfit_episode):
    tokens, truth = overfit_episode
    bridge = shaken(MultiLevel(DIM))
    joint_objective(bridge, bridge(tokens), tokens, truth)["total"].backward()
    for part in (bridge.early, bridge.mid, bridge.late, bridge.level_logits):
        assert all(parameter.grad.abs().sum() > 0 for parameter in part.parameters() if parameter.ndim > 1)
