"""劳动合同法第42条 bars arts. 40 and 41 and, by art. 45, prolongs an expiring term; never art. 39."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.domain.dismissal.ground import Party
from webapp.domain.dismissal.situation import Block, Findings, Protection, Question
from webapp.domain.periods import add_years, elapsed
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.domain.dismissal.ground import Ground
    from webapp.domain.dismissal.situation import Situation
    from webapp.domain.explain import Working


BARS: Mapping[Protection, tuple[str, Message, Message]] = {
    Protection.OCCUPATIONAL: (
        "劳动合同法第42条第1项",
        msg("接触职业病危害作业而未作离岗前检查，或者疑似职业病在诊断、观察期间。"),
        msg("完成离岗前职业健康检查，或者等诊断、观察结束。"),
    ),
    Protection.INJURY: (
        "劳动合同法第42条第2项",
        msg("患职业病或者因工负伤并被确认丧失或者部分丧失劳动能力。"),
        msg("按国家有关工伤保险的规定办理。"),
    ),
    Protection.MEDICAL: (
        "劳动合同法第42条第3项",
        msg("患病或者非因工负伤，在规定的医疗期内。"),
        msg("等医疗期届满。"),
    ),
    Protection.MATERNITY: (
        "劳动合同法第42条第4项",
        msg("女职工在孕期、产期、哺乳期。"),
        msg("等孕期、产期、哺乳期结束。"),
    ),
    Protection.SENIOR: (
        "劳动合同法第42条第5项",
        msg("在本单位的连续工作年限和距法定退休年龄的年数都达到第42条第5项的界限。"),
        msg("不能依据第40条、第41条解除；可以协商解除。"),
    ),
    Protection.OTHER: (
        "劳动合同法第42条第6项",
        msg("有法律、行政法规规定的其他保护情形（如工会干部）。"),
        msg("按该规定的程序办理，或者等该情形消失。"),
    ),
}


def check_protection(ground: Ground, situation: Situation, work: Working) -> Findings:
    """The bars that stand on the day of the decision, known or found from the dates."""
    bars = _bars_on(situation, work)
    if not ground.protected:
        return Findings(cautions=_no_bar(ground, bars))
    if situation.protection_known_on is not None and situation.protection_known_on > situation.on:
        work.dispute(msg("决定之后才得知保护情形的，一般仍以决定当时客观存在的情形为准。"))
    questions: tuple[Question, ...] = ()
    if not situation.protections_checked:
        questions = (
            Question(
                key="protections_checked",
                article="劳动合同法第42条",
                question=msg("第42条的六种保护情形是否已逐项核查？"),
            ),
        )
    return Findings(blocks=tuple(_bar(ground, each) for each in bars), questions=questions)


def _bars_on(situation: Situation, work: Working) -> tuple[Protection, ...]:
    found = set(situation.protections)
    ends = situation.medical_period_ends_on
    if ends is not None and situation.on <= ends:
        found.add(Protection.MEDICAL)
    if _is_senior(situation, work):
        found.add(Protection.SENIOR)
    return tuple(each for each in Protection if each in found)


def _is_senior(situation: Situation, work: Working) -> bool:
    if situation.hired is None or situation.retirement_on is None:
        return False
    years = elapsed(situation.hired, situation.on).years
    near = add_years(situation.retirement_on, -work.whole("protection.years_to_retirement"))
    return years >= work.whole("protection.senior_years") and situation.on > near


def _bar(ground: Ground, protection: Protection) -> Block:
    article, reason, opening = BARS[protection]
    if ground.by is Party.LAW:
        return Block(
            article=f"劳动合同法第45条、{article.removeprefix('劳动合同法')}",
            reason=msg("期满时仍有保护情形，劳动合同续延：{reason}", reason=reason),
            opening=opening if protection is Protection.INJURY else msg("续延至该情形消失时终止。"),
        )
    return Block(article=article, reason=reason, opening=opening)


def _no_bar(ground: Ground, bars: tuple[Protection, ...]) -> tuple[Message, ...]:
    if bars and ground.by is Party.EMPLOYER:
        return (msg("劳动者有第42条的保护情形；该条不阻止依据第39条解除，但举证应当更加充分。"),)
    return ()
