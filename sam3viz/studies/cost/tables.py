"""Costs and claims in units a person reads: the same tables in the terminal and in the report."""

from __future__ import annotations

import pandas as pd

from sam3viz.studies.cost.measure import BACKBONE


def format_costs(costs: pd.DataFrame) -> pd.DataFrame:
    """Write the costs of one picture and one training step, a row for the backbone and for each variant."""
    backbone = costs.loc[BACKBONE]
    return pd.DataFrame(
        {
            "parameters": costs["parameters"].map("{:,.0f}".format),
            "GFLOP": (costs["flops"] / 1e9).map("{:.2f}".format),
            "forward ms": (costs["forward_s"] * 1e3).map("{:.1f}".format),
            "of backbone": (costs["forward_s"] / backbone["forward_s"]).map("{:.1%}".format),
            "train step ms": (costs["train_s"] * 1e3).map("{:.1f}".format),
            "without alignment": (costs["train_without_s"] * 1e3).map("{:.1f}".format).replace("nan", "-"),
            "kept MB": (costs["kept_bytes"] / 1e6).map("{:.1f}".format),
            "peak MB": (costs["peak_bytes"] / 1e6).map("{:.1f}".format),
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
