from __future__ import annotations

from app.cost_text import CLAIMS_ZH
from sam3viz.cost.claims import CLAIMS


def test_every_claim_has_a_name():
    assert list(CLAIMS_ZH) == [claim.key for claim in CLAIMS]
