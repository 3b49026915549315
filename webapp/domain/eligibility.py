"""Who may be offered a change of working terms 资格核查: each obstacle with its article and its remedy.

Nothing here decides about a person: it says what the law or the record stands against an offer, and why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.domain.hours.clock import shift_session
from webapp.domain.overtime import HoursSystem
from webapp.domain.periods import add_months
from webapp.domain.permits import OTHER_SYSTEMS, Permit, PermitState, state_on
from webapp.domain.protection import (
    LATE_PREGNANCY,
    NURSING,
    STATUS_NAMES,
    Protection,
    Worker,
    check_shift,
    protections,
)
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, time

    from webapp.domain.law import Law

WRITTEN = "劳动合同法第10条、第35条"
DISPATCH = "劳动合同法第58条、第59条"
CHANGE = "劳动合同法第35条"
ELECTRONIC = "电子劳动合同订立指引（人社厅发〔2021〕54号）第3条"
LATE_MONTHS = "protection.late_pregnancy_months"
#: The statute beside the regulation that the protection rule names.
ALSO = {LATE_PREGNANCY: "劳动法第61条", NURSING: "劳动法第63条"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """The working terms that would be offered."""

    on: date  # effective day
    hours_system: HoursSystem = HoursSystem.STANDARD
    shift_start: time | None = None
    shift_end: time | None = None
    cycle: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """What the record says of a person, as far as the person has told it."""

    post: str
    entity: str
    number: str
    region: str
    worker: Worker
    dispatch: bool = False
    contract: str | None = None  # number of the contract in force on the effective day
    contract_today: str | None = None  # of the one in force today
    open_change: str | None = None  # number of another case that changes the same contract
    electronic: str | None = None  # agreed, refused, or not asked
    left: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Block:
    """One obstacle: ``sentence`` says why, ``opens`` what would remove it."""

    code: str
    article: str
    sentence: Message
    opens: Message


@dataclass(frozen=True, kw_only=True, slots=True)
class Eligibility:
    """The answer; ``cautions`` do not stand against the offer but must be known."""

    blocks: tuple[Block, ...]
    cautions: tuple[Block, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the change may be offered."""
        return not self.blocks


def check_offer(candidate: Candidate, offer: Offer, *, permits: tuple[Permit, ...], law: Law) -> Eligibility:
    """All that stands against offering these terms to this person, in the order of the process."""
    blocks = (
        *_employment(candidate, offer),
        *_change(candidate),
        *_permit(candidate, offer, permits),
        *_protection(candidate, offer, law=law),
        *_form(candidate),
    )
    return Eligibility(blocks=blocks, cautions=tuple(_cautions(candidate, offer, law=law)))


def _employment(candidate: Candidate, offer: Offer) -> Iterator[Block]:
    if candidate.left:
        yield Block(
            code="left",
            article=CHANGE,
            sentence=msg("生效日 {day} 时劳动关系已经结束。", day=offer.on.isoformat()),
            opens=msg("不再需要变更。"),
        )
    elif candidate.dispatch:
        yield Block(
            code="dispatch",
            article=DISPATCH,
            sentence=msg("此人是劳务派遣人员，用人单位是派遣单位，本公司不能与其变更劳动合同。"),
            opens=msg("请与派遣单位协商，由派遣单位与其变更。"),
        )
    elif candidate.contract is None:
        expires = candidate.contract_today is not None
        yield Block(
            code="contract-ends" if expires else "no-contract",
            article=WRITTEN,
            sentence=msg("劳动合同在生效日 {day} 之前到期。", day=offer.on.isoformat())
            if expires
            else msg("没有生效的书面劳动合同，无从变更。"),
            opens=msg("先续订劳动合同，再变更。") if expires else msg("先订立或补录劳动合同。"),
        )


def _change(candidate: Candidate) -> Iterator[Block]:
    if candidate.open_change is not None:
        yield Block(
            code="open-change",
            article=CHANGE,
            sentence=msg("另有一项合同变更正在办理：{number}。", number=candidate.open_change),
            opens=msg("等那项变更办结，或先撤回它。"),
        )


def _permit(candidate: Candidate, offer: Offer, permits: tuple[Permit, ...]) -> Iterator[Block]:
    """Special hours need a permit for employer, post and system, valid on the day (劳动法 39)."""
    if offer.hours_system is HoursSystem.STANDARD:
        return
    fitting = [
        p
        for p in permits
        if p.entity == candidate.entity
        and candidate.post in p.posts
        and p.system is offer.hours_system
        and (not p.persons or candidate.number in p.persons)
        and offer.cycle in (None, p.cycle)
    ]
    states = {state_on(p, offer.on) for p in fitting}
    if PermitState.VALID in states:
        return
    yield Block(
        code="no-permit",
        article=OTHER_SYSTEMS,
        sentence=_why_no_permit(candidate, offer, states),
        opens=msg("取得覆盖该岗位的特殊工时审批并录入台账，或改用标准工时制。"),
    )


def _why_no_permit(candidate: Candidate, offer: Offer, states: set[PermitState]) -> Message:
    values = {"post": candidate.post, "day": offer.on.isoformat()}
    if PermitState.NOT_YET in states:
        return msg("岗位“{post}”的特殊工时审批在 {day} 还没有生效。", **values)
    if PermitState.REVOKED in states:
        return msg("岗位“{post}”的特殊工时审批在 {day} 已被撤销。", **values)
    if PermitState.EXPIRED in states:
        return msg("岗位“{post}”的特殊工时审批在 {day} 已经过期。", **values)
    return msg("岗位“{post}”没有这种工时制度的审批。", **values)


def _protection(candidate: Candidate, offer: Offer, *, law: Law) -> Iterator[Block]:
    if offer.shift_start is None or offer.shift_end is None:
        return
    statuses = protections(candidate.worker, on=offer.on, law=law, region=candidate.region).value
    shift = shift_session(offer.on, offer.shift_start, offer.shift_end)
    checked = check_shift(shift, statuses, law=law, region=candidate.region)
    if checked.value.allowed:
        return
    hours = checked.value.night_hours
    for step in checked.steps:
        if step.message not in checked.value.reasons:
            continue
        article = step.articles[0]
        yield Block(
            code=_code(statuses),
            article="、".join(filter(None, (article, ALSO.get(article)))),
            sentence=msg(
                "{reason}班次 {start}–{end} 与夜间重叠 {hours} 小时。",
                reason=step.message,
                start=offer.shift_start.isoformat("minutes"),
                end=offer.shift_end.isoformat("minutes"),
                hours=hours,
            ),
            opens=msg("改排不含夜间时段的班次，或待受保护的期间结束后再提出。"),
        )


def _code(statuses: frozenset[Protection]) -> str:
    for status in (Protection.CHILD, Protection.LATE_PREGNANT, Protection.NURSING, Protection.MINOR):
        if status in statuses:
            return status.value.replace("_", "-")
    return "protected"


def _form(candidate: Candidate) -> Iterator[Block]:
    if candidate.electronic == "refused":
        yield Block(
            code="paper-only",
            article=ELECTRONIC,
            sentence=msg("本人不同意采用电子形式订立劳动合同。"),
            opens=msg("改用纸质文本签署，或由本人重新同意电子形式。"),
        )


def _cautions(candidate: Candidate, offer: Offer, *, law: Law) -> Iterator[Block]:
    if candidate.electronic is None:
        yield Block(
            code="ask-electronic",
            article=ELECTRONIC,
            sentence=msg("尚未征求本人对电子形式的同意。"),
            opens=msg("签署前会先征求，不同意的改签纸质文本。"),
        )
    yield from _pregnancy_ahead(candidate, offer, law=law)


def _pregnancy_ahead(candidate: Candidate, offer: Offer, *, law: Law) -> Iterator[Block]:
    """From when an early pregnancy, told to the employer, will bar the offered shift."""
    since = candidate.worker.pregnant_since
    if since is None or offer.shift_start is None or offer.shift_end is None:
        return
    now = protections(candidate.worker, on=offer.on, law=law, region=candidate.region).value
    if Protection.PREGNANT not in now:
        return
    months = law.parameters.lookup(LATE_MONTHS, region=candidate.region, on=offer.on).whole
    later = add_months(since, months)
    shift = shift_session(later, offer.shift_start, offer.shift_end)
    late = frozenset({Protection.LATE_PREGNANT})
    if check_shift(shift, late, law=law, region=candidate.region).value.allowed:
        return
    who = STATUS_NAMES[Protection.LATE_PREGNANT]
    yield Block(
        code="late-pregnancy-ahead",
        article=f"{LATE_PREGNANCY}、{ALSO[LATE_PREGNANCY]}",
        sentence=msg("自 {day} 起，{who}不得安排夜班劳动。", day=later.isoformat(), who=who),
        opens=msg("届时须改排不含夜间时段的班次。"),
    )
