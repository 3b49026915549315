"""People of the demo sign on their phones; the certificate's signature is left to the real worker."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sqlalchemy import select

from models.account import Account, LoginSession
from models.job import Notice
from models.person import Person
from webapp.domain.permissions import SYSTEM
from webapp.services.signing import finish, steps, will
from webapp.services.signing.flows import task_document

if TYPE_CHECKING:
    from models.task import Task
    from webapp.domain.permissions import Actor
    from webapp.services.demo.leave import Stage
    from webapp.services.work import Work

CODE = "code"  # kind of the notice
AGENT = "演示手机"
GLANCE = 4_000  # milliseconds that a page is looked at


def sign(stage: Stage, task: Task, who: Actor) -> None:
    """Walk the signing page to its end, the will confirmed by the code of a trial's notice."""
    session_id = _log_in(stage, who)
    with stage.unit(who) as work:
        document = task_document(work, task)
        seen, pages = document.sha256, document.pages
        steps.see_notice(work, task.id)
        steps.consent(work, task.id, seen=seen, agreed=True)
        steps.identify(work, task.id, seen=seen, session_id=session_id, password="")
        steps.see_changes(work, task.id, seen=seen)
        steps.read_pages(work, task.id, seen=seen, milliseconds=dict.fromkeys(range(1, pages + 1), GLANCE))
        will.ask_will(work, task.id, seen=seen)
        sent = will.send_code(work, task.id, seen=seen)
    if sent.channel != "notice":
        return  # the code went to a phone: the person stays at this step
    with stage.unit(who) as work:
        will.confirm_by_code(work, task.id, seen=seen, code=_code(work, who))
        finish.finish(work, task.id, seen=seen, version=task.version, stroke=None)


def _log_in(stage: Stage, who: Actor) -> int:
    """A log-in just now; who has no account gets one that nobody knows the password of."""
    with stage.unit(SYSTEM) as work:
        account = work.session.scalars(
            select(Account).where(Account.person_id == who.person_id)
        ).one_or_none()
        if account is None:
            number = work.session.get_one(Person, who.person_id).number
            account = Account(
                person_id=who.person_id,
                username=number.lower(),
                email=f"{number.lower()}@demo.example.cn",
                password=None,
                fs_uniquifier=f"demo-{number}",
                mf_recovery_codes=[],
            )
            work.session.add(account)
            work.session.flush()
        session = LoginSession(
            account_id=account.id,
            token=secrets.token_hex(32),  # of a cookie that nobody has
            created_at=work.now,
            seen_at=work.now,
            agent=AGENT,
        )
        work.session.add(session)
        work.session.flush()
        return session.id


def _code(work: Work, who: Actor) -> str:
    """The code of the newest notice, as the person reads it there."""
    newest = select(Notice).where(Notice.person_id == who.person_id, Notice.kind == CODE)
    notice = work.session.scalars(newest.order_by(Notice.id.desc()).limit(1)).one()
    return str(notice.message["values"]["code"])
