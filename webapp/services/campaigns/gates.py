"""Who may be asked: checks of each person before a case begins, each with its reason and article."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from models.case import Case, CaseState
from webapp.domain.text import Message, msg
from webapp.services.contracts.eligibility import check_eligibility
from webapp.services.contracts.terms import KEYS, read_day
from webapp.services.notices import restored, stored
from webapp.services.people import local_date

if TYPE_CHECKING:
    from models.person import Person
    from webapp.services.work import Work

OPEN: Final = (CaseState.ACTIVE, CaseState.SUSPENDED, CaseState.INCIDENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why somebody may not be asked now."""

    code: str
    sentence: Message
    article: str = ""  # statute and article, where one says so

    def plain(self) -> dict[str, Any]:
        """As the member's row keeps it."""
        return {"code": self.code, "article": self.article, "sentence": stored(self.sentence)}


Gate = Callable[["Work", "Person", Mapping[str, Any]], tuple[Reason, ...]]


def terms_gate(work: Work, person: Person, values: Mapping[str, Any]) -> tuple[Reason, ...]:
    """What record and law say against offering the values as working terms (``domain/eligibility``).

    The cycle is named ``hours_cycle``, since ``cycle`` is a function in diagrams.
    """
    terms = {key: values[key] for key in KEYS if key in values} | {"cycle": values.get("hours_cycle")}
    found = check_eligibility(work, person, terms, on=read_day(values.get("effective_from")))
    return tuple(Reason(code=b.code, sentence=b.sentence, article=b.article) for b in found.blocks)


#: Checks that a procedure names by ``campaign.gate``: (work, person, the campaign's values) -> reasons.
GATES: dict[str, Gate] = {"terms": terms_gate}


def read_reasons(rows: list[dict[str, Any]] | None) -> tuple[Reason, ...]:
    """The reasons that a member's row keeps."""
    return tuple(
        Reason(code=r["code"], sentence=restored(r["sentence"]), article=r.get("article", ""))
        for r in rows or ()
    )


def check_person(
    work: Work, person: Person, *, procedure_key: str, gate: str | None, values: Mapping[str, Any]
) -> tuple[Reason, ...]:
    """All reasons against asking a person now: the general ones, then those of the procedure's gate."""
    found = list(_general(work, person, procedure_key))
    if gate is not None and not found:
        found += GATES[gate](work, person, values)
    return tuple(found)


def _general(work: Work, person: Person, procedure_key: str) -> tuple[Reason, ...]:
    if person.left_on is not None and person.left_on < local_date(work.now):
        day = person.left_on.isoformat()
        return (Reason(code="left", sentence=msg("已于 {day} 离职。", day=day)),)
    running = work.session.scalars(
        select(Case)
        .where(Case.person_id == person.id, Case.procedure_key == procedure_key, Case.state.in_(OPEN))
        .limit(1)
    ).first()
    if running is not None:
        sentence = msg("已有一件同类案件在办理：{number}。", number=running.number)
        return (Reason(code="in-flight", sentence=sentence),)
    return ()
