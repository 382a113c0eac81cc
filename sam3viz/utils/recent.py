"""The last values of a computation."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Recent(Generic[T]):
    """The last values that were asked for, by key."""

    def __init__(self) -> None:
        self._values: OrderedDict[Hashable, T] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T], limit: int) -> T:
        """The value of ``key``; made if it is not among the last ``limit``."""
        if key not in self._values:
            self._values[key] = make()
            if len(self._values) > limit:
                self._values.popitem(last=False)
        self._values.move_to_end(key)
        return self._values[key]
