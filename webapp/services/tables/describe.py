"""What a table of reference data is: its fields in words, who may read and write it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from models.base import Base
    from webapp.domain.permissions import Permission
    from webapp.domain.text import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A column as people see it.

    ``kind``: text, long, date, number, bool, choice, or ``ref`` for another row that is named by its code.
    """

    name: str
    label: Message
    kind: str = "text"
    required: bool = True
    most: int = 200  # characters
    choices: tuple[tuple[str, Message], ...] = ()
    target: type[Base] | None = None  # of a ref
    by: str = ""  # column by which a ref is named
    hint: Message | None = None
    fixed: bool = False  # written at creation, never changed
    listed: bool = True
    masked: bool = False  # shown masked; the mask brought back changes nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table that the admin serves."""

    key: str
    title: Message
    model: type[Any]
    fields: tuple[Field, ...]
    reads: tuple[Permission, ...]
    writes: Permission | None  # None: nobody writes it here
    order: str
    search: tuple[str, ...] = ()
    entity_column: str = ""  # column that the data scope looks at
    versioned: bool = False

    def field(self, name: str) -> Field:
        """A field by its name."""
        return next(f for f in self.fields if f.name == name)
