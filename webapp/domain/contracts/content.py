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
HOME_WORKING_ITEMS: tuple[Item, ...] = (
    *SUPPLEMENT_ITEMS,
    Item(
        key="post",
        title=msg("岗位"),
        article="劳动合同法第17条第1款第4项",
        patterns=("岗位|职务",),
    ),
    Item(
        key="place",
        title=msg("居家工作地点，及其变动须提前通知"),
        article="劳动合同法第17条第1款第4项、第35条",
        patterns=("居家|住所", "工作地点", "提前[^。]{0,12}通知"),
    ),
    Item(
        key="return",
        title=msg("试行期限或者恢复原约定的条件"),
        article="劳动合同法第35条",
        patterns=("恢复原约定|恢复到岗|返回",),
    ),
    Item(
        key="hours",
        title=msg("工时制度、班次、休息日"),
        article="劳动合同法第17条第1款第5项、劳动法第38条",
        patterns=("工时制", "班次", "每周[^。]{0,10}休息|休息日"),
    ),
    Item(
        key="recording",
        title=msg("工时的记录方法和更正的权利"),
        article="工资支付暂行规定第6条",
        patterns=("记录", "更正|异议"),
    ),
    Item(
        key="overtime",
        title=msg("加班的确认和报酬"),
        article="劳动法第41条、第44条",
        patterns=("加班|延长工作时间",),
        rates=("overtime.workday_times", "overtime.statutory_times"),
    ),
    Item(
        key="pay",
        title=msg("劳动报酬是否变动"),
        article="劳动合同法第17条第1款第6项",
        patterns=("劳动报酬|工资",),
    ),
    Item(
        key="equipment",
        title=msg("设备清单、归属和归还"),
        article="劳动合同法第17条第1款第8项",
        patterns=("设备清单", "归甲方所有|所有权", "归还"),
    ),
    Item(
        key="safety",
        title=msg("居家工作场所的安全和事故报告"),
        article="劳动合同法第17条第1款第8项、人社部发〔2025〕62号第9条",
        patterns=("安全", "受伤|伤害|事故", "报告|通知"),
    ),
    Item(
        key="secrecy",
        title=msg("保密和数据安全"),
        article="劳动合同法第23条",
        patterns=("保密", "数据安全|客户信息"),
    ),
    Item(
        key="privacy",
        title=msg("个人信息的告知；位置、生物识别信息另行单独同意"),
        article="个人信息保护法第17条、第29条",
        patterns=("个人信息", "单独同意"),
    ),
    Item(
        key="protection",
        title=msg("女职工和未成年工的特别保护"),
        article="女职工劳动保护特别规定第6条、第9条、劳动法第58条",
        patterns=("怀孕|女职工", "哺乳", "未成年工"),
    ),
    Item(
        key="delivery",
        title=msg("送达地址（含电子送达）的确认"),
        article="电子签名法第11条",
        patterns=("送达", "邮箱|手机|电子"),
    ),
    Item(
        key="copies",
        title=msg("生效和份数"),
        article="劳动合同法第16条、第35条",
        patterns=("生效", "各执一份|各持一份"),
    ),
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
