"""All files of a version: which differ, and what a draft holds when some changes are taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from webapp.domain.errors import HeguiError
from webapp.domain.text import Message, msg
from webapp.services.procedures.files import File, file_kind
from webapp.services.procedures.merge import diagrams, fields, lines, tables
from webapp.services.procedures.merge.units import WHOLE, FileOffer, Unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import ModuleType

    Bodies = tuple[str | None, str | None, str | None]  # base, the owner's, the new shipped one

BY_KIND: Mapping[str, ModuleType] = {"diagram": diagrams, "decision": tables, "form": fields}
UNREADABLE = (HeguiError, ValueError, KeyError, TypeError, AttributeError, etree.XMLSyntaxError)


def offer_files(
    base: tuple[File, ...], local: tuple[File, ...], new: tuple[File, ...]
) -> tuple[FileOffer, ...]:
    """What the new shipped state changes, file by file in order of path."""
    return tuple(
        FileOffer(path=path, kind=file_kind(path), units=tuple(_units(path, bodies)))
        for path, bodies in _bodies(base, local, new)
        if _differs(bodies)
    )


def merge_files(
    base: tuple[File, ...],
    local: tuple[File, ...],
    new: tuple[File, ...],
    *,
    taken: Mapping[str, frozenset[str]],
) -> tuple[File, ...]:
    """The owner's files with the taken units (by path) as shipped; nothing taken gives the owner's."""
    found = []
    for path, bodies in _bodies(base, local, new):
        body = _merged(path, bodies, taken.get(path, frozenset())) if _differs(bodies) else bodies[1]
        if body is not None:
            found.append(File(path=path, kind=file_kind(path), body=body))
    return tuple(found)


def _bodies(*states: tuple[File, ...]) -> Iterator[tuple[str, Bodies]]:
    known = [{file.path: file.body for file in state} for state in states]
    for path in sorted({path for state in known for path in state}):
        was, own, now = (state.get(path) for state in known)
        yield path, (was, own, now)


def _differs(bodies: Bodies) -> bool:
    was, own, now = bodies
    return now not in (was, own)


def _units(path: str, bodies: Bodies) -> list[Unit]:
    was, own, now = bodies
    if was is not None and own is not None and now is not None:
        try:
            found: list[Unit] = _by(path).offer(was, own, now)
        except UNREADABLE:
            return [_whole(bodies)]
        # only the drawing differs: it can be taken where the owner drew nothing
        return found or ([_whole(bodies)] if was == own else [])
    return [_whole(bodies)]


def _merged(path: str, bodies: Bodies, taken: frozenset[str]) -> str | None:
    was, own, now = bodies
    if not taken:
        return own
    units = {unit.key for unit in _units(path, bodies)}
    if WHOLE in taken or (was == own and units <= taken):
        return now  # as it is shipped, to the letter
    assert was is not None  # a file that one state lacks is one unit
    assert own is not None
    assert now is not None
    merged: str = _by(path).apply(was, own, now, taken=taken)
    return merged


def _by(path: str) -> ModuleType:
    return BY_KIND.get(file_kind(path), lines)


def _whole(bodies: Bodies) -> Unit:
    was, own, now = bodies
    return Unit(key=WHOLE, says=(_became(was, now),), ours=() if was == own else (_became(was, own),))


def _became(was: str | None, now: str | None) -> Message:
    if was is None:
        return msg("新增这个文件。")
    if now is None:
        return msg("删除这个文件。")
    return msg("改了整个文件。")
