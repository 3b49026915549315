"""Messages that a person sends to a running case by a press: offered by its procedure, awaited by it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from models.case import AwaitedMessage
from webapp.domain.errors import ConflictError, NotFoundError
from webapp.domain.permissions import Permission
from webapp.domain.text import Message, msg, named
from webapp.services.cases.messages import correlate
from webapp.services.cases.operate import lock_readable
from webapp.services.idempotency import recall, remember
from webapp.services.procedures.bundle import load_bundle

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from models.case import Case
    from webapp.services.work import Work

#: ``who`` of a message in procedure.toml: whom the case is about and nobody else; who may operate the case.
PERSON, OPERATOR = "person", "operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sayable:
    """A message that the actor may send now."""

    name: str
    title: Message
    warns: Message | str  # what to know before the press


def sayable(work: Work, case: Case) -> tuple[Sayable, ...]:
    """Messages of a read case that it awaits and that the actor may send, without a form."""
    offered = {n: s for n, s in _offered(work, case).items() if _is_theirs(work, case, s)}
    if not offered or case.ended_at is not None:
        return ()
    waiting = work.session.scalars(
        select(AwaitedMessage.name).where(AwaitedMessage.case_id == case.id, AwaitedMessage.name.in_(offered))
    )
    return tuple(
        Sayable(
            name=name,
            title=named(offered[name]["titles"]),
            warns=named(offered[name]["warns"]) if "warns" in offered[name] else "",
        )
        for name in dict.fromkeys(waiting)
    )


def say(work: Work, case_id: int, name: str, *, key: str | None = None) -> Case:
    """Send a message to a case in this transaction.

    Raises NotFoundError where the case may not be read or offers no such message to the actor, ConflictError
    where it does not wait for it any more.
    """
    case = lock_readable(work, case_id)
    settings = _offered(work, case).get(name)
    if settings is None or not _is_theirs(work, case, settings):
        raise NotFoundError
    if recall(work, key, f"say/{case_id}/{name}") is not None:
        return case
    wait = work.session.scalars(
        select(AwaitedMessage).where(AwaitedMessage.case_id == case.id, AwaitedMessage.name == name).limit(1)
    ).one_or_none()
    if wait is None:
        raise ConflictError(msg("案件已经走过这一步，不能再这样做。"))
    correlate(work, name, key=wait.correlation_key, variables={})
    remember(work, key, f"say/{case_id}/{name}", answer={"case": case.id})
    return case


def _offered(work: Work, case: Case) -> Mapping[str, Mapping[str, Any]]:
    settings = load_bundle(work.session, case.procedure_version_id).settings
    return {n: s for n, s in settings.messages.items() if "form" not in s}


def _is_theirs(work: Work, case: Case, settings: Mapping[str, Any]) -> bool:
    if settings.get("who") == OPERATOR:
        return work.actor.may_within(
            Permission.CASE_OPERATE, entity_id=case.entity_id, department_path=case.department_path
        )
    return settings.get("who") == PERSON and work.actor.person_id == case.person_id
