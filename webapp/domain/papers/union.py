"""Was the union told before the decision (劳动合同法第43条)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.domain.dismissal.table import GROUNDS
from webapp.domain.papers.values import CaseFile, Defect, Finding, PaperKind
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Iterator

ARTICLE = "劳动合同法第43条；法释〔2020〕26号第47条"


def check_union_letter(file: CaseFile) -> Iterator[Finding]:
    """A unilateral dismissal needs the letter, and the letter comes first."""
    ground = GROUNDS.get(file.ground)
    decided_on = file.decided_on
    if ground is None or not ground.union or decided_on is None:
        return
    letters = file.of(PaperKind.UNION_LETTER)
    if not letters:
        bearer = file.of(PaperKind.DECISION, PaperKind.NOTICE)[0]
        yield Finding(
            defect=Defect.UNION_MISSING,
            paper=bearer.key,
            article=ARTICLE,
            message=msg("单方解除，案卷里没有通知工会函。"),
            remedy=msg("起诉前补正；没有工会的，通知上级工会并给予答复期限。"),
        )
    late = [letter for letter in letters if letter.dated and letter.dated > decided_on]
    if letters and len(late) == len(letters):
        yield Finding(
            defect=Defect.UNION_LATE,
            paper=late[0].key,
            article=ARTICLE,
            message=msg(
                "《{title}》的日期 {dated} 晚于解除决定 {decided}。",
                title=late[0].title,
                dated=late[0].dated,
                decided=decided_on,
            ),
            remedy=msg("通知工会必须在决定之前；事后补正的效力有争议。"),
            excerpt=str(late[0].dated),
        )
