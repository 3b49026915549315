"""What changed between two versions, in words: by element, rule, field or line."""

from __future__ import annotations

import difflib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lxml import etree

from webapp.domain.errors import HeguiError
from webapp.domain.text import Message, msg
from webapp.services.procedures import flatten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from webapp.services.procedures.files import File

MAX_LINES = 400  # of a text file's comparison
SHOWN = 160  # characters of a value


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference; ``element`` is empty where the file as a whole is meant."""

    message: Message
    element: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """A file that differs: ``how`` is added, removed or changed."""

    path: str
    kind: str
    how: str
    changes: tuple[Change, ...] = ()
    lines: tuple[str, ...] = ()  # unified diff of a text file


def compare(before: tuple[File, ...], after: tuple[File, ...]) -> tuple[FileChange, ...]:
    """Every file that differs, in order of path."""
    old, new = {f.path: f for f in before}, {f.path: f for f in after}
    return tuple(
        _file(old.get(path), new.get(path))
        for path in sorted({*old, *new})
        if path not in old or path not in new or old[path].sha256 != new[path].sha256
    )


def _file(old: File | None, new: File | None) -> FileChange:
    if old is None or new is None:
        file = new or old
        assert file is not None
        return FileChange(path=file.path, kind=file.kind, how="added" if old is None else "removed")
    reader = READERS.get(new.kind)
    try:
        changes = () if reader is None else tuple(_items(reader(old.body), reader(new.body)))
    except (HeguiError, ValueError, etree.XMLSyntaxError):
        changes = (Change(message=msg("文件无法读取，不能逐项比较。")),)
    if reader is not None and not changes:
        changes = (Change(message=msg("只移动了图形或改了排版，内容没有变。")),)
    lines = () if reader is not None else _lines(old.body, new.body)
    return FileChange(path=new.path, kind=new.kind, how="changed", changes=changes, lines=lines)


def _lines(old: str, new: str) -> tuple[str, ...]:
    found = difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=2)
    return tuple(found)[2 : 2 + MAX_LINES]


def _items(old: Mapping[str, flatten.Item], new: Mapping[str, flatten.Item]) -> Iterator[Change]:
    for key, item in new.items():
        if key not in old:
            yield _change(key, item, msg("新增{kind}。", kind=item.kind))
        else:
            yield from changed_facts(key, old[key], new=item)
    for key, item in old.items():
        if key not in new:
            yield _change(key, item, msg("删除{kind}。", kind=item.kind))


def changed_facts(key: str, old: flatten.Item, *, new: flatten.Item) -> Iterator[Change]:
    """Each fact of an item that differs, in words."""
    for fact in dict.fromkeys((*old.facts, *new.facts)):
        was, now = old.facts.get(fact, ""), new.facts.get(fact, "")
        if was == now:
            continue
        word: Any = flatten.word(fact)
        if not was:
            message = msg("{what}设为“{now}”。", what=word, now=_short(now))
        elif not now:
            message = msg("{what}“{was}”被去掉。", what=word, was=_short(was))
        else:
            message = msg("{what}由“{was}”改为“{now}”。", what=word, was=_short(was), now=_short(now))
        yield _change(key, new, message)


def _change(key: str, item: flatten.Item, message: Message) -> Change:
    return Change(element=key, name=item.name or key, message=message)


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"


READERS: Mapping[str, Callable[[str], Mapping[str, flatten.Item]]] = {
    "diagram": flatten.diagram,
    "decision": flatten.decision,
    "form": lambda body: flatten.form(json.loads(body)),
}
