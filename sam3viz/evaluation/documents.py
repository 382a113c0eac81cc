"""Results as JSON documents: written by each result's ``as_json``, read back by what stands here."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeVar, runtime_checkable

from sam3viz.evaluation.estimate import Estimate

T = TypeVar("T")
Json = Mapping[str, Any]


@runtime_checkable
class HasJson(Protocol):
    """A result that knows how it is written."""

    def as_json(self) -> dict[str, Any]: ...


def plain(results: Mapping[str, HasJson | Mapping[str, Any]]) -> dict[str, Any]:
    """Turn nested dictionaries of results into what JSON holds."""
    return {
        name: plain(result) if isinstance(result, Mapping) else result.as_json() for name, result in results.items()
    }


def read_each(read: Callable[[Any], T], entries: Json) -> dict[str, T]:
    """Read every value of a JSON object."""
    return {name: read(entry) for name, entry in entries.items()}


def read_estimate(entry: Json) -> Estimate:
    """Read what `Estimate.as_json` wrote."""
    mean = math.nan if entry["mean"] is None else entry["mean"]
    return Estimate(mean, entry.get("low"), entry.get("high"), entry["n"])
