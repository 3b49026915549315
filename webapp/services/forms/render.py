"""A form as plain HTML fields, for phones and browsers without scripts: what a template needs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from webapp.domain.text import Message, msg
from webapp.services.forms import conditions, rules, values
from webapp.services.forms.access import OPEN, Access
from webapp.services.forms.instances import Row, at, rows_of, settled, starting, under
from webapp.services.forms.languages import SOURCE, in_language
from webapp.services.forms.payload import exact
from webapp.services.forms.schema import CHOICES, MULTIPLE_CHOICES, walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from webapp.services.forms.files import Upload
    from webapp.services.forms.schema import Component, Form

FEW = 4  # options up to here are drawn as a row of buttons to tap, more as a list
DATE_INPUTS = {"date": "date", "time": "time", "datetime": "datetime-local"}
YES, NO, NONE = msg("是"), msg("否"), "—"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """One thing to draw. ``kind`` says what: an input's type, or text, table, group, list, separator."""

    kind: str
    name: str = ""  # of the input: dotted path, rows from 0
    label: str = ""
    hint: str = ""
    value: Any = ""  # text of an input, or the chosen values of several
    shown: str | Message = ""  # the value in words, for what is read-only
    options: tuple[tuple[str, str], ...] = ()  # (value, label)
    errors: tuple[Message, ...] = ()
    required: bool = False
    readonly: bool = False
    decides: bool = False  # conditions of other fields look at it: ask the server again when it changes
    attributes: Mapping[str, str] | None = None  # inputmode, maxlength, min, step, accept, …
    prefix: str = ""
    suffix: str = ""
    multiple: bool = False
    files: tuple[tuple[str, str], ...] = ()  # (id, name) of what is already there
    children: tuple[FieldView, ...] = ()
    rows: tuple[tuple[FieldView, ...], ...] = ()  # of a list
    can_add: bool = False
    columns: tuple[str, ...] = ()
    cells: tuple[tuple[str, ...], ...] = ()


def view(
    form: Form,
    typed: Mapping[str, Any] | None = None,
    *,
    context: Mapping[str, Any],
    access: Access = OPEN,
    errors: Mapping[str, tuple[Message, ...]] | None = None,
    uploads: Mapping[str, Upload] | None = None,
    language: str = SOURCE,
) -> tuple[FieldView, ...]:
    """What to draw: ``typed`` is a draft or a refused submission, ``context`` the case's values.

    ``uploads`` name the files that are there already, those of the case for fields that are only read. Fields
    that a condition hides now, or the step hides, are not among what comes out.
    """
    form = in_language(form, language)
    painter = _Painter(form, access, errors=errors or {}, uploads=uploads or {})
    painter.fill(exact(dict(context)), exact(dict(typed)) if typed is not None else None)
    return tuple(painter.paint(form.components, Row()))


class _Painter:
    """Walks a form over its values and draws what shows."""

    def __init__(
        self,
        form: Form,
        access: Access,
        *,
        errors: Mapping[str, tuple[Message, ...]],
        uploads: Mapping[str, Upload],
    ) -> None:
        self.form = form
        self.access = access
        self.errors = errors
        self.uploads = uploads
        self.context: Mapping[str, Any] = {}
        self.state: dict[str, Any] = {}
        self.facts: dict[str, Any] = {}
        used = [c.hide.source for c in walk(form.components) if c.hide is not None]
        self.deciding = " ".join(used)

    def fill(self, context: Mapping[str, Any], typed: Mapping[str, Any] | None) -> None:
        initial = starting(self.form, context, self.access)
        self.context = context
        self.state = {**initial, **{k: v for k, v in (typed or {}).items() if self._writable(k)}}
        self.facts = settled(self.form, self.state, initial=initial, access=self.access)

    def _writable(self, name: str) -> bool:
        owners = [c for c in walk(self.form.components) if c.path and c.path[0] == name]
        return any(not self.access.locks(c) and not self.access.hides(c) for c in owners)

    def paint(self, components: tuple[Component, ...], row: Row) -> Iterator[FieldView]:
        scope = conditions.scope(self.facts, row.this, parent=row.parent, indexes=row.indexes)
        for component in components:
            if self.access.hides(component, row.names):
                continue
            if component.hide is not None and component.hide.hides(scope):
                continue
            locked = row.locked or self.access.locks(component, row.names)
            yield from self._one(component, under(row, hidden=False, locked=locked))

    def _one(self, component: Component, row: Row) -> Iterator[FieldView]:
        if component.keyed:
            yield self._field(component, row)
        elif component.repeats:
            yield self._list(component, row)
        elif component.type == "group":
            children = tuple(self.paint(component.children, row))
            if children:
                yield FieldView(kind="group", label=component.label, children=children)
        elif component.type == "table":
            yield self._table(component)
        elif component.type in {"text", "separator"}:
            yield FieldView(kind=component.type, value=component.text)

    def _list(self, component: Component, row: Row) -> FieldView:
        name = _name((*row.base, *component.path))
        listed = at(self.state, (*row.base, *component.path))
        inner = [under(r, hidden=False, locked=row.locked) for r in rows_of(component, listed, row)]
        return FieldView(
            kind="list",
            name=name,
            label=component.label,
            errors=self.errors.get(name, ()),
            rows=tuple(tuple(self.paint(component.children, r)) for r in inner),
            can_add=component.add_remove and not row.locked,
            readonly=row.locked,
        )

    def _table(self, component: Component) -> FieldView:
        found = self.context.get(component.source)
        listed = [r for r in found if isinstance(r, dict)] if isinstance(found, list) else []
        cells = tuple(tuple(_plain(r.get(key)) for key, _ in component.columns) for r in listed)
        return FieldView(
            kind="table",
            label=component.label,
            columns=tuple(label for _, label in component.columns),
            cells=cells,
        )

    def _field(self, component: Component, row: Row) -> FieldView:
        path = (*row.base, *component.path)
        value = at(self.state, path)
        chosen = values.empty(component) if value is None else value
        offered = values.options(component, self.context)
        options = tuple((_plain(o.value), o.label) for o in offered)
        return FieldView(
            kind=_kind(component, len(options)),
            name=_name(path),
            label=component.label,
            hint=component.description,
            value=_posted(component, chosen),
            shown=self._in_words(component, chosen, dict(options)),
            options=options,
            errors=self.errors.get(_name(path), ()),
            required=component.rules.required,
            readonly=row.locked,
            decides=component.path[-1] in self.deciding,
            attributes=_attributes(component),
            prefix=component.prefix,
            suffix=component.suffix,
            multiple=component.multiple,
            files=self._files(component, chosen),
        )

    def _in_words(self, component: Component, value: Any, labels: Mapping[str, str]) -> str | Message:
        if component.type == "checkbox":
            return YES if value is True else NO
        if component.type == "filepicker":
            return "、".join(name for _, name in self._files(component, value)) or NONE
        if component.type in CHOICES | MULTIPLE_CHOICES:
            listed = value if isinstance(value, list) else [value]
            return "、".join(labels.get(_plain(v), _plain(v)) for v in listed if v is not None) or NONE
        text = _plain(value)
        return f"{component.prefix}{text}{component.suffix}" if text else NONE

    def _files(self, component: Component, value: Any) -> tuple[tuple[str, str], ...]:
        if component.type != "filepicker":
            return ()
        listed = value if isinstance(value, list) else [value]
        found = [str(v.get("id", "")) if isinstance(v, dict) else str(v) for v in listed if v]
        return tuple((i, self.uploads[i].name) for i in found if i in self.uploads)


def _kind(component: Component, count: int) -> str:
    plain = {
        "textarea": "textarea",
        "number": "text",
        "checkbox": "tick",
        "checklist": "checkbox",
        "taglist": "checkbox",
        "filepicker": "file",
    }
    if component.type == "datetime":
        return DATE_INPUTS[component.subtype]
    if component.type in CHOICES:
        return "radio" if component.type == "radio" or count <= FEW else "select"
    if component.type == "textfield":
        return {"email": "email", "phone": "tel"}.get(component.rules.kind, "text")
    return plain[component.type]


def _attributes(component: Component) -> Mapping[str, str]:
    found: dict[str, str] = {}
    if component.type == "number":
        found["inputmode"] = "numeric" if component.decimal_digits == 0 else "decimal"
        found["autocomplete"] = "off"
    if component.type == "datetime" and component.subtype != "date":
        found["step"] = str(component.time_interval * 60)
    longest = component.rules.max_length
    if longest is not None and longest.number is not None and component.type in {"textfield", "textarea"}:
        found["maxlength"] = rules.plain(longest.number)
    if component.accept:
        found["accept"] = ",".join(component.accept)
    return found


def _posted(component: Component, value: Any) -> Any:
    if component.type in MULTIPLE_CHOICES:
        return [_plain(v) for v in value] if isinstance(value, list) else []
    if component.type == "checkbox":
        return value is True
    if component.type == "datetime" and component.subtype != "date":
        return _plain(value)[: 16 if component.subtype == "datetime" else 5]  # without the zone
    return "" if component.type == "filepicker" else _plain(value)


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return rules.plain(value)
    return str(value)


def _name(path: tuple[str | int, ...]) -> str:
    return ".".join(map(str, path))
