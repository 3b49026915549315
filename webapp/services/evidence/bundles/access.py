"""Whose bundles: legal of the scope, and those whom legal lets in. Every access is an event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import flag_modified

from models.bundle import Bundle, BundleReader, Exhibit
from webapp.domain.errors import ConflictError, ForbiddenError, NotFoundError
from webapp.domain.permissions import Permission
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.scope import within

if TYPE_CHECKING:
    from webapp.domain.exhibits import Side
    from webapp.domain.permissions import Actor
    from webapp.services.work import Work

MOST = 200  # of a list


def readable_bundles(actor: Actor) -> ColumnElement[bool]:
    """Bundles of the actor's scope as legal, and those into which legal has let them.

    Never one about the actor: who is in dispute with the employer reads none of its preparation, whatever
    role they have.
    """
    open_to = or_(
        _of_legal(actor),
        Bundle.id.in_(select(BundleReader.bundle_id).where(BundleReader.person_id == actor.person_id)),
    )
    return open_to if actor.system else and_(open_to, Bundle.person_id != actor.person_id)


def _of_legal(actor: Actor) -> ColumnElement[bool]:
    return within(actor, Permission.BUNDLE_WORK, entity=Bundle.entity_id, path=Bundle.department_path)


def list_bundles(work: Work, *, search: str = "") -> list[Bundle]:
    """The bundles that the actor may read, last changed first; searched by title, person and docket."""
    query = (
        select(Bundle)
        .options(joinedload(Bundle.person), joinedload(Bundle.changed_by))
        .where(readable_bundles(work.actor))
        .order_by(Bundle.changed_at.desc(), Bundle.id.desc())
        .limit(MOST)
    )
    if search:
        query = query.where(
            or_(
                Bundle.title.contains(search, autoescape=True),
                Bundle.docket.contains(search, autoescape=True),
                Bundle.person.has(name=search),
            )
        )
    return list(work.session.scalars(query))


def read_bundle(work: Work, bundle_id: int) -> Bundle:
    """One bundle; raises NotFoundError for a missing and for a forbidden one alike."""
    found = work.session.scalars(
        select(Bundle).where(Bundle.id == bundle_id, readable_bundles(work.actor))
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def may_work(work: Work, bundle: Bundle) -> bool:
    """Whether the actor is legal of the bundle's scope, not just let in."""
    return work.actor.may_within(
        Permission.BUNDLE_WORK, entity_id=bundle.entity_id, department_path=bundle.department_path
    )


def check_may_work(work: Work, bundle: Bundle) -> Bundle:
    """Return the bundle; raises ForbiddenError for somebody who was only let in."""
    if not may_work(work, bundle):
        raise ForbiddenError
    return bundle


def lock_bundle(work: Work, bundle_id: int, version: int) -> Bundle:
    """A bundle to write in, as it was seen at ``version``; it bears the writer's name from now on.

    Raises NotFoundError, ForbiddenError for readers, ConflictError with the winner's name on a stale page.
    """
    read_bundle(work, bundle_id)
    bundle = work.session.scalars(
        select(Bundle)
        .where(Bundle.id == bundle_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    check_may_work(work, bundle)
    if bundle.version != version:
        raise ConflictError(
            msg(
                "{person}刚刚改过这份证据册，您的这一步未作任何更改。请刷新后再试。",
                person=bundle.changed_by.name,
            )
        )
    bundle.changed_by_id, bundle.changed_at = work.person_id, work.now
    flag_modified(bundle, "changed_at")  # the version goes up even where the clock stood still
    return bundle


def read_exhibit(work: Work, bundle_id: int, exhibit_id: int) -> Exhibit:
    """An exhibit of a bundle that the actor may read; raises NotFoundError."""
    found = work.session.scalars(
        select(Exhibit)
        .join(Bundle, Bundle.id == Exhibit.bundle_id)
        .where(Exhibit.id == exhibit_id, Bundle.id == bundle_id, readable_bundles(work.actor))
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def exhibits_of(work: Work, bundle_id: int, side: Side | None = None) -> list[Exhibit]:
    """The exhibits of a bundle that the caller has read, ours first, in their order."""
    query = select(Exhibit).where(Exhibit.bundle_id == bundle_id)
    if side is not None:
        query = query.where(Exhibit.side == side)
    return list(work.session.scalars(query.order_by(Exhibit.side, Exhibit.position, Exhibit.id)))


def tell(work: Work, kind: str, bundle: Bundle, **facts: Any) -> None:
    """Write what was done with a bundle, opening it included: ``kind`` is bundle.opened and the like."""
    events.append(work, kind, {"bundle": bundle.number, **facts}, subject=f"bundle/{bundle.id}")
