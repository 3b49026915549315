"""Service of notices 送达: the ladder of 劳办发〔1995〕179号 and when a paper counts as served.

In person or to an adult relative of the household; by post with return receipt; only if both fail or the
person cannot be found, by public notice, served after thirty days.
By analogy 民事诉讼法第88–91条; 电子签名法第11条.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from webapp.domain.errors import InvalidError
from webapp.domain.explain import Result, Unit, Working
from webapp.domain.parameters import NATIONAL
from webapp.domain.periods import deadline
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from datetime import date

    from webapp.domain.law import Law

PUBLIC_NOTICE_DAYS = "notice.public_days"
LADDER = "劳办发〔1995〕179号"
ANALOGY = "民事诉讼法第89条（参照）"
E_SIGNATURE = "电子签名法第11条"


class Method(StrEnum):
    """How a paper is brought to the person."""

    IN_PERSON = "in_person"  # 直接送交本人
    RELATIVE = "relative"  # 同住成年亲属签收
    POST = "post"  # 邮寄送达，以回执为准
    ELECTRONIC = "electronic"  # 约定的电子地址
    PUBLIC_NOTICE = "public_notice"  # 公告


class Outcome(StrEnum):
    """What came of it."""

    SIGNED = "signed"  # signed for, or return receipt, or entered the agreed system
    REFUSED = "refused"  # refused before witness, photo or video
    RETURNED = "returned"  # came back, or nobody there
    UNTRACEABLE = "untraceable"  # the person cannot be found
    PUBLISHED = "published"  # the public notice appeared
    PENDING = "pending"  # no answer yet


@dataclass(frozen=True, kw_only=True, slots=True)
class Attempt:
    """One attempt; ``on`` is the day of the receipt, refusal, return or publication."""

    method: Method
    on: date
    outcome: Outcome
    address: str = ""
    proof: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Delivery:
    """All attempts to serve one paper, in any order, and what was agreed beforehand."""

    attempts: tuple[Attempt, ...]
    addresses: frozenset[str] = frozenset()  # as agreed in the contract or 送达地址确认书
    electronic_agreed: bool = False
    region: str = NATIONAL


@dataclass(frozen=True, kw_only=True, slots=True)
class Flaw:
    """Why an attempt does not count, by which rule."""

    attempt: Attempt
    article: str
    reason: Message


@dataclass(frozen=True, kw_only=True, slots=True)
class Served:
    """Served on that day by that method, or not yet; the next step and the attempts that do not count."""

    served_on: date | None
    method: Method | None
    next_step: Message
    flaws: tuple[Flaw, ...]


def same_address(one: str, other: str) -> bool:
    """Whether two addresses are written alike, blanks and width of letters apart."""
    return _plain_address(one) == _plain_address(other)


def _plain_address(address: str) -> str:
    return "".join(unicodedata.normalize("NFKC", address).split()).casefold()


def assess_delivery(delivery: Delivery, *, law: Law) -> Result[Served]:
    """When the paper counts as served; the earliest attempt that counts wins."""
    if not delivery.attempts:
        raise InvalidError(msg("请至少填写一次送达。"))
    attempts = sorted(delivery.attempts, key=lambda each: (each.on, each.method.value, each.outcome.value))
    work = Working(law, region=delivery.region, on=attempts[0].on)
    flaws: list[Flaw] = []
    served: list[tuple[date, Method]] = []
    for number, attempt in enumerate(attempts):
        flaw = find_flaw(attempt, before=tuple(attempts[:number]), delivery=delivery)
        if flaw is not None:
            flaws.append(flaw)
            work.step(flaw.reason, attempt.on, unit=Unit.DATE, articles=(flaw.article,))
            continue
        on = _served_on(attempt, work)
        if on is not None:
            served.append((on, attempt.method))
    if served:
        first, method = min(served)
        work.step(msg("视为送达之日。"), first, unit=Unit.DATE, articles=(LADDER,))
        return work.result(
            Served(served_on=first, method=method, next_step=msg("保存送达证明。"), flaws=tuple(flaws))
        )
    step = _next_step(tuple(attempts), delivery)
    return work.result(Served(served_on=None, method=None, next_step=step, flaws=tuple(flaws)))


def find_flaw(attempt: Attempt, *, before: tuple[Attempt, ...], delivery: Delivery) -> Flaw | None:
    """Why this attempt cannot count, given the earlier ones; None if it may."""
    if attempt.method is Method.PUBLIC_NOTICE:
        if may_publish(before):
            return None
        reason = msg("直接送达和邮寄送达尚未都失败，也未证明下落不明，公告送达无效。")
        return Flaw(attempt=attempt, article=LADDER, reason=reason)
    if attempt.method is Method.ELECTRONIC and not delivery.electronic_agreed:
        reason = msg("没有约定电子送达地址，不能以电子方式送达。")
        return Flaw(attempt=attempt, article=E_SIGNATURE, reason=reason)
    if not _at_agreed_address(attempt, delivery):
        reason = msg("送达地址“{address}”不是约定的地址。", address=attempt.address)
        return Flaw(attempt=attempt, article=LADDER, reason=reason)
    if not attempt.proof and attempt.outcome in {Outcome.SIGNED, Outcome.REFUSED}:
        return Flaw(attempt=attempt, article=LADDER, reason=msg("没有签收、回执或者见证的证明。"))
    return None


def may_publish(before: tuple[Attempt, ...]) -> bool:
    """Whether public notice is open: untraceable, or in person and post have both failed."""
    failed = {each.method for each in before if each.outcome in {Outcome.REFUSED, Outcome.RETURNED}}
    lost = any(each.outcome is Outcome.UNTRACEABLE for each in before)
    return lost or (Method.POST in failed and bool(failed & {Method.IN_PERSON, Method.RELATIVE}))


def _at_agreed_address(attempt: Attempt, delivery: Delivery) -> bool:
    if not delivery.addresses or attempt.method is Method.IN_PERSON or not attempt.address:
        return True
    return any(same_address(attempt.address, agreed) for agreed in delivery.addresses)


def _served_on(attempt: Attempt, work: Working) -> date | None:
    if attempt.outcome is Outcome.PUBLISHED:
        return work.take(
            deadline(
                attempt.on,
                work.whole(PUBLIC_NOTICE_DAYS),
                unit=Unit.CALENDAR_DAYS,
                law=work.law,
                articles=(LADDER,),
            )
        )
    if attempt.outcome is Outcome.SIGNED:
        return attempt.on
    if attempt.outcome is Outcome.REFUSED and attempt.method in {Method.IN_PERSON, Method.RELATIVE}:
        work.step(msg("拒收并有见证或者录像的，参照留置送达。"), articles=(ANALOGY,))
        work.dispute(msg("用人单位参照民事诉讼的留置送达，效力由裁判机构认定。"))
        return attempt.on
    return None


def _next_step(attempts: tuple[Attempt, ...], delivery: Delivery) -> Message:
    tried = {each.method for each in attempts}
    if may_publish(attempts):
        return msg("可以公告送达，自公告之日起满规定日数视为送达。")
    if not tried & {Method.IN_PERSON, Method.RELATIVE}:
        return msg("直接送交本人，或者由同住的成年亲属签收。")
    if Method.POST not in tried:
        return msg("按约定地址邮寄，保存回执。")
    if delivery.electronic_agreed and Method.ELECTRONIC not in tried:
        return msg("按约定的电子地址发送，保存进入系统的时间。")
    return msg("等待结果；失败后再采用下一种方式。")
