"""Where a one-time code goes: to the person's phone or mail, and in a trial into their notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from models.job import Notice
from webapp.adapters.catalog import translate
from webapp.adapters.messages.port import QuietMessenger
from webapp.domain.signing import SigningUnavailableError
from webapp.domain.text import msg
from webapp.services.jobs.later import enqueue_at
from webapp.services.messages.ask import Secret, addresses, ask, hashed
from webapp.services.notices import tell

if TYPE_CHECKING:
    from datetime import datetime

    from models.person import Person
    from models.signing import SigningFlow
    from webapp.services.work import Work

TEMPLATE = "signing-code"
CODE = "code"  # kind of the trial's notices that bring one
HIDE = "hide-signing-code"  # job: a code is over
SENTENCE = msg("签署《{title}》的验证码 {code}，五分钟内有效。请勿告诉他人。")
HIDDEN = "••••••"  # stands for the code once it was handed over


def deliver_code(work: Work, flow: SigningFlow, code: str, *, nonce: str, ends_at: datetime) -> str:
    """Send a code and return the channel; raises SigningUnavailableError where none is safe.

    A notice in the same log-in proves no second possession, so only a trial takes it.
    """
    person = flow.person
    if _reached(work, person):
        text, masked = (
            translate(msg(SENTENCE.key, title=flow.document.title, code=shown), person.language)
            for shown in (code, HIDDEN)
        )
        row = ask(
            work,
            person,
            template=TEMPLATE,
            text=text,
            secret=Secret(masked=masked, ends_at=ends_at),
            key=hashed(f"{TEMPLATE}-{flow.id}-{nonce}-{work.now.isoformat()}"),
            case=flow.case,
            urgent=True,
        )
        return str(row.channel)
    if not work.ports.signing().trial:
        raise SigningUnavailableError(msg("没有可用的手机或邮箱接收验证码，请使用通行密钥确认。"))
    tell(
        work,
        [flow.person_id],
        msg("【测试】签署验证码 {code}，五分钟内有效。请勿告诉他人。", code=code),
        kind=CODE,
        case_id=flow.case_id,
        task_id=flow.task_id,
    )
    payload = {"flow": flow.id}
    enqueue_at(
        work, HIDE, payload, key=hashed(f"{HIDE}-{flow.id}-{nonce}-{work.now.isoformat()}"), at=ends_at
    )
    return "notice"


def hide_codes(work: Work, flow: SigningFlow) -> int:
    """Take the code out of the trial's notices, once it was used, replaced or is over; how many held one.

    What stays is that a code was sent, as of a message whose channel took it.
    """
    sent = work.session.scalars(
        select(Notice).where(
            Notice.person_id == flow.person_id, Notice.task_id == flow.task_id, Notice.kind == CODE
        )
    )
    open_ones = [notice for notice in sent if notice.message["values"]["code"] != HIDDEN]
    for notice in open_ones:
        notice.message = {**notice.message, "values": {"code": HIDDEN}}
    work.session.flush()
    return len(open_ones)


def _reached(work: Work, person: Person) -> bool:
    """Whether a channel goes to the person outside; the quiet twin sends nothing, so no code ever arrives."""
    doors = (work.ports.channels.get(channel) for channel in addresses(work, person))
    return any(door is not None and not isinstance(door, QuietMessenger) for door in doors)
