from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image

from sam3viz.inference.predict import exemplar_tokens
from sam3viz.inference.readout import predict_heat
from sam3viz.types import Exemplar
from tests.helpers.analyzers import untrained


def test_the_last_stage_is_the_result_and_a_neutral_mechanism_changes_the_heat_by_what_is_said():
    pixels = np.random.default_rng(0).integers(0, 255, (96, 128, 3), np.uint8)
    image, exemplars = Image.fromarray(pixels), [Exemplar((10, 10, 60, 60))]
    analyzer = untrained("multilevel")
    result = analyzer.analyze(image, exemplars).variants["multilevel"]
    np.testing.assert_allclose(result.stages[-1].heat_grid, result.heat_grid, atol=1e-6)
    np.testing.assert_allclose(result.stages[-1].exemplar, result.exemplar, atol=1e-5)
    assert set(result.neutral_changes) == {"attention", "gates", "levels"}
    bridge = analyzer.bridges["multilevel"]
    tokens = exemplar_tokens(analyzer.encode(image), exemplars, image.size)
    with torch.inference_mode():
        for name, change in result.neutral_changes.items():
            without = predict_heat(bridge, bridge(tokens, neutral=[name]), tokens)[0]
            assert change == pytest.approx(np.abs(without - result.heat_grid).max(), abs=1e-6)
