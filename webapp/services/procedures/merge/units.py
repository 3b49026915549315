"""What can be taken or left on its own: an element's property, a row, a field, lines, or a whole file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.domain.text import Message, msg
from webapp.services.procedures.compare import changed_facts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from webapp.services.procedures.flatten import Item

WHOLE = ""  # key of the unit that is a whole file


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One change of the shipped state; ``ours`` says what the owner did to the same: a conflict."""

    key: str  # unique within its file
    name: str = ""  # what it is about, as people call it
    says: tuple[Message, ...] = ()
    ours: tuple[Message, ...] = ()
    shows: tuple[str, ...] = ()  # lines, marked - and +
    ours_shows: tuple[str, ...] = ()

    @property
    def conflict(self) -> bool:
        """Whether both changed it, so that somebody has to choose."""
        return bool(self.ours or self.ours_shows)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileOffer:
    """What the new shipped state changes in one file; without units only its drawing or layout differs."""

    path: str
    kind: str
    units: tuple[Unit, ...]


def item_units(
    base: Mapping[str, Item], local: Mapping[str, Item], new: Mapping[str, Item]
) -> Iterator[Unit]:
    """A unit for each item that the shipped state changed and the owner does not have so already."""
    for key in dict.fromkeys((*new, *base)):
        was, own, now = base.get(key), local.get(key), new.get(key)
        if same(was, now) or same(own, now):
            continue
        named = now or was
        assert named is not None  # the key is from one of the two
        yield Unit(
            key=key,
            name=named.name or key,
            says=says(key, was, now),
            ours=() if same(was, own) else says(key, was, own),
        )


def same(one: Item | None, other: Item | None) -> bool:
    """Whether two states of an item say the same; a row's number is no part of it."""
    if one is None or other is None:
        return one is other
    return one.facts == other.facts


def says(key: str, was: Item | None, now: Item | None) -> tuple[Message, ...]:
    """What became of an item, in words."""
    if was is None:
        return () if now is None else (msg("新增{kind}。", kind=now.kind),)
    if now is None:
        return (msg("删除{kind}。", kind=was.kind),)
    return tuple(change.message for change in changed_facts(key, was, new=now))
