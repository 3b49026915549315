"""Examples as the page shows them: asked anew at every look, key by key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models.example import WorkedExample
from webapp.domain.errors import ForbiddenError, NotFoundError
from webapp.domain.examples import Example, Verdict, judge
from webapp.domain.explain import plain_number
from webapp.domain.permissions import Permission, Role
from webapp.domain.rules import RULES
from webapp.domain.text import Message
from webapp.services.calculators.labels import label
from webapp.services.calculators.sheet import lay_out, show
from webapp.services.reference.load import current_law

if TYPE_CHECKING:
    from webapp.services.calculators.values import Sheet, Shown
    from webapp.services.work import Work

MOST = 500  # examples that are asked for one page
WRITERS = (Permission.REFERENCE_WRITE, Permission.REFERENCE_CONFIRM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One expected value beside what the product says; None: it says nothing of that name."""

    name: str
    title: Message
    expected: Shown
    found: Shown
    agrees: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One example with the verdict of this moment."""

    row: WorkedExample
    title: Message  # of its rule
    verdict: Verdict | None  # None: withdrawn, so nothing is asked
    compared: tuple[Compared, ...] = ()
    sheet: Sheet | None = None  # the working, where the product answers
    may_sign: bool = False
    may_withdraw: bool = False

    @property
    def agrees(self) -> bool:
        """Whether the product says the same."""
        return self.verdict is not None and self.verdict.agrees


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """All examples: those that the product contradicts first, then by code."""

    examples: tuple[Seen, ...]
    withdrawn: tuple[Seen, ...]
    may_add: bool

    @property
    def differing(self) -> int:
        """How many the product contradicts."""
        return sum(not each.agrees for each in self.examples)

    @property
    def signed(self) -> int:
        """How many a lawyer has signed."""
        return sum(each.row.signed_at is not None for each in self.examples)


def check_readable(work: Work) -> None:
    """Raise ForbiddenError for who may not read reference data."""
    if not work.actor.may(Permission.REFERENCE_READ):
        raise ForbiddenError


def may_add(work: Work) -> bool:
    """Whether the actor may bring examples: whoever proposes or confirms parameters."""
    return any(work.actor.may(each) for each in WRITERS)


def is_lawyer(work: Work) -> bool:
    """Whether the actor may sign."""
    return any(grant.role == Role.LEGAL for grant in work.actor.grants)


def open_desk(work: Work) -> Desk:
    """Ask every example now; one statement beside the law's. Raises ForbiddenError."""
    check_readable(work)
    rows = work.session.scalars(_all().order_by(WorkedExample.code).limit(MOST)).all()
    seen = [_seen(work, row) for row in rows]
    standing = sorted((s for s in seen if s.verdict is not None), key=lambda s: (s.agrees, s.row.code))
    return Desk(
        examples=tuple(standing),
        withdrawn=tuple(s for s in seen if s.verdict is None),
        may_add=may_add(work),
    )


def open_example(work: Work, example_id: int) -> Seen:
    """One example with its working. Raises ForbiddenError, NotFoundError."""
    check_readable(work)
    row = work.session.scalars(_all().where(WorkedExample.id == example_id)).one_or_none()
    if row is None:
        raise NotFoundError
    return _seen(work, row)


def as_file(work: Work) -> list[dict[str, Any]]:
    """All that stand, in the format of the examples file, by code."""
    check_readable(work)
    rows = work.session.scalars(
        select(WorkedExample).where(WorkedExample.withdrawn_at.is_(None)).order_by(WorkedExample.code)
    )
    return [as_raw(read_row(row)) for row in rows]


def as_raw(example: Example) -> dict[str, Any]:
    """One example as the file holds it."""
    return {
        "id": example.id,
        "area": example.area,
        "inputs": dict(example.inputs),
        "expected": dict(example.expected),
        "basis": example.basis,
        "confidence": example.confidence,
    }


def read_row(row: WorkedExample) -> Example:
    """The example that a row holds."""
    return Example(
        id=row.code,
        area=row.area,
        inputs=row.inputs,
        expected=row.expected,
        basis=row.basis,
        confidence=row.confidence,
    )


def judge_row(work: Work, row: WorkedExample) -> Verdict:
    """Ask the product, as of the day of the example."""
    return judge(read_row(row), law=current_law(work.session, row.asked_on))


def _all() -> Any:
    people = (WorkedExample.added_by, WorkedExample.signed_by, WorkedExample.withdrawn_by)
    return select(WorkedExample).options(*(joinedload(person) for person in people))


def _seen(work: Work, row: WorkedExample) -> Seen:
    title = RULES[row.area].title if row.area in RULES else Message(row.area, {})
    if row.withdrawn_at is not None:
        return Seen(row=row, title=title, verdict=None)
    verdict = judge_row(work, row)
    own = row.added_by_id is not None and row.added_by_id == work.actor.person_id
    answered = verdict.result
    return Seen(
        row=row,
        title=title,
        verdict=verdict,
        compared=_compared(verdict),
        sheet=None if answered is None else lay_out(RULES[row.area], answered, row.inputs),
        may_sign=row.signed_at is None and is_lawyer(work) and not own,
        may_withdraw=may_add(work),
    )


def _compared(verdict: Verdict) -> tuple[Compared, ...]:
    answer = {} if verdict.result is None else plain_number(verdict.result.value)
    wrong = {each.name for each in verdict.differences}
    return tuple(
        Compared(
            name=name,
            title=label(name),
            expected=_shown(expected),
            found=_shown(answer.get(name)),
            agrees=verdict.refused is None and name not in wrong,
        )
        for name, expected in verdict.example.expected.items()
    )


def _shown(value: Any) -> Shown:
    if isinstance(value, list | dict):
        return _nested(value)
    return plain_text(value) if isinstance(value, float) else show(value)


def plain_text(value: float) -> str:
    """A JSON number as people write it: 2750, not 2750.0."""
    return str(int(value)) if value.is_integer() else str(value)


def _nested(value: Any) -> str:
    if isinstance(value, dict):
        return "；".join(f"{name}：{_nested(item)}" for name, item in value.items())
    if isinstance(value, list):
        return "、".join(_nested(item) for item in value)
    if isinstance(value, float):
        return plain_text(value)
    return "—" if value is None else str(value)
