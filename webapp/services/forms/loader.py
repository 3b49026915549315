"""Read a form-js schema: refuse what page and server would not both obey, then freeze it."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from webapp.domain.errors import InvalidError
from webapp.domain.text import Message, msg
from webapp.services.forms import attributes, components, payload
from webapp.services.forms.schema import CONTAINERS, KEYED, Component, Form, Problem, SchemaError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

VERSION = 19  # schemaVersion of viewer 2.0.0 and of the viewer inside editor 1.23
MOST = 300  # components of one form
DEEPEST = 4  # containers in containers
RESERVED = frozenset({"csrf_token", "idempotency_key", "version", "this", "parent", "i"})  # of pages and FEEL
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*", re.ASCII)


def load(source: str | bytes | Mapping[str, Any]) -> Form:
    """The form of a schema; raises SchemaError with one problem a fault, by key or id of the component."""
    text = (
        source if isinstance(source, str | bytes) else json.dumps(source, ensure_ascii=False, default=float)
    )
    return _load(text)


@lru_cache(maxsize=256)  # versions never change, so a text is read once; nobody writes into a form's source
def _load(text: str | bytes) -> Form:
    raw = _json(text)
    reader = _Reader(raw)
    read = reader.children(raw, 0, ())
    reader.root(raw)
    if not reader.problems:
        reader.claims(read)
    if reader.problems:
        raise SchemaError(tuple(reader.problems))
    return Form(id=str(raw["id"]), components=read, source=json.loads(text))


def _json(source: str | bytes) -> Mapping[str, Any]:
    try:
        return payload.read_json(source)
    except InvalidError as error:
        raise SchemaError((Problem(element="", message=msg("表单文件不是可读的 JSON。")),)) from error


class _Reader:
    """Walks a schema once and collects problems on the way."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.problems: list[Problem] = []
        self.count = 0
        self.ids: set[str] = set()
        self.names = names_of(raw)

    def refuse(self, element: str, message: Message) -> None:
        self.problems.append(Problem(element=element, message=message))

    def root(self, raw: Mapping[str, Any]) -> None:
        if raw.get("type", "default") != "default":
            self.refuse("", msg("这不是表单文件。"))
        if not isinstance(raw.get("id"), str) or not raw["id"]:
            self.refuse("", msg("表单缺少编号 id。"))
        version = raw.get("schemaVersion", VERSION)
        if not isinstance(version, int) or version > VERSION:
            self.refuse("", msg("表单格式版本过新（上限 {limit}），页面读不全。", limit=VERSION))
        for name in raw:
            if name not in attributes.ROOT:
                self.refuse("", msg("属性“{name}”不受支持，写了也不会生效。", name=name))

    def children(self, raw: Mapping[str, Any], depth: int, prefix: tuple[str, ...]) -> tuple[Component, ...]:
        listed = raw.get("components", [])
        if not isinstance(listed, list) or depth > DEEPEST:
            self.refuse(str(raw.get("id", "")), msg("表单的组件列表无法读取或嵌套过深。"))
            return ()
        return tuple(c for item in listed if (c := self.component(item, depth, prefix)) is not None)

    def component(self, raw: Any, depth: int, prefix: tuple[str, ...]) -> Component | None:
        self.count += 1
        if not isinstance(raw, dict) or self.count > MOST:
            self.refuse("", msg("组件无法读取，或超过 {limit} 个。", limit=MOST))
            return None
        type_ = str(raw.get("type", ""))
        element = str(raw.get("key") or raw.get("path") or raw.get("id") or type_)
        if type_ not in attributes.ALLOWED:
            unknown = msg("不认识组件类型“{type}”。", type=type_)
            self.refuse(element, attributes.REFUSED.get(type_, unknown))
            return None
        before = len(self.problems)
        for message in attributes.problems_of(raw, type_):
            self.refuse(element, message)
        identity = self._identity(raw, type_, element)
        own = self._path(raw, type_, element)
        path = (*prefix, *own) if type_ in KEYED | CONTAINERS else ()
        below = () if type_ == "dynamiclist" else path
        inner = self.children(raw, depth + 1, below) if type_ in CONTAINERS else ()
        built = components.build(raw, names=self.names, refuse=lambda m: self.refuse(element, m))
        if len(self.problems) > before:
            return None
        return components.placed(built, identity=identity, path=path, children=inner)

    def _identity(self, raw: Mapping[str, Any], type_: str, element: str) -> str:
        identity = str(raw.get("id") or f"{type_}_{self.count}")
        if identity in self.ids:
            self.refuse(element, msg("编号“{id}”重复。", id=identity))
        self.ids.add(identity)
        return identity

    def _path(self, raw: Mapping[str, Any], type_: str, element: str) -> tuple[str, ...]:
        name = raw.get("key") if type_ in KEYED else raw.get("path") if type_ in CONTAINERS else None
        if type_ == "group" and not name:
            return ()
        if type_ not in KEYED | CONTAINERS:
            return ()
        parts = tuple(str(name or "").split("."))
        if parts[0] in RESERVED or parts[0].startswith("_"):
            self.refuse(element, msg("字段名“{name}”由系统占用，请换一个。", name=str(name)))
        elif not NAME.fullmatch(str(name or "")) or not payload.BARRED.isdisjoint(parts):
            self.refuse(
                element,
                msg("字段名“{name}”只能由字母、数字和下划线组成，且以字母开头。", name=str(name or "")),
            )
        return parts

    def claims(self, read: tuple[Component, ...]) -> None:
        """Each value has a place of its own; rows of a list are a world of their own."""
        taken: list[tuple[str, ...]] = []
        for component in _outside_lists(read):
            path = component.path
            if any(t[: len(path)] == path or path[: len(t)] == t for t in taken):
                self.refuse(component.key, msg("字段“{name}”与另一字段写在同一位置。", name=component.key))
            taken.append(path)
            if component.repeats:
                self.claims(component.children)


def _outside_lists(read: tuple[Component, ...]) -> Iterator[Component]:
    for component in read:
        if component.keyed or component.repeats:
            yield component
        else:
            yield from _outside_lists(component.children)


def names_of(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """Names that conditions of the form may use, beside ``this``, ``parent`` and ``i``."""
    found: set[str] = set()
    pending = [raw]
    while pending:
        item = pending.pop()
        for name in ("key", "path", "valuesKey"):
            if isinstance(item.get(name), str):
                found.add(item[name].split(".")[0])
        listed = item.get("components")
        pending += [c for c in listed if isinstance(c, dict)] if isinstance(listed, list) else []
    return tuple(sorted(found))
