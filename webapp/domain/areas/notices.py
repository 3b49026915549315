"""Service of notices as an area."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from webapp.domain.areas.inputs import REGION, choice, day, switch
from webapp.domain.explain import Result, Working
from webapp.domain.notices import Attempt, Delivery, Method, Outcome, assess_delivery
from webapp.domain.schema import Input, Kind, Rule, read
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.domain.law import Law

ATTEMPT = (
    choice("method", msg("送达方式"), choices=tuple(Method)),
    day("on", msg("日期")),
    choice("outcome", msg("结果"), choices=tuple(Outcome)),
    Input(name="address", kind=Kind.WORD, title=msg("地址"), required=False, default=""),
    Input(name="proof", kind=Kind.SWITCH, title=msg("有证明"), required=False, default=True),
)


def read_attempt(raw: Mapping[str, Any]) -> Attempt:
    """One attempt of raw values; InvalidError."""
    given = read(ATTEMPT, raw)
    return Attempt(
        method=Method(given["method"]),
        on=given["on"],
        outcome=Outcome(given["outcome"]),
        address=given["address"],
        proof=given["proof"],
    )


def run_delivery(given: Mapping[str, Any], law: Law) -> Result[dict[str, Any]]:
    """When a paper counts as served."""
    delivery = Delivery(
        attempts=tuple(read_attempt(raw) for raw in given["attempts"]),
        addresses=frozenset(given["addresses"]),
        electronic_agreed=given["electronic_agreed"],
        region=given["region"],
    )
    found = assess_delivery(delivery, law=law)
    work = Working(law, region=given["region"], on=min(each.on for each in delivery.attempts))
    work.given(**given)
    served = work.take(found)
    return work.result({name: getattr(served, name) for name in served.__dataclass_fields__})


RULES: tuple[Rule, ...] = (
    Rule(
        area="service_of_notice",
        title=msg("通知书的送达"),
        inputs=(
            Input(name="attempts", kind=Kind.RECORD, title=msg("历次送达"), many=1, columns=ATTEMPT),
            Input(
                name="addresses",
                kind=Kind.WORD,
                title=msg("约定的送达地址"),
                required=False,
                default=(),
                many=1,
            ),
            switch("electronic_agreed", msg("约定了电子送达")),
            REGION,
        ),
        run=run_delivery,
    ),
)
