"""What an HTML form posts, read into the JSON that the page's form-js would have sent."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from webapp.services.forms import values
from webapp.services.forms.access import OPEN, Access, put
from webapp.services.forms.check import MOST_ROWS
from webapp.services.forms.schema import CHOICES, MULTIPLE_CHOICES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from webapp.services.forms.schema import Component, Form

ADD, REMOVE = "_add", "_remove"  # names of the buttons of a list
RESERVED = frozenset({"csrf_token", "idempotency_key", "version"})
INDEX = re.compile(r"[0-9]{1,3}", re.ASCII)
MOST = 3_000  # pairs of one post


def read_posted(
    form: Form, pairs: Iterable[tuple[str, str]], *, context: Mapping[str, Any], access: Access = OPEN
) -> dict[str, Any]:
    """The submission of an HTML form, ready for ``accept``; a press on a list's buttons is already done.

    Names of the house (``csrf_token``, ``idempotency_key``, ``version``, all that begin with ``_``) are left
    out; every other name that the form does not have stays, so that ``accept`` refuses it.
    """
    posted: dict[str, list[str]] = {}
    for name, text in list(pairs)[:MOST]:
        posted.setdefault(name, []).append(text)
    reader = _Reader(posted, context, access)
    data: dict[str, Any] = {}
    reader.fill(form.components, data, prefix="", names=())
    for name in posted:
        if name not in reader.known and name not in RESERVED and not name.startswith("_"):
            data.setdefault(name, posted[name][-1])
    return data


def file_fields(form: Form, access: Access) -> frozenset[str]:
    """Names of the file fields that a step may fill in, without the numbers of rows."""
    return frozenset(_file_fields(form.components, access, names=()))


def without_rows(name: str) -> str:
    """The name of a posted field without the numbers of its rows: ``rows.0.page`` is ``rows.page``."""
    return ".".join(part for part in name.split(".") if not INDEX.fullmatch(part))


def _file_fields(
    components: tuple[Component, ...], access: Access, *, names: tuple[str, ...]
) -> Iterator[str]:
    for component in components:
        if access.hides(component, names) or access.locks(component, names):
            continue
        if component.type == "filepicker":
            yield ".".join((*names, *component.path))
        inner = (*names, *component.path) if component.repeats else names
        yield from _file_fields(component.children, access, names=inner)


class _Reader:
    """Looks every field of the form up among the posted names."""

    def __init__(self, posted: Mapping[str, list[str]], context: Mapping[str, Any], access: Access) -> None:
        self.posted = posted
        self.context = context
        self.access = access
        self.known: set[str] = set()

    def fill(
        self, components: tuple[Component, ...], into: dict[str, Any], *, prefix: str, names: tuple[str, ...]
    ) -> None:
        """Read the fields of one row, or of the form, into a context."""
        for component in components:
            if self.access.hides(component, names) or self.access.locks(component, names):
                continue
            name = prefix + ".".join(component.path)
            if component.repeats:
                put(into, component.path, self._rows(component, name, (*names, *component.path)))
            elif component.keyed:
                self.known.add(name)
                put(into, component.path, self._value(component, self.posted.get(name, [])))
            else:
                self.fill(component.children, into, prefix=prefix, names=names)

    def _rows(self, component: Component, name: str, names: tuple[str, ...]) -> list[dict[str, Any]]:
        start = f"{name}."
        indexes = {p[len(start) :].split(".")[0] for p in self.posted if p.startswith(start)}
        numbers = sorted(int(i) for i in indexes if INDEX.fullmatch(i))[:MOST_ROWS]
        gone = self.posted.get(REMOVE, [])
        rows: list[dict[str, Any]] = []
        for number in numbers:
            row: dict[str, Any] = {}
            self.fill(component.children, row, prefix=f"{start}{number}.", names=names)
            if f"{start}{number}" not in gone:
                rows.append(row)
        if name in self.posted.get(ADD, []):
            rows.append({})
        return rows

    def _value(self, component: Component, texts: list[str]) -> Any:
        text = texts[-1] if texts else ""
        if component.type == "filepicker":  # a new file takes the place of the one that was kept
            return [t for t in texts if t][0 if component.multiple else -1 :]
        if component.type in MULTIPLE_CHOICES:
            return [self._option(component, t) for t in texts if t]
        if component.type == "checkbox":
            return text not in {"", "0", "false"}
        if component.type in {"number", "datetime"}:
            return _number(text) if component.type == "number" else _moment(component, text)
        return (self._option(component, text) if text else None) if component.type in CHOICES else text

    def _option(self, component: Component, text: str) -> Any:
        for option in values.options(component, self.context):
            if str(option.value) == text:
                return option.value
        return text


def _number(text: str) -> Any:
    """Digits as phones and Chinese keyboards give them: full-width ones and separators of thousands, too."""
    plain = unicodedata.normalize("NFKC", text).strip().replace("，", ",")
    if not plain:
        return None
    if re.fullmatch(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", plain):
        plain = plain.replace(",", "")
    return Decimal(plain) if values.NUMBER.fullmatch(plain) else text


def _moment(component: Component, text: str) -> str | None:
    if not text:
        return None
    if component.subtype == "date" or re.search(r"(Z|[+-][0-9]{2}:[0-9]{2})$", text):
        return text
    short = re.sub(r"(:[0-9]{2}):[0-9]{2}(\.[0-9]+)?$", r"\1", text)  # browsers may add seconds
    if component.time_format == "no_timezone":
        return short
    return f"{short}+08:00" if component.time_format == "utc_offset" else _utc(short)


def _utc(text: str) -> str:
    day, _, clock = text.rpartition("T")
    try:
        moment = datetime.fromisoformat(f"{day or '2000-01-02'}T{clock}") - timedelta(hours=8)
    except ValueError:
        return text
    return moment.strftime("%Y-%m-%dT%H:%MZ" if day else "%H:%MZ")
