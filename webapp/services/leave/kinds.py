"""Kinds of leave as people name them, and what each draws on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.leave import LeaveState
from webapp.domain.leave import LeaveType
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES: Mapping[LeaveType, Message] = {
    LeaveType.ANNUAL: msg("年休假"),
    LeaveType.COMPANY: msg("公司福利假"),
    LeaveType.SICK: msg("病假"),
    LeaveType.PERSONAL: msg("事假"),
    LeaveType.MARRIAGE: msg("婚假"),
    LeaveType.BEREAVEMENT: msg("丧假"),
    LeaveType.MATERNITY: msg("产假"),
    LeaveType.MATERNITY_EXTRA: msg("生育奖励假"),
    LeaveType.MISCARRIAGE: msg("流产假"),
    LeaveType.PATERNITY: msg("陪产假（护理假）"),
    LeaveType.PARENTAL: msg("育儿假"),
    LeaveType.ONLY_CHILD_CARE: msg("独生子女护理假"),
    LeaveType.WORK_INJURY: msg("工伤停工留薪期"),
    LeaveType.SOCIAL: msg("社会活动"),
    LeaveType.TIME_OFF: msg("补休"),
}
CARRIED = "carried"  # ledger kind of annual leave carried into the next year

#: Which ledgers a request of a kind may draw on; kinds that are not here have no balance.
LEDGERS: Mapping[LeaveType, tuple[str, ...]] = {
    LeaveType.ANNUAL: (CARRIED, LeaveType.ANNUAL, LeaveType.COMPANY),
    LeaveType.COMPANY: (LeaveType.COMPANY,),
    LeaveType.PARENTAL: (LeaveType.PARENTAL,),
    LeaveType.ONLY_CHILD_CARE: (LeaveType.ONLY_CHILD_CARE,),
    LeaveType.TIME_OFF: (LeaveType.TIME_OFF,),
}
#: Ledgers whose yearly days a rule gives; the others are given by people.
GRANTED = (LeaveType.ANNUAL, LeaveType.PARENTAL, LeaveType.ONLY_CHILD_CARE)

STATES: Mapping[LeaveState, tuple[Message, str]] = {  # word and tone
    LeaveState.DRAFT: (msg("草稿"), ""),
    LeaveState.PENDING: (msg("待审批"), "warn"),
    LeaveState.APPROVED: (msg("已批准"), "ok"),
    LeaveState.REJECTED: (msg("未批准"), "danger"),
    LeaveState.CANCEL_PENDING: (msg("变更待审批"), "warn"),
    LeaveState.CANCELLED: (msg("已取消"), ""),
    LeaveState.TAKEN: (msg("已休完"), "info"),
}
STANDING = (LeaveState.PENDING, LeaveState.APPROVED, LeaveState.CANCEL_PENDING, LeaveState.TAKEN)
BOOKED = (LeaveState.APPROVED, LeaveState.CANCEL_PENDING, LeaveState.TAKEN)


def kind_name(kind: str) -> Message:
    """What people call a kind, also a ledger's."""
    if kind == CARRIED:
        return msg("上年结转年休假")
    return NAMES[LeaveType(kind)]
