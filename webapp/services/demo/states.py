"""What the people of the demo's campaigns say and what becomes of it."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final

LETTER: Final = (
    "从下月起，您的班次改为 19:00 到 23:00，在家接待顾客，不用再来公司上通宵。\n"
    "工资不变，每晚另有 30 元夜班津贴，电费和网费每月补 120 元。\n"
    "电脑和耳机由公司提供。以后任何一方提前三十天书面通知，就能恢复原来的安排。"
)


class State(StrEnum):
    """Where a person of the demo's campaigns ends up."""

    ASKED = "asked"  # 待员工答复
    QUESTION = "question"  # 待员工答复，已在页面上提问
    WISH = "wish"  # 协商中，待人事回应
    REVISED = "revised"  # 人事改了条件，待员工再答复
    KEPT = "kept"  # 人事维持原方案，待员工再答复
    AGREED = "agreed"  # 已同意，待签署
    SIGNED = "signed"  # 本人已签署，待公司盖章
    PAPER_WAITS = "paper-waits"  # 选择纸质，待人事办理
    CHANGED = "changed"  # 纸质签署，变更完成
    REFUSED = "refused"  # 不同意，原约定继续
    TAKEN_BACK = "taken-back"  # 协商后公司撤回
    SILENT = "silent"  # 期满未答复
    LEFT = "left"  # 离职


FIRST: Final = (
    *[State.CHANGED] * 5,
    State.REFUSED,
    State.REFUSED,
    State.TAKEN_BACK,
    State.SILENT,
    State.LEFT,
)
SECOND: Final = (
    *[State.ASKED] * 7,
    *[State.QUESTION] * 2,
    *[State.WISH] * 4,
    *[State.REVISED] * 3,
    State.KEPT,
    *[State.AGREED] * 5,
    *[State.SIGNED] * 6,
    *[State.PAPER_WAITS] * 2,
    *[State.CHANGED] * 6,
    *[State.REFUSED] * 3,
)


ANSWERS: Final[dict[State, dict[str, Any]]] = {
    State.WISH: {"outcome": "negotiate", "wish": "孩子小，希望 22:00 前下班，津贴可以少一点。"},
    State.REVISED: {"outcome": "negotiate", "wish": "希望每月能有两天回公司和同事碰面。"},
    State.KEPT: {"outcome": "negotiate", "wish": "津贴能不能到每晚 50 元？"},
    State.TAKEN_BACK: {"outcome": "negotiate", "wish": "家里没有安静的房间，不适合居家接待。"},
    State.AGREED: {"outcome": "agree"},
    State.SIGNED: {"outcome": "agree"},
    State.PAPER_WAITS: {"outcome": "paper"},
    State.CHANGED: {"outcome": "paper"},
    State.REFUSED: {"outcome": "refuse", "refusal": "晚上要照顾老人，还是想上现在的班。"},
}
COUNTERS: Final[dict[State, dict[str, Any]]] = {
    State.REVISED: {
        "outcome": "revise",
        "reply": "可以。每月第一个和第三个周三到公司，交通费照报。",
        "hours_system": "standard",
        "shift_start": "19:00",
        "shift_end": "23:00",
        "allowance": "夜班津贴每晚 30 元，电费、网费每月 120 元",
        "remark": "每月第一个和第三个周三到公司工作，交通费据实报销。",
    },
    State.KEPT: {"outcome": "keep", "reply": "津贴全公司一个标准，这次不能单独调整。"},
    State.TAKEN_BACK: {"outcome": "withdraw", "reply": "理解，您的班次不变，谢谢说明。"},
}
VALUES: Final[dict[str, Any]] = {
    "reason": "夜间咨询集中在 19:00 至 23:00，经协商将夜班调整为居家办公",
    "letter": LETTER,
    "at_home": True,
    "hours_system": "standard",
    "shift_start": "19:00",
    "shift_end": "23:00",
    "allowance": "夜班津贴每晚 30 元，电费、网费每月 120 元",
    "return_conditions": "任何一方提前三十日书面通知，可恢复原工作地点与班次。",
    "rules_change": False,
    "answer_days": 5,
    "remind_first": 2,
    "remind_second": 4,
    "counter_days": 5,
    "sign_days": 5,
    "rounds": 3,
}
