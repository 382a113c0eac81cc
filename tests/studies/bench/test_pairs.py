from __future__ import annotations

from sam3viz.evaluation.estimate import Estimate
from sam3viz.studies.bench.pairs import describe_pairs
from sam3viz.studies.bench.result import DatasetScores, Differences


def difference(mean: float, low: float | None, high: float | None) -> Estimate:
    return Estimate(mean, low, high, 9)


def described(pairs: dict[tuple[str, str], Differences]) -> str:
    nested: dict[str, dict[str, Differences]] = {}
    for (first, second), differences in pairs.items():
        nested.setdefault(first, {})[second] = differences
    return describe_pairs(DatasetScores(9, 9, {}, nested))


EQUAL = {"patch_ap": difference(0.0071, -0.012, 0.02), "ap_vs_objects": difference(-0.01, -0.05, 0.03)}
BETTER_IN_ONE = {"patch_ap": difference(0.2, 0.1, 0.3), "ap_vs_objects": difference(0.01, -0.02, 0.03)}


def test_a_pair_is_named_where_both_intervals_include_0():
    text = described({("unified", "adaptive"): EQUAL, ("contrastive", "adaptive"): BETTER_IN_ONE})
    assert text == (
        "No measurable difference (patch AP and AP vs. objects, first minus second bridge): "
        "`unified` and `adaptive` (+.007 [-.01, +.02], -.010 [-.05, +.03])."
    )


def test_pairs_are_parted_by_semicolons():
    text = described({("unified", "adaptive"): EQUAL, ("contrastive", "adaptive"): EQUAL})
    assert text.count("; ") == 1
    assert text.index("`unified`") < text.index("`contrastive`")


def test_where_all_differ_it_says_so():
    worse = {"patch_ap": difference(-0.2, -0.3, -0.1)}
    text = described({("unified", "adaptive"): BETTER_IN_ONE, ("contrastive", "adaptive"): worse})
    assert text == "No measurable difference: none, every pair of bridges differs in patch AP or AP vs. objects."


def test_what_has_no_interval_says_nothing():
    assert described({}) == ""
    assert described({("unified", "adaptive"): {"patch_ap": difference(0.0, None, None)}}) == ""
    half = {"patch_ap": difference(0.0, -0.1, 0.1), "ap_vs_objects": difference(0.5, None, None)}
    text = described({("unified", "adaptive"): half})
    assert text == (
        "No measurable difference (patch AP, first minus second bridge): `unified` and `adaptive` (+.000 [-.10, +.10])."
    )
