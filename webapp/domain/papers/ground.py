"""Does every paper name the same ground; that of the notice is frozen."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from webapp.domain.dismissal.table import GROUNDS
from webapp.domain.papers.values import CaseFile, Defect, Finding, Paper, PaperKind
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Iterator

ARTICLE = "法释〔2020〕26号第44条"
BEARERS = (PaperKind.UNION_LETTER, PaperKind.DECISION, PaperKind.NOTICE, PaperKind.DEMAND)
DIGITS = {"一": "1", "二": "2", "三": "3", "四": "4", "五": "5", "六": "6"}
ARTICLES = {
    "三十六": "36",
    "三十七": "37",
    "三十八": "38",
    "三十九": "39",
    "四十": "40",
    "四十一": "41",
    "四十四": "44",
}
CITED = re.compile(
    r"劳动合同法》?\s*(?:的)?第\s*([0-9]{2}|[一二三四五六七八九十]{2,3})\s*条"
    r"(?:\s*第?\s*[一1]\s*款)?(?:\s*第?\s*[（(]?\s*([1-6一二三四五六])\s*[)）]?\s*项)?"
)


def cited_grounds(text: str) -> frozenset[str]:
    """The grounds of dismissal that a text cites from the Labour Contract Law, as codes."""
    return frozenset(code for match in CITED.finditer(text) if (code := _code(*match.groups())) in GROUNDS)


def _code(article: str, item: str | None) -> str:
    number = ARTICLES.get(article, article)
    return number if item is None else f"{number}({DIGITS.get(item, item)})"


def check_ground(file: CaseFile) -> Iterator[Finding]:
    """Letters, decisions and notices that name another ground than the frozen one."""
    frozen = file.ground
    if not frozen:
        return
    for paper in file.of(*BEARERS):
        others = sorted(named_grounds(paper) - {frozen})
        if others:
            yield Finding(
                defect=Defect.GROUND_DIFFERS,
                paper=paper.key,
                article=ARTICLE,
                message=msg(
                    "《{title}》的依据是 {other}，与通知书的 {frozen} 不一致。",
                    title=paper.title,
                    other="、".join(others),
                    frozen=frozen,
                ),
                remedy=msg("解除理由以送达的通知书为准，不得事后更换；未送达的，统一后重新履行程序。"),
                excerpt="、".join(others),
            )


def named_grounds(paper: Paper) -> frozenset[str]:
    """The grounds that a paper names in its form or cites in its text, as codes."""
    cited = cited_grounds(paper.text)
    return cited | {paper.ground} if paper.ground else cited
