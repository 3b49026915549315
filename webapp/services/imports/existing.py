"""What exists already, as an import needs to know it: frozen rows, read by the caller in its data scope."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityRow:
    """A legal entity or branch (用人单位)."""

    code: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentRow:
    """A department; ``entity`` is the code of its employer."""

    code: str
    name: str
    entity: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """A person as imported before; the names are those of the import's columns."""

    number: str
    name: str
    entity: str
    department: str
    post: str
    region: str
    hired_on: date
    level: int = 1
    manager: str | None = None  # number of the line manager
    hours_system: str = "standard"
    service_from: date | None = None
    left_on: date | None = None
    gender: str | None = None
    born_on: date | None = None
    phone: str | None = None
    email: str | None = None
    dispatch: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractRow:
    """A contract as imported before; ``person`` is the worker's number."""

    number: str
    person: str
    entity: str
    kind: str
    starts_on: date
    ends_on: date | None = None
    state: str = "active"


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitRow:
    """A permit as entered before; ``entity`` is the employer's code."""

    number: str
    entity: str
    region: str
    system: str
    posts: tuple[str, ...]
    valid_from: date
    valid_to: date
    cycle: str | None = None
    revoked_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Existing:
    """Everything that a file may name, by code or number."""

    entities: Mapping[str, EntityRow] = field(default_factory=dict)
    departments: Mapping[str, DepartmentRow] = field(default_factory=dict)
    regions: Mapping[str, str] = field(default_factory=dict)  # GB/T 2260 code -> name
    posts: frozenset[str] | None = None  # None: no list is kept, any post may be named
    people: Mapping[str, PersonRow] = field(default_factory=dict)
    elsewhere: frozenset[str] = frozenset()  # numbers of people whom the importer may not see
    contracts: Mapping[str, ContractRow] = field(default_factory=dict)
    permits: Mapping[str, PermitRow] = field(default_factory=dict)
