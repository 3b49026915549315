"""Procedures that ship with Hegui: read from bpmn/ and forms/, never overwriting what an owner published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from models.procedure import (
    Procedure,
    ProcedureFile,
    ProcedureVersion,
    ShippedState,
    Specification,
    VersionState,
)
from webapp.engine.diagrams import compile_diagram
from webapp.services import events
from webapp.services.procedures import starts
from webapp.services.procedures.drafts import files_of
from webapp.services.procedures.files import (
    File,
    ProcedureSettings,
    called_processes,
    hash_files,
    read_folder,
    read_settings,
)

if TYPE_CHECKING:
    from pathlib import Path

    from webapp.engine.diagrams import Diagram
    from webapp.services.work import Work


def shipped_keys(root: Path) -> tuple[str, ...]:
    """Names of the procedures' folders, those that hold a ``procedure.toml``."""
    return tuple(sorted(p.parent.name for p in (root / "bpmn").glob("*/procedure.toml")))


def install_shipped(work: Work, root: Path) -> tuple[str, ...]:
    """Bring shipped procedures that the database does not know yet; return their keys.

    Where an owner already has the procedure, the shipped state is only noted: the studio offers it as a
    comparison, change by change (``updates``).
    """
    known = {p.key: p for p in work.session.scalars(select(Procedure))}
    installed: list[str] = []
    for key in shipped_keys(root):
        files = read_folder(root, key)
        procedure = known.get(key)
        if procedure is None:
            settings = read_settings(key, files)
            procedure = _new_procedure(settings, hash_files(files))
            work.session.add(procedure)
            append_release(work, procedure, settings=settings, files=files, number=1)
            installed.append(key)
        note_state(work, procedure, files)
    for version in starts.unregistered(work):
        files = files_of(version)
        diagram = compile_main(read_settings(version.procedure.key, files), files)
        starts.register(work, version, diagram.starts)
    work.session.flush()
    return tuple(installed)


def note_state(work: Work, procedure: Procedure, files: tuple[File, ...]) -> None:
    """Keep what ships now; the first state that is kept is also what the owner's versions come from."""
    work.session.flush()
    sha256 = hash_files(files)
    if procedure.compared_sha256 is None:
        first = procedure.versions[0] if procedure.versions else None
        began = files if first is None or first.author_id is not None else files_of(first)
        procedure.compared_sha256 = hash_files(began)
        _keep_state(work, procedure, began)
    procedure.shipped_sha256 = sha256
    released = [version for version in procedure.versions if version.released_at is not None]
    if any(version.sha256 == sha256 for version in released):
        procedure.compared_sha256 = sha256  # the owner released exactly this
    _keep_state(work, procedure, files)


def _keep_state(work: Work, procedure: Procedure, files: tuple[File, ...]) -> None:
    sha256 = hash_files(files)
    known = select(ShippedState.id).where(
        ShippedState.procedure_id == procedure.id, ShippedState.sha256 == sha256
    )
    if work.session.scalar(known) is None:
        bodies = {file.path: file.body for file in files}
        state = ShippedState(procedure_id=procedure.id, sha256=sha256, files=bodies, noted_at=work.now)
        work.session.add(state)
        work.session.flush()


def _new_procedure(settings: ProcedureSettings, sha256: str) -> Procedure:
    return Procedure(
        key=settings.key,
        titles=settings.titles,
        prefix=settings.prefix,
        owner_role=settings.owner_role,
        start_roles=list(settings.start_roles),
        retention_years=settings.retention_years,
        shipped_sha256=sha256,
    )


def compile_main(settings: ProcedureSettings, files: tuple[File, ...]) -> Diagram:
    """Compile the main diagram; called processes are looked up in the version's other diagrams."""
    body = next(f.body for f in files if f.path == settings.diagram)
    return compile_diagram(body.encode(), process_id=settings.process, called=called_processes(files))


def append_release(
    work: Work, procedure: Procedure, *, settings: ProcedureSettings, files: tuple[File, ...], number: int
) -> ProcedureVersion:
    """Add a released version with its specification and event."""
    diagram = compile_main(settings, files)
    keep_specification(work, diagram)
    version = ProcedureVersion(
        procedure=procedure,
        number=number,
        state=VersionState.RELEASED,
        sha256=hash_files(files),
        specification_sha256=diagram.sha256,
        process_id=diagram.process_id,
        notes=settings.notes,
        created_at=work.now,
        released_at=work.now,
        released_by_id=work.actor.person_id,
        files=[ProcedureFile(path=f.path, kind=f.kind, sha256=f.sha256, body=f.body) for f in files],
    )
    work.session.add(version)
    starts.register(work, version, diagram.starts)
    events.append(
        work,
        "procedure.released",
        {"key": settings.key, "number": number, "sha256": version.sha256, "shipped": True},
        subject=f"procedure/{settings.key}",
    )
    return version


def keep_specification(work: Work, diagram: Diagram) -> None:
    """Store the compiled diagram once; the same hash is the same text."""
    if work.session.get(Specification, diagram.sha256) is None:
        work.session.add(Specification(sha256=diagram.sha256, body=diagram.spec))
        work.session.flush()  # versions and cases name it by key
