"""The checks over a case's papers as an area."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from webapp.domain.areas.inputs import REGION, choice, day, switch
from webapp.domain.areas.notices import ATTEMPT, read_attempt
from webapp.domain.explain import Result, Working
from webapp.domain.papers import CaseFile, Paper, PaperKind, check_papers
from webapp.domain.schema import Input, Kind, Rule, read
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.domain.law import Law


def _word(name: str, title: Message, *, required: bool = False, default: str = "") -> Input:
    return Input(name=name, kind=Kind.WORD, title=title, required=required, default=default)


PAPER: tuple[Input, ...] = (
    _word("key", msg("材料编号"), required=True),
    choice("kind", msg("材料种类"), choices=tuple(PaperKind)),
    _word("title", msg("标题"), required=True),
    _word("text", msg("文本")),
    day("dated", msg("落款日期"), required=False),
    _word("person", msg("人员姓名")),
    _word("id_number", msg("身份证号码")),
    _word("ground", msg("解除或者终止的依据")),
    day("done_on", msg("办理日期"), required=False),
    day("due", msg("期限"), required=False),
    _word("version", msg("版本")),
    Input(name="attempt", kind=Kind.RECORD, title=msg("送达"), required=False, columns=ATTEMPT),
)


def read_paper(raw: Mapping[str, Any]) -> Paper:
    """One paper of raw values; InvalidError."""
    given = read(PAPER, raw)
    attempt = given.pop("attempt")
    kind = PaperKind(given.pop("kind"))
    return Paper(**given, kind=kind, attempt=None if attempt is None else read_attempt(attempt))


def run_papers(given: Mapping[str, Any], law: Law) -> Result[dict[str, Any]]:
    """What would lose the case."""
    file = CaseFile(
        person=given["person"],
        papers=tuple(read_paper(raw) for raw in given["papers"]),
        id_number=given["id_number"],
        colleagues=frozenset(given["colleagues"]),
        addresses=frozenset(given["addresses"]),
        electronic_agreed=given["electronic_agreed"],
        ended_on=given["ended_on"],
        pay_in_lieu=given["pay_in_lieu"],
        region=given["region"],
    )
    work = Working(law, region=given["region"], on=law.asked_on(given["ended_on"]))
    findings = check_papers(file, law=law)
    for found in findings:
        work.step(found.message, articles=(found.article,))
    return work.result({"findings": list(findings), "clean": not findings})


RULES: tuple[Rule, ...] = (
    Rule(
        area="case_papers",
        title=msg("案卷材料核查"),
        inputs=(
            _word("person", msg("人员姓名"), required=True),
            Input(name="papers", kind=Kind.RECORD, title=msg("材料"), many=1, columns=PAPER),
            _word("id_number", msg("身份证号码")),
            Input(
                name="colleagues",
                kind=Kind.WORD,
                title=msg("其他人员姓名"),
                required=False,
                default=(),
                many=1,
            ),
            Input(
                name="addresses",
                kind=Kind.WORD,
                title=msg("约定的送达地址"),
                required=False,
                default=(),
                many=1,
            ),
            switch("electronic_agreed", msg("约定了电子送达")),
            day("ended_on", msg("劳动合同结束日"), required=False),
            switch("pay_in_lieu", msg("以代通知金代替提前通知")),
            REGION,
        ),
        run=run_papers,
    ),
)
