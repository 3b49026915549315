"""The union 工会 before a unilateral dismissal: 劳动合同法第43条, 法释〔2020〕26号第47条."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.domain.dismissal.situation import Block, Findings
from webapp.domain.explain import Unit
from webapp.domain.periods import deadline
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from datetime import date

    from webapp.domain.dismissal.ground import Ground
    from webapp.domain.dismissal.situation import Situation
    from webapp.domain.explain import Working

UNION = "劳动合同法第43条"
CURE = "法释〔2020〕26号第47条"


def check_union(ground: Ground, situation: Situation, work: Working) -> Findings:
    """Told before the decision, with time to answer. A missing union is no excuse: the higher one is told."""
    if not ground.union:
        return Findings()
    if not situation.union.exists:
        work.dispute(msg("没有建立工会的，裁判中仍有认定应当通知上级工会或者职工代表的，按应当通知处理。"))
    told = situation.union.notified_on
    if told is None or told > situation.on:
        return Findings(blocks=(_untold(situation, told is not None, work),))
    return Findings(cautions=_time_to_answer(told, situation, work))


def _untold(situation: Situation, late: bool, work: Working) -> Block:  # noqa: FBT001 - private
    if late:
        work.dispute(msg("起诉前补正通知程序的效力有争议；事后次日通知曾被认定不能补正。"))
    opening = (
        msg("作出决定之前，将理由书面通知工会。")
        if situation.union.exists
        else msg("作出决定之前，书面通知上级工会并给予答复期限。")
    )
    reason = msg("通知工会晚于解除决定。") if late else msg("尚未事先将理由通知工会。")
    return Block(article=f"{UNION}；{CURE}", reason=reason, opening=opening)


def _time_to_answer(told: date, situation: Situation, work: Working) -> tuple[Message, ...]:
    answered = situation.union.answered_on
    cautions: list[Message] = []
    if told == situation.on:
        cautions.append(msg("通知工会与决定在同一日，须能证明通知在先。"))
    if answered is not None and answered > situation.on:
        cautions.append(msg("工会意见晚于决定，应当研究该意见并书面答复。"))
    elif answered is None:
        days = work.whole("union.reply_days")
        due = work.take(deadline(told, days, unit=Unit.WORKING_DAYS, law=work.law, articles=(UNION,)))
        if situation.on <= due:
            cautions.append(msg("工会尚未答复，答复期限到 {due} 为止。", due=due.isoformat()))
    return tuple(cautions)
