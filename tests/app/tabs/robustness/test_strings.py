from __future__ import annotations

from sam3viz.studies.robustness import PERTURBATIONS
from sam3viz.utils.messages import catalogue

SIGNS = {"x", "°"}
"""Units that no language translates."""


def test_every_perturbation_and_its_unit_have_a_name():
    chinese = catalogue("zh-CN")
    assert all(perturbation.label in chinese for perturbation in PERTURBATIONS.values())
    assert {perturbation.unit for perturbation in PERTURBATIONS.values()} - SIGNS <= set(chinese)
