from __future__ import annotations

import math

import pandas as pd
import pytest

from sam3viz.bridges import VARIANTS
from sam3viz.studies.cost.claims import CLAIMS, check_claims, measure_overhead


@pytest.fixture
def table() -> pd.DataFrame:
    """Backbone 100, baseline 10, everything else 21 with alignment and 16 without, where it can do without."""
    values = pd.Series({"backbone": 100.0} | {name: 10.0 if name == "baseline" else 21.0 for name in VARIANTS})
    frame = pd.DataFrame(dict.fromkeys(("parameters", "flops", "forward_s", "train_s", "kept_bytes"), values))
    frame["train_without_s"] = [16.0 if name in ("unified", "adaptive") else math.nan for name in frame.index]
    return frame


def test_overhead_is_the_whole_model_over_the_unbridged_one(table):
    assert measure_overhead(table, "unified", "flops") == pytest.approx(121 / 110 - 1)
    assert measure_overhead(table, "baseline", "flops") == 0


def test_alignment_is_told_over_the_same_bridge_without_it(table):
    assert measure_overhead(table, "unified", "train_s") == pytest.approx(121 / 116 - 1)
    assert measure_overhead(table, "distillation", "train_s") == pytest.approx(121 / 110 - 1)


def test_what_did_not_run_is_not_a_number_and_has_no_row(table):
    assert math.isnan(measure_overhead(table.drop(index="baseline"), "unified", "flops"))
    assert check_claims(table.drop(index="baseline")).empty
    assert "unified" not in set(check_claims(table.drop(index="unified"))["variant"])


def test_every_claim_is_set_against_a_measurement(table):
    rows = check_claims(table)
    assert list(dict.fromkeys(rows["claim"])) == [claim.key for claim in CLAIMS]
    for claim in CLAIMS:
        assert tuple(rows.loc[rows["claim"] == claim.key, "variant"]) == claim.variants
    row = rows[rows["claim"] == "unified"].iloc[0]
    assert (row["measured"], row["ratio"]) == pytest.approx((121 / 110 - 1, (121 / 110 - 1) / 0.125))


@pytest.mark.parametrize(("own", "verdict"), [(20.0, "below"), (24.0, "within"), (40.0, "above")])
def test_verdicts(table, own, verdict):
    table.loc["unified", "flops"] = own
    rows = check_claims(table)
    assert rows.loc[rows["claim"] == "unified", "verdict"].item() == verdict


def test_a_claim_on_all_bridges_speaks_of_one_that_is_registered_later(monkeypatch):
    monkeypatch.setitem(VARIANTS, "eighth", VARIANTS["unified"])
    assert [claim.key for claim in CLAIMS if "eighth" in claim.variants] == ["alignment", "features", "gradients"]
    assert all(not {"raw", "baseline"} & set(claim.variants) for claim in CLAIMS)


def test_names_and_ranges_are_in_order():
    assert all(0 < claim.low < claim.high for claim in CLAIMS)
    assert all(set(claim.variants) <= set(VARIANTS) for claim in CLAIMS)
