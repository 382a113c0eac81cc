"""An analysis as data for other programs: its numbers as JSON, the points of its maps as Parquet."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import numpy as np

from sam3viz.inference.analysis import AnalysisData
from sam3viz.utils.command_line import write_json


def write_numbers(analysis: AnalysisData, path: Path) -> None:
    """Write settings, exemplars and, by variant, the row of `metrics` and the detections; boxes are xyxy pixels."""
    table = analysis.metrics().replace({np.nan: None})
    document = {
        "settings": dict(analysis.settings),
        "exemplars": [asdict(exemplar) for exemplar in analysis.exemplars],
        "warnings": list(analysis.warnings),
        "variants": {
            name: {"metrics": table.loc[name].to_dict(), "detections": [asdict(d) for d in result.detections]}
            for name, result in analysis.variants.items()
        },
    }
    write_json(document, path)


def write_points(analysis: AnalysisData, path: Path) -> None:
    """Write the points of every map as Parquet, with the columns of `AnalysisData.layout`."""
    analysis.layout().to_parquet(path, index=False)
