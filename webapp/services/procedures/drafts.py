"""Drafts: a copy of the newest released version that its owner changes; running cases never see it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, selectinload

from models.event import Event
from models.person import Person
from models.procedure import Procedure, ProcedureFile, ProcedureVersion, VersionState
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from webapp.domain.permissions import Permission, Role
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.procedures.bundle import newest_version
from webapp.services.procedures.files import File, hash_files
from webapp.services.procedures.safety import EDITABLE, check_body, check_path
from webapp.services.procedures.skeletons import new_file
from webapp.services.procedures.uses import removable, uses_of

if TYPE_CHECKING:
    from webapp.domain.text import Message
    from webapp.services.work import Work

MAX_NOTE = 1000  # characters
OPEN = (VersionState.DRAFT, VersionState.SUBMITTED)
WRITING = (  # events of whoever changes a draft
    "procedure.drafted",
    "procedure.saved",
    "procedure.file_added",
    "procedure.file_removed",
    "procedure.submitted",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveFile:
    """One file of a draft as its editor now has it; ``version`` is the guard that the page was given."""

    path: str
    body: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AddFile:
    """A file that a draft lacks; ``version`` is the guard that the page was given."""

    kind: str  # form, decision or document
    name: str  # its ending may be left away
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveFile:
    """A file that nothing names any more; ``version`` is the guard that the page was given."""

    path: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """The files that come of a comparison with a shipped state, and how much of it was taken."""

    files: tuple[File, ...]
    sha256: str  # of the shipped state
    taken: int
    left: int


def check_reader(work: Work) -> None:
    """Raise ForbiddenError for whoever neither draws nor releases procedures."""
    if not (work.actor.may(Permission.PROCEDURE_EDIT) or work.actor.may(Permission.PROCEDURE_RELEASE)):
        raise ForbiddenError


def may_edit(work: Work, procedure: Procedure) -> bool:
    """Whether the actor draws this procedure: the permission, and the role that owns it."""
    owner = work.actor.system or work.actor.has(Role(procedure.owner_role))
    return owner and work.actor.may(Permission.PROCEDURE_EDIT)


def list_all(work: Work) -> list[Procedure]:
    """Every procedure with its versions, newest last, without their files."""
    check_reader(work)
    return list(
        work.session.scalars(
            select(Procedure).options(selectinload(Procedure.versions)).order_by(Procedure.key)
        )
    )


def read_version(work: Work, key: str, number: int, *, lock: bool = False) -> ProcedureVersion:
    """A version with its files; raises NotFoundError where there is none. ``lock`` holds its row."""
    check_reader(work)
    query = (
        select(ProcedureVersion)
        .join(ProcedureVersion.procedure)
        .options(contains_eager(ProcedureVersion.procedure), selectinload(ProcedureVersion.files))
        .where(Procedure.key == key, ProcedureVersion.number == number)
    )
    if lock:
        query = query.with_for_update(of=ProcedureVersion)
    found = work.session.scalars(query).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def files_of(version: ProcedureVersion) -> tuple[File, ...]:
    """Its files as values, in order of path."""
    rows = sorted(version.files, key=lambda row: row.path)
    return tuple(File(path=row.path, kind=row.kind, body=row.body) for row in rows)


def make_draft(
    work: Work,
    key: str,
    *,
    replace: tuple[File, ...] = (),
    merged: Merged | None = None,
) -> ProcedureVersion:
    """Copy the newest released version into a draft, with ``replace`` in place of files of the same path.

    ``merged`` gives all files instead, with the shipped state that they were compared with.

    Raises ConflictError where somebody has a draft already: one is open at a time, so that nobody's work is
    lost by the other's release.
    """
    procedure = _lock_procedure(work, key)
    if not may_edit(work, procedure):
        raise ForbiddenError
    newest = work.session.get_one(ProcedureVersion, newest_version(work.session, key))
    last = _last_number(work, procedure)
    _refuse_second(work, procedure)
    kept = {file.path: file for file in (merged.files if merged else (*files_of(newest), *replace))}
    draft = ProcedureVersion(
        procedure=procedure,
        number=last + 1,
        state=VersionState.DRAFT,
        sha256=hash_files(kept.values()),
        process_id=newest.process_id,
        base_number=newest.number,
        merged_sha256=merged.sha256 if merged else None,
        author_id=work.person_id,
        created_at=work.now,
        files=[ProcedureFile(path=f.path, kind=f.kind, sha256=f.sha256, body=f.body) for f in kept.values()],
    )
    work.session.add(draft)
    more = {"shipped_sha256": merged.sha256, "taken": merged.taken, "left": merged.left} if merged else {}
    record(work, "procedure.drafted", draft, **more)
    work.session.flush()
    return draft


def _lock_procedure(work: Work, key: str) -> Procedure:
    found = work.session.scalars(
        select(Procedure).where(Procedure.key == key).with_for_update()
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def _last_number(work: Work, procedure: Procedure) -> int:
    found = work.session.scalar(
        select(func.max(ProcedureVersion.number)).where(ProcedureVersion.procedure_id == procedure.id)
    )
    return found or 0


def _refuse_second(work: Work, procedure: Procedure) -> None:
    taken = work.session.execute(
        select(ProcedureVersion.number, Person.name)
        .outerjoin(Person, ProcedureVersion.author_id == Person.id)
        .where(ProcedureVersion.procedure_id == procedure.id, ProcedureVersion.state.in_(OPEN))
        .limit(1)
    ).first()
    if taken is not None:
        number, name = taken
        raise ConflictError(
            msg("第 {number} 版已由{name}起草，请在其上继续。", number=number, name=name or "—")
        )


def save_file(work: Work, key: str, number: int, *, command: SaveFile) -> ProcedureVersion:
    """Put a file into a draft; the version comes back with its next guard.

    Raises ConflictError naming who saved meanwhile, InvalidError for what may not be let in. A text that did
    not change writes nothing.
    """
    draft = lock_draft(work, key, number, version=command.version)
    rows = {row.path: row for row in draft.files}
    kind = check_path(command.path, rows)
    check_body(command.path, kind, command.body)
    sha256 = hashlib.sha256(command.body.encode()).hexdigest()
    row = rows.get(command.path)
    if row is not None and row.sha256 == sha256:
        return draft
    if row is None:
        draft.files.append(ProcedureFile(path=command.path, kind=kind, sha256=sha256, body=command.body))
    else:
        row.sha256, row.body = sha256, command.body
    draft.sha256 = hash_files(files_of(draft))
    record(work, "procedure.saved", draft, path=command.path, file_sha256=sha256)
    work.session.flush()
    return draft


def add_file(work: Work, key: str, number: int, *, command: AddFile) -> File:
    """Put a new form, decision table or document template into a draft: a small valid one to begin with.

    Raises InvalidError with a sentence at ``kind`` or ``name``, ConflictError naming who saved meanwhile.
    """
    draft = lock_draft(work, key, number, version=command.version)
    added = new_file(key, files_of(draft), kind=command.kind, name=command.name)
    check_body(added.path, added.kind, added.body)
    draft.files.append(ProcedureFile(path=added.path, kind=added.kind, sha256=added.sha256, body=added.body))
    draft.sha256 = hash_files(files_of(draft))
    record(work, "procedure.file_added", draft, path=added.path, file_sha256=added.sha256)
    work.session.flush()
    return added


def remove_file(work: Work, key: str, number: int, *, command: RemoveFile) -> ProcedureVersion:
    """Take a form, decision table or template out of a draft; the event keeps its hash.

    Raises NotFoundError where there is none, InvalidError naming every step and setting that asks for it.
    """
    draft = lock_draft(work, key, number, version=command.version)
    files = files_of(draft)
    file = next((f for f in files if f.path == command.path and removable(f)), None)
    if file is None:
        raise NotFoundError
    uses = uses_of(files)[file.path]
    if uses:
        places = "、".join(dict.fromkeys(use.name or use.path for use in uses))
        raise InvalidError(
            msg("“{path}”还在使用，不能删除：{places}。请先在那里改用别的。", path=file.path, places=places)
        )
    draft.files.remove(next(row for row in draft.files if row.path == file.path))
    draft.sha256 = hash_files(files_of(draft))
    record(work, "procedure.file_removed", draft, path=file.path, file_sha256=file.sha256)
    work.session.flush()
    return draft


def remove_scenario(work: Work, key: str, number: int, *, command: SaveFile) -> ProcedureVersion:
    """Take a scenario out of a draft; ``remove_file`` takes out what diagrams name."""
    draft = lock_draft(work, key, number, version=command.version)
    row = next((r for r in draft.files if r.path == command.path and r.kind == "scenario"), None)
    if row is None:
        raise NotFoundError
    draft.files.remove(row)
    draft.sha256 = hash_files(files_of(draft))
    record(work, "procedure.saved", draft, path=command.path, file_sha256=None)
    work.session.flush()
    return draft


def lock_draft(work: Work, key: str, number: int, *, version: int) -> ProcedureVersion:
    """A draft that the actor may change, its row held, at the version that the page was given."""
    draft = read_version(work, key, number, lock=True)
    if not may_edit(work, draft.procedure):
        raise ForbiddenError
    if draft.state != VersionState.DRAFT:
        raise ConflictError(msg("第 {number} 版已不是草稿，不能再改。请另起草稿。", number=number))
    check_guard(work, draft, version)
    return draft


def check_guard(work: Work, draft: ProcedureVersion, version: int) -> None:
    """Raise ConflictError naming who was faster where the page is stale."""
    if draft.version == version:
        return
    last = work.session.execute(
        select(Person.name)
        .select_from(Event)
        .join(Person, Event.actor_id == Person.id)
        .where(Event.subject == _subject(draft), Event.at >= draft.created_at)
        .order_by(Event.id.desc())
        .limit(1)
    ).scalar()
    raise ConflictError(
        msg("{name}已改过第 {number} 版。请刷新后在新内容上继续。", name=last or "—", number=draft.number)
    )


def writers(work: Work, draft: ProcedureVersion) -> frozenset[int]:
    """Everybody who wrote on a draft: none of them may release it."""
    found = work.session.scalars(
        select(Event.actor_id)
        .where(Event.subject == _subject(draft), Event.kind.in_(WRITING), Event.at >= draft.created_at)
        .distinct()
    )
    return frozenset(person for person in (*found, draft.author_id) if person is not None)


def discard(work: Work, key: str, number: int, *, version: int) -> None:
    """Throw a draft away; the event keeps that there was one, with its hash."""
    draft = lock_draft(work, key, number, version=version)
    record(work, "procedure.discarded", draft)
    work.session.delete(draft)
    work.session.flush()


def record(work: Work, kind: str, draft: ProcedureVersion, **more: object) -> None:
    """Append an event about a version."""
    data = {
        "key": draft.procedure.key,
        "number": draft.number,
        "base": draft.base_number,
        "sha256": draft.sha256,
        **more,
    }
    events.append(work, kind, data, subject=_subject(draft))


def _subject(draft: ProcedureVersion) -> str:
    return f"procedure/{draft.procedure.key}"


def read_file(work: Work, key: str, number: int, *, path: str) -> File:
    """One file of a version; raises NotFoundError where it has none of that name."""
    version = read_version(work, key, number)
    found = next((f for f in files_of(version) if f.path == path), None)
    if found is None:
        raise NotFoundError
    return found


def editable_paths(files: tuple[File, ...]) -> tuple[str, ...]:
    """Paths that the studio's editors open."""
    return tuple(f.path for f in files if f.kind in EDITABLE)


def check_note(text: str, *, empty: Message) -> str:
    """A sentence that a person must give; raises InvalidError with ``empty`` where there is none."""
    note = text.strip()
    if not note:
        raise InvalidError(empty)
    if len(note) > MAX_NOTE:
        raise InvalidError(msg("说明最多 {limit} 字。", limit=MAX_NOTE))
    return note
