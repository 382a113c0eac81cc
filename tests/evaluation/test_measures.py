from __future__ import annotations

import numpy as np
import pytest

from sam3viz.evaluation.measures import MEASURES, contrast
from sam3viz.metrics import METRICS


def test_contrast_is_what_own_partners_are_nearer_than_others():
    """Cosines by hand: rows of the identity against a turned copy of the first, and the second as it is."""
    instance = np.eye(2)
    partner = np.array([[3.0, 4.0], [0.0, 2.0]])  # at unit length (.6, .8) and (0, 1)
    assert contrast(instance, partner) == pytest.approx((0.6 + 1.0) / 2 - (0.0 + 0.8) / 2)


def test_one_direction_for_all_has_no_contrast_however_close():
    alike = np.ones((5, 3))
    assert contrast(alike, alike) == pytest.approx(0, abs=1e-12)


def test_contrast_comes_before_the_registrys_measures():
    assert list(MEASURES) == ["contrast", *METRICS]
