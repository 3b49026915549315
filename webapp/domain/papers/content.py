"""Do papers say what they must, and do their clauses hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.domain.contracts.clauses import find_void_clauses
from webapp.domain.contracts.content import CONTRACT_ITEMS, SUPPLEMENT_ITEMS, Item, missing_items
from webapp.domain.papers.values import CaseFile, Defect, Finding, PaperKind
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from webapp.domain.law import Law

CERTIFICATE = "劳动合同法实施条例第24条"
BURDEN = "法释〔2020〕26号第44条"
DATE = r"[0-9]{4}[年\-./][0-9]{1,2}"


def _item(key: str, title: Message, article: str, *patterns: str) -> Item:
    return Item(key=key, title=title, article=article, patterns=patterns)


REQUIRED: Mapping[PaperKind, tuple[Item, ...]] = {
    PaperKind.CONTRACT: CONTRACT_ITEMS,
    PaperKind.SUPPLEMENT: SUPPLEMENT_ITEMS,
    PaperKind.CERTIFICATE: (
        _item("term", msg("劳动合同期限"), CERTIFICATE, "期限"),
        _item("end", msg("解除或者终止的日期"), CERTIFICATE, f"(?:解除|终止)[^。]{{0,24}}|{DATE}", DATE),
        _item("post", msg("工作岗位"), CERTIFICATE, "岗位|职务|职位"),
        _item("years", msg("在本单位的工作年限"), CERTIFICATE, "工作年限|工龄|年限"),
    ),
    PaperKind.NOTICE: (
        _item("ground", msg("解除或者终止的依据条款"), BURDEN, "第[0-9一二三四五六七八九十]+条"),
        _item("facts", msg("事实"), BURDEN, "事实|经查|查明|原因|因为|鉴于|情形"),
        _item("last_day", msg("解除或者终止的日期"), BURDEN, DATE),
        _item("remedies", msg("异议和仲裁的途径"), "劳动争议调解仲裁法第27条", "仲裁"),
    ),
    PaperKind.DEMAND: (
        _item("facts", msg("事实"), "劳动合同法第39条第4项", "事实|经查|查明|发现"),
        _item("stop", msg("要求改正的内容"), "劳动合同法第39条第4项", "改正|停止|终止"),
        _item(
            "deadline",
            msg("改正期限"),
            "劳动合同法第39条第4项",
            f"期限|限期|之前|前改正|日内|{DATE}",
            f"日内|{DATE}",
        ),
        _item("consequence", msg("逾期不改正的后果"), "劳动合同法第39条第4项", "逾期|否则|拒不|后果"),
    ),
    PaperKind.UNION_LETTER: (
        _item("ground", msg("解除的理由和依据条款"), "劳动合同法第43条", "第[0-9一二三四五六七八九十]+条"),
        _item("facts", msg("事实"), "劳动合同法第43条", "事实|经查|查明|原因|因为|鉴于|情形"),
    ),
}
CLAUSE_BEARERS = (
    PaperKind.CONTRACT,
    PaperKind.SUPPLEMENT,
    PaperKind.RULES,
    PaperKind.SETTLEMENT,
)


def check_content(file: CaseFile, *, law: Law) -> Iterator[Finding]:
    """Mandatory content, for papers whose text is at hand, as of the day of the paper."""
    for paper in file.papers:
        if not paper.text.strip() or paper.kind not in REQUIRED:
            continue
        on = law.asked_on(paper.dated or file.ended_on)
        for item in missing_items(paper.text, REQUIRED[paper.kind], law=law, on=on):
            yield Finding(
                defect=Defect.CONTENT_MISSING,
                paper=paper.key,
                article=item.article,
                message=msg("《{title}》缺少：{item}。", title=paper.title, item=item.title),
                remedy=msg("补充后重新签署或者送达。"),
                excerpt=item.key,
            )


def check_clauses(file: CaseFile, *, law: Law) -> Iterator[Finding]:
    """Void clauses in contracts, supplements, rules and settlements, as of the day of the paper."""
    for paper in file.of(*CLAUSE_BEARERS):
        if not paper.text.strip():
            continue
        on = law.asked_on(paper.dated or file.ended_on)
        for found in find_void_clauses(paper.text, law=law, on=on):
            yield Finding(
                defect=Defect.VOID_CLAUSE,
                paper=paper.key,
                article=found.clause.article,
                message=msg(
                    "《{title}》含无效条款：{clause}。", title=paper.title, clause=found.clause.title
                ),
                remedy=found.clause.instead,
                excerpt=found.sentence,
            )


def check_rules(file: CaseFile) -> Iterator[Finding]:
    """A dismissal under art. 39(2) rests on a version of the rules that the person received before it."""
    if file.ground != "39(2)":
        return
    receipts = file.of(PaperKind.RULES_RECEIPT)
    for rules in file.of(PaperKind.RULES):
        if not any(
            receipt.version == rules.version
            and (receipt.dated is None or file.decided_on is None or receipt.dated <= file.decided_on)
            for receipt in receipts
        ):
            yield Finding(
                defect=Defect.RULES_NOT_RECEIVED,
                paper=rules.key,
                article="劳动合同法第4条第4款；法释〔2020〕26号第50条",
                message=msg("没有劳动者签收《{title}》该版本的记录。", title=rules.title),
                remedy=msg("只能依据劳动者在行为之前已签收的版本。"),
                excerpt=rules.version,
            )
