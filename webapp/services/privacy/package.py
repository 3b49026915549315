"""The job ``gather-person-data``: a person's data as a ZIP of JSON and PDF, for them alone to fetch."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.job import Job
from models.privacy import DataPackage
from webapp.adapters.pdf import draw_document
from webapp.adapters.privacydata import shipped_register
from webapp.domain.documents import CHINESE, Block, BlockKind, FilledDocument
from webapp.domain.errors import NotFoundError
from webapp.domain.regions import parameter_region
from webapp.services import events
from webapp.services.jobs.handlers import HANDLERS, TakenJob, Units
from webapp.services.jobs.later import enqueue_at
from webapp.services.jobs.queue import lock_case
from webapp.services.people import SHANGHAI, local_date
from webapp.services.privacy.gather import Kept, gather, shown_rows
from webapp.services.reference.load import current_law

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from models.case import Case
    from webapp.services.work import Work

KIND = "gather-person-data"
FORGET = "forget-package"
DAYS = "privacy.package_days"
EPOCH = (1980, 1, 1, 0, 0, 0)  # of every entry: the bytes do not depend on the moment
PRINTED = 60  # rows of a table that the PDF prints; the JSON has all
LONGEST = 1200  # characters of a printed row


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What is packed, read in one unit."""

    number: str
    name: str
    employee: str
    employer: str
    at: datetime
    kept: tuple[Kept, ...]
    reason: str


def gather_person_data(units: Units, job: TakenJob) -> Mapping[str, Any]:
    """Pack what the register names about the person of the case.

    Inputs: ``whole`` (also what stands in restricted cases and evidence), ``withheld_reason``. Result:
    ``package`` (id), ``package_rows``, ``package_withheld``. A repeat after a kill gives the same package.
    """
    inputs = {**job.payload["headers"], **job.payload["variables"]}
    with units() as work:
        made = _made(work, job.key)
        if made is not None:
            return _result(made)
        gathered = _read(work, _case_of(work, job), inputs)
    data = pack(gathered)
    with units() as work:
        case = lock_case(work, _case_of(work, job).id)
        made = _made(work, job.key) or _keep(work, case, job.key, data=data, gathered=gathered)
        return _result(made)


def _read(work: Work, case: Case, inputs: Mapping[str, Any]) -> Gathered:
    person = case.person
    return Gathered(
        number=case.number,
        name=person.name,
        employee=person.number,
        employer=person.entity.name,
        at=work.now,
        kept=tuple(gather(work, person.id, whole=inputs.get("whole") is True)),
        reason=str(inputs.get("withheld_reason") or ""),
    )


def pack(gathered: Gathered) -> bytes:
    """The ZIP: ``data.json`` with every record, ``个人信息副本.pdf`` to read."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, body in (("data.json", _json(gathered)), ("个人信息副本.pdf", _pdf(gathered))):
            archive.writestr(zipfile.ZipInfo(name, EPOCH), body)
    return out.getvalue()


def _json(gathered: Gathered) -> bytes:
    tables = {each.table: list(each.rows) for each in gathered.kept}
    withheld = sum(each.withheld for each in gathered.kept)  # by table it would tell of a dispute prepared
    told = {
        "request": gathered.number,
        "person": gathered.employee,
        "made_at": gathered.at.isoformat(),
        "data": tables,
        "withheld": {"records": withheld, "reason": gathered.reason} if withheld else None,
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _pdf(gathered: Gathered) -> bytes:
    filled = FilledDocument(
        number=gathered.number,
        kind="copy",
        titles={CHINESE: "个人信息副本"},
        languages=(CHINESE,),
        employer=gathered.employer,
        blocks=tuple(_blocks(gathered)),
        signatures=(),
        changes=(),
        made_at=gathered.at,
    )
    return draw_document(filled).pdf


def _blocks(gathered: Gathered) -> Iterator[Block]:
    register = shipped_register()
    yield Block(kind=BlockKind.TITLE, text="个人信息副本")
    yield _said(
        f"{gathered.name}（{gathered.employee}），{gathered.employer}。依据个人信息保护法第45条提供。"
    )
    withheld = sum(each.withheld for each in gathered.kept)
    if withheld:
        yield _said(f"另有 {withheld} 条记录未提供，理由：{gathered.reason or '见处理决定'}。")
    for activity in register.activities:
        own = [each for each in gathered.kept if each.activity.key == activity.key]
        yield Block(kind=BlockKind.HEADING, text=activity.titles[CHINESE])
        yield _said(f"目的：{activity.purposes[CHINESE]}")
        yield _said(f"依据：{activity.basis}。保存：{activity.keeps[CHINESE]}")
        lines = [
            line
            for each in own
            for line in _printed(each, {name: register.label(name) for name in register.printed})
        ]
        for line in lines or ["没有记录。"]:
            yield Block(kind=BlockKind.ITEM, text=line)


def _printed(kept: Kept, labels: Mapping[str, str]) -> Iterator[str]:
    for place, line in enumerate(shown_rows(kept, labels)):
        if place == PRINTED:
            yield f"……其余 {len(kept.rows) - PRINTED} 条见 data.json（{kept.table}）。"
            return
        yield line if len(line) <= LONGEST else line[:LONGEST] + "……全文见 data.json。"


def _said(text: str) -> Block:
    return Block(kind=BlockKind.PARAGRAPH, text=text)


def _keep(work: Work, case: Case, key: str, *, data: bytes, gathered: Gathered) -> DataPackage:
    law = current_law(work.session, local_date(work.now))
    region = parameter_region(case.person.region)
    days = int(str(law.parameters.lookup(DAYS, region=region, on=local_date(work.now)).value))
    made = DataPackage(
        case_id=case.id,
        person_id=case.person_id,
        key=key,
        name=f"{case.number}.zip",
        size=len(data),
        sha256=work.ports.blobs.put(data),
        rows=sum(len(each.rows) for each in gathered.kept),
        withheld=sum(each.withheld for each in gathered.kept),
        made_at=work.now,
        keep_until=local_date(work.now) + timedelta(days=days),
    )
    work.session.add(made)
    work.session.flush()
    # the ZIP is the person's own and goes into no evidence pack: its hash is told under another name
    over = datetime.combine(made.keep_until + timedelta(days=1), time(), SHANGHAI)
    enqueue_at(work, FORGET, {"package": made.id}, key=f"{FORGET}-{made.id}", at=over)
    facts = {"package": made.id, "package_sha256": made.sha256, "rows": made.rows, "withheld": made.withheld}
    events.append(work, "privacy.packaged", facts, case=case)
    return made


def _made(work: Work, key: str) -> DataPackage | None:
    return work.session.scalars(select(DataPackage).where(DataPackage.key == key)).one_or_none()


def _result(made: DataPackage) -> dict[str, Any]:
    return {"package": str(made.id), "package_rows": made.rows, "package_withheld": made.withheld}


def _case_of(work: Work, job: TakenJob) -> Case:
    case_id = work.session.scalar(select(Job.case_id).where(Job.id == job.id))
    if case_id is None:
        raise NotFoundError
    return lock_case(work, case_id)


def packages_of(work: Work) -> list[DataPackage]:
    """The actor's own packages that can still be fetched, newest first."""
    today = local_date(work.now)
    return list(
        work.session.scalars(
            select(DataPackage)
            .where(DataPackage.person_id == work.person_id, DataPackage.keep_until >= today)
            .order_by(DataPackage.id.desc())
        )
    )


def fetch(work: Work, package_id: int) -> tuple[DataPackage, bytes]:
    """Hand a package to the one whose data it holds, and to nobody else; each time an event.

    Raises NotFoundError for a missing one and for somebody else's alike.
    """
    row = next((each for each in packages_of(work) if each.id == package_id), None)
    if row is None:
        raise NotFoundError
    case = lock_case(work, row.case_id)
    events.append(work, "privacy.fetched", {"package": row.id}, case=case)
    return row, work.ports.blobs.get(row.sha256)


def forget_package(units: Units, job: TakenJob) -> Mapping[str, Any]:
    """The job ``forget-package``: its time is over, row and bytes go; a repeat finds nothing."""
    with units() as work:
        row = work.session.get(DataPackage, int(job.payload["package"]))
        if row is None or row.keep_until >= local_date(work.now):
            return {}
        sha256 = row.sha256
        events.append(work, "privacy.forgotten", {"package": row.id}, case=lock_case(work, row.case_id))
        work.session.delete(row)
    with units() as work:
        still = select(DataPackage.id).where(DataPackage.sha256 == sha256)
        if work.session.scalar(still.limit(1)) is None:
            work.ports.blobs.forget(sha256)
    return {}


HANDLERS[KIND] = gather_person_data
HANDLERS[FORGET] = forget_package
