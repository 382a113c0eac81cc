"""Costs and claims in units a person reads: the same tables in the terminal and in the report."""

from __future__ import annotations

import pandas as pd

from sam3viz.studies.cost.measure import BACKBONE


def costs_table(table: pd.DataFrame) -> pd.DataFrame:
    """The costs of one picture and one training step, a row for the backbone and for each variant."""
    backbone = table.loc[BACKBONE]
    return pd.DataFrame(
        {
            "parameters": table["parameters"].map("{:,.0f}".format),
            "GFLOP": (table["flops"] / 1e9).map("{:.2f}".format),
            "forward ms": (table["forward_s"] * 1e3).map("{:.1f}".format),
            "of backbone": (table["forward_s"] / backbone["forward_s"]).map("{:.1%}".format),
            "train step ms": (table["train_s"] * 1e3).map("{:.1f}".format),
            "without alignment": (table["train_without_s"] * 1e3).map(lambda v: "-" if pd.isna(v) else f"{v:.1f}"),
            "kept MB": (table["kept_bytes"] / 1e6).map("{:.1f}".format),
            "peak MB": (table["peak_bytes"] / 1e6).map("{:.1f}".format),
        }
    )


def claims_table(claims: pd.DataFrame) -> pd.DataFrame:
    """Claim against measured, a row each."""
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
