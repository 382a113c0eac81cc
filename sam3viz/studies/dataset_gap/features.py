"""Features of a dataset on disk: written picture by picture, read back a variant at a time, never all in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from jaxtyping import Float32

from sam3viz.studies.dataset_gap.instances import Objects, Pairs

SCHEMA = pa.schema(
    [
        ("variant", pa.string()),
        ("image", pa.string()),
        ("category", pa.string()),
        ("size", pa.string()),
        ("box", pa.list_(pa.float32(), 4)),
        ("matched", pa.float32()),
        ("mismatched", pa.float32()),
        ("instance", pa.list_(pa.float16())),
        ("region", pa.list_(pa.float16())),
    ]
)
"""One row an object and variant. Features are at unit length, in half precision: 1e-3 of a cosine."""
GROUP = 4096
"""Rows of one variant that are written together: a file of many small groups is all description, held in memory."""
TOLD = ["variant", "image", "category", "size", "box", "matched", "mismatched"]


class FeatureWriter:
    """A Parquet file that grows by row groups of one variant each, so that reading one is cheap; a context manager.

    At most `GROUP` rows a variant, and those of one picture more, are held in memory; the rest of them is written at
    the end.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._writer = pq.ParquetWriter(path, SCHEMA, compression="zstd")
        self._held: dict[str, list[pa.Table]] = defaultdict(list)

    def __enter__(self) -> FeatureWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in self._held:
            self._flush(name)
        self._writer.close()

    def write(self, objects: Objects, through: Mapping[str, Pairs]) -> None:
        """All variants of one picture."""
        for name, pair in through.items():
            columns = {
                "variant": [name] * len(objects.boxes),
                "image": [objects.image] * len(objects.boxes),
                "category": list(objects.categories),
                "size": list(objects.sizes),
                "box": list(objects.boxes),
                "matched": pair.matched,
                "mismatched": pair.mismatched,
                "instance": list(_unit(pair.instance)),
                "region": list(_unit(pair.region)),
            }
            self._held[name].append(pa.table(columns, schema=SCHEMA))
            if sum(map(len, self._held[name])) >= GROUP:
                self._flush(name)

    def _flush(self, variant: str) -> None:
        if self._held[variant]:
            self._writer.write_table(pa.concat_tables(self._held[variant]))
            self._held[variant].clear()


def read_rows(paths: Sequence[Path]) -> pd.DataFrame:
    """Everything but the features, of all files."""
    return pd.concat([pq.read_table(path, columns=TOLD).to_pandas() for path in paths], ignore_index=True)


def read_pairs(
    paths: Sequence[Path], variant: str, images: Sequence[str]
) -> tuple[pd.DataFrame, Float32[np.ndarray, "n e"], Float32[np.ndarray, "n e"]]:
    """The rows of one variant on some pictures, and both sides of them."""
    chosen = [("variant", "==", variant), ("image", "in", list(images))]
    table = pa.concat_tables([pq.read_table(path, filters=chosen) for path in paths]).to_pandas()
    sides = [np.stack(table[side].to_list()).astype(np.float32) for side in ("instance", "region")]
    return table[TOLD], sides[0], sides[1]


def drawn_pictures(rows: pd.DataFrame, most: int, seed: int) -> list[str]:
    """Names of pictures in an order that the seed draws, until they hold ``most`` objects; at least one.

    Args:
        rows: of one variant.
    """
    counts = rows["image"].value_counts().sort_index()
    order = np.random.default_rng(seed).permutation(len(counts))
    total = counts.to_numpy()[order].cumsum()
    return counts.index[order[: int((total <= most).sum()) or 1]].to_list()


def _unit(rows: Float32[np.ndarray, "n e"]) -> np.ndarray:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.maximum(length, 1e-12)).astype(np.float16)
