"""Log-ins that another system vouches for: linked by the person, once logged in; never made by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from models.account import Account
from models.identity import ExternalIdentity
from webapp.domain.errors import ConflictError, NotFoundError
from webapp.domain.text import msg
from webapp.services import events

if TYPE_CHECKING:
    from collections.abc import Sequence

    from webapp.services.work import Work

LONGEST = 255  # characters of a subject (OpenID Connect Core section 2)


def find_linked(work: Work, provider: str, subject: str) -> int | None:
    """The account of whom a provider vouches for; None where nobody has linked that identity."""
    return work.session.scalar(
        select(Account.id)
        .join(ExternalIdentity, ExternalIdentity.person_id == Account.person_id)
        .where(ExternalIdentity.provider == provider, ExternalIdentity.subject == subject)
    )


def link(work: Work, provider: str, subject: str) -> None:
    """Link an identity to the actor; raises ConflictError where it is somebody else's."""
    if not subject or len(subject) > LONGEST:
        raise ConflictError(msg("登录服务没有返回可用的身份。"))
    known = work.session.scalars(
        select(ExternalIdentity).where(
            ExternalIdentity.provider == provider, ExternalIdentity.subject == subject
        )
    ).one_or_none()
    if known is not None:
        if known.person_id != work.person_id:
            raise ConflictError(msg("这个身份已绑定到另一个账户。"))
        return
    work.session.add(
        ExternalIdentity(provider=provider, subject=subject, person_id=work.person_id, linked_at=work.now)
    )
    work.session.flush()
    events.append(work, "identity.linked", {"provider": provider}, subject=f"person/{work.person_id}")


def unlink(work: Work, provider: str) -> None:
    """Take the actor's own link away; raises NotFoundError where there is none."""
    row = work.session.scalars(
        select(ExternalIdentity).where(
            ExternalIdentity.provider == provider, ExternalIdentity.person_id == work.person_id
        )
    ).one_or_none()
    if row is None:
        raise NotFoundError
    work.session.delete(row)
    events.append(work, "identity.unlinked", {"provider": provider}, subject=f"person/{work.person_id}")


def linked(work: Work) -> Sequence[ExternalIdentity]:
    """The actor's own links."""
    return work.session.scalars(
        select(ExternalIdentity)
        .where(ExternalIdentity.person_id == work.person_id)
        .order_by(ExternalIdentity.provider)
    ).all()
