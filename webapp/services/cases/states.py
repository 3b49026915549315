"""States of cases in words."""

from models.case import CaseState
from webapp.domain.text import Message, msg

CASE_STATES: dict[str, Message] = {
    CaseState.ACTIVE: msg("进行中"),
    CaseState.SUSPENDED: msg("已暂停"),
    CaseState.INCIDENT: msg("出错待处理"),
    CaseState.COMPLETED: msg("已完成"),
    CaseState.CANCELLED: msg("已撤销"),
}
OUTCOMES: dict[str, Message] = {
    "approve": msg("同意"),
    "reject": msg("不同意"),
}
