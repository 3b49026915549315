"""A stand-in while an approver is on leave (代理): written at booking, taken back when the leave changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import or_, select, update

from models.organisation import Department
from models.person import Person, Substitution
from webapp.domain.text import msg
from webapp.services.notices import tell

if TYPE_CHECKING:
    from models.leave import LeaveRequest
    from webapp.services.work import Work


def arrange(work: Work, request: LeaveRequest) -> bool:
    """Let the handover person stand in where the person decides about others; whether a row was written."""
    if request.handover_id is None or request.handover_id == request.person_id:
        return False
    approves = work.session.scalar(
        select(Person.id)
        .where(
            or_(
                Person.manager_id == request.person_id,
                Person.department_id.in_(
                    select(Department.id).where(Department.head_id == request.person_id)
                ),
            )
        )
        .limit(1)
    )
    if approves is None:
        return False
    work.session.add(
        Substitution(
            person_id=request.person_id,
            substitute_id=request.handover_id,
            starts_on=request.starts_on,
            ends_on=request.ends_on,
            case_id=request.case_id,
        )
    )
    tell(
        work,
        [request.handover_id],
        msg(
            "{first} 至 {last} 由您代理审批：{name}休假。",
            first=request.starts_on.isoformat(),
            last=request.ends_on.isoformat(),
            name=request.person.name,
        ),
        kind="substitute",
        case_id=request.case_id,
    )
    return True


def revoke(work: Work, request: LeaveRequest) -> None:
    """Take the stand-in of a leave back."""
    work.session.execute(
        update(Substitution)
        .where(Substitution.case_id == request.case_id, Substitution.revoked_at.is_(None))
        .values(revoked_at=work.now)
        .execution_options(synchronize_session=False)
    )
