"""The record of a replay: what bridges made of one picture at several moments of their training."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from jaxtyping import Float32
from PIL import Image

from sam3viz.projection.layout import layout
from sam3viz.types import Exemplar, Scene, VariantResult

POINT_COLUMNS = ("x", "y", "gap_x", "gap_y")
DESCRIBED = {"kind": "category", "stage": "category", "label": np.int8, "row": np.int16, "col": np.int16}
FORMAT = 1


@dataclass(frozen=True)
class Moment:
    """One bridge on the picture after ``step`` steps of its training."""

    step: int
    heat_grid: Float32[np.ndarray, "h w"]
    points: pd.DataFrame
    """As `AnalysisData.layout` without the variant. The maps of one run start from its first, so that a point is found
    again at about the same place; gap axes are turned to agree."""
    measures: Mapping[str, float]
    """Name in `sam3viz.METRICS` -> value over the picture's probe boxes."""


@dataclass(frozen=True)
class Replay:
    """Several runs on one picture; all moments of a run are in the order of its steps."""

    image: Image.Image
    exemplars: tuple[Exemplar, ...]
    runs: Mapping[str, tuple[Moment, ...]] = field(default_factory=dict)
    described: Mapping[str, str] = field(default_factory=dict)
    """Where the runs come from, as the metadata of their weights say it."""

    def save(self, path: Path) -> None:
        """Write everything, heat in steps of 1/255 and places in half precision."""
        picture = io.BytesIO()
        self.image.save(picture, "WEBP", quality=90)
        arrays: dict[str, np.ndarray] = {"image": np.frombuffer(picture.getvalue(), np.uint8)}
        header = {
            "format": FORMAT,
            "exemplars": [asdict(exemplar) for exemplar in self.exemplars],
            "described": dict(self.described),
            "runs": {
                run: [{"step": moment.step, "measures": dict(moment.measures)} for moment in moments]
                for run, moments in self.runs.items()
            },
        }
        for run, moments in self.runs.items():
            for number, moment in enumerate(moments):
                prefix = f"{run}/{number}"
                arrays[f"{prefix}/heat"] = (255 * moment.heat_grid).round().astype(np.uint8)
                arrays[f"{prefix}/places"] = moment.points[list(POINT_COLUMNS)].to_numpy(np.float16)
            same = moments[0].points  # what a row is does not change over a run
            arrays |= {f"{run}/{name}": same[name].to_numpy() for name in ("label", "row", "col")}
            arrays |= {f"{run}/{name}": same[name].to_numpy(str) for name in ("kind", "stage")}
        arrays["header"] = np.frombuffer(json.dumps(header).encode(), np.uint8)
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]
        path.write_bytes(buffer.getvalue())

    @classmethod
    def load(cls, path: Path) -> Replay:
        """Read what `save` wrote.

        Raises:
            ValueError: not such a file, or of another version.
        """
        try:
            with np.load(path, allow_pickle=False) as archive:
                arrays = {name: archive[name] for name in archive.files}
            header = json.loads(arrays["header"].tobytes())
            if header["format"] != FORMAT:
                raise KeyError(header["format"])
            image = Image.open(io.BytesIO(arrays["image"].tobytes())).convert("RGB")
            runs = {run: _read_run(run, entries, arrays) for run, entries in header["runs"].items()}
            exemplars = tuple(Exemplar(tuple(entry["box"]), entry["label"]) for entry in header["exemplars"])
            return cls(image, exemplars, runs, header["described"])
        except (AttributeError, EOFError, KeyError, OSError, TypeError, ValueError, zipfile.BadZipFile) as error:
            raise ValueError(f"{path.name} is no replay that this version of sam3viz saved.") from error


def replay_run(results: Mapping[int, VariantResult], scene: Scene) -> tuple[Moment, ...]:
    """Lay one bridge's results at several steps of its training out on common axes and maps.

    Args:
        results: by step, in rising order, of one variant on one scene.
    """
    laid = layout({str(step): result for step, result in results.items()}, [e.label for e in scene.exemplars])
    frames = dict(iter(laid.frame.groupby("variant", sort=False)))
    return tuple(
        Moment(
            step,
            result.heat_grid,
            frames[str(step)].drop(columns="variant").reset_index(drop=True).astype(DESCRIBED),
            dict(result.metrics),
        )
        for step, result in results.items()
    )


def _read_run(
    run: str, entries: list[dict[str, object]], arrays: Mapping[str, np.ndarray]
) -> tuple[Moment, ...]:  # fmt: skip
    described = pd.DataFrame({name: arrays[f"{run}/{name}"] for name in DESCRIBED}).astype(DESCRIBED)
    moments = []
    for number, entry in enumerate(entries):
        heat, places = (arrays[f"{run}/{number}/{name}"] for name in ("heat", "places"))
        points = described.assign(**dict(zip(POINT_COLUMNS, places.astype(np.float32).T, strict=True)))
        points = points[["kind", "stage", "label", *POINT_COLUMNS, "row", "col"]]
        moments.append(Moment(int(str(entry["step"])), heat.astype(np.float32) / 255, points, dict(entry["measures"])))  # type: ignore[call-overload]
    return tuple(moments)
