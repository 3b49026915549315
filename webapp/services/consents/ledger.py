"""The ledger: a person gives and withdraws for themselves alone; nobody is asked again in its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models.consent import ConsentAct, ConsentEntry, ConsentText
from models.person import Person
from webapp.domain.errors import ConflictError, NotFoundError
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.consents.texts import newest_texts
from webapp.services.people import local_date

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from models.case import Case
    from webapp.services.work import Work

LOCATION = "location"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedByCase:
    """Which case asks, on which paper (sha256 of its PDF), until which day; None: until withdrawn."""

    case: Case  # locked
    paper_digest: str
    ends_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where a person stands to the text that is asked now; ``last`` is their last word on the purpose."""

    text: ConsentText
    last: ConsentEntry | None
    today: date

    @property
    def given(self) -> bool:
        """Whether consent stands: to this edition, not taken back, not over."""
        return self._agreed and not self.outdated and not self.over

    @property
    def over(self) -> bool:
        """Whether what was agreed to had an end, and it has come."""
        ends_on = None if self.last is None else self.last.ends_on
        return self._agreed and ends_on is not None and ends_on < self.today

    @property
    def _agreed(self) -> bool:
        return self.last is not None and self.last.act == ConsentAct.GIVEN

    @property
    def outdated(self) -> bool:
        """Whether the last word was on an earlier edition."""
        return self.last is not None and self.last.text_id != self.text.id


def standings(work: Work, person_id: int) -> list[Standing]:
    """All purposes with a person's last word on each, in the order in which they were worded.

    One that only a case asks for is left out until a case has asked.
    """
    last = {entry.text.purpose: entry for entry in entries(work, person_id)}
    texts = sorted(newest_texts(work).values(), key=lambda text: text.id)
    today = local_date(work.now)
    return [
        Standing(text=text, last=last.get(text.purpose), today=today)
        for text in texts
        if text.purpose in last or not text.on_demand
    ]


def entries(work: Work, person_id: int) -> list[ConsentEntry]:
    """Every line of a person, oldest first; whoever calls has checked who reads."""
    return list(
        work.session.scalars(
            select(ConsentEntry)
            .options(joinedload(ConsentEntry.text, innerjoin=True))
            .where(ConsentEntry.person_id == person_id)
            .order_by(ConsentEntry.id)
        )
    )


def give(work: Work, text_id: int, *, language: str) -> ConsentEntry:
    """The actor agrees to one text. Raises ConflictError where it is not the one that is asked now."""
    text = work.session.get(ConsentText, text_id)
    if text is None:
        raise NotFoundError
    _lock(work)
    if newest_texts(work)[text.purpose].id != text.id:
        raise ConflictError(msg("告知内容已更新，请重新阅读后再决定。"))
    standing = _standing(work, text)
    if standing is not None and standing.given:
        raise ConflictError(msg("您已经同意过这一版。"))
    return _write(work, text, ConsentAct.GIVEN, language=language)


def answer_case(
    work: Work, text: ConsentText, asked: AskedByCase, *, agreed: bool, language: str
) -> ConsentEntry:
    """The actor's word on a text that a case asks for: yes until a day, or no, in the case's chain as well.

    Raises ConflictError for a yes to an edition that is not asked any more; a no always counts.
    """
    _lock(work)
    if agreed and newest_texts(work)[text.purpose].id != text.id:
        raise ConflictError(msg("告知内容已更新，请重新阅读后再决定。"))
    act = ConsentAct.GIVEN if agreed else ConsentAct.DECLINED
    return _write(work, text, act, language=language, asked=asked)


def withdraw(work: Work, purpose: str, *, language: str) -> ConsentEntry:
    """The actor takes consent back, at any time and without a reason (PIPL art. 15).

    Raises NotFoundError for an unknown purpose, ConflictError where no consent stands.
    """
    text = newest_texts(work).get(purpose)
    if text is None:
        raise NotFoundError
    _lock(work)
    standing = _standing(work, text)
    last = None if standing is None else standing.last
    if last is None or last.act != ConsentAct.GIVEN:
        raise ConflictError(msg("没有可以撤回的同意。"))
    return _write(work, last.text, ConsentAct.WITHDRAWN, language=language)


def _lock(work: Work) -> None:
    """One word of a person at a time."""
    work.session.execute(select(Person.id).where(Person.id == work.person_id).with_for_update())


def _standing(work: Work, text: ConsentText) -> Standing | None:
    return next((s for s in standings(work, work.person_id) if s.text.purpose == text.purpose), None)


def _write(
    work: Work, text: ConsentText, act: ConsentAct, *, language: str, asked: AskedByCase | None = None
) -> ConsentEntry:
    entry = ConsentEntry(
        person_id=work.person_id, text_id=text.id, act=act, language=language[:12], at=work.now
    )
    if asked is not None:
        entry.case_id, entry.paper_digest = asked.case.id, asked.paper_digest
        entry.ends_on = asked.ends_on if act == ConsentAct.GIVEN else None
    work.session.add(entry)
    work.session.flush()
    said: dict[str, object] = {
        "purpose": text.purpose,
        "edition": text.edition,
        "text_sha256": text.sha256,
        "language": language[:12],
    }
    case = None
    if asked is not None:
        case = asked.case
        said |= {"entry": entry.id, "paper_sha256": asked.paper_digest}
        said |= {"ends_on": None if entry.ends_on is None else entry.ends_on.isoformat()}
    events.append(work, f"consent.{act.value}", said, case=case, subject=f"person/{work.person_id}")
    return entry


def consenting(work: Work, purpose: str, person_ids: Collection[int]) -> dict[int, datetime]:
    """Of these people those whose consent to the text asked now stands, and since when."""
    text = newest_texts(work).get(purpose)
    if text is None or not person_ids:
        return {}
    rows = work.session.execute(
        select(
            ConsentEntry.person_id,
            ConsentEntry.text_id,
            ConsentEntry.act,
            ConsentEntry.at,
            ConsentEntry.ends_on,
        )
        .join(ConsentText)
        .where(ConsentText.purpose == purpose, ConsentEntry.person_id.in_(person_ids))
        .order_by(ConsentEntry.id)
    )
    last = {row.person_id: row for row in rows}
    today = local_date(work.now)
    return {
        person: row.at
        for person, row in last.items()
        if row.act == ConsentAct.GIVEN
        and row.text_id == text.id
        and (row.ends_on is None or row.ends_on >= today)
    }
