"""Mandatory content 必备条款: what a text must say (劳动合同法第17条), found by its words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One thing that the text must say; every pattern must be found, each an alternative of words."""

    key: str
    title: Message
    article: str
    patterns: tuple[str, ...]


CONTRACT_ITEMS: tuple[Item, ...] = (
    Item(
        key="employer",
        title=msg("用人单位的名称、住所和法定代表人或者主要负责人"),
        article="劳动合同法第17条第1款第1项",
        patterns=("甲方|用人单位", "住所|地址", "法定代表人|主要负责人"),
    ),
    Item(
        key="employee",
        title=msg("劳动者的姓名、住址和有效身份证件号码"),
        article="劳动合同法第17条第1款第2项",
        patterns=("乙方|劳动者", "住址|住所|地址", "身份证|护照|证件号"),
    ),
    Item(
        key="term",
        title=msg("劳动合同期限"),
        article="劳动合同法第17条第1款第3项",
        patterns=("期限",),
    ),
    Item(
        key="work",
        title=msg("工作内容和工作地点"),
        article="劳动合同法第17条第1款第4项",
        patterns=("工作内容|岗位|职务", "工作地点"),
    ),
    Item(
        key="hours",
        title=msg("工作时间和休息休假"),
        article="劳动合同法第17条第1款第5项",
        patterns=("工作时间|工时", "休息|休假"),
    ),
    Item(
        key="pay",
        title=msg("劳动报酬"),
        article="劳动合同法第17条第1款第6项",
        patterns=("劳动报酬|工资|薪酬",),
    ),
    Item(
        key="insurance",
        title=msg("社会保险"),
        article="劳动合同法第17条第1款第7项",
        patterns=("社会保险|社保",),
    ),
    Item(
        key="protection",
        title=msg("劳动保护、劳动条件和职业危害防护"),
        article="劳动合同法第17条第1款第8项",
        patterns=("劳动保护|劳动条件|职业危害",),
    ),
)
SUPPLEMENT_ITEMS: tuple[Item, ...] = (
    Item(
        key="parties",
        title=msg("双方当事人"),
        article="劳动合同法第35条",
        patterns=("甲方|用人单位", "乙方|劳动者"),
    ),
    Item(
        key="base_contract",
        title=msg("原劳动合同"),
        article="劳动合同法第35条",
        patterns=("原(?:劳动)?合同|劳动合同编号|合同编号",),
    ),
    Item(
        key="change",
        title=msg("变更的内容"),
        article="劳动合同法第35条",
        patterns=("变更|调整|补充",),
    ),
    Item(
        key="rest_stays",
        title=msg("未变更的条款继续有效"),
        article="劳动合同法第35条",
        patterns=("继续(?:有效|履行)|其他条款|未变更",),
    ),
)


def missing_items(text: str, items: Iterable[Item]) -> tuple[Item, ...]:
    """The items that the text does not say, in the order of the statute."""
    return tuple(item for item in items if not all(re.search(pattern, text) for pattern in item.patterns))
