"""Where a one-time code goes: to the person's phone, and in a trial into their notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.domain.signing import SigningUnavailableError
from webapp.domain.text import msg
from webapp.services.notices import tell

if TYPE_CHECKING:
    from models.signing import SigningFlow
    from webapp.services.work import Work


def deliver_code(work: Work, flow: SigningFlow, code: str) -> str:
    """Send a code and return the channel; raises SigningUnavailableError where none is safe.

    A notice in the same log-in proves no second possession, so only a trial takes it.
    """
    if not work.ports.signing().trial:
        raise SigningUnavailableError(msg("短信通道尚未配置，请使用通行密钥确认。"))
    tell(
        work,
        [flow.person_id],
        msg("【测试】签署验证码 {code}，五分钟内有效。请勿告诉他人。", code=code),
        kind="code",
        case_id=flow.case_id,
        task_id=flow.task_id,
    )
    return "notice"
