"""What is made of kept bytes, remembered in memory until the store forgets any: an erasure reaches it too."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

Made = TypeVar("Made")


class Store(Protocol):
    """A store of bytes that says when it has forgotten some."""

    def generation(self) -> str:
        """Another text after each forgetting, in whichever process."""


class Derived(Generic[Made]):
    """The values that were asked for last; all are dropped at the first question after a forgetting."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._made: OrderedDict[Hashable, Made] = OrderedDict()
        self._generation: str | None = None
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._made)

    def get(self, store: Store, key: Hashable, make: Callable[[], Made]) -> Made:
        """The value of a key, made where it is not remembered; the caller has read the bytes just now."""
        generation = store.generation()
        with self._lock:
            if generation != self._generation:
                self._made.clear()
                self._generation = generation
            if key in self._made:
                self._made.move_to_end(key)
                return self._made[key]
        value = make()
        with self._lock:
            if generation == self._generation:
                self._made[key] = value
                while len(self._made) > self._most:
                    self._made.popitem(last=False)
        return value
