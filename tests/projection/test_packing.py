from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics.pairwise import cosine_similarity

from sam3viz.projection.packing import CHANNELS, PackedTokens, pack_tokens


def _tokens(count: int, width: int, rank: int, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(count, rank)) @ rng.normal(size=(rank, width))).astype(np.float32)


def _cosines(packed: PackedTokens) -> np.ndarray:
    unpacked = packed.unpack()
    return unpacked @ unpacked.T


def test_cosines_survive_within_the_stated_error() -> None:
    tokens = _tokens(200, 96, 96)
    packed = pack_tokens(tokens, 48)
    differences = np.abs(_cosines(packed) - cosine_similarity(tokens))
    assert differences.max() <= packed.error + 1e-6
    assert packed.error > 0.01, "half of the channels of noise cannot be exact"


def test_few_directions_are_kept_whole() -> None:
    packed = pack_tokens(_tokens(300, 96, 8))
    assert packed.values.shape == (300, 96)
    assert packed.values.dtype == np.int8
    assert packed.share == pytest.approx(1)
    assert packed.error < 0.02, "what is left is the rounding to eight bits"


def test_a_cosine_does_not_depend_on_length() -> None:
    tokens = _tokens(50, 32, 32)
    longer = tokens * np.random.default_rng(1).uniform(0.1, 9, (50, 1)).astype(np.float32)
    np.testing.assert_allclose(_cosines(pack_tokens(tokens)), _cosines(pack_tokens(longer)), atol=1e-3)


def test_tokens_are_not_centred() -> None:
    """Around a mean far from 0 all cosines are near 1; centred tokens would say anything from -1 to 1."""
    tokens = _tokens(100, 32, 32) + 100
    assert _cosines(pack_tokens(tokens)).min() > 0.9


@settings(max_examples=25)
@given(st.integers(2, 40), st.integers(1, 24), st.integers(0, 99))
def test_more_channels_lose_no_more(count: int, width: int, seed: int) -> None:
    tokens = _tokens(count, width, width, seed)
    shares = [pack_tokens(tokens, channels).share for channels in range(1, width + 1)]
    assert (np.diff(shares) >= -1e-9).all()
    assert shares[-1] == pytest.approx(1)


def test_shipped_tokens_keep_what_the_default_promises(example_analysis) -> None:
    for name, result in example_analysis.variants.items():
        packed = pack_tokens(result.visual)
        assert packed.values.shape[1] <= CHANNELS
        assert packed.share > 0.975, name
        assert packed.error < 0.05, name
