"""What a file may hold at all: BPMN tags, zeebe extensions where they are run, no foreign attributes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from webapp.domain.text import msg
from webapp.engine.extensions import SETTINGS
from webapp.engine.parser import ACTIVITIES, DRAWN, EVENTS, RUN, TASKS
from webapp.engine.xml import BPMN, ZEEBE, local

if TYPE_CHECKING:
    from webapp.engine.lint.problems import Report

_USER: Final = frozenset({"userTask"})
_WORK: Final = frozenset(
    {"serviceTask", "sendTask", "scriptTask", "businessRuleTask", "intermediateThrowEvent", "endEvent"}
)
_ANY: Final = RUN | {"process"}
WHERE: Final = {
    "assignmentDefinition": _USER,
    "taskSchedule": _USER,
    "priorityDefinition": _USER,
    "userTask": _USER,
    "formDefinition": _USER | {"startEvent"},
    "taskDefinition": _WORK,
    "taskHeaders": _WORK | _USER,
    "script": frozenset({"scriptTask"}),
    "calledDecision": frozenset({"businessRuleTask"}),
    "calledElement": frozenset({"callActivity"}),
    "ioMapping": ACTIVITIES | EVENTS,
    "properties": _ANY,
    "versionTag": frozenset({"process"}),
}
BINDINGS: Final = frozenset({"latest", "deployment"})  # both mean: fixed when this version is published
EVENT_DETAILS: Final = frozenset(
    {
        "timerEventDefinition",
        "messageEventDefinition",
        "signalEventDefinition",
        "errorEventDefinition",
        "escalationEventDefinition",
        "linkEventDefinition",
        "conditionalEventDefinition",
        "terminateEventDefinition",
    }
)
PICTURES: Final = frozenset({"ioSpecification", "property", "dataInputAssociation", "dataOutputAssociation"})
NAMES: Final = {
    "complexGateway": msg("复杂网关"),
    "transaction": msg("事务子流程"),
    "adHocSubProcess": msg("自由子流程"),
    "compensateEventDefinition": msg("补偿事件"),
    "cancelEventDefinition": msg("取消事件"),
    "executionListeners": msg("执行监听器"),
    "taskListeners": msg("任务监听器"),
}


def check_file(root: Any, report: Report) -> None:
    """Go through every process of a file."""
    for process in root.iterfind(f"{BPMN}process"):
        if process.get("isExecutable") != "false":
            _container(process, report)


def _container(element: Any, report: Report) -> None:
    _extensions(element, report)
    _attributes(element, report)
    for child in _own(element):
        tag = local(child)
        if tag in RUN:
            _element(child, report)
        elif tag not in DRAWN | PICTURES:
            _refuse(child, tag, report)


def _element(element: Any, report: Report) -> None:
    tag = local(element)
    if tag == "subProcess":
        _container(element, report)
        return
    _extensions(element, report)
    _attributes(element, report)
    allowed = DRAWN | (PICTURES if tag in ACTIVITIES | EVENTS else frozenset())
    allowed |= EVENT_DETAILS if tag in EVENTS else frozenset()
    for child in _own(element):
        name = local(child)
        if name not in allowed:
            _refuse(element, name, report)


def _own(element: Any) -> list[Any]:
    return [child for child in element if isinstance(child.tag, str) and child.tag.startswith(BPMN)]


def _refuse(element: Any, tag: str, report: Report) -> None:
    report.error(element.get("id"), msg("不支持“{tag}”，请改用其他元素。", tag=NAMES.get(tag, tag)))


def _attributes(element: Any, report: Report) -> None:
    tag, name = local(element), element.get("id")
    for attribute in element.attrib:
        if attribute.startswith("{") and not attribute.startswith(ZEEBE):
            report.error(
                name,
                msg("属性“{attribute}”不属于所支持的扩展，不会生效。", attribute=attribute.split("}")[1]),
            )
    if element.get("isForCompensation") == "true":
        report.error(name, msg("不支持补偿活动。"))
    if element.get("instantiate") == "true":
        report.error(name, msg("不支持由此元素开始流程，请使用开始事件。"))
    if any(element.get(quantity, "1") != "1" for quantity in ("startQuantity", "completionQuantity")):
        report.error(name, msg("不支持令牌数量设置。"))
    if tag in TASKS and element.find(f"{BPMN}script") is not None:
        report.error(name, msg("不运行内嵌脚本，请填写 FEEL 表达式。"))


def _extensions(element: Any, report: Report) -> None:
    holder = element.find(f"{BPMN}extensionElements")
    for item in () if holder is None else holder:
        if not item.tag.startswith(ZEEBE):
            report.error(element.get("id"), msg("扩展“{tag}”不属于所支持的扩展，不会生效。", tag=local(item)))
        else:
            _extension(element, item, report)


def _extension(element: Any, item: Any, report: Report) -> None:
    name, tag = element.get("id"), local(item)
    if local(element) not in WHERE.get(tag, frozenset()):
        report.error(name, msg("此处的“{tag}”不会生效，请删除。", tag=NAMES.get(tag, tag)))
        return
    known = {*SETTINGS.get(tag, {}), "bindingType", "name", "key"}
    for attribute in item.attrib if tag in SETTINGS else ():
        if attribute not in known:
            report.error(name, msg("“{tag}”的“{attribute}”不会生效，请删除。", tag=tag, attribute=attribute))
    if item.get("bindingType", "latest") not in BINDINGS:
        report.error(name, msg("不支持按版本标签绑定。"))
    if item.get("formKey") or item.get("externalReference"):
        report.error(name, msg("不支持内嵌表单与外部表单，请选择已登记的表单。"))
