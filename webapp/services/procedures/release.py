"""From draft to released version: its author hands it in, a second person releases it or sends it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from models.person import Person
from models.procedure import ProcedureVersion, VersionState
from webapp import decisions
from webapp.domain.errors import ConflictError, ForbiddenError, HeguiError
from webapp.domain.permissions import Permission
from webapp.domain.text import msg
from webapp.services import scenarios
from webapp.services.calendars import LazyCalendar
from webapp.services.cases.law import LawDesk
from webapp.services.cases.run import Decider
from webapp.services.procedures import starts
from webapp.services.procedures.check import check_version, errors_of
from webapp.services.procedures.drafts import (
    check_guard,
    check_note,
    files_of,
    lock_draft,
    may_edit,
    read_version,
    record,
    writers,
)
from webapp.services.procedures.files import File, hash_files, read_settings
from webapp.services.procedures.problems import FileProblem, UnsoundError
from webapp.services.procedures.safety import check_body, check_path
from webapp.services.procedures.shipped import compile_main, keep_specification

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from webapp.domain.text import Message
    from webapp.services.scenarios import Failure
    from webapp.services.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person says about a version, with the guard that their page was given."""

    version: int
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A scenario and how it went."""

    path: str
    titles: Mapping[str, str]
    failure: Failure | None = None
    unreadable: Message | None = None

    @property
    def green(self) -> bool:
        """Whether it came true."""
        return self.failure is None and self.unreadable is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """The decision tables of files that are not released yet."""

    models: tuple[decisions.Model, ...]


def problems_of(work: Work, version: ProcedureVersion) -> tuple[FileProblem, ...]:
    """All problems of a version's files, compared with the version that it was made from."""
    key = version.procedure.key
    return check_version(work.session, key, files_of(version), base=base_files(work, version))


def problems_if(work: Work, key: str, number: int, *, path: str, body: str) -> tuple[FileProblem, ...]:
    """The problems that a version would have with another text in one of its files; nothing is kept."""
    version = read_version(work, key, number)
    files = files_of(version)
    kind = check_path(path, {f.path for f in files})
    check_body(path, kind, body)
    replaced = {f.path: f for f in files} | {path: File(path=path, kind=kind, body=body)}
    return check_version(work.session, key, tuple(replaced.values()), base=base_files(work, version))


def people_of(work: Work, versions: Iterable[ProcedureVersion]) -> dict[int, str]:
    """Names of those who drew and released versions, by id."""
    ids = {person for v in versions for person in (v.author_id, v.released_by_id) if person is not None}
    if not ids:
        return {}
    rows = work.session.execute(select(Person.id, Person.name).where(Person.id.in_(ids)))
    return {person_id: name for person_id, name in rows}  # noqa: C416  (rows are not plain tuples)


def base_files(work: Work, version: ProcedureVersion) -> tuple[File, ...]:
    """The files of the version that this one was made from; none for a first version."""
    if version.base_number is None:
        return ()
    return files_of(read_version(work, version.procedure.key, version.base_number))


def play_scenarios(work: Work, key: str, files: tuple[File, ...]) -> tuple[Story, ...]:
    """Play every scenario of the files on their main diagram; none where that cannot be compiled."""
    stories = tuple(f for f in files if f.kind == "scenario")
    try:
        specification = compile_main(read_settings(key, files), files).spec
        models = tuple(decisions.load(f.body.encode()) for f in files if f.kind == "decision")
    except HeguiError as error:
        return tuple(Story(path=f.path, titles={}, unreadable=error.message) for f in stories)
    calendar = LazyCalendar(work.session)
    found = []
    for file in stories:
        try:
            scenario = scenarios.load(file.body)
        except HeguiError as error:
            found.append(Story(path=file.path, titles={}, unreadable=error.message))
            continue
        desk = LawDesk.of_story(work.session, scenario)
        decide = Decider(Drawn(models=models), desk.functions)
        result = scenarios.run(
            scenario, specification, calendar=calendar, decide=decide, library=desk.library
        )
        found.append(Story(path=file.path, titles=scenario.titles, failure=result.failure))
    return tuple(found)


def submit(work: Work, key: str, number: int, *, decision: Decision) -> ProcedureVersion:
    """Hand a draft to a second person; raises UnsoundError with its problems while errors exist."""
    draft = lock_draft(work, key, number, version=decision.version)
    note = check_note(decision.note, empty=msg("请写明改了什么，审核人会看到。"))
    _refuse_unsound(work, draft)
    if draft.sha256 == _sha_of_base(work, draft):
        raise UnsoundError(msg("草稿与第 {number} 版相同，没有可发布的内容。", number=draft.base_number))
    draft.state = VersionState.SUBMITTED
    draft.notes = note
    draft.submitted_at = work.now
    record(work, "procedure.submitted", draft, note=note)
    work.session.flush()
    return draft


def _sha_of_base(work: Work, draft: ProcedureVersion) -> str | None:
    if draft.base_number is None:
        return None
    return read_version(work, draft.procedure.key, draft.base_number).sha256


def _refuse_unsound(work: Work, draft: ProcedureVersion) -> None:
    problems = problems_of(work, draft)
    errors = errors_of(problems)
    if errors:
        raise UnsoundError(msg("还有 {n} 个问题必须先解决，不能发布。", n=errors), problems)


def take_back(work: Work, key: str, number: int, *, decision: Decision) -> ProcedureVersion:
    """Its owner makes a draft again of what was handed in and not yet decided."""
    version = _lock_submitted(work, key, number, decision=decision)
    if not may_edit(work, version.procedure):
        raise ForbiddenError
    version.state, version.submitted_at = VersionState.DRAFT, None
    record(work, "procedure.taken-back", version)
    work.session.flush()
    return version


def send_back(work: Work, key: str, number: int, *, decision: Decision) -> ProcedureVersion:
    """The second person gives a draft back with the reason."""
    version = _lock_submitted(work, key, number, decision=decision)
    _check_second(work, version)
    reason = check_note(decision.note, empty=msg("请写明退回的理由。"))
    version.state, version.submitted_at = VersionState.DRAFT, None
    record(work, "procedure.sent-back", version, reason=reason)
    work.session.flush()
    return version


def release(work: Work, key: str, number: int, *, decision: Decision) -> ProcedureVersion:
    """The second person releases: new cases use this version from now on, running ones keep theirs.

    Files are checked and every scenario is played once more on exactly what is released. Raises
    ForbiddenError for whoever wrote on it, UnsoundError with the reason, ConflictError for whoever
    was slower.
    """
    version = _lock_submitted(work, key, number, decision=decision)
    _check_second(work, version)
    _refuse_unsound(work, version)
    files = files_of(version)
    red = [s for s in play_scenarios(work, key, files) if not s.green]
    if red:
        raise UnsoundError(
            msg("有 {n} 个场景没有通过，不能发布：{paths}", n=len(red), paths="、".join(s.path for s in red))
        )
    diagram = compile_main(read_settings(key, files), files)
    keep_specification(work, diagram)
    version.sha256 = hash_files(files)
    version.specification_sha256 = diagram.sha256
    version.process_id = diagram.process_id
    version.state = VersionState.RELEASED
    version.released_by_id = work.person_id
    version.released_at = work.now
    if version.merged_sha256 is not None:
        version.procedure.compared_sha256 = version.merged_sha256
    starts.register(work, version, diagram.starts)
    record(work, "procedure.released", version, specification_sha256=diagram.sha256, note=version.notes)
    work.session.flush()
    return version


def may_release(work: Work, version: ProcedureVersion) -> Message | None:
    """Why the actor may not decide about a version; None where they may."""
    if not work.actor.may(Permission.PROCEDURE_RELEASE):
        return msg("发布需要有发布权限的人。")
    if version.state != VersionState.SUBMITTED:
        return msg("只有已提交的草稿才能发布。")
    if work.actor.person_id in writers(work, version):
        return msg("您参与了起草，须由另一人发布。")
    return None


def _check_second(work: Work, version: ProcedureVersion) -> None:
    reason = may_release(work, version)
    if reason is not None:
        raise ForbiddenError(reason)


def _lock_submitted(work: Work, key: str, number: int, *, decision: Decision) -> ProcedureVersion:
    version = read_version(work, key, number, lock=True)
    if version.state in {VersionState.RELEASED, VersionState.WITHDRAWN}:
        raise ConflictError(
            msg("第 {number} 版已由{name}发布。", number=number, name=_name(work, version.released_by_id))
        )
    if version.state != VersionState.SUBMITTED:
        raise ConflictError(msg("第 {number} 版还没有提交，或已被退回。", number=number))
    check_guard(work, version, decision.version)
    return version


def _name(work: Work, person_id: int | None) -> str:
    return work.session.scalar(select(Person.name).where(Person.id == person_id)) or "Hegui"
