"""Examples come in, are signed, are withdrawn; each act its event, none changes what an example says."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.example import WorkedExample
from webapp.adapters.lawdata import seed_examples
from webapp.domain import nesting
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from webapp.domain.evidence import canonical_json
from webapp.domain.examples import Example, read_examples
from webapp.domain.rules import RULES
from webapp.domain.text import Message, msg
from webapp.services import events
from webapp.services.examples.read import as_raw, check_readable, is_lawyer, judge_row, may_add, read_row
from webapp.services.people import local_date

if TYPE_CHECKING:
    from collections.abc import Iterable

    from webapp.services.work import Work

MOST_BYTES = 1_000_000
MOST_EXAMPLES = 300  # of one file
LONGEST = {"id": 40, "area": 64, "basis": 1000}
LONGEST_REASON = 500


def seed_worked_examples(work: Work) -> int:
    """Add the shipped examples that the table does not know; how many."""
    known = set(work.session.scalars(select(WorkedExample.code)))
    new = [example for example in seed_examples() if example.id not in known]
    rows = [_row(work, example, person_id=None) for example in new]
    if rows:
        work.session.add_all(rows)
        work.session.flush()
        events.append(work, "example.seeded", {"examples": {row.code: row.sha256 for row in rows}})
    return len(rows)


def add_file(work: Work, body: bytes) -> list[WorkedExample]:
    """Add the examples of a file, all or none. Raises ForbiddenError, InvalidError."""
    if len(body) > MOST_BYTES:
        raise InvalidError(msg("文件太大，请拆分后再传。"))
    try:
        raw = nesting.read_json(body.decode("utf-8-sig"))
    except ValueError as error:
        raise InvalidError(msg("文件不是 UTF-8 编码的 JSON。")) from error
    return add_examples(work, raw)


def add_examples(work: Work, raw: Any) -> list[WorkedExample]:
    """Add examples given as the file's values, all or none; each with its event and the verdict of now.

    Raises ForbiddenError, InvalidError naming the example that cannot be taken.
    """
    check_readable(work)
    if not may_add(work):
        raise ForbiddenError
    examples = read_examples(raw)
    if not 0 < len(examples) <= MOST_EXAMPLES:
        raise InvalidError(msg("一次请录入 1 至 {most} 个算例。", most=MOST_EXAMPLES))
    _check(work, examples)
    rows = [_row(work, example, person_id=work.person_id) for example in examples]
    work.session.add_all(rows)
    work.session.flush()
    for row in rows:
        facts = {**as_raw(read_row(row)), "sha256": row.sha256, "agrees": judge_row(work, row).agrees}
        events.append(work, "example.added", facts, subject=_subject(row))
    return rows


def sign(work: Work, example_id: int, *, sha256: str) -> WorkedExample:
    """A lawyer signs what the page showed; the event says whether the product agreed at that moment.

    Raises NotFoundError, ForbiddenError (no lawyer, or the one who added it), ConflictError.
    """
    row = _lock(work, example_id)
    if not is_lawyer(work):
        raise ForbiddenError(msg("算例须由法务签认。"))
    if row.added_by_id is not None and row.added_by_id == work.person_id:
        raise ForbiddenError(msg("不能签认自己录入的算例，请由另一位法务签认。"))
    if row.signed_by is not None:
        raise ConflictError(msg("算例已由{name}签认。", name=row.signed_by.name))
    if row.withdrawn_at is not None or row.sha256 != sha256:
        raise ConflictError
    row.signed_by_id, row.signed_at = work.person_id, work.now
    work.session.flush()
    facts = {"id": row.code, "sha256": row.sha256, "agrees": judge_row(work, row).agrees}
    events.append(work, "example.signed", facts, subject=_subject(row))
    return row


def withdraw(work: Work, example_id: int, *, reason: str) -> WorkedExample:
    """Take an example back, with the reason; it stays to be read and is asked no more."""
    row = _lock(work, example_id)
    if not may_add(work):
        raise ForbiddenError
    why = reason.strip()
    if not why or len(why) > LONGEST_REASON:
        sentence = msg("请写明撤下的理由，最多 {most} 字。", most=LONGEST_REASON)
        raise InvalidError(sentence, fields={"reason": (sentence,)})
    if row.withdrawn_at is not None:
        raise ConflictError
    row.withdrawn_by_id, row.withdrawn_at, row.withdrawn_why = work.person_id, work.now, why
    work.session.flush()
    events.append(work, "example.withdrawn", {"id": row.code, "reason": why}, subject=_subject(row))
    return row


def _lock(work: Work, example_id: int) -> WorkedExample:
    check_readable(work)
    row = work.session.scalars(
        select(WorkedExample).where(WorkedExample.id == example_id).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFoundError
    return row


def _check(work: Work, examples: Iterable[Example]) -> None:
    for example in examples:
        fault = _fault(example)
        if fault is not None:
            raise InvalidError(fault)
    codes = [example.id for example in examples]
    taken = work.session.scalars(select(WorkedExample.code).where(WorkedExample.code.in_(codes))).first()
    if taken is not None:
        raise InvalidError(msg("编号“{id}”已有算例，请换一个编号。", id=taken))


def _fault(example: Example) -> Message | None:
    for name, most in LONGEST.items():
        if len(getattr(example, name)) > most:
            return msg("算例“{id}”的 {name} 太长，最多 {most} 字。", id=example.id[:40], name=name, most=most)
    if example.area not in RULES:
        return msg("算例“{id}”的规则“{area}”不存在。", id=example.id, area=example.area)
    return None


def _row(work: Work, example: Example, *, person_id: int | None) -> WorkedExample:
    day = local_date(work.now)
    content = canonical_json({**as_raw(example), "asked_on": day.isoformat()})
    return WorkedExample(
        code=example.id,
        area=example.area,
        inputs=dict(example.inputs),
        expected=dict(example.expected),
        basis=example.basis,
        confidence=example.confidence,
        asked_on=day,
        sha256=hashlib.sha256(content).hexdigest(),
        added_by_id=person_id,
        added_at=work.now,
    )


def _subject(row: WorkedExample) -> str:
    return f"example/{row.id}"
