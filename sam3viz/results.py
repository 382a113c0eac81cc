"""The result of one analysis, as its reader holds it: tables, file, report."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jaxtyping import Float32
from PIL import Image

from sam3viz.analysis.projection import SEED, Layout, gap_axes, layout
from sam3viz.commandline import write_json
from sam3viz.types import Detection, Exemplar, Scene, VariantResult

FORMAT = 1
FOREIGN = (AttributeError, EOFError, KeyError, TypeError, ValueError, zipfile.BadZipFile, zlib.error)
"""What reading a file raises that is damaged or not ours."""


@dataclass(frozen=True)
class Analysis:
    """All variants on one scene.

    Attributes:
        variants: result by name, in screen order.
        probes: normalised xyxy of the probe boxes, in the frame of the image the exemplars were drawn on.
        settings: backbone, hash of each bridge's weights, seed of the maps and versions, as text.
    """

    scene: Scene
    variants: dict[str, VariantResult]
    probes: Float32[np.ndarray, "p 4"]
    settings: Mapping[str, str] = field(default_factory=dict)

    @property
    def image(self) -> Image.Image:
        return self.scene.image

    @property
    def exemplars(self) -> tuple[Exemplar, ...]:
        return self.scene.exemplars

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was changed in the input, in sentences."""
        return self.scene.warnings

    def metrics(self) -> pd.DataFrame:
        """One row a variant: every measure in `sam3viz.METRICS`, trustworthiness of its map, milliseconds."""
        rows = {name: dict(result.metrics) for name, result in self.variants.items()}
        table = pd.DataFrame.from_dict(rows, orient="index").rename_axis("variant")
        table["trustworthiness"] = pd.Series(self._layout.trustworthiness)
        table["milliseconds"] = pd.Series({name: 1000 * r.seconds for name, r in self.variants.items()})
        return table

    def gap_axis(self) -> pd.DataFrame:
        """The linear view alone, at once: columns variant, kind, label, gap_x, gap_y, row, col."""
        return gap_axes(self.variants, self._labels)

    def layout(self) -> pd.DataFrame:
        """Every point of every map: variant, kind, label, x, y, gap_x, gap_y, row, col.

        ``kind`` is "visual" (a token of the grid at ``row``, ``col``), "probe" (a probe box's instance token),
        "exemplar" or "partner" (a drawn box's token and its visual side, in drawn order); ``label`` is +1 or -1 for
        the last two, else 0. ``x, y`` is UMAP, ``gap_x, gap_y`` the gap axis. Computed once, on first use.
        """
        return self._layout.frame

    @cached_property
    def _layout(self) -> Layout:
        return layout(self.variants, self._labels, SEED)

    @property
    def _labels(self) -> list[int]:
        return [exemplar.label for exemplar in self.exemplars]

    def to_html(self, path: str | Path) -> None:
        """One self-contained report that opens offline."""
        from sam3viz.report import write_report  # the one step against the flow: a convenience of the public API

        write_report(self, Path(path))

    def to_json(self, path: str | Path) -> None:
        """Settings, exemplars and, by variant, the row of `metrics` and the detections; boxes are xyxy pixels."""
        table = self.metrics().replace({np.nan: None})
        told = {
            "settings": dict(self.settings),
            "exemplars": [asdict(exemplar) for exemplar in self.exemplars],
            "warnings": list(self.warnings),
            "variants": {
                name: {"metrics": table.loc[name].to_dict(), "detections": [asdict(d) for d in result.detections]}
                for name, result in self.variants.items()
            },
        }
        write_json(told, Path(path))

    def to_parquet(self, path: str | Path) -> None:
        """The points of every map, as `layout` gives them."""
        self.layout().to_parquet(path, index=False)

    def save(self, path: str | Path) -> None:
        """Everything but the map, in one ``.npz`` without pickled objects."""
        arrays: dict[str, np.ndarray] = {"probes": self.probes, "image": np.asarray(self.scene.image)}
        if self.scene.reference is not None:
            arrays["reference"] = np.asarray(self.scene.reference)
        described = {}
        for name, result in self.variants.items():
            described[name] = {f.name: getattr(result, f.name) for f in fields(result)}
            for key, value in list(described[name].items()):
                if isinstance(value, np.ndarray):
                    arrays[f"{name}/{key}"] = described[name].pop(key)
            described[name]["detections"] = [asdict(d) for d in result.detections]
            described[name]["metrics"] = dict(result.metrics)
        header = {
            "format": FORMAT,
            "exemplars": [asdict(e) for e in self.exemplars],
            "warnings": self.warnings,
            "settings": dict(self.settings),
            "variants": described,
        }
        arrays["header"] = np.frombuffer(json.dumps(header).encode(), np.uint8)
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]
        Path(path).write_bytes(buffer.getvalue())

    @staticmethod
    def load(path: str | Path) -> Analysis:
        """Read what `save` wrote.

        Raises:
            ValueError: not such a file, or of another version.
        """
        try:
            with np.load(path, allow_pickle=False) as archive:
                arrays = {name: archive[name] for name in archive.files}
            header = json.loads(arrays.pop("header").tobytes())
            if header["format"] == FORMAT:
                return _analysis(header, arrays)
        except FOREIGN as error:
            raise ValueError(f"{Path(path).name} is not an analysis that sam3viz saved.") from error
        raise ValueError(f"{Path(path).name} has format {header['format']}, this version reads {FORMAT}.")


def _analysis(header: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> Analysis:
    variants = {name: _result(name, described, arrays) for name, described in header["variants"].items()}
    exemplars = tuple(Exemplar(tuple(e["box"]), e["label"]) for e in header["exemplars"])
    reference = Image.fromarray(arrays["reference"]) if "reference" in arrays else None
    scene = Scene(Image.fromarray(arrays["image"]), exemplars, reference, tuple(header["warnings"]))
    return Analysis(scene, variants, arrays["probes"], header["settings"])


def _result(name: str, described: dict[str, Any], arrays: Mapping[str, np.ndarray]) -> VariantResult:
    own: dict[str, Any] = {key.split("/", 1)[1]: value for key, value in arrays.items() if key.startswith(f"{name}/")}
    detections = tuple(Detection(tuple(d["box"]), d["score"]) for d in described.pop("detections"))
    sizes: dict[str, Any] = {key: tuple(described.pop(key)) for key in ("size", "reference_size")}
    return VariantResult(**described, **own, **sizes, detections=detections)
