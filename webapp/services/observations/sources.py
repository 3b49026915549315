"""Systems that hand in observations by themselves: a token each, for one employer and some kinds of data."""

from __future__ import annotations

import hashlib
import secrets
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from models.observation import SourceToken
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from webapp.domain.permissions import Permission
from webapp.domain.text import Message, msg
from webapp.services import events
from webapp.services.imports.sheet import Cell, Row, Sheet
from webapp.services.observations.columns import COLUMNS, SOURCE
from webapp.services.observations.store import plan_sheet, write_rows
from webapp.services.scope import within

if TYPE_CHECKING:
    from webapp.services.imports.plan import Plan
    from webapp.services.work import Work

MOST_ROWS = 2000  # of one call
MOST_KEYS = 20  # fields of a row, and of all rows of a call together
LONGEST = 200  # characters of a value
LARGEST = 10**15  # beyond it a number of JSON has lost digits
OWN = "source"  # the source is the token's, whatever a row says


def list_sources(work: Work) -> list[SourceToken]:
    """Sources of the actor's scope, those in use first."""
    return list(
        work.session.scalars(
            select(SourceToken)
            .options(joinedload(SourceToken.entity))
            .where(within(work.actor, Permission.MONITORING_READ, entity=SourceToken.entity_id))
            .order_by(SourceToken.revoked_at.is_not(None), SourceToken.id)
        )
    )


def let_in(work: Work, *, entity_id: int, name: str, kinds: tuple[str, ...]) -> str:
    """Make a token and return it: it is shown this once. Raises InvalidError at the fields."""
    if not work.actor.may_within(Permission.MONITORING_WRITE, entity_id=entity_id):
        raise ForbiddenError
    faults: dict[str, tuple[Message, ...]] = {}
    if not SOURCE.fullmatch(name):
        faults["name"] = (msg("请填写系统名称：汉字、字母、数字，最多 64 个字。"),)
    if not kinds or set(kinds) - set(COLUMNS):
        faults["kinds"] = (msg("请选择这个系统可以送入的数据。"),)
    taken = select(SourceToken.id).where(SourceToken.entity_id == entity_id, SourceToken.name == name)
    if not faults and work.session.scalar(taken) is not None:
        faults["name"] = (msg("已有同名的来源。"),)
    if faults:
        raise InvalidError(fields=faults)
    token = secrets.token_urlsafe(32)
    row = SourceToken(
        entity_id=entity_id,
        name=name,
        kinds=" ".join(sorted(kinds)),
        token=_hash(token),
        made_by_id=work.person_id,
        made_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    events.append(work, "source.let_in", {"name": name, "kinds": sorted(kinds)}, subject=f"source/{row.id}")
    return token


def shut_out(work: Work, source_id: int) -> None:
    """End a token at once; raises NotFoundError, ConflictError where it has ended."""
    row = work.session.scalars(
        select(SourceToken)
        .where(
            SourceToken.id == source_id,
            within(work.actor, Permission.MONITORING_WRITE, entity=SourceToken.entity_id),
        )
        .with_for_update(of=SourceToken)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    if row.revoked_at is not None:
        raise ConflictError(msg("这个来源已停用。"))
    row.revoked_at = work.now
    events.append(work, "source.shut_out", {"name": row.name}, subject=f"source/{row.id}")


def source_of(work: Work, kind: str, *, token: str) -> SourceToken:
    """The source in use whose token may hand in this kind; raises NotFoundError."""
    source = work.session.scalars(
        select(SourceToken).where(SourceToken.token == _hash(token), SourceToken.revoked_at.is_(None))
    ).one_or_none()
    if source is None or kind not in source.kinds.split():
        raise NotFoundError
    return source


def receive(work: Work, kind: str, rows: Any, *, token: str) -> Plan:
    """Take a call's rows: all that may be kept, or nothing where one is wrong; a repeat changes nothing.

    Raises NotFoundError for a token that may not hand in this kind, InvalidError for a body that is no list
    of flat rows. Faults of rows stand in the plan, which is then not written.
    """
    source = source_of(work, kind, token=token)
    sheet = _sheet(rows, source.name)
    plan = plan_sheet(work, kind, sheet, entity_ids=[source.entity_id])
    if plan.ready:
        source.used_at = work.now
        counts = {**plan.counts, "written": write_rows(work, kind, list(plan.rows))}
        told = {"kind": kind, "source": source.name, "sha256": sheet.sha256, "counts": counts}
        events.append(work, "observation.received", told, subject=f"source/{source.id}")
    return plan


def _sheet(rows: Any, source: str) -> Sheet:
    """Rows of a call as a sheet; row 2 is the first, as in a spreadsheet."""
    if not isinstance(rows, list) or not rows or len(rows) > MOST_ROWS:
        raise InvalidError(msg("请提交 1 至 {most} 行数据。", most=MOST_ROWS))
    titles: dict[str, None] = {}
    for row in rows:
        if not isinstance(row, dict) or len(row) > MOST_KEYS:
            raise InvalidError(msg("每一行应为字段与值的对象。"))
        titles |= dict.fromkeys(str(key) for key in row if key != OWN)
    if len(titles) > MOST_KEYS:  # rows of ever other fields would make a sheet of millions of cells
        raise InvalidError(msg("每一行应为字段与值的对象。"))
    columns = list(titles)
    found = []
    for number, row in enumerate(rows, 2):
        cells = (*(_cell(row.get(title)) for title in columns), Cell(value=source))
        found.append(Row(number=number, cells=cells))
    digest = hashlib.sha256(repr(rows).encode()).hexdigest()
    return Sheet(sha256=digest, titles=(*columns, OWN), rows=tuple(found))


def _cell(value: Any) -> Cell:
    if value is None or value == "":
        return Cell()
    if isinstance(value, bool):
        return Cell(value=value)
    if isinstance(value, int | float) and abs(value) < LARGEST:
        return Cell(value=Decimal(repr(value)), numeric=True)
    if not isinstance(value, str) or len(value) > LONGEST or not value.isprintable():
        return Cell(fault=msg("值应为文字、数字或是否。"))
    return Cell(value=value.strip() or None)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
