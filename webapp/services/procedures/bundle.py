"""A version ready to run: compiled diagram, decisions and forms; immutable, so kept in memory by its id."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import String, bindparam, select

from models.procedure import Procedure, ProcedureFile, ProcedureVersion, Specification, VersionState
from webapp import decisions
from webapp.domain.errors import ConflictError, NotFoundError
from webapp.domain.text import msg
from webapp.engine.diagrams import compile_diagram
from webapp.services.procedures.files import File, ProcedureSettings, called_processes, read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from sqlalchemy import URL, Select
    from sqlalchemy.orm import Session

    from webapp.engine.diagrams import Element

CACHED = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What a case of a version needs, read once."""

    version_id: int
    number: int
    sha256: str
    settings: ProcedureSettings
    process_id: str
    specification: str
    specification_sha256: str
    files: tuple[File, ...]
    forms: Mapping[str, dict[str, Any]]  # form id -> form-js schema
    sources: Mapping[str, str]  # form id -> the same as text: read forms are remembered by it
    models: tuple[decisions.Model, ...]
    elements: Mapping[str, Element]  # of the main diagram, by id

    @property
    def names(self) -> Mapping[str, Mapping[str, str]]:
        """Labels of elements by id and language tag."""
        return {key: element.names for key, element in self.elements.items()}

    @property
    def diagram(self) -> bytes:
        """The main diagram as it was drawn."""
        return next(f.body for f in self.files if f.path == self.settings.diagram).encode()

    def form_text(self, form_id: str) -> str:
        """The same as text; raises NotFoundError where the version has none of that id."""
        self.form(form_id)
        return self.sources[form_id]

    def form(self, form_id: str) -> dict[str, Any]:
        """The schema of a form; raises NotFoundError where the version has none of that id."""
        if form_id not in self.forms:
            raise NotFoundError(msg("这个流程版本中没有表单“{form}”。", form=form_id))
        return self.forms[form_id]


_cache: OrderedDict[tuple[int, URL], Bundle] = OrderedDict()
_lock = threading.Lock()


def load_bundle(session: Session, version_id: int) -> Bundle:
    """Load a released version; from memory where this process has seen it already."""
    key = (version_id, session.get_bind().engine.url)
    with _lock:
        if key in _cache:
            _cache.move_to_end(key)
            return _cache[key]
    bundle = _read(session, version_id)
    with _lock:
        _cache[key] = bundle
        while len(_cache) > CACHED:
            _cache.popitem(last=False)
    return bundle


def forget_bundles() -> None:
    """Empty the memory; tests that make many databases call it."""
    with _lock:
        _cache.clear()


def _read(session: Session, version_id: int) -> Bundle:
    row = session.execute(
        select(ProcedureVersion, Procedure.key, Specification)
        .join(Procedure)
        .join(Specification, ProcedureVersion.specification_sha256 == Specification.sha256)
        .where(ProcedureVersion.id == version_id)
    ).one_or_none()
    if row is None:
        raise NotFoundError
    version, key, specification = row
    rows = session.scalars(
        select(ProcedureFile).where(ProcedureFile.version_id == version_id).order_by(ProcedureFile.path)
    )
    files = tuple(File(path=r.path, kind=r.kind, body=r.body) for r in rows)
    return Bundle(
        version_id=version.id,
        number=version.number,
        sha256=version.sha256,
        settings=read_settings(key, files),
        process_id=version.process_id,
        specification=specification.body,
        specification_sha256=specification.sha256,
        files=files,
        forms=(forms := read_forms(files)),
        sources={key: json.dumps(schema, ensure_ascii=False) for key, schema in forms.items()},
        elements=_elements(key, files),
        models=tuple(decisions.load(f.body.encode()) for f in files if f.kind == "decision"),
    )


def _elements(key: str, files: tuple[File, ...]) -> dict[str, Element]:
    settings = read_settings(key, files)
    body = next(f.body for f in files if f.path == settings.diagram)
    diagram = compile_diagram(body.encode(), process_id=settings.process, called=called_processes(files))
    return {e.id: e for e in diagram.elements}


def read_forms(files: tuple[File, ...]) -> dict[str, dict[str, Any]]:
    """The forms of a version by their id."""
    schemas = [json.loads(f.body) for f in files if f.kind == "form"]
    return {schema["id"]: schema for schema in schemas}


def newest_version(session: Session, key: str) -> int:
    """The newest released version of a procedure; raises NotFoundError where none is released."""
    version_id, _suspended = _newest(session, key)
    return version_id


def released_bundles(session: Session) -> Iterator[tuple[Procedure, Bundle]]:
    """Each procedure that is released, by key, with its newest version; what is only drawn is left out."""
    for procedure in list_procedures(session):
        try:
            version_id = newest_version(session, procedure.key)
        except NotFoundError:
            continue
        yield procedure, load_bundle(session, version_id)


def version_to_start(session: Session, key: str) -> int:
    """The version that a case begins on now; raises ConflictError while the procedure is suspended."""
    version_id, suspended = _newest(session, key)
    if suspended is not None:
        raise ConflictError(msg("流程已暂停发起，请稍后再试或联系流程负责人。"))
    return version_id


def _newest(session: Session, key: str) -> tuple[int, datetime | None]:
    found = session.execute(_newest_released(), {"procedure": key}).one_or_none()
    if found is None:
        raise NotFoundError(msg("流程“{key}”还没有已发布的版本。", key=key))
    return found[0], found[1]


@cache
def _newest_released() -> Select[int, datetime | None]:
    return (
        select(ProcedureVersion.id, Procedure.suspended_at)
        .join(Procedure)
        .where(
            Procedure.key == bindparam("procedure", type_=String),
            ProcedureVersion.state == VersionState.RELEASED,
        )
        .order_by(ProcedureVersion.number.desc())
        .limit(1)
    )


def list_procedures(session: Session) -> list[Procedure]:
    """All procedures, by key."""
    return list(session.scalars(select(Procedure).order_by(Procedure.key)))
