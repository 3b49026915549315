"""The files of a version and the one hash over them."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from webapp.domain.errors import InvalidError
from webapp.domain.text import msg
from webapp.engine.diagrams import process_ids
from webapp.services.procedures.alerts import read_alerts
from webapp.services.procedures.campaign import read_campaign
from webapp.services.procedures.proof import read_proofs

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from webapp.domain.exhibits import Proof
    from webapp.services.procedures.alerts import AlertSettings
    from webapp.services.procedures.campaign import CampaignSettings

KINDS = {
    ".bpmn": "diagram",
    ".dmn": "decision",
    ".form": "form",
    ".md": "document",
    ".txt": "document",
    ".html": "document",
    ".toml": "scenario",
}
SETTINGS = "procedure.toml"
NAMED = {SETTINGS: "settings", "clauses.toml": "clauses"}


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file of a version: path below the procedure's folder, kind, text."""

    path: str
    kind: str
    body: str

    @property
    def sha256(self) -> str:
        """Of the text as UTF-8, in hex."""
        return hashlib.sha256(self.body.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureSettings:
    """What ``procedure.toml`` says."""

    key: str
    titles: dict[str, str]
    prefix: str
    owner_role: str
    start_roles: tuple[str, ...]
    retention_years: int
    diagram: str
    process: str | None
    notes: str
    start_form: str | None
    start_title: str | None  # FEEL over the start form's values: what a case begun by hand is called
    messages: dict[str, Any]  # message name -> form, who may send it, titles
    form_titles: dict[str, dict[str, str]]  # form's file -> language tag -> what people call it
    notices: dict[str, dict[str, str]]  # template -> language tag -> sentence
    follow: str | None  # record beside the case that is brought in line after each command
    withdraw_until: str | None  # element before which the starter may withdraw the whole case
    campaign: CampaignSettings | None = None  # how it is started for many people
    alerts: AlertSettings | None = None  # rules over what is watched at posts, whose alerts it triages
    restricted: bool = False  # not read by the person whom a case is about, nor by their line
    closed: bool = False  # not read by their line; they themselves do
    proofs: dict[str, Proof] = field(default_factory=dict)  # what its papers prove, by kind or form field


def hash_files(files: Iterable[File]) -> str:
    """One SHA-256 over all files: each path, NUL, its own hash, newline, in order of path."""
    digest = hashlib.sha256()
    for file in sorted(files, key=lambda f: f.path):
        digest.update(f"{file.path}\0{file.sha256}\n".encode())
    return digest.hexdigest()


def file_kind(path: str) -> str:
    """The kind of a file, by its name; raises InvalidError for one that no procedure may hold."""
    name = path.rsplit("/", 1)[-1]
    if name in NAMED:
        return NAMED[name]
    for suffix, kind in KINDS.items():
        if name.endswith(suffix):
            return kind
    raise InvalidError(msg("流程文件夹中不能有“{path}”这种文件。", path=path))


def read_folder(root: Path, key: str) -> tuple[File, ...]:
    """Read ``bpmn/KEY`` and ``forms/KEY`` below the root, without following links out of them."""
    found: list[File] = []
    for top in ("bpmn", "forms"):
        folder = (root / top / key).resolve()
        if not folder.is_relative_to((root / top).resolve()) or not folder.is_dir():
            continue
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.name.startswith("."):
                inside = path.relative_to(folder).as_posix()
                found.append(File(path=inside, kind=file_kind(inside), body=path.read_text(encoding="utf-8")))
    return tuple(found)


def read_settings(key: str, files: Iterable[File]) -> ProcedureSettings:
    """Read ``procedure.toml``; raises InvalidError in words where it is missing or wrong."""
    body = next((f.body for f in files if f.kind == "settings"), None)
    if body is None:
        raise InvalidError(msg("流程“{key}”缺少 procedure.toml。", key=key))
    try:
        return _settings(key, tomllib.loads(body))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise InvalidError(
            msg("流程“{key}”的 procedure.toml 有误：{reason}", key=key, reason=str(error))
        ) from error


def called_processes(files: Iterable[File]) -> dict[str, bytes]:
    """Process id -> diagram, over all diagrams of a version: what its call activities may name."""
    bodies = [f.body.encode() for f in files if f.kind == "diagram"]
    return {name: body for body in bodies for name in process_ids(body)}


LANGUAGES = ("zh-Hans", "en", "zh-Hant")


def _settings(key: str, table: dict[str, Any]) -> ProcedureSettings:
    titles, notes = table["titles"], table.get("notes", {})
    return ProcedureSettings(
        key=key,
        titles={language: titles[language] for language in LANGUAGES},
        prefix=str(table["prefix"]),
        owner_role=str(table["owner_role"]),
        start_roles=tuple(table["start_roles"]),
        retention_years=int(table["retention_years"]),
        diagram=str(table.get("diagram", f"{key}.bpmn")),
        process=table.get("process"),
        notes=str(notes.get("zh-Hans", "")),
        start_form=table.get("start_form"),
        start_title=table.get("start", {}).get("title"),
        messages=dict(table.get("messages", {})),
        form_titles={k: {tag: str(v[tag]) for tag in LANGUAGES} for k, v in table.get("forms", {}).items()},
        notices={k: dict(v) for k, v in table.get("notices", {}).items()},
        follow=table.get("follow"),
        withdraw_until=table.get("withdraw", {}).get("until"),
        campaign=read_campaign(table, LANGUAGES),
        alerts=read_alerts(table, LANGUAGES),
        restricted=table.get("restricted") is True,
        closed=table.get("restricted") in (True, "line"),
        proofs=read_proofs(table),
    )
