"""A case as its printed book: only what its reader may see."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.leave import LeaveEntry, LeaveRequest
from models.organisation import Entity
from models.procedure import Procedure
from webapp.adapters.diagrams import DiagramError, read_scene
from webapp.domain.casebook import (
    AttachmentLine,
    CaseBook,
    EventLine,
    FieldLine,
    FormSection,
    LedgerLine,
    PersonLine,
    RuleLine,
)
from webapp.domain.rules import RULES
from webapp.domain.scene import Trail
from webapp.domain.text import msg, named
from webapp.services import events
from webapp.services.cases.page import open_case, readable_values
from webapp.services.cases.states import CASE_STATES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.domain.scene import Scene
    from webapp.services.cases.page import CasePage
    from webapp.services.work import Work


def case_book(work: Work, case_id: int, *, language: str) -> CaseBook:
    """Read a case for printing; raises NotFoundError."""
    page = open_case(work, case_id, whole=True)
    case = page.case
    entity = work.session.get_one(Entity, case.entity_id)
    procedure = work.session.get_one(Procedure, case.procedure_version.procedure_id)
    return CaseBook(
        title=case.title,
        number=case.number,
        state=CASE_STATES[case.state],
        procedure=named(procedure.titles),
        version=str(page.bundle.number),
        version_sha256=page.bundle.sha256,
        started_at=case.started_at,
        ended_at=case.ended_at,
        printed_at=work.now,
        printed_by=work.actor.name,
        organisation=entity.name,
        people=_people(page),
        forms=_forms(page, language),
        scene=_scene(page, language),
        rules=_rules(page),
        ledger=_ledger(work, case_id),
        events=tuple(
            EventLine(sequence=e.sequence, at=e.at, actor=e.who, action=e.title, detail=e.note, leaf=e.leaf)
            for e in page.timeline.entries
        ),
        attachments=tuple(
            AttachmentLine(
                name=a.name, size=a.size, sha256=a.sha256, added_at=a.uploaded_at, added_by=a.uploaded_by.name
            )
            for a in page.attachments
        ),
        chain_head=case.event_hash,
    )


def tell_printed(work: Work, case_id: int, book: bytes, *, language: str) -> None:
    """Write that a reader gets this print of a case that they have just read, by its hash."""
    facts = {"language": language, "book_sha256": hashlib.sha256(book).hexdigest()}
    events.append(work, "case.printed", facts, subject=f"case/{case_id}")


def _scene(page: CasePage, language: str) -> Scene | None:
    trail = Trail(passed=page.timeline.passed, current=page.current)
    try:
        return read_scene(page.bundle.diagram, trail=trail, language=language)
    except DiagramError:  # a file from elsewhere without shapes: the book has all but the picture
        return None


def _people(page: CasePage) -> tuple[PersonLine, ...]:
    case = page.case
    lines = [
        PersonLine(
            role=msg("当事人"),
            name=case.person.name,
            number=case.person.number,
            department=case.person.department.name,
        )
    ]
    if case.starter_id != case.person_id:
        lines.append(PersonLine(role=msg("发起人"), name=case.starter.name, number=case.starter.number))
    for task in page.tasks:
        if task.completed_by is not None:
            person = task.completed_by
            lines.append(PersonLine(role=named(task.names), name=person.name, number=person.number))
    return tuple(lines)


def _forms(page: CasePage, language: str) -> tuple[FormSection, ...]:
    return tuple(
        FormSection(
            title=named(task.names),
            fields=tuple(FieldLine(label=label, value=value) for label, value in rows),
            note=task.completed_by.name if task.completed_by else "",
        )
        for task, rows in readable_values(page, language)
    )


def _rules(page: CasePage) -> tuple[RuleLine, ...]:
    return tuple(rule_line(rule) for entry in page.timeline.entries for rule in entry.rules)


def rule_line(fired: Mapping[str, Any]) -> RuleLine:
    """A fired rule; where the law answered, its articles, and the parameter rows as the source.

    What was asked and answered is not printed here: who may read which value is the forms' to say.
    """
    decision, named_rules = fired["decision"], "、".join(fired["rules"])
    law = fired.get("law")
    if law is None:
        return RuleLine(decision=decision, rule=named_rules, inputs="", output="")
    rows = (
        f"{row['key']}（{row['region']}，{row['valid_from']}）{row['source']}" for row in law["parameters"]
    )
    return RuleLine(
        decision=RULES[decision].title if decision in RULES else decision,
        rule=named_rules,
        inputs="",
        output="",
        source="\n".join(rows),
    )


def _ledger(work: Work, case_id: int) -> tuple[LedgerLine, ...]:
    rows = work.session.scalars(
        select(LeaveEntry)
        .join(LeaveRequest, LeaveEntry.request_id == LeaveRequest.id)
        .where(LeaveRequest.case_id == case_id)
        .order_by(LeaveEntry.id)
    )
    total = 0
    lines = []
    for row in rows:
        total += row.minutes
        lines.append(
            LedgerLine(
                on=row.at.date().isoformat(),
                entry=row.kind,
                amount=f"{row.minutes:+d} min",
                balance=f"{total:+d} min",
            )
        )
    return tuple(lines)
