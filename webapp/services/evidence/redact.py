"""Redacted editions 遮盖版 of a case's pack: what is masked is listed with its reason, every proof holds."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from webapp.adapters.pack import member
from webapp.adapters.pdf import CopySheet, render_reading
from webapp.adapters.pdfium import read_text
from webapp.adapters.readings.apart import read_apart, words_apart
from webapp.adapters.readings.kinds import classify, decode
from webapp.domain.casebook import FormSection
from webapp.domain.errors import InvalidError
from webapp.domain.evidencebook import MaskLine
from webapp.domain.pack import safe_name
from webapp.domain.readingcopy import Caption, Passage, Picture, Reading
from webapp.domain.redaction import BLOCK, Mask, MaskedEvent, MaskedFile, Masking, mask_entries, scrubbed
from webapp.domain.text import Message, msg
from webapp.services.evidence.bookcopies import make_readings
from webapp.services.evidence.files import list_files
from webapp.services.evidence.gather import book_of, with_book

if TYPE_CHECKING:
    from collections.abc import Sequence

    from webapp.adapters.pack import Member, PackContents
    from webapp.domain.casebook import CaseBook
    from webapp.domain.evidencebook import EvidenceBook
    from webapp.domain.pack import LogEntry
    from webapp.domain.readingcopy import Part
    from webapp.services.evidence.files import NamedFile
    from webapp.services.evidence.gather import Gathered

MOST_PAGES = 10_000  # of a book that is read again to see that nothing shows


def plain_mask(mask: Mask) -> dict[str, Any]:
    """What the log says of a mask: what and why, never the masked words."""
    return {
        "event": mask.sequence,
        "fields": list(mask.fields),
        "of_sha256": mask.sha256 or None,
        "pages": list(mask.pages),
        "reason": mask.reason,
    }


def redact(gathered: Gathered, masks: Sequence[Mask]) -> PackContents:
    """The pack without what is masked, its note and its book; leaves, chain, proofs and head as they are.

    Raises InvalidError where a mask names nothing, has no reason, or where masked words would still show in
    the printed book.
    """
    entries, events, words = mask_entries(gathered.contents.entries, masks)
    files, excerpts = _mask_files(gathered, masks)
    masking = Masking(events=events, files=files, words=words)
    book = _book(gathered, masking, entries=entries)
    edition = hashlib.sha256(masking.text()).hexdigest()[:8]  # another choice of masks is another edition
    number = f"{gathered.contents.info.number}-R{edition}"
    info = replace(scrubbed(gathered.contents.info, masking), number=number)
    kept = _shown(gathered, entries=entries, files=files)
    _check_originals(gathered, kept, masking)
    shown = {file.sha256 for file in kept}
    contents = replace(
        gathered.contents,
        info=info,
        entries=entries,
        masking=masking.text(),
        members=(
            *(
                each
                for each, file in zip(gathered.contents.members, gathered.files, strict=True)
                if file.sha256 in shown
            ),
            *excerpts,
        ),
    )
    made = with_book(contents, replace(book, info=info))
    _check_book(made, masking)
    return made


def _shown(
    gathered: Gathered, *, entries: Sequence[LogEntry], files: Sequence[MaskedFile]
) -> tuple[NamedFile, ...]:
    """Originals that stay: named by a payload that is not masked, and not masked themselves."""
    named = {file.sha256 for file in list_files(entries)} - {file.sha256 for file in files}
    return tuple(file for file in gathered.files if file.sha256 in named)


def _check_book(contents: PackContents, masking: Masking) -> None:
    """Read the printed book as a stranger would: no masked words may show anywhere."""
    said = read_text(book_of(contents), most_pages=MOST_PAGES, most_characters=50_000_000)
    if masking.leaks(said):
        raise InvalidError(msg("遮盖的文字仍会出现在证据册中，请同时遮盖包含它的原件。"))


def _check_originals(gathered: Gathered, files: Sequence[NamedFile], masking: Masking) -> None:
    """Refuse an edition whose originals say what was masked elsewhere; pictures cannot be searched."""
    for file in files:
        data = gathered.blobs.get(file.sha256)
        found = classify(data, file.name)
        said = words_apart(data, media_type=found.media_type) if not found.dangerous else ""
        if masking.leaks(said or decode(data)):
            raise InvalidError(msg("原件“{name}”含有遮盖的文字，请一并遮盖它。", name=file.name))


# -- originals -------------------------------------------------------------------------------------------


def _mask_files(
    gathered: Gathered, masks: Sequence[Mask]
) -> tuple[tuple[MaskedFile, ...], tuple[Member, ...]]:
    by_hash = {file.sha256: file for file in gathered.files}
    found: dict[str, MaskedFile] = {}
    excerpts: list[Member] = []
    for mask in masks:
        if not mask.sha256:
            continue
        file = by_hash.get(mask.sha256)
        if file is None or mask.sha256 in found:
            raise InvalidError(msg("没有可遮盖的原件 {sha256}。", sha256=mask.sha256[:16]))
        row = MaskedFile(sha256=file.sha256, name=file.name, reason=mask.reason.strip(), pages=mask.pages)
        if mask.pages:
            pdf = _excerpt(gathered, file, mask)
            path = f"excerpts/{safe_name(file.name + '.pdf', number=file.number)}"
            row = replace(row, excerpt=path, excerpt_sha256=hashlib.sha256(pdf).hexdigest())
            excerpts.append(member(path, pdf))
        found[mask.sha256] = row
    return tuple(found.values()), tuple(excerpts)


def _excerpt(gathered: Gathered, file: NamedFile, mask: Mask) -> bytes:
    """The pages of a PDF as pictures, masked ones replaced by a sentence; never the original's own bytes."""
    sheet = CopySheet(
        title=file.name,
        number=f"{gathered.contents.info.number}-{file.number}",
        organisation=gathered.contents.info.organisation,
        sha256=file.sha256,
        sm3="",
        made_at=gathered.now,
    )
    return render_reading(_excerpt_of(gathered, file, mask), sheet)[0]


def _excerpt_of(gathered: Gathered, file: NamedFile, mask: Mask) -> Reading:
    data = gathered.blobs.get(file.sha256)
    kind = classify(data, file.name)
    if not kind.readable:
        raise InvalidError(msg("“{name}”不能打开，只能整份遮盖。", name=file.name))
    reading = read_apart(data, kind=kind.kind, media_type=kind.media_type)
    count = sum(isinstance(part, Picture) for part in reading.parts)
    if any(not 1 <= page <= count for page in mask.pages):
        raise InvalidError(msg("“{name}”没有所选页码。", name=file.name))
    parts: list[Part] = []
    page = 0
    for part in reading.parts:
        page += isinstance(part, Caption)  # each page has its caption before it
        if isinstance(part, Picture) and page in mask.pages:
            parts.append(Passage(text=f"{BLOCK} {msg('本页已遮盖')}：{mask.reason.strip()}"))
        else:
            parts.append(part)
    return Reading(parts=tuple(parts), notes=(*reading.notes, msg("节录：遮盖了部分页，不是原件。")))


# -- the book --------------------------------------------------------------------------------------------


def _book(gathered: Gathered, masking: Masking, *, entries: tuple[LogEntry, ...]) -> EvidenceBook:
    shown = {file.sha256 for file in _shown(gathered, entries=entries, files=masking.files)}
    silent = {event.sequence for event in masking.events}
    book: EvidenceBook = scrubbed(gathered.book, masking)
    plans = tuple(plan for plan in gathered.plans if plan.sha256 in shown)
    readings = scrubbed(make_readings(plans, gathered.blobs), masking)
    return replace(
        book,
        entries=entries,
        exhibits=tuple(each for each in book.exhibits if each.sha256 in shown),
        cases=tuple(
            _silenced(case, silent, forms=not any(event.form for event in masking.events))
            for case in book.cases
        ),
        readings=readings,
        custody=tuple(chain for chain in book.custody if chain.sha256 in shown),
        masks=_lines(masking),
    )


def _silenced(case: CaseBook, silent: set[int], *, forms: bool) -> CaseBook:
    """The case without what masked events say: only that there was one, when, and its leaf.

    Which line of the forms an event filled cannot be told from the book: where a form is masked, none is
    printed; those that are not masked are in the pack's events.
    """
    events = tuple(
        replace(event, action=msg("（内容已遮盖）"), detail="") if event.sequence in silent else event
        for event in case.events
    )
    if forms:
        return replace(case, events=events)
    note = FormSection(title=msg("表单"), fields=(), note=msg("表单内容因遮盖未打印；未遮盖的见包内事件。"))
    return replace(case, events=events, facts=(), forms=(note,), rules=())


def _lines(masking: Masking) -> tuple[MaskLine, ...]:
    return (*map(_event_line, masking.events), *map(_file_line, masking.files))


def _event_line(event: MaskedEvent) -> MaskLine:
    where: Message = msg("全部内容")
    if event.fields:
        where = msg("字段 {fields}", fields="、".join(event.fields))
    return MaskLine(what=msg("事件 {number}", number=event.sequence), where=where, reason=event.reason)


def _file_line(file: MaskedFile) -> MaskLine:
    where: Message = msg("整份原件")
    if file.pages:
        where = msg("第 {pages} 页；其余见节录", pages="、".join(map(str, file.pages)))
    return MaskLine(what=msg("原件 {name}", name=file.name), where=where, reason=file.reason)
