"""The nightly check: the whole log read again, and a sample of packs verified as a court would."""

from __future__ import annotations

import tempfile
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, or_, select

from models.account import Grant
from models.case import Case
from models.event import Event
from models.selfcheck import SelfCheck
from webapp.adapters.verifier import verify
from webapp.domain.permissions import Role
from webapp.domain.reach import SHANGHAI
from webapp.domain.signing import SigningUnavailableError
from webapp.domain.text import Message, msg
from webapp.services import events
from webapp.services.evidence.export import make_pack
from webapp.services.log.check import check_log
from webapp.services.notices import stored, tell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from webapp.adapters.signing import Doors
    from webapp.services.jobs.handlers import Units
    from webapp.services.work import Work

HOUR = time(3)  # Asia/Shanghai; the first sweep after it begins the check
SAMPLE = 3  # packs a night
KEPT = 100  # faults that are told; one is enough to act on
LATEST = timedelta(hours=6)  # a run without an end after this was killed: another begins


def is_due(work: Work) -> bool:
    """Whether tonight's check has not been begun; one indexed row."""
    local = work.now.astimezone(SHANGHAI)
    night = datetime.combine(local.date(), HOUR, SHANGHAI)
    if local < night:
        night -= timedelta(days=1)
    begun = or_(SelfCheck.ended_at.is_not(None), SelfCheck.begun_at > work.now - LATEST)
    return (
        work.session.scalar(select(SelfCheck.id).where(SelfCheck.begun_at >= night, begun).limit(1)) is None
    )


def run(units: Units, doors: Doors | None) -> SelfCheck | None:
    """Check, write down what was found and tell whom it concerns; None where another worker was faster."""
    with units() as work:
        if not is_due(work):
            return None
        row = SelfCheck(begun_at=work.now)
        work.session.add(row)
        work.session.flush()
        number = row.id
        count = work.session.scalar(select(func.count()).select_from(Event)) or 0
        cases = _sample(work) if doors else []
        faults = [fault for fault, _ in zip(check_log(work.session), range(KEPT), strict=False)]
    done = 0
    for case_id in cases if doors else ():
        assert doors is not None
        try:
            faults += list(_check_pack(units, case_id, doors))
            done += 1
        except SigningUnavailableError:
            continue  # the authority is away: tomorrow's sample is another
    with units() as work:
        row = work.session.get_one(SelfCheck, number)
        row.ended_at, row.events, row.packs = work.now, count, done
        row.faults = [stored(fault) for fault in faults[:KEPT]]
        events.append(work, "log.checked", {"check": number, "events": count, "faults": len(faults)})
        if faults:
            _alarm(work, faults)
        return row


def _sample(work: Work) -> list[int]:
    """Ended cases, other ones each night: those whose number leaves the day's remainder, newest first."""
    total = work.session.scalar(select(func.count()).select_from(Case).where(Case.ended_at.is_not(None))) or 0
    step = max(1, total // SAMPLE)
    day = work.now.toordinal() % step
    return list(
        work.session.scalars(
            select(Case.id)
            .where(Case.ended_at.is_not(None), Case.id % step == day)
            .order_by(Case.id.desc())
            .limit(SAMPLE)
        )
    )


def _check_pack(units: Units, case_id: int, doors: Doors) -> Iterator[Message]:
    with tempfile.TemporaryDirectory(prefix="hegui-night-") as folder:
        path = Path(folder) / "pack.zip"
        with path.open("w+b") as out:
            make_pack(units, case_id, out, doors=doors)
        with units() as work:
            roots = doors.trust(work.now)["root.pem"]
        for result in verify(path, roots):
            for fault in result["faults"]:
                yield msg("案件 {case} 的证据包：{fault}", case=case_id, fault=str(fault))


def _alarm(work: Work, faults: list[Message]) -> None:
    roles = (Role.ADMINISTRATOR, Role.LEGAL, Role.AUDITOR)
    people = work.session.scalars(select(Grant.person_id).where(Grant.role.in_(roles)).distinct()).all()
    tell(
        work,
        people,
        msg("夜间自检发现 {n} 处问题：{first}", n=len(faults), first=faults[0]),
        kind="incident",
    )


def newest(work: Work) -> SelfCheck | None:
    """The last check that ended."""
    return work.session.scalars(
        select(SelfCheck).where(SelfCheck.ended_at.is_not(None)).order_by(SelfCheck.id.desc()).limit(1)
    ).one_or_none()
