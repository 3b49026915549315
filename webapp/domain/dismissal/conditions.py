"""The ground's own conditions against the facts known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.domain.dismissal.ground import Party
from webapp.domain.dismissal.situation import Block, Findings, Question
from webapp.domain.errors import InvalidError
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from webapp.domain.dismissal.ground import Condition, Ground
    from webapp.domain.dismissal.situation import Situation


def check_conditions(ground: Ground, situation: Situation) -> Findings:
    """Blocks for facts that fail, questions for unknown ones; InvalidError for facts it never asks."""
    facts = situation.facts
    known = {condition.key for condition in ground.conditions}
    unknown = sorted(facts.keys() - known)
    if unknown:
        raise InvalidError(
            msg("依据“{code}”不涉及这些事实：{names}。", code=ground.code, names="、".join(unknown)),
            fields={name: (msg("未知的输入项“{name}”。", name=name),) for name in unknown},
        )
    parts = (_all_of(ground.all_of, facts), _any_of(ground.any_of, facts), _forbids(ground.forbids, facts))
    return Findings(
        blocks=tuple(block for blocks, _ in parts for block in blocks),
        questions=tuple(question for _, questions in parts for question in questions),
    )


Part = tuple[tuple[Block, ...], tuple[Question, ...]]


def _ask(conditions: Iterable[Condition], facts: Mapping[str, bool]) -> tuple[Question, ...]:
    return tuple(
        Question(key=each.key, article=each.article, question=each.question)
        for each in conditions
        if each.key not in facts
    )


def _all_of(conditions: tuple[Condition, ...], facts: Mapping[str, bool]) -> Part:
    blocks = tuple(
        Block(
            article=each.article,
            reason=msg("条件不具备：{question}", question=each.question),
            opening=each.opening,
        )
        for each in conditions
        if facts.get(each.key) is False
    )
    return blocks, _ask(conditions, facts)


def _forbids(conditions: tuple[Condition, ...], facts: Mapping[str, bool]) -> Part:
    blocks = tuple(
        Block(
            article=each.article,
            reason=msg("存在障碍：{question}", question=each.question),
            opening=each.opening,
        )
        for each in conditions
        if facts.get(each.key)
    )
    return blocks, _ask(conditions, facts)


def _any_of(groups: tuple[tuple[Condition, ...], ...], facts: Mapping[str, bool]) -> Part:
    if not groups or any(all(facts.get(each.key) for each in group) for group in groups):
        return (), ()
    possible = [group for group in groups if all(facts.get(each.key) is not False for each in group)]
    if possible:
        return (), tuple(question for group in possible for question in _ask(group, facts))
    failed = (next(each for each in group if facts.get(each.key) is False) for group in groups)
    return (
        tuple(
            Block(
                article=each.article,
                reason=msg("各种情形一项也不具备，其中：{question}", question=each.question),
                opening=each.opening,
            )
            for each in failed
        ),
        (),
    )


def check_standing(ground: Ground, situation: Situation) -> Findings:
    """Who may use the ground: the contract's own employer; in probation only arts. 39, 40(1), 40(2)."""
    blocks: list[Block] = []
    if ground.by is Party.EMPLOYER and situation.dispatched_here:
        blocks.append(
            Block(
                article="劳动合同法第65条第2款",
                reason=msg("被派遣劳动者的用人单位是派遣单位，用工单位不能解除。"),
                opening=msg("依法退回派遣单位，由派遣单位处理。"),
            )
        )
    elif ground.by is Party.EMPLOYER and not situation.by_contract_employer:
        blocks.append(
            Block(
                article="劳动合同法第2条",
                reason=msg("作出决定的不是劳动合同上的用人单位；集团不是用人单位。"),
                opening=msg("由签订劳动合同的法人作出决定。"),
            )
        )
    if situation.in_probation and not ground.allowed_in_probation:
        blocks.append(
            Block(
                article="劳动合同法第21条",
                reason=msg("试用期内不得依据第四十条第三项或者第四十一条解除。"),
                opening=msg("试用期内只能依据第三十九条和第四十条第一项、第二项。"),
            )
        )
    return Findings(blocks=tuple(blocks))
