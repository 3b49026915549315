"""What leaves the desk: of a frozen edition alone, each time with an event that names the file's hash."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from webapp.adapters.docx.exhibits import exhibit_list, opinion_list
from webapp.adapters.pdf.filing import Printed, render_exhibit, render_list, render_set
from webapp.adapters.pdf.leaves import count_leaves
from webapp.domain.custody import Step
from webapp.domain.errors import NotFoundError
from webapp.domain.exhibits import FORMS, ROLES, Form, Role, Side
from webapp.domain.filing import Answer, FiledExhibit, Filing
from webapp.domain.pack import safe_name
from webapp.services.evidence.bundles.access import exhibits_of, read_bundle, tell
from webapp.services.evidence.bundles.custody import note_touch
from webapp.services.evidence.bundles.editions import read_edition
from webapp.services.evidence.bundles.material import copy_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from webapp.domain.exhibits import Line
    from webapp.services.evidence.bundles.editions import Frozen
    from webapp.services.work import Work

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
DATE = (1980, 1, 1, 0, 0, 0)  # of every member of the zip: the same edition gives the same bytes


class Output(StrEnum):
    """What can be taken away."""

    SET = "set.pdf"  # 打印套: cover list and all exhibits as one PDF with bookmarks
    SPLIT = "split.zip"  # one PDF an exhibit, and the list, for filing systems
    LIST = "list.docx"  # 证据目录, to edit
    OPINIONS = "opinions.docx"  # 质证意见, to edit


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file to hand out."""

    name: str
    media_type: str
    data: bytes


def take_out(work: Work, bundle_id: int, number: int, *, what: Output) -> File:
    """Make a file of an edition; raises NotFoundError for a missing or forbidden one."""
    bundle = read_bundle(work, bundle_id)
    edition = read_edition(work, bundle_id, number)
    if what is Output.OPINIONS and not any(line.side == Side.THEIRS for line in edition.lines):
        raise NotFoundError
    filing, printed = _filing(work, edition)
    file = _make(filing, printed, what)
    frozen = {line.key for line in edition.lines}
    held = [row for row in exhibits_of(work, bundle.id) if str(row.id) in frozen]
    if what in (Output.SET, Output.SPLIT):
        note_touch(work, bundle, held, kind=Step.COPIED)
    digest = hashlib.sha256(file.data).hexdigest()
    tell(work, "bundle.exported", bundle, edition=number, name=file.name, file_sha256=digest)
    work.session.flush()
    return file


def _make(filing: Filing, printed: Sequence[Printed], what: Output) -> File:
    name = filing.number
    if what is Output.LIST:
        return File(name=f"{name} 证据目录.docx", media_type=DOCX, data=exhibit_list(filing))
    if what is Output.OPINIONS:
        return File(name=f"{name} 质证意见.docx", media_type=DOCX, data=opinion_list(filing))
    if what is Output.SET:
        return File(name=f"{name} 证据.pdf", media_type="application/pdf", data=render_set(filing, printed))
    return File(name=f"{name} 分份.zip", media_type="application/zip", data=_zip(filing, printed))


def _filing(work: Work, edition: Frozen) -> tuple[Filing, list[Printed]]:
    """The edition's list with its pages counted, and what makes each exhibit's pages."""
    rows, printed, page = [], [], 1
    for line in edition.lines:
        if line.side != Side.OURS:
            continue
        count = count_leaves(copy_of(work, line).pdf)
        row = _row(line, first=page, last=page + count - 1)
        rows.append(row)
        printed.append(Printed(row=row, copy=partial(_pdf, work, line)))
        page += count
    facts = edition.facts
    filing = Filing(
        number=f"{facts['number']}-V{edition.row.number}",
        title=facts["title"],
        organisation=facts["organisation"],
        role=ROLES[Role(facts["role"])],
        person=facts["person"],
        tribunal=facts["tribunal"],
        docket=facts["docket"],
        made_at=edition.row.made_at,
        made_by=edition.row.made_by.name,
        exhibits=tuple(rows),
        answers=tuple(
            Answer(number=line.number, name=line.name, opinion=line.opinion)
            for line in edition.lines
            if line.side == Side.THEIRS
        ),
        content_sha256=edition.row.content_sha256,
    )
    return filing, printed


def _pdf(work: Work, line: Line) -> bytes:
    return copy_of(work, line).pdf


def _row(line: Line, *, first: int, last: int) -> FiledExhibit:
    return FiledExhibit(
        number=line.number,
        name=line.name,
        source=line.source,
        proves=line.proves,
        content=line.content,
        form=FORMS[Form(line.form)],
        first=first,
        last=last,
    )


def _zip(filing: Filing, printed: Iterable[Printed]) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_STORED) as pack:
        _put(pack, "000-证据目录.pdf", render_list(filing))
        _put(pack, "000-证据目录.docx", exhibit_list(filing))
        if filing.answers:
            _put(pack, "000-质证意见.docx", opinion_list(filing))
        for each in printed:
            stem = each.row.name.removesuffix(".pdf")
            _put(pack, safe_name(f"{stem}.pdf", number=each.row.number), render_exhibit(filing, each))
    return out.getvalue()


def _put(pack: ZipFile, name: str, data: bytes) -> None:
    pack.writestr(ZipInfo(name, DATE), data, ZIP_STORED)
