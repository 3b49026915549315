"""Mandatory content 必备条款: what a text must say (劳动合同法第17条), found by its words.

What a home-working supplement must say is drawn from arts. 17 and 35 and the rules that each item names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.domain.numerals import write_numeral
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from webapp.domain.law import Law

PERCENT = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One thing that the text must say; every pattern must be found, each an alternative of words.

    ``rates`` are keys of parameters: multipliers that the text must state, as 150% or 百分之一百五十.
    """

    key: str
    title: Message
    article: str
    patterns: tuple[str, ...]
    rates: tuple[str, ...] = ()


def _item(key: str, title: Message, article: str, /, *patterns: str, rates: tuple[str, ...] = ()) -> Item:
    """Make an item by position: the tables below are read line by line beside the statute."""
    return Item(key=key, title=title, article=article, patterns=patterns, rates=rates)


CONTRACT_ITEMS: tuple[Item, ...] = (
    _item(
        "employer",
        msg("用人单位的名称、住所和法定代表人或者主要负责人"),
        "劳动合同法第17条第1款第1项",
        "甲方|用人单位",
        "住所|地址",
        "法定代表人|主要负责人",
    ),
    _item(
        "employee",
        msg("劳动者的姓名、住址和有效身份证件号码"),
        "劳动合同法第17条第1款第2项",
        "乙方|劳动者",
        "住址|住所|地址",
        "身份证|护照|证件号",
    ),
    _item("term", msg("劳动合同期限"), "劳动合同法第17条第1款第3项", "期限"),
    _item("work", msg("工作内容和工作地点"), "劳动合同法第17条第1款第4项", "工作内容|岗位|职务", "工作地点"),
    _item("hours", msg("工作时间和休息休假"), "劳动合同法第17条第1款第5项", "工作时间|工时", "休息|休假"),
    _item("pay", msg("劳动报酬"), "劳动合同法第17条第1款第6项", "劳动报酬|工资|薪酬"),
    _item("insurance", msg("社会保险"), "劳动合同法第17条第1款第7项", "社会保险|社保"),
    _item(
        "protection",
        msg("劳动保护、劳动条件和职业危害防护"),
        "劳动合同法第17条第1款第8项",
        "劳动保护|劳动条件|职业危害",
    ),
)
SUPPLEMENT_ITEMS: tuple[Item, ...] = (
    _item("parties", msg("双方当事人"), "劳动合同法第35条", "甲方|用人单位", "乙方|劳动者"),
    _item("base_contract", msg("原劳动合同"), "劳动合同法第35条", "原(?:劳动)?合同|劳动合同编号|合同编号"),
    _item("change", msg("变更的内容"), "劳动合同法第35条", "变更|调整|补充"),
    _item("rest_stays", msg("未变更的条款继续有效"), "劳动合同法第35条", "继续(?:有效|履行)|其他条款|未变更"),
)
HOME_WORKING_ITEMS: tuple[Item, ...] = (
    *SUPPLEMENT_ITEMS,
    _item("post", msg("岗位"), "劳动合同法第17条第1款第4项", "岗位|职务"),
    _item(
        "place",
        msg("居家工作地点，及其变动须提前通知"),
        "劳动合同法第17条第1款第4项、第35条",
        "居家|住所",
        "工作地点",
        "提前[^。]{0,12}通知",
    ),
    _item("return", msg("试行期限或者恢复原约定的条件"), "劳动合同法第35条", "恢复原约定|恢复到岗|返回"),
    _item(
        "hours",
        msg("工时制度、班次、休息日"),
        "劳动合同法第17条第1款第5项、劳动法第38条",
        "工时制",
        "班次",
        "每周[^。]{0,10}休息|休息日",
    ),
    _item("recording", msg("工时的记录方法和更正的权利"), "工资支付暂行规定第6条", "记录", "更正|异议"),
    _item(
        "overtime",
        msg("加班的确认和报酬"),
        "劳动法第41条、第44条",
        "加班|延长工作时间",
        rates=("overtime.workday_times", "overtime.statutory_times"),
    ),
    _item("pay", msg("劳动报酬是否变动"), "劳动合同法第17条第1款第6项", "劳动报酬|工资"),
    _item(
        "equipment",
        msg("设备清单、归属和归还"),
        "劳动合同法第17条第1款第8项",
        "设备清单",
        "归甲方所有|所有权",
        "归还",
    ),
    _item(
        "safety",
        msg("居家工作场所的安全和事故报告"),
        "劳动合同法第17条第1款第8项、人社部发〔2025〕62号第9条",
        "安全",
        "受伤|伤害|事故",
        "报告|通知",
    ),
    _item("secrecy", msg("保密和数据安全"), "劳动合同法第23条", "保密", "数据安全|客户信息"),
    _item(
        "privacy",
        msg("个人信息的告知；位置、生物识别信息另行单独同意"),
        "个人信息保护法第17条、第29条",
        "个人信息",
        "单独同意",
    ),
    _item(
        "protection",
        msg("女职工和未成年工的特别保护"),
        "女职工劳动保护特别规定第6条、第9条、劳动法第58条",
        "怀孕|女职工",
        "哺乳",
        "未成年工",
    ),
    _item("delivery", msg("送达地址（含电子送达）的确认"), "电子签名法第11条", "送达", "邮箱|手机|电子"),
    _item("copies", msg("生效和份数"), "劳动合同法第16条、第35条", "生效", "各执一份|各持一份"),
)
#: By the word that a template's head says under ``content``.
CONTENTS: dict[str, tuple[Item, ...]] = {
    "contract": CONTRACT_ITEMS,
    "supplement": SUPPLEMENT_ITEMS,
    "home-working": HOME_WORKING_ITEMS,
}


def missing_items(text: str, items: Iterable[Item], *, law: Law, on: date) -> tuple[Item, ...]:
    """The items that the text does not say, in the order of the statute.

    Raises MissingParameterError where a rate has no row for the day.
    """
    return tuple(item for item in items if not all(re.search(p, text) for p in _patterns(item, law, on)))


def _patterns(item: Item, law: Law, on: date) -> Iterator[str]:
    yield from item.patterns
    for key in item.rates:
        percent = int(law.parameters.lookup(key, on=on).number * PERCENT)
        yield f"(?<![0-9]){percent} ?[%％]|百分之{write_numeral(percent)}(?![一二三四五六七八九])"
