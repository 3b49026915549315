"""Advice on a planned end: what stands in the way and what is still to be done. A person decides."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from webapp.domain.dismissal.circumstances import check_circumstance
from webapp.domain.dismissal.conditions import check_conditions, check_standing
from webapp.domain.dismissal.expiry import check_expiry
from webapp.domain.dismissal.ground import Notice, Party, Pay
from webapp.domain.dismissal.hearing import check_union
from webapp.domain.dismissal.protection import check_protection
from webapp.domain.dismissal.table import find_ground
from webapp.domain.dismissal.timing import check_timing
from webapp.domain.explain import Result, Working
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from datetime import date

    from webapp.domain.dismissal.ground import Ground
    from webapp.domain.dismissal.situation import Block, Findings, Question, Situation
    from webapp.domain.law import Law


class Verdict(StrEnum):
    """How the conditions of the ground stand; never a decision."""

    POSSIBLE = "possible"  # no obstacle found and nothing open: a person may decide
    UNCLEAR = "unclear"  # facts are missing
    BLOCKED = "blocked"  # at least one article stands in the way


@dataclass(frozen=True, kw_only=True, slots=True)
class Advice:
    """All that HR must know before it goes on."""

    ground: str
    title: Message
    article: str
    verdict: Verdict
    blocks: tuple[Block, ...]
    questions: tuple[Question, ...]
    cautions: tuple[Message, ...]
    notice: Notice
    earliest_last_day: date | None
    union_required: bool
    severance: Pay
    documents: tuple[Message, ...]
    next_step: Message
    next_steps: tuple[Message, ...]
    if_done_anyway: Message | None
    decided_by: str = "person"


def advise(situation: Situation, *, law: Law) -> Result[Advice]:
    """Advise on one ground (劳动合同法第36至50条).

    Errors: NotFoundError (ground), InvalidError (facts it never asks), MissingParameterError.
    """
    ground = find_ground(situation.ground)
    work = Working(law, region=situation.region, on=situation.on)
    found = (
        check_standing(ground, situation),
        check_conditions(ground, situation),
        check_circumstance(ground, situation, work),
        check_protection(ground, situation, work),
        check_union(ground, situation, work),
        check_timing(ground, situation, work),
        check_expiry(ground, situation, work),
    )
    blocks = tuple(block for each in found for block in each.blocks)
    questions = tuple(question for each in found for question in each.questions)
    for block in blocks:
        work.step(block.reason, articles=(block.article,))
    work.step(msg("系统只列明条件、障碍和手续，是否解除由有权的人决定。"), articles=(ground.article,))
    return work.result(
        Advice(
            ground=ground.code,
            title=ground.title,
            article=ground.article,
            verdict=_verdict(blocks, questions),
            blocks=blocks,
            questions=questions,
            cautions=(*ground.cautions, *_cautions(ground, situation, found)),
            notice=ground.notice,
            earliest_last_day=_earliest(found),
            union_required=ground.union,
            severance=_pay(ground, situation),
            documents=ground.documents,
            next_step=_next_step(ground, blocks, questions),
            next_steps=ground.next_steps,
            if_done_anyway=_consequence(ground, blocks),
        )
    )


def _verdict(blocks: tuple[Block, ...], questions: tuple[Question, ...]) -> Verdict:
    if blocks:
        return Verdict.BLOCKED
    return Verdict.UNCLEAR if questions else Verdict.POSSIBLE


def _earliest(found: tuple[Findings, ...]) -> date | None:
    return next((each.earliest_last_day for each in found if each.earliest_last_day), None)


def _cautions(ground: Ground, situation: Situation, found: tuple[Findings, ...]) -> tuple[Message, ...]:
    cautions = [caution for each in found for caution in each.cautions]
    if ground.by is Party.EMPLOYER:
        cautions.append(msg("通知书写明的理由此后不得更换。"))
        ends = situation.contract_ends_on
        if ends is not None and ends <= situation.on:
            cautions.append(
                msg(
                    "劳动合同已于 {ends} 期满；期满后继续用工的，视为按原条件继续履行。",
                    ends=ends.isoformat(),
                )
            )
    return tuple(cautions)


def _pay(ground: Ground, situation: Situation) -> Pay:
    if ground.pay is not Pay.N_UNLESS_REFUSED:
        return ground.pay
    refused = situation.expiry.renewal_offered and situation.expiry.renewal_refused
    return Pay.NONE if refused else Pay.N


def _next_step(ground: Ground, blocks: tuple[Block, ...], questions: tuple[Question, ...]) -> Message:
    if blocks:
        return blocks[0].opening
    if questions:
        return msg("先查明：{question}", question=questions[0].question)
    return ground.next_steps[0]


def _consequence(ground: Ground, blocks: tuple[Block, ...]) -> Message | None:
    if not blocks or ground.by not in {Party.EMPLOYER, Party.LAW}:
        return None
    return msg("违法解除或者终止的，劳动者可以要求继续履行，或者要求赔偿金（劳动合同法第48、87条）。")
