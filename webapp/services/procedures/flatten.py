"""Diagrams, decisions and forms as items with facts, so that two of them can be compared in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from webapp.decisions.xml import read_xml
from webapp.domain.text import Message, msg
from webapp.engine import xml as bpmn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

KINDS: Final[Mapping[str, Message]] = {
    "userTask": msg("人工任务"),
    "serviceTask": msg("系统任务"),
    "businessRuleTask": msg("决策任务"),
    "scriptTask": msg("脚本任务"),
    "sendTask": msg("发送任务"),
    "receiveTask": msg("接收任务"),
    "startEvent": msg("开始事件"),
    "endEvent": msg("结束事件"),
    "boundaryEvent": msg("边界事件"),
    "intermediateCatchEvent": msg("等待事件"),
    "intermediateThrowEvent": msg("发送事件"),
    "exclusiveGateway": msg("排他网关"),
    "parallelGateway": msg("并行网关"),
    "inclusiveGateway": msg("包容网关"),
    "eventBasedGateway": msg("事件网关"),
    "subProcess": msg("子流程"),
    "callActivity": msg("调用流程"),
    "sequenceFlow": msg("连线"),
    "rule": msg("规则"),
    "field": msg("字段"),
}
WORDS: Final[Mapping[str, Message]] = {
    "name": msg("名称"),
    "label": msg("名称"),
    "documentation": msg("说明"),
    "description": msg("说明"),
    "assignmentDefinition.assignee": msg("办理人"),
    "assignmentDefinition.candidateGroups": msg("认领角色"),
    "assignmentDefinition.candidateUsers": msg("可认领的人"),
    "taskSchedule.dueDate": msg("到期时间"),
    "taskSchedule.followUpDate": msg("跟进时间"),
    "formDefinition.formId": msg("表单"),
    "calledDecision.decisionId": msg("决策"),
    "taskDefinition.type": msg("作业类型"),
    "conditionExpression": msg("条件"),
    "timerEventDefinition.timeDate": msg("时间"),
    "timerEventDefinition.timeDuration": msg("时长"),
    "timerEventDefinition.timeCycle": msg("周期"),
    "sourceRef": msg("起点"),
    "targetRef": msg("终点"),
    "default": msg("默认出口"),
    "properties.name.en": msg("英文名称"),
    "properties.name.zh-Hant": msg("繁体名称"),
    "properties.fields.read": msg("只读字段"),
    "properties.fields.hidden": msg("隐藏字段"),
    "properties.approval.mode": msg("审批方式"),
    "hitPolicy": msg("命中策略"),
    "type": msg("类型"),
    "validate.required": msg("必填"),
    "properties.label.en": msg("英文名称"),
    "properties.label.zh-Hant": msg("繁体名称"),
}
KEYED: Final = {"property": ("name", "value"), "header": ("key", "value"), "output": ("target", "source"),
                "input": ("target", "source")}  # fmt: skip  # rows that one attribute names
COLUMNS: Final = msg("列有改动，整张表一起采用或保留。")
SKIPPED: Final = frozenset({"incoming", "outgoing"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something that people point at: an element, a rule, a field."""

    kind: Message | str
    name: str
    facts: Mapping[str, str]


def word(fact: str) -> Message | str:
    """What people call a fact; its own name where nobody gave one."""
    return WORDS.get(fact, fact)


def diagram(body: str) -> dict[str, Item]:
    """Elements of a BPMN file by id, without where they are drawn."""
    root = bpmn.read(body.encode())
    return {
        str(element.get("id")): Item(
            kind=KINDS.get(bpmn.local(element), bpmn.local(element)),
            name=str(element.get("name") or ""),
            facts={site.fact: site.value for site in sites(element)},
        )
        for element in root.iter(f"{bpmn.BPMN}*")
        if element.get("id") and element is not root and not bpmn.local(element).endswith("Definition")
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where a fact of an element stands in its file: an attribute of ``node``, or ``node`` itself."""

    fact: str
    value: str
    node: Any
    attribute: str | None = None


def sites(element: Any) -> Iterator[Site]:
    """Every fact of a BPMN element with its place; elements inside it that have an id are not its facts."""
    yield from (
        Site(fact=site.fact, value=site.value, node=element, attribute=site.attribute)
        for site in _attributes(element)
        if site.attribute != "id"
    )
    for child in element:
        tag = bpmn.local(child)
        if tag == "extensionElements":
            for extension in child:
                yield from _extension(extension)
        elif tag.endswith("EventDefinition"):
            yield from (Site(fact=f"{tag}.{bpmn.local(c)}", value=_text(c), node=c) for c in child)
            yield from (site for site in _attributes(child, f"{tag}.") if site.attribute != "id")
        elif not child.get("id") and tag not in SKIPPED:
            yield Site(fact=tag, value=_inside(child), node=child)


def _attributes(node: Any, prefix: str = "") -> Iterator[Site]:
    for name, value in node.attrib.items():
        yield Site(fact=prefix + _plain(name), value=str(value), node=node, attribute=str(name))


def _extension(extension: Any) -> Iterator[Site]:
    tag = bpmn.local(extension)
    yield from _attributes(extension, f"{tag}.")
    for row in extension:
        name, value = KEYED.get(bpmn.local(row), ("name", "value"))
        yield Site(fact=f"{tag}.{row.get(name, '')}", value=str(row.get(value, "")), node=row)


def _inside(child: Any) -> str:
    """What a part without id says: its text, or for how often a step is done, its expressions."""
    if not len(child):
        return _text(child)
    texts = [_text(child), *(str(v) for node in child.iter() for v in node.attrib.values())]
    return " ".join(text for text in texts if text)


def decision(body: str) -> dict[str, Item]:
    """Decisions and the rules of their tables by id; a rule's facts are its cells by column."""
    root = read_xml(body.encode())
    found: dict[str, Item] = {}
    for table in root.iter("{*}decision"):
        name = str(table.get("name") or table.get("id"))
        found[str(table.get("id"))] = Item(kind=msg("决策"), name=name, facts=dict(_head(table)))
        for number, rule in enumerate(table.iter("{*}rule"), 1):
            found[str(rule.get("id") or f"{name}-{number}")] = Item(
                kind=KINDS["rule"], name=f"{name} #{number}", facts=dict(_cells(table, rule))
            )
    return found


def _head(table: Any) -> Iterator[tuple[str, str]]:
    yield "name", str(table.get("name") or "")
    for logic in table.iter("{*}decisionTable"):
        yield "hitPolicy", str(logic.get("hitPolicy") or "UNIQUE")
    for literal in table.iterchildren("{*}literalExpression"):
        yield "text", _text(literal)


def _cells(table: Any, rule: Any) -> Iterator[tuple[str, str]]:
    columns = [c.get("label") or c.get("name") or c.get("id") for c in table.iter("{*}input", "{*}output")]
    for column, cell in zip(columns, rule.iterchildren("{*}inputEntry", "{*}outputEntry"), strict=False):
        yield str(column), _text(cell)
    for note in rule.iterchildren("{*}description"):
        yield "description", _text(note)


def form(schema: Mapping[str, Any]) -> dict[str, Item]:
    """Components of a form by key or id."""
    found: dict[str, Item] = {}
    for component in schema.get("components", []):
        key = field_key(component)
        own = {k: v for k, v in component.items() if k not in {"id", "components", "layout"}}
        name = str(component.get("label") or key)
        found[key] = Item(kind=KINDS["field"], name=name, facts=dict(_leaves(own)))
        found |= form(component)
    return found


def field_key(component: Mapping[str, Any]) -> str:
    """By what a component is known: its key, the path of a list, else its id."""
    return str(component.get("key") or component.get("path") or component.get("id"))


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            yield from _leaves(inner, f"{path}[{number}]")
    else:
        yield path, "" if value is None else str(value)


def _plain(name: str) -> str:
    return name.rsplit("}", 1)[-1]


def _text(element: Any) -> str:
    return "".join(element.itertext()).strip()
