"""An analysis in one ``.npz`` file without pickled objects, and back."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from sam3viz.inference.analysis import AnalysisData
from sam3viz.types import Detection, Diagnostic, Exemplar, Scene, StageResult, VariantResult

FORMAT = 3
_READ_ERRORS = (AttributeError, EOFError, KeyError, TypeError, ValueError, zipfile.BadZipFile, zlib.error)
"""What reading a file raises that is damaged or not ours."""


def write_npz(analysis: AnalysisData, path: Path) -> None:
    """Write everything but the map.

    Args:
        path: of the file, as it is: nothing is appended to its name.
    """
    arrays: dict[str, np.ndarray] = {"probes": analysis.probes, "image": np.asarray(analysis.scene.image)}
    if analysis.scene.reference is not None:
        arrays["reference"] = np.asarray(analysis.scene.reference)
    described = {}
    for name, result in analysis.variants.items():
        described[name] = {f.name: getattr(result, f.name) for f in fields(result)}
        for key, value in list(described[name].items()):
            if isinstance(value, np.ndarray):
                arrays[f"{name}/{key}"] = described[name].pop(key)
        described[name]["diagnostics"] = [
            {"name": d.name, "kind": d.kind, "parts": d.parts} for d in result.diagnostics
        ]
        arrays |= {f"{name}/diagnostics/{i}": np.asarray(d.values) for i, d in enumerate(result.diagnostics)}
        described[name]["stages"] = [stage.name for stage in result.stages]
        for i, stage in enumerate(result.stages):
            arrays[f"{name}/stages/{i}/exemplar"] = stage.exemplar
            arrays[f"{name}/stages/{i}/heat_grid"] = stage.heat_grid
        described[name]["neutral_changes"] = dict(result.neutral_changes)
        described[name]["detections"] = [asdict(d) for d in result.detections]
        described[name]["metrics"] = dict(result.metrics)
    header = {
        "format": FORMAT,
        "exemplars": [asdict(e) for e in analysis.exemplars],
        "warnings": analysis.warnings,
        "settings": dict(analysis.settings),
        "variants": described,
    }
    arrays["header"] = np.frombuffer(json.dumps(header).encode(), np.uint8)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]
    path.write_bytes(buffer.getvalue())


def read_npz(path: Path) -> AnalysisData:
    """Read what `write_npz` wrote.

    Raises:
        ValueError: not such a file, or of another version.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        header = json.loads(arrays.pop("header").tobytes())
        if header["format"] == FORMAT:
            return _analysis(header, arrays)
    except _READ_ERRORS as error:
        raise ValueError(f"{path.name} is not an analysis that sam3viz saved.") from error
    raise ValueError(f"{path.name} has format {header['format']}, this version reads {FORMAT}.")


def _analysis(header: Mapping[str, Any], arrays: Mapping[str, np.ndarray]) -> AnalysisData:
    variants = {name: _result(name, described, arrays) for name, described in header["variants"].items()}
    exemplars = tuple(Exemplar(tuple(e["box"]), e["label"]) for e in header["exemplars"])
    reference = Image.fromarray(arrays["reference"]) if "reference" in arrays else None
    scene = Scene(Image.fromarray(arrays["image"]), exemplars, reference, tuple(header["warnings"]))
    return AnalysisData(scene, variants, arrays["probes"], header["settings"])


def _result(name: str, described: dict[str, Any], arrays: Mapping[str, np.ndarray]) -> VariantResult:
    own = {key.removeprefix(f"{name}/"): value for key, value in arrays.items() if key.startswith(f"{name}/")}
    diagnostics = tuple(
        Diagnostic(entry["name"], entry["kind"], own.pop(f"diagnostics/{number}"), tuple(entry["parts"]))
        for number, entry in enumerate(described.pop("diagnostics"))
    )
    stages = tuple(
        StageResult(stage, own.pop(f"stages/{number}/exemplar"), own.pop(f"stages/{number}/heat_grid"))
        for number, stage in enumerate(described.pop("stages"))
    )
    detections = tuple(Detection(tuple(d["box"]), d["score"]) for d in described.pop("detections"))
    sizes: dict[str, Any] = {key: tuple(described.pop(key)) for key in ("size", "reference_size")}
    values: dict[str, Any] = {**described, **own, **sizes}
    return VariantResult(**values, detections=detections, diagnostics=diagnostics, stages=stages)
