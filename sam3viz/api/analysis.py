"""The public result of one analysis: the record, with every way to take it along."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path

from sam3viz.export.html import write_report
from sam3viz.export.npz import read_npz, write_npz
from sam3viz.export.tables import write_numbers, write_points
from sam3viz.inference.analysis import AnalysisData


@dataclass(frozen=True)
class Analysis(AnalysisData):
    """All variants on one scene, as `sam3viz.Analyzer.analyze` returns it."""

    def to_html(self, path: str | Path) -> None:
        """Write one self-contained report that opens offline."""
        write_report(self, Path(path))

    def to_json(self, path: str | Path) -> None:
        """Write settings, exemplars and each variant's measures and detections; boxes are xyxy pixels."""
        write_numbers(self, Path(path))

    def to_parquet(self, path: str | Path) -> None:
        """Write the points of every map, with the columns of `layout`."""
        write_points(self, Path(path))

    def save(self, path: str | Path) -> None:
        """Write everything but the map in one ``.npz`` without pickled objects; `load` reads it."""
        write_npz(self, Path(path))

    @classmethod
    def load(cls, path: str | Path) -> Analysis:
        """Read what `save` wrote.

        Raises:
            ValueError: not such a file, or of another version.
        """
        data = read_npz(Path(path))
        return cls(**{field.name: getattr(data, field.name) for field in fields(data)})
