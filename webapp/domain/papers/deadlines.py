"""Were the days kept: cure periods, thirty days' notice, certificate, transfer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.domain.dismissal.ground import Notice
from webapp.domain.dismissal.table import GROUNDS
from webapp.domain.dismissal.timing import NOTICE_DAYS
from webapp.domain.explain import Unit
from webapp.domain.limits.procedure import Event, terms_after
from webapp.domain.papers.values import CaseFile, Defect, Finding, Paper, PaperKind
from webapp.domain.periods import raw_end
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from webapp.domain.law import Law

HANDOVER = "劳动合同法第50条第1款"


def check_deadlines(file: CaseFile, *, law: Law) -> Iterator[Finding]:
    """Every day that statute or a paper of the case sets."""
    yield from _cure(file)
    yield from _notice(file, law)
    yield from _after_the_end(file, law)
    yield from _own_due(file)


def _missed(paper: Paper, *, article: str, message: Message, remedy: Message) -> Finding:
    return Finding(
        defect=Defect.DEADLINE_MISSED, paper=paper.key, article=article, message=message, remedy=remedy
    )


def _cure(file: CaseFile) -> Iterator[Finding]:
    """A decision before the time to comply has run out."""
    decided_on = file.decided_on
    for demand in file.of(PaperKind.DEMAND):
        if decided_on and demand.due and decided_on <= demand.due:
            yield _missed(
                demand,
                article="劳动合同法第39条第4项",
                message=msg(
                    "限期改正到 {due} 为止，而决定作于 {decided}。", due=demand.due, decided=decided_on
                ),
                remedy=msg("等期限届满并复查后再作决定。"),
            )


def _notice(file: CaseFile, law: Law) -> Iterator[Finding]:
    """Thirty days between the notice and the last day for arts. 40, unless pay is given instead."""
    ground = GROUNDS.get(file.ground)
    if ground is None or ground.notice is not Notice.THIRTY_DAYS_OR_PAY or file.pay_in_lieu:
        return
    for paper in file.of(PaperKind.NOTICE):
        if not paper.dated or not file.ended_on:
            continue
        days = law.parameters.lookup(NOTICE_DAYS, on=paper.dated).whole
        earliest = raw_end(paper.dated, days, unit=Unit.CALENDAR_DAYS, calendar=law.calendar)
        if file.ended_on < earliest:
            yield _missed(
                paper,
                article="劳动合同法第40条",
                message=msg(
                    "《{title}》距最后工作日 {ended} 不足法定通知期，也没有代通知金。",
                    title=paper.title,
                    ended=file.ended_on,
                ),
                remedy=msg("推迟最后工作日，或者支付代通知金。"),
            )


def _after_the_end(file: CaseFile, law: Law) -> Iterator[Finding]:
    if file.ended_on is None:
        return
    for paper in file.of(PaperKind.CERTIFICATE):
        issued = paper.done_on or paper.dated
        if issued and issued > file.ended_on:
            yield _missed(
                paper,
                article=HANDOVER,
                message=msg(
                    "解除、终止证明出具于 {issued}，晚于 {ended}。", issued=issued, ended=file.ended_on
                ),
                remedy=msg("立即补发并保存签收；由此造成损失的承担赔偿（第89条）。"),
            )
    due = terms_after(Event.CONTRACT_ENDED, file.ended_on, law=law).value["due"]
    for paper in file.of(PaperKind.TRANSFER):
        done = paper.done_on or paper.dated
        if done and done > due:
            yield _missed(
                paper,
                article=HANDOVER,
                message=msg("转移手续办于 {done}，晚于期限 {due}。", done=done, due=due),
                remedy=msg("立即办理并保存回执。"),
            )


def _own_due(file: CaseFile) -> Iterator[Finding]:
    """A paper that bears both its last day and the day of the act."""
    for paper in file.of(*(kind for kind in PaperKind if kind is not PaperKind.DEMAND)):
        if paper.due and paper.done_on and paper.done_on > paper.due:
            yield _missed(
                paper,
                article="民法典第203条",
                message=msg(
                    "《{title}》应在 {due} 前完成，实际为 {done}。",
                    title=paper.title,
                    due=paper.due,
                    done=paper.done_on,
                ),
                remedy=msg("说明逾期原因并保存证明。"),
            )
