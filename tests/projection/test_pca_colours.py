from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import ortho_group

from sam3viz.projection.pca_colours import pca_colours


@pytest.fixture
def raw(example_analysis):
    return example_analysis.variants["raw"]


def test_a_turned_space_has_the_same_colours(raw) -> None:
    """Cosines do not know the axes; neither may the colours, nor the sign of a component."""
    turn = ortho_group(raw.visual.shape[1], seed=0).rvs().astype(np.float32)
    turned = replace(raw, visual=raw.visual @ turn, exemplar=raw.exemplar @ turn)
    colours = pca_colours({"raw": raw, "turned": turned})
    for side in ("visual", "exemplar"):
        one, other = (getattr(colours[name], side).astype(int) for name in ("raw", "turned"))
        assert np.abs(one - other).max() <= 1


def test_a_token_has_its_colour_on_either_side(raw) -> None:
    cells = [3, 700, 1200]
    colours = pca_colours({"raw": replace(raw, exemplar=raw.visual[cells])})["raw"]
    assert np.abs(colours.exemplar.astype(int) - colours.visual[cells]).max() <= 1


def test_every_variant_is_coloured_and_alike_where_its_visual_side_is(example_analysis) -> None:
    colours = pca_colours(example_analysis.variants)
    assert list(colours) == list(example_analysis.variants)
    frozen = [colours[name].visual for name in ("raw", "baseline", "adaptive")]
    assert np.array_equal(frozen[0], frozen[1])
    assert np.array_equal(frozen[0], frozen[2])
    spread = colours["unified"].visual.std(0)
    assert (spread > 20).all(), "three channels that all tell something"


def test_equal_tokens_have_one_colour(raw) -> None:
    flat = replace(raw, visual=np.ones_like(raw.visual), exemplar=np.ones_like(raw.exemplar))
    assert len(np.unique(pca_colours({"flat": flat})["flat"].visual, axis=0)) == 1
