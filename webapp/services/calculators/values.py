"""What a calculator shows: fields to fill in, and a sheet with the answer and its working."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from webapp.domain.text import Message

    Shown = str | Message
    Parts = tuple[Shown, ...]  # several values, shown side by side


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """One choice of a field."""

    value: str
    title: Message


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """One input: ``kind`` as in domain.schema; ``many`` 1 for a list, 2 for a list of lists."""

    name: str
    title: Message
    kind: str
    unit: Message | None = None
    required: bool = True
    many: int = 0
    default: str = ""
    choices: tuple[Choice, ...] = ()
    columns: tuple[Field, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Calculator:
    """One area with its fields."""

    area: str
    title: Message
    fields: tuple[Field, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Calculators that belong together."""

    key: str
    title: Message
    calculators: tuple[Calculator, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """Rows under headings; a cell is one or several values."""

    columns: tuple[Message, ...]
    rows: tuple[tuple[Parts, ...], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One named value: lines of text, or a table."""

    name: str
    title: Message
    lines: tuple[Parts, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line of the working: sentence, figure with unit, articles."""

    text: Message
    figure: Parts = ()
    unit: Message | None = None
    articles: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A whole calculation, ready for a page or a PDF: every part a sequence of plain rows."""

    area: str
    title: Message
    inputs: tuple[Answer, ...]
    answers: tuple[Answer, ...]
    working: tuple[Line, ...]
    parameters: Table
    unconfirmed: tuple[str, ...]  # titles of rows that nobody has checked against a source yet
    provisional: tuple[Message, ...]
    disputed: tuple[Message, ...]
    articles: tuple[str, ...]
