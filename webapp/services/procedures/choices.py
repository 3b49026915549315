"""What the diagram's panel offers by name: who acts, which role, which form, which decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from models.account import Grant
from models.person import Person
from webapp import decisions
from webapp.domain import nesting
from webapp.domain.errors import HeguiError, InvalidError
from webapp.domain.permissions import Role
from webapp.domain.text import Message, msg, named
from webapp.services.procedures.files import read_settings
from webapp.services.procedures.references import QUEUES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from webapp.services.procedures.files import File

MAX_PEOPLE = 100
RELATIONS: Final[Mapping[str, Message]] = {
    "=manager": msg("直属主管"),
    "=second_manager": msg("主管的上级"),
    "=department_head": msg("部门负责人"),
    "=entity_head": msg("用人单位负责人"),
    "=applicant": msg("申请人本人"),
    "=starter": msg("发起人"),
}
ROLES: Final[Mapping[Role, Message]] = {
    Role.HR: msg("人事"),
    Role.HR_HEAD: msg("人事负责人"),
    Role.LEGAL: msg("法务"),
    Role.UNION: msg("工会"),
    Role.SEAL_HOLDER: msg("印章保管人"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A value of the diagram and what people call it."""

    value: str
    label: Message | str


def offered(session: Session, files: tuple[File, ...]) -> dict[str, list[Choice]]:
    """Lists by the names that the panel knows: assignees, groups, forms, decisions."""
    relations = [Choice(value=value, label=label) for value, label in RELATIONS.items()]
    return {
        "assignees": [*relations, *_people(session)],
        "groups": [Choice(value=role, label=ROLES[role]) for role in QUEUES],
        "forms": _forms(files),
        "decisions": _decisions(files),
    }


def _people(session: Session) -> list[Choice]:
    """People who hold a role: whom a diagram may sensibly name outright."""
    rows = session.execute(
        select(Person.number, Person.name)
        .where(Person.id.in_(select(Grant.person_id)), Person.left_on.is_(None))
        .order_by(Person.number)
        .limit(MAX_PEOPLE)
    )
    return [Choice(value=number, label=f"{name}（{number}）") for number, name in rows]


def _forms(files: tuple[File, ...]) -> list[Choice]:
    titles = _form_titles(files)
    return [
        Choice(value=form_id, label=titles.get(file.path, file.path))
        for file in files
        if file.kind == "form" and (form_id := _form_id(file))
    ]


def _form_id(file: File) -> str:
    try:
        return str(nesting.read_json(file.body).get("id") or "")
    except (ValueError, AttributeError):
        return ""


def _form_titles(files: tuple[File, ...]) -> dict[str, Message]:
    """What ``procedure.toml`` calls its forms, by file name; another form is called by its file's name."""
    try:
        found = read_settings("", files).form_titles
    except InvalidError:
        return {}  # told where the settings are checked
    return {path: named(titles) for path, titles in found.items()}


def _decisions(files: tuple[File, ...]) -> list[Choice]:
    found = []
    for file in files:
        if file.kind != "decision":
            continue
        try:
            model = decisions.load(file.body.encode())
        except HeguiError:
            continue
        found += [Choice(value=key, label=model.elements[key].name or key) for key in model.decision_ids]
    return found


def file_names(files: tuple[File, ...], kind: str) -> list[tuple[str, Message | str]]:
    """The files of a kind, (path, what people call it)."""
    titles = _form_titles(files)
    return [(f.path, _file_name(f, titles)) for f in files if f.kind == kind]


def _file_name(file: File, titles: Mapping[str, Message]) -> Message | str:
    if file.kind == "decision":
        names = _decisions((file,))
        return names[0].label if names else file.path
    return titles.get(file.path, file.path)
