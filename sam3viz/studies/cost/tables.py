"""Costs and claims in units a person reads: the same tables in the terminal and in the report."""

from __future__ import annotations

import pandas as pd

from sam3viz.studies.cost.measure import BACKBONE
from sam3viz.utils.messages import DEFAULT_LANGUAGE, translate


def format_costs(costs: pd.DataFrame, language: str = DEFAULT_LANGUAGE) -> pd.DataFrame:
    """Write the costs of one picture and one training step, a row for the backbone and for each variant."""
    backbone, without = costs.loc[BACKBONE], costs["train_without_s"] * 1e3
    return pd.DataFrame(
        {
            translate("parameters", language): costs["parameters"].map("{:,.0f}".format),
            translate("GFLOP", language): (costs["flops"] / 1e9).map("{:.2f}".format),
            translate("forward ms", language): (costs["forward_s"] * 1e3).map("{:.1f}".format),
            translate("of backbone", language): (costs["forward_s"] / backbone["forward_s"]).map("{:.1%}".format),
            translate("train step ms", language): (costs["train_s"] * 1e3).map("{:.1f}".format),
            translate("without alignment", language): without.map("{:.1f}".format).replace("nan", "-"),
            translate("kept MB", language): (costs["kept_bytes"] / 1e6).map("{:.1f}".format),
            translate("peak MB", language): (costs["peak_bytes"] / 1e6).map("{:.1f}".format),
        }
    )


def format_claims(claims: pd.DataFrame) -> pd.DataFrame:
    """Write claim against measured, a row each."""
    return pd.DataFrame(
        {
            "claim": claims["text"],
            "variant": claims["variant"],
            "claimed": [f"+{low:.0%} to +{high:.0%}" for low, high in zip(claims["low"], claims["high"], strict=True)],
            "measured": claims["measured"].map("{:+.1%}".format),
            "ratio": claims["ratio"].map("{:.2f}".format),
            "verdict": claims["verdict"],
        }
    )
