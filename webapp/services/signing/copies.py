"""The person's copy: handed over once archived, downloaded free of charge as often as they like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.domain.text import msg
from webapp.services.notices import tell
from webapp.services.signing.flows import log

if TYPE_CHECKING:
    from models.signing import SigningFlow
    from webapp.services.work import Work


def deliver(work: Work, flow: SigningFlow) -> None:
    """Tell the person that their copy is there (《电子劳动合同订立指引》), and log it."""
    flow.delivered_at = work.now
    tell(
        work,
        [flow.person_id],
        msg("《{title}》已由双方签署，您可以随时免费查看和下载。", title=flow.document.title),
        kind="copy",
        case_id=flow.case_id,
    )
    log(work, flow, "delivered", channel="notice")
