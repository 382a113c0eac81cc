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
ROW_GROUP_SIZE = 4096
"""Rows of one variant that are written together: a file of many small groups is all description, held in memory."""
DESCRIPTION_COLUMNS = ["variant", "image", "category", "size", "box", "matched", "mismatched"]


class FeatureWriter:
    """A Parquet file that grows by row groups of one variant each, so that reading one is cheap; a context manager.

    At most `ROW_GROUP_SIZE` rows a variant, and those of one picture more, wait in memory; the rest of them is written
    at the end.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._writer = pq.ParquetWriter(path, SCHEMA, compression="zstd")
        self._pending: dict[str, list[pa.Table]] = defaultdict(list)

    def __enter__(self) -> FeatureWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in self._pending:
            self._flush(name)
        self._writer.close()

    def write(self, objects: Objects, variants: Mapping[str, Pairs]) -> None:
        """Add the objects of one picture through all variants."""
        for name, pair in variants.items():
            columns = {
                "variant": [name] * len(objects.boxes),
                "image": [objects.image] * len(objects.boxes),
                "category": list(objects.categories),
                "size": list(objects.sizes),
                "box": list(objects.boxes),
                "matched": pair.matched,
                "mismatched": pair.mismatched,
                "instance": list(_normalize(pair.instance)),
                "region": list(_normalize(pair.region)),
            }
            self._pending[name].append(pa.table(columns, schema=SCHEMA))
            if sum(map(len, self._pending[name])) >= ROW_GROUP_SIZE:
                self._flush(name)

    def _flush(self, variant: str) -> None:
        if self._pending[variant]:
            self._writer.write_table(pa.concat_tables(self._pending[variant]))
            self._pending[variant].clear()


def read_rows(paths: Sequence[Path]) -> pd.DataFrame:
    """Read everything but the features from all files: a row an object and variant, `DESCRIPTION_COLUMNS`."""
    return pd.concat(
        [pq.read_table(path, columns=DESCRIPTION_COLUMNS).to_pandas() for path in paths], ignore_index=True
    )


def read_pairs(
    paths: Sequence[Path], variant: str, images: Sequence[str]
) -> tuple[pd.DataFrame, Float32[np.ndarray, "n e"], Float32[np.ndarray, "n e"]]:
    """Read the rows of one variant on some pictures, with both sides of them at unit length: instances and regions."""
    wanted = [("variant", "==", variant), ("image", "in", list(images))]
    table = pa.concat_tables([pq.read_table(path, filters=wanted) for path in paths]).to_pandas()
    sides = [np.stack(table[side].to_list()).astype(np.float32) for side in ("instance", "region")]
    return table[DESCRIPTION_COLUMNS], sides[0], sides[1]


def sample_pictures(rows: pd.DataFrame, max_objects: int, seed: int) -> list[str]:
    """Draw whole pictures by the seed until they hold ``max_objects`` objects; at least one. Returns their names.

    Args:
        rows: of one variant.
    """
    counts = rows["image"].value_counts().sort_index()
    order = np.random.default_rng(seed).permutation(len(counts))
    total = counts.to_numpy()[order].cumsum()
    return counts.index[order[: int((total <= max_objects).sum()) or 1]].to_list()


def _normalize(rows: Float32[np.ndarray, "n e"]) -> np.ndarray:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return (rows / np.maximum(length, 1e-12)).astype(np.float16)
