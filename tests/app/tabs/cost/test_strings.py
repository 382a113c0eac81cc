from __future__ import annotations

from sam3viz.studies.cost.claims import CLAIMS
from sam3viz.studies.cost.figures import QUANTITIES
from sam3viz.utils.messages import catalogue


def test_every_claim_has_a_name():
    assert {claim.text for claim in CLAIMS} <= set(catalogue("zh-CN"))


def test_every_quantity_has_a_name():
    chinese = catalogue("zh-CN")
    assert all(quantity.title in chinese for quantity in QUANTITIES.values())
    assert {quantity.button for quantity in QUANTITIES.values()} - {"FLOPs"} <= set(chinese)
