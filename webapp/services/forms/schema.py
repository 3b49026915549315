"""A form-js schema as frozen values: what the server needs of it, and nothing that it would ignore."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from webapp.domain.errors import InvalidError
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal

    from webapp.services.forms.conditions import Condition
    from webapp.services.forms.patterns import Pattern

KEYED = frozenset(
    {
        "textfield",
        "textarea",
        "number",
        "datetime",
        "checkbox",
        "checklist",
        "radio",
        "select",
        "taglist",
        "filepicker",
    }
)
CHOICES = frozenset({"radio", "select"})
MULTIPLE_CHOICES = frozenset({"checklist", "taglist"})
CONTAINERS = frozenset({"group", "dynamiclist"})
PRESENTATION = frozenset({"text", "table", "spacer", "separator", "button"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something that keeps a form from being published; ``element`` is the component's key or id."""

    element: str
    message: Message


class SchemaError(InvalidError):
    """The form cannot be published as it is."""

    default = msg("表单有问题，不能发布。")

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(fields={p.element: (p.message,) for p in problems})
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One choice; two options differ by value."""

    value: str | Decimal
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A limit that is a number, or a FEEL expression over the form's values that gives one."""

    number: Decimal | None = None
    expression: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """``validate`` of a component; lengths are UTF-16 units of the trimmed text, as on the page."""

    required: bool = False
    minimum: Bound | None = None
    maximum: Bound | None = None
    min_length: Bound | None = None
    max_length: Bound | None = None
    pattern: Pattern | None = None
    pattern_message: str = ""
    kind: str = ""  # "", email, phone


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A component; ``path`` is where its value lies, counted from the form or from the row of its list."""

    id: str
    type: str
    label: str
    path: tuple[str, ...] = ()
    description: str = ""
    hide: Condition | None = None
    readonly: bool = False
    disabled: bool = False
    default: Any = None
    rules: Rules = field(default_factory=Rules)
    options: tuple[Option, ...] = ()
    values_key: str = ""
    decimal_digits: int | None = None
    increment: Decimal | None = None
    as_text: bool = False  # serializeToString
    subtype: str = ""  # date, time, datetime
    disallow_past: bool = False
    time_interval: int = 15  # minutes
    time_format: str = "utc_offset"
    multiple: bool = False
    accept: tuple[str, ...] = ()
    children: tuple[Component, ...] = ()
    repetitions: int = 1
    add_remove: bool = False
    columns: tuple[tuple[str, str], ...] = ()  # (key, label)
    source: str = ""  # of a table: the variable that holds its rows
    text: str = ""
    prefix: str = ""
    suffix: str = ""

    @property
    def keyed(self) -> bool:
        """Whether it holds a value of its own."""
        return self.type in KEYED

    @property
    def repeats(self) -> bool:
        """Whether it holds a list of rows."""
        return self.type == "dynamiclist"

    @property
    def key(self) -> str:
        """Dotted path, or the id of what holds no value; the name that problems and access maps use."""
        return ".".join(self.path) or self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form that may be published; ``source`` is the JSON it was read from."""

    id: str
    components: tuple[Component, ...]
    source: Mapping[str, Any]

    def fields(self) -> Iterator[Component]:
        """Every component that holds a value, lists before their children."""
        return (c for c in walk(self.components) if c.keyed or c.repeats)


def walk(components: tuple[Component, ...]) -> Iterator[Component]:
    """Every component, parents first."""
    for component in components:
        yield component
        yield from walk(component.children)
