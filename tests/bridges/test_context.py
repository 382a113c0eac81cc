from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from sam3viz.bridges.context import ContextAttention, SelfContext, without_rest


def test_attention_adds_nothing_at_the_start():
    update, _ = ContextAttention(9)(torch.randn(2, 9), torch.randn(1, 9, 4, 5), torch.tensor([0, 0]))
    assert not update.any()


@pytest.mark.parametrize("size", [(4, 6), (5, 7), (2, 3)])
def test_attention_is_a_share_of_the_exemplars_own_image(size):
    attention, grid = ContextAttention(9), torch.randn(3, 9, *size)
    exemplar, image = torch.randn(4, 9), torch.tensor([2, 0, 0, 1])
    _, before = attention(exemplar, grid, image)
    assert before.shape == (4, *size)
    torch.testing.assert_close(before.sum((1, 2)), torch.ones(4))
    grid[0] = torch.randn(9, *size)
    _, after = attention(exemplar, grid, image)
    changed = (before - after).abs().amax((1, 2)) > 1e-6
    assert changed.tolist() == [False, True, True, False]


def test_attention_falls_where_the_key_answers_the_query():
    attention, grid = ContextAttention(8, width=8, heads=1), torch.randn(1, 8, 6, 6)
    for part in (attention.query[1], attention.key[1]):
        nn.init.eye_(part.weight)
        nn.init.zeros_(part.bias)
    nn.init.zeros_(attention.attention.in_proj_bias)
    attention.attention.in_proj_weight.data = 4 * torch.eye(8).repeat(3, 1)
    asked = torch.randn(8)
    grid[0, :, 2:4, 4:6] = asked[:, None, None]
    _, shown = attention(asked[None], grid, torch.tensor([0]))
    assert shown[0, 2:4, 4:6].sum() > 0.9


class TestSelfContext:
    @pytest.fixture
    def grids(self):
        return F.normalize(torch.randn(2, 6, 5, 7), dim=1), F.normalize(torch.randn(2, 4, 5, 7), dim=1)

    def test_tokens_stay_unit_vectors(self, grids):
        torch.testing.assert_close(SelfContext().eval()(*grids).norm(dim=1), torch.ones(2, 5, 7))

    def test_the_cosine_with_an_exemplar_is_the_mean_cosine_of_what_looks_alike(self, grids):
        """Slow loop over the cells and over the pooled neighbours."""
        raw, unit = grids
        context, exemplar = SelfContext(temperature=0.3).eval(), F.normalize(torch.randn(3, 4), dim=1)
        got = torch.einsum("qe,behw->bqhw", without_rest(exemplar), context(raw, unit))
        keys, values = (F.avg_pool2d(grid, 2, ceil_mode=True)[1].flatten(1).T for grid in (raw, unit))
        for i, j in ((0, 0), (2, 3), (4, 6)):
            alike = torch.stack([torch.cosine_similarity(raw[1, :, i, j], key, dim=0) for key in keys])
            weights = (alike / 0.3).softmax(0)
            expected = sum(w * (exemplar @ value) for w, value in zip(weights, values, strict=True))
            torch.testing.assert_close(got[1, :, i, j], expected, atol=1e-5, rtol=1e-4)

    def test_one_image_does_not_see_another(self, grids):
        raw, unit = grids
        before = SelfContext().eval()(raw, unit)
        changed = torch.cat([torch.randn(1, 6, 5, 7), raw[1:]])
        after = SelfContext().eval()(changed, unit)
        torch.testing.assert_close(after[1], before[1])
        assert (after[0] - before[0]).abs().max() > 1e-3

    def test_what_looks_alike_evens_out(self):
        """Two kinds of cells; noise in what is bridged is averaged away within a kind and not across."""
        kinds = F.normalize(torch.randn(2, 16), dim=1)
        place = torch.zeros(8, 8, dtype=torch.long)
        place[:, 4:] = 1
        raw = kinds[place].permute(2, 0, 1)[None]
        noisy = F.normalize(raw + 0.3 * torch.randn_like(raw), dim=1)
        seen = SelfContext(temperature=0.05).eval()(raw, noisy)[0, :-1]
        assert seen[:, :, :4].std((1, 2)).mean() < 0.05 * noisy[0, :, :, :4].std((1, 2)).mean()
        own = torch.einsum("d,dhw->hw", kinds[0], seen)
        assert own[:, :4].min() > own[:, 4:].max() + 0.5
