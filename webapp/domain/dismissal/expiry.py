"""The end of a term 期满: when it may not end, because an open-ended contract is due (劳动合同法第14条)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.domain.contracts.open_ended import open_ended_right
from webapp.domain.dismissal.ground import Pay
from webapp.domain.dismissal.situation import Block, Findings, Question
from webapp.domain.text import msg

if TYPE_CHECKING:
    from webapp.domain.dismissal.ground import Ground
    from webapp.domain.dismissal.situation import Situation
    from webapp.domain.explain import Working

RENEWAL = "劳动合同法第46条第5项"


def check_expiry(ground: Ground, situation: Situation, work: Working) -> Findings:
    """At expiry: is an open-ended contract due, and was the same or better offered."""
    if ground.pay is not Pay.N_UNLESS_REFUSED:
        return Findings()
    blocks, questions = _open_ended(situation, work)
    return Findings(blocks=blocks, questions=(*questions, *_renewal(situation)))


def _open_ended(situation: Situation, work: Working) -> tuple[tuple[Block, ...], tuple[Question, ...]]:
    due = open_ended_right(
        fixed_terms=situation.expiry.fixed_terms,
        hired=situation.hired,
        on=situation.last_day or situation.on,
        work=work,
    )
    if due is None or situation.expiry.wants_open_ended is False:
        return (), ()
    if situation.expiry.wants_open_ended is None:
        question = msg("劳动者是否提出或者同意订立无固定期限劳动合同？")
        return (), (Question(key="wants_open_ended", article=due, question=question),)
    return (
        Block(
            article=due,
            reason=msg("劳动者有权订立无固定期限劳动合同，期满终止属违法终止。"),
            opening=msg("与劳动者订立无固定期限劳动合同；终止的，应付赔偿金（劳动合同法第87条）。"),
        ),
    ), ()


def _renewal(situation: Situation) -> tuple[Question, ...]:
    expiry = situation.expiry
    if expiry.renewal_offered is None:
        question = msg("是否以维持或者提高的条件提出续订？")
        return (Question(key="renewal_offered", article=RENEWAL, question=question),)
    if expiry.renewal_offered and expiry.renewal_refused is None:
        question = msg("劳动者是否不同意续订？")
        return (Question(key="renewal_refused", article=RENEWAL, question=question),)
    return ()
