"""What is printed of a case: frozen lines that the caller has already filtered for the reader.

Sentences are ``Message`` (translated when printed), what people typed is ``str`` and printed as it is.
Times are aware; they are shown in Asia/Shanghai.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.domain.text import Message

if TYPE_CHECKING:
    from datetime import datetime

    from webapp.domain.scene import Scene

Words = str | Message


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """Somebody who takes part."""

    role: Words  # applicant, approver, …
    name: str
    number: str = ""  # staff number
    department: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldLine:
    """One value of a form with its label."""

    label: Words
    value: Words
    wide: bool = False  # takes the whole line


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSection:
    """What one step's form holds."""

    title: Words
    fields: tuple[FieldLine, ...]
    note: Words = ""  # who filled it in and when


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLine:
    """One event of the case's chain."""

    sequence: int
    at: datetime
    actor: str
    action: Words
    detail: Words = ""
    leaf: str = ""  # leaf hash in hex, 64 digits


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleLine:
    """A decision that was taken by a table."""

    decision: Words
    rule: str  # number or id of the rule that fired
    inputs: Words
    output: Words
    source: Words = ""  # the statute or rule of the house that the rule cites


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """One entry of an account of days, minutes or money."""

    on: str  # local date, ISO 8601
    entry: Words
    amount: str  # signed, with unit
    balance: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentLine:
    """A file that belongs to the case."""

    name: str
    size: int  # bytes
    sha256: str
    added_at: datetime
    added_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseBook:
    """Everything that a printed case shows, in the order of its pages."""

    title: Words
    number: str
    state: Words
    procedure: Words
    version: str  # number of the procedure's version
    version_sha256: str  # over diagram, decisions, forms and documents
    started_at: datetime
    ended_at: datetime | None
    printed_at: datetime
    printed_by: str
    organisation: str = ""
    people: tuple[PersonLine, ...] = ()
    facts: tuple[FieldLine, ...] = ()  # further lines of the first table
    forms: tuple[FormSection, ...] = ()
    scene: Scene | None = None
    rules: tuple[RuleLine, ...] = ()
    ledger: tuple[LedgerLine, ...] = ()
    events: tuple[EventLine, ...] = ()
    attachments: tuple[AttachmentLine, ...] = ()
    chain_head: str = ""  # link hash of the last event in hex
    hidden: int = 0  # how many fields the reader may not see
