"""Void clauses 无效条款: sentences of a contract or rule that the law does not honour, found by their words.

A finding is a red mark for a lawyer's eye, not a judgment; sentences that only repeat a ban are let pass.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from webapp.domain.numerals import NUMERAL, read_numeral
from webapp.domain.parameters import reached
from webapp.domain.periods import MONTHS_A_YEAR
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date
    from decimal import Decimal

    from webapp.domain.law import Law
    from webapp.domain.parameters import Parameter

EMPLOYER = "(?:甲方|用人单位|公司|本单位)"
EMPLOYEE = "(?:乙方|员工|职工|劳动者|本人)"
GAP = "[^。；]{0,40}"
SHORT = "[^。；]{0,14}"
TIME = f"(?<![第0-9一二三四五六七八九十])(?P<n>{NUMERAL})(?P<unit>个月|月|年)(?!前|后|以上)"
YEAR = "年"
SOCIAL = "(?:社会保险|社保)"
SENTENCE = re.compile(r"[^。！!\n]+")
PART = re.compile("[^；;]+")
ITEM = re.compile("第[一二三四五六七八九十百0-9]+条|[一二三四五六七八九十0-9]+[、.．]|[（(]")
STOPS = frozenset("。；;：:！!")
BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Clause:
    """One kind of void clause: words that betray it, words that excuse it, and what to write instead.

    ``unless`` excuses in the same part of a sentence, ``context`` in the sentence up to that part. With
    ``limit``, the key of a parameter in months, the clause is void only where the time that the pattern finds
    (groups ``n`` and ``unit``) is longer than the row allows.
    """

    key: str
    title: Message
    article: str
    pattern: re.Pattern[str]
    unless: re.Pattern[str] | None
    context: re.Pattern[str] | None
    instead: Message
    limit: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class VoidClause:
    """A sentence found, with the kind of clause that it is."""

    clause: Clause
    sentence: str


def _clause(
    key: str,
    *,
    title: Message,
    article: str,
    pattern: str,
    instead: Message,
    unless: str = "",
    context: str = "",
) -> Clause:
    return Clause(
        key=key,
        title=title,
        article=article,
        pattern=re.compile(pattern),
        unless=re.compile(unless) if unless else None,
        context=re.compile(context) if context else None,
        instead=instead,
    )


FORBIDDEN = "不得|禁止|不收取|不扣押|严禁|不应"
# The employer is the one who pays: severance, damages, overtime.
EMPLOYER_PAYS = (
    f"(?:^|，){EMPLOYER}(?!有权)[^。；，]{{0,12}}(?:应|须|当)[^。；，]{{0,6}}(?:支付|赔偿)|{EMPLOYER}违法"
)
NO_PENALTY = msg("删去该条；只能主张实际损失，并证明因果关系（违约金仅限服务期和竞业限制、保密）。")
CLAUSES: tuple[Clause, ...] = (
    _clause(
        "penalty",
        title=msg("约定由劳动者承担违约金"),
        article="劳动合同法第25条",
        pattern=f"{EMPLOYEE}{GAP}(?:支付|承担|缴纳|赔付|赔偿|交付){GAP}违约金",
        unless=f"专项培训|培训费|培训协议|服务期|竞业|保密|商业秘密|{FORBIDDEN}|{EMPLOYER_PAYS}",
        context="服务期|竞业限制",
        instead=NO_PENALTY,
    ),
    _clause(
        "multiple",
        title=msg("约定由劳动者按倍数赔偿"),
        article="劳动合同法第25条",
        pattern=(
            f"兼职{GAP}倍"
            f"|{EMPLOYEE}{GAP}(?:赔偿|返还|支付给?{EMPLOYER}){GAP}倍"
            f"|{EMPLOYEE}{GAP}倍{SHORT}(?:赔偿|返还)"
            f"|{EMPLOYEE}{GAP}向{EMPLOYER}(?:支付|赔偿){GAP}倍"
        ),
        unless=f"服务期|竞业|加班|{FORBIDDEN}|{EMPLOYER_PAYS}",
        instead=NO_PENALTY,
    ),
    _clause(
        "no_social_insurance",
        title=msg("放弃或者免除社会保险"),
        article="劳动合同法第26条第1款第2项",
        pattern=(
            f"(?:放弃|不(?:再)?(?:要求)?(?:为其|为乙方|为员工)?(?:缴纳|办理|参加)|无需){SHORT}{SOCIAL}"
            f"|{SOCIAL}{SHORT}(?:自行承担|自理|折现|代替|放弃)"
        ),
        unless=FORBIDDEN,
        instead=msg("删去该条，依法缴纳社会保险；放弃社保的约定无效。"),
    ),
    _clause(
        "no_injury",
        title=msg("免除工伤责任"),
        article="劳动合同法第26条第1款第2项",
        pattern=(
            f"(?:工伤|伤亡|人身伤害|意外){SHORT}(?:自负|自理|自行承担|概不负责|不承担(?:任何)?责任"
            f"|与{EMPLOYER}无关)"
        ),
        unless="双方|不可抗力",
        instead=msg("删去该条；工伤责任不能以约定免除。"),
    ),
    _clause(
        "no_overtime_pay",
        title=msg("放弃加班费"),
        article="劳动合同法第26条第1款第2项、第31条",
        pattern=(
            f"(?:放弃|不(?:得)?(?:再)?(?:主张|要求)){SHORT}加班(?:费|工资)"
            f"|加班(?:费|工资)?{SHORT}(?:不另行?支付|不再支付|无需支付|不支付|不计发)"
        ),
        instead=msg("删去该条，依法支付加班费。"),
    ),
    _clause(
        "no_annual_leave",
        title=msg("放弃年休假或者逾期作废"),
        article="职工带薪年休假条例第5条",
        pattern=f"放弃{SHORT}年(?:休)?假|年(?:休)?假{GAP}(?:作废|清零|视为放弃)",
        unless="书面提出|因本人原因",
        instead=msg("由用人单位统筹安排；劳动者因本人原因书面提出不休的，另作记录。"),
    ),
    _clause(
        "marriage",
        title=msg("以结婚、怀孕、生育为解除或者终止条件"),
        article="劳动合同法第26条第1款第3项、劳动合同法实施条例第13条",
        pattern="(?:结婚|怀孕|生育)[^。；]{0,24}(?:解除|终止|辞职|离职|辞退)",
        unless=f"{FORBIDDEN}|不(?:因|以)",
        instead=msg("删去该条；不得限制结婚、生育。"),
    ),
    _clause(
        "own_ends",
        title=msg("约定法定情形以外的终止条件"),
        article="劳动合同法实施条例第13条",
        pattern=f"(?:末位|排名最后|末尾){GAP}(?:淘汰|解除|终止|辞退)|自动(?:解除|终止|离职)",
        unless=f"期满|届满|死亡|{FORBIDDEN}",
        instead=msg("删去该条；只能依照法定情形解除或者终止。"),
    ),
    _clause(
        "free_dismissal",
        title=msg("用人单位可以任意解除"),
        article="劳动合同法第26条第1款第2项",
        pattern=f"{EMPLOYER}(?:可以?|有权)(?:随时|任意|无条件|无理由)[^。；]{{0,8}}(?:解除|辞退|终止)",
        instead=msg("删去该条；解除须有法定理由。"),
    ),
    _clause(
        "deposit",
        title=msg("收取押金、保证金或者扣押证件"),
        article="劳动合同法第9条",
        pattern=(
            f"(?:缴纳|交纳|交|收取|支付|扣留){SHORT}(?:押金|保证金|风险金|抵押金)"
            f"|(?:扣押|扣留|收存|{EMPLOYER}[^。；，]{{0,6}}保管){SHORT}(?:身份证|证件|毕业证)"
        ),
        unless=f"{FORBIDDEN}|公积金",
        instead=msg("删去该条，退还所收财物和证件。"),
    ),
    _clause(
        "free_change",
        title=msg("用人单位可以任意变更岗位、地点或者报酬"),
        article="劳动合同法第26条第1款第2项、第35条",
        pattern=(
            f"{EMPLOYER}(?:可以?|有权)[^。；，]{{0,8}}(?:随时|任意|单方|自行)[^。；]{{0,16}}(?:调整|变更|降低)"
            "[^。；]{0,16}(?:岗位|地点|报酬|工资|薪)"
            "|(?:岗位|地点|报酬|工资)[^。；]{0,20}无条件(?:服从|接受)"
        ),
        instead=msg("改为协商一致、书面变更。"),
    ),
    _clause(
        "forfeit",
        title=msg("扣发或者不发工资"),
        article="劳动合同法第30条第1款",
        pattern=f"(?:扣发|没收|不予(?:发放|结算|支付)|不再(?:发放|结算|支付)){SHORT}(?:工资|薪资|薪酬)",
        unless=f"{FORBIDDEN}|重复",
        instead=msg("删去该条；工资应当及时足额支付，扣除损失有法定限度。"),
    ),
    replace(
        _clause(
            "long_probation",
            title=msg("试用期超过法定最长期限"),
            article="劳动合同法第19条第1款",
            pattern=f"试用期(?:期限)?(?:为|是|共|：|:)?{TIME}",
            instead=msg("按合同期限约定试用期，不超过法定最长期限。"),
        ),
        limit="probation.scale",
    ),
    replace(
        _clause(
            "long_non_compete",
            title=msg("竞业限制超过法定最长期限"),
            article="劳动合同法第24条第2款",
            pattern=f"竞业限制{SHORT}?{TIME}",
            instead=msg("改为不超过法定最长期限，并按月给予补偿。"),
        ),
        limit="non_compete.longest_months",
    ),
)


LIMITS = frozenset(clause.limit for clause in CLAUSES if clause.limit)


def find_void_clauses(text: str, *, law: Law, on: date) -> tuple[VoidClause, ...]:
    """Each sentence that bears a void clause, in the order of the text; once for each article it breaks.

    Raises MissingParameterError where a limit has no row for the day.
    """
    limits = {key: _longest(law.parameters.lookup(key, on=on)) for key in LIMITS}
    found: list[VoidClause] = []
    for part, before in _read_parts(text):
        broken: set[str] = set()
        for clause in CLAUSES:
            fits = clause.article not in broken and _breaks(clause, part, limits)
            if fits and not _excused(clause, part, before=before):
                broken.add(clause.article)
                found.append(VoidClause(clause=clause, sentence=part))
    return tuple(found)


def _longest(row: Parameter) -> Decimal:
    """The most months that a row allows: its number, or what the last step of its scale grants."""
    if not isinstance(row.value, tuple):
        return row.number
    bounds = [least for least, _ in row.numbers]
    granted = reached(row.numbers, max(bounds))
    assert granted is not None  # its own highest bound is reached
    return granted


def _breaks(clause: Clause, part: str, limits: Mapping[str, Decimal]) -> bool:
    if not clause.limit:
        return clause.pattern.search(part) is not None
    return any(_months(match) > limits[clause.limit] for match in clause.pattern.finditer(part))


def _months(match: re.Match[str]) -> int:
    count = read_numeral(match["n"]) or 0
    return count * MONTHS_A_YEAR if match["unit"] == YEAR else count


def _excused(clause: Clause, part: str, *, before: str) -> bool:
    return any(
        pattern is not None and pattern.search(words) is not None
        for pattern, words in ((clause.unless, part), (clause.context, before))
    )


def split_sentences(text: str) -> tuple[str, ...]:
    """The parts of sentences between stops and semicolons; wrapped lines are joined, blanks are dropped.

    A line break ends a sentence only after a stop, before a numbered item and at a blank line.
    """
    return tuple(part for part, _ in _read_parts(text))


def _read_parts(text: str) -> Iterator[tuple[str, str]]:
    """Each part with the words of its sentence before it."""
    for sentence in SENTENCE.finditer(_join_lines(text)):
        for part in PART.finditer(sentence.group()):
            yield part.group(), sentence.group()[: part.start()]


def _join_lines(text: str) -> str:
    pieces: list[str] = []
    for raw in text.splitlines():
        line = BLANKS.sub("", raw)
        if not line or ITEM.match(line) or (pieces and pieces[-1][-1] in STOPS):
            pieces.append("\n")
        if line:
            pieces.append(line)
    return "".join(pieces)
