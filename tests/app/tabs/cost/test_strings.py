from __future__ import annotations

from app.tabs.cost.strings import CLAIMS_ZH
from sam3viz.studies.cost.claims import CLAIMS


def test_every_claim_has_a_name():
    assert list(CLAIMS_ZH) == [claim.key for claim in CLAIMS]
