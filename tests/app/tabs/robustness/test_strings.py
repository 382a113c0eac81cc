from __future__ import annotations

from app.tabs.robustness.strings import PERTURBATIONS_ZH
from sam3viz.studies.robustness import PERTURBATIONS


def test_every_perturbation_has_a_name():
    assert list(PERTURBATIONS_ZH) == list(PERTURBATIONS)
