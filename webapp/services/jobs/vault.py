"""Files that a step collected go into the vault, so that their chain of custody begins with the case."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.custody import Custody
from models.task import Attachment
from webapp.domain.errors import InvalidError
from webapp.domain.keys import file_key
from webapp.domain.text import msg
from webapp.services.contracts.terms import read_day
from webapp.services.people import SHANGHAI

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from models.case import Case
    from webapp.engine.values import Job
    from webapp.services.work import Work


def take_in_files(work: Work, case: Case, job: Job) -> Mapping[str, Any]:
    """The local job ``take-in``: the files of ``items`` into the vault, about this case.

    ``items`` is a list of contexts: ``files`` (ids, as a form gives them), ``source``, ``collected_by``,
    ``collected_on``, ``method`` (see Method), ``legality`` and, where known, ``method_note``, ``medium``,
    ``keeper``. An item without files is described and no more; a file that the case keeps already is not
    taken in twice. Result: ``custody``, the numbers in the vault. Raises ForbiddenError where whoever moves
    the case may not take evidence in, InvalidError for a foreign file and for what the vault refuses.
    """
    numbers = [_kept(work, row, item) for row, item in _files(work, case, job)]
    return {"custody": list(dict.fromkeys(numbers))}


def _files(work: Work, case: Case, job: Job) -> Iterator[tuple[Attachment, Mapping[str, Any]]]:
    for item in job.variables.get("items") or ():
        for file in item.get("files") or ():
            key = file_key(file)
            row = None if key is None else work.session.get(Attachment, key)
            if row is None or row.case_id != case.id:
                raise InvalidError(msg("这份文件不属于本案。"))
            yield row, item


def _kept(work: Work, row: Attachment, item: Mapping[str, Any]) -> str:
    # late: the room of evidence prints case pages, which stand above the jobs of a click
    from webapp.services.evidence.custody import NewItem, take_in  # noqa: PLC0415

    known = work.session.scalars(
        select(Custody).where(Custody.case_id == row.case_id, Custody.sha256 == row.sha256).limit(1)
    ).one_or_none()
    if known is not None:
        return known.number
    day = read_day(item.get("collected_on"))
    new = NewItem(
        name=row.name,
        data=work.ports.blobs.get(row.sha256),
        collected_at=datetime.combine(day, time(), SHANGHAI),
        case_id=row.case_id,
        source=_word(item, "source"),
        collected_by=_word(item, "collected_by"),
        method=_word(item, "method"),
        method_note=_word(item, "method_note"),
        legality=_word(item, "legality"),
        medium=_word(item, "medium"),
        keeper=_word(item, "keeper"),
    )
    return take_in(work, new).number


def _word(item: Mapping[str, Any], name: str) -> str:
    return str(item.get(name) or "")
