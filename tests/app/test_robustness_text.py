from __future__ import annotations

from app.robustness_text import PERTURBATIONS_ZH
from sam3viz.robustness import PERTURBATIONS


def test_every_perturbation_has_a_name():
    assert list(PERTURBATIONS_ZH) == list(PERTURBATIONS)
