"""What a diagram names outside itself: people, roles, job types, notices; and names left untranslated."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any, Final

from webapp.domain.approval import APPROVERS, MANY, ON_REJECT, SHARE, WEIGHTS, Mode, OnReject
from webapp.domain.errors import InvalidError
from webapp.domain.permissions import TABLE, Permission, Role
from webapp.domain.text import Message, msg
from webapp.engine import parser
from webapp.engine.errors import DiagramError
from webapp.engine.xml import BPMN, ZEEBE, extension, local, read
from webapp.services.approvals.policy import read_share
from webapp.services.cases.assignment import APART, APPROVAL, MANAGER, ON_NOBODY, ON_SELF, QUEUE
from webapp.services.cases.repeats import SAME, SKIP
from webapp.services.jobs.local import LOCAL
from webapp.services.procedures.problems import FileProblem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from webapp.services.procedures.files import File

QUEUES: Final = tuple(role for role in Role if Permission.TASK_WORK in TABLE[role])
GIVEN: Final = frozenset(
    {
        "employee", "employee_name", "applicant", "applicant_name", "starter", "case", "manager",
        "second_manager", "department_head", "entity_head", "department", "entity", "region", "post",
        "grade", "level", "hired_on",
    }
)  # fmt: skip  # root variables that every case starts with
#: What a step may say about its approval beside whom to ask when nobody is found, and the values that count.
APPROVALS: Final[Mapping[str, tuple[str, ...]]] = {
    APPROVAL: tuple(Mode),
    ON_REJECT: tuple(OnReject),
    "approval.self": ("refuse",),
    ON_SELF: (MANAGER, QUEUE),
    SAME: (SKIP,),
}
TRANSLATED: Final = ("name.en", "name.zh-Hant")
ABOUT: Final = "start.about"  # property of a start event: whom a case that begins by itself is about


def settings_table(files: tuple[File, ...]) -> Mapping[str, Any]:
    """``procedure.toml`` as a table; empty where it cannot be read."""
    body = next((f.body for f in files if f.kind == "settings"), "")
    try:
        return tomllib.loads(body)
    except tomllib.TOMLDecodeError:
        return {}


def declared_variables(files: tuple[File, ...]) -> frozenset[str]:
    """Root variables that a case starts with: the house's own and those that the settings declare."""
    groups = settings_table(files).get("variables", {})
    return GIVEN.union(*(group for group in groups.values() if isinstance(group, dict)))


def process_ids(files: tuple[File, ...]) -> set[str]:
    """Ids of all processes of all diagrams that can be read."""
    found: set[str] = set()
    for file in files:
        if file.kind == "diagram" and (root := _root(file)) is not None:
            found |= set(parser.processes(root))
    return found


def element_names(xml: bytes) -> dict[str, str]:
    """Label of each element by id; empty where the file cannot be read."""
    try:
        root = read(xml)
    except DiagramError:
        return {}
    return {str(e.get("id")): str(e.get("name")) for e in root.iter() if e.get("id") and e.get("name")}


def named_people(files: tuple[File, ...]) -> frozenset[str]:
    """Employee numbers that diagrams name outright."""
    found: set[str] = set()
    for file in files:
        if file.kind == "diagram" and (root := _root(file)) is not None:
            found |= {_properties(element).get(ABOUT, "") for element in _start_events(root)}
            for element, setting in _assignments(root):
                del element
                found |= set(_listed(setting.get("assignee"))) | set(_listed(setting.get("candidateUsers")))
            found |= {resort for _, name, resort in _approval_rows(root) if name == ON_NOBODY}
    return frozenset(found)


def check(file: File, *, files: tuple[File, ...], people: frozenset[str]) -> list[FileProblem]:
    """Roles, people, job types and notices that do not exist."""
    root = _root(file)
    if root is None:
        return []  # the linter says why
    settings = settings_table(files)
    found = [
        *_queues(root),
        *_people(root, people),
        *_jobs(root, settings),
        *_starts(root, people),
        *_approvals(root, people),
    ]
    return [
        FileProblem(path=file.path, element=str(element.get("id")), name=_name(element), message=message)
        for element, message in found
    ]


def _queues(root: Any) -> Iterator[tuple[Any, Message]]:
    for element, setting in _assignments(root):
        for group in _listed(setting.get("candidateGroups")):
            if group not in QUEUES:
                yield element, msg("没有可以认领任务的角色“{group}”。", group=group)


def _people(root: Any, people: frozenset[str]) -> Iterator[tuple[Any, Message]]:
    for element, setting in _assignments(root):
        for number in (*_listed(setting.get("assignee")), *_listed(setting.get("candidateUsers"))):
            if number not in people:
                yield element, msg("没有工号为“{number}”的在职员工。", number=number)


def _jobs(root: Any, settings: Mapping[str, Any]) -> Iterator[tuple[Any, Message]]:
    known = {*LOCAL, *settings.get("jobs", {})}
    notices = settings.get("notices", {})
    for definition in root.iter(f"{ZEEBE}taskDefinition"):
        element = definition.getparent().getparent()
        kind = str(definition.get("type", ""))
        if kind and not kind.startswith("=") and kind not in known:
            yield element, msg("没有人会处理作业类型“{type}”。", type=kind)
        template = _header(element, "template")
        if kind == "notify" and template is not None and template not in notices:
            yield element, msg("没有通知“{template}”的文字。", template=template)


def _starts(root: Any, people: frozenset[str]) -> Iterator[tuple[Any, Message]]:
    """A timer brings nothing along: its start event must say whom the case is about."""
    for element in _start_events(root):
        about = _properties(element).get(ABOUT, "")
        timer = element.find(f"{BPMN}timerEventDefinition") is not None
        if timer and not about:
            yield (
                element,
                msg("定时开始的案件关于谁？请填写属性“{name}”（工号，或以“=”开头的表达式）。", name=ABOUT),
            )
        elif about and not about.startswith("=") and about not in people:
            yield element, msg("没有工号为“{number}”的在职员工。", number=about)


def _start_events(root: Any) -> Iterator[Any]:
    for process in root.iterfind(f"{BPMN}process"):
        yield from process.iterfind(f"{BPMN}startEvent")


def _approvals(root: Any, people: frozenset[str]) -> Iterator[tuple[Any, Message]]:
    """What a step says about its approval and nobody would carry out."""
    given: dict[str, set[str]] = {}
    for element, name, value in _approval_rows(root):
        given.setdefault(str(element.get("id")), set()).add(name)
        if name == ON_NOBODY:
            if value not in QUEUES and value not in people:
                yield element, msg("“{value}”既不是可以认领任务的角色，也不是在职员工的工号。", value=value)
        elif name in READ:
            sentence = READ[name](value)
            if sentence is not None:
                yield element, sentence
        elif name not in APPROVALS:
            yield element, msg("审批设置“{name}”不起作用，请删除。", name=name)
        elif value not in APPROVALS[name]:
            choices = "、".join(APPROVALS[name])
            yield element, msg("审批设置“{name}”只能是：{choices}。", name=name, choices=choices)
    yield from _votes(root)
    for element, _, _ in _approval_rows(root):
        if APPROVAL not in given.pop(str(element.get("id")), {APPROVAL}):
            yield element, msg("有审批设置，却没有写明“{name}”，这一步不会当作审批。", name=APPROVAL)


def _votes(root: Any) -> Iterator[tuple[Any, Message]]:
    """Settings that only a vote has, and what a vote needs."""
    steps: dict[Any, dict[str, str]] = {}
    for element, name, value in _approval_rows(root):
        steps.setdefault(element, {})[name] = value
    for element, said in steps.items():
        mode = said.get(APPROVAL)
        if mode not in set(MANY):
            for name in {APPROVERS, WEIGHTS, SHARE, ON_REJECT} & set(said):
                yield element, msg("“{name}”只在多人审批时起作用，请先选会签、或签、依次或票签。", name=name)
        elif mode == Mode.SHARE and SHARE not in said:
            yield element, msg("票签要写明通过比例“{name}”，如 60% 或 2/3。", name=SHARE)
        elif mode != Mode.SHARE and {SHARE, WEIGHTS} & set(said):
            yield element, msg("通过比例和票数只在票签时起作用，请删除或改为票签。")
        if mode in set(MANY) and APPROVERS not in said and extension(element, "assignmentDefinition") is None:
            yield element, msg("没有写明审批人：请填写“{name}”。", name=APPROVERS)


def _check_share(value: str) -> Message | None:
    if value.startswith("="):
        return None
    try:
        read_share(value)
    except InvalidError as error:
        return error.message
    return None


def _check_feel(value: str) -> Message | None:
    return None if value.startswith("=") else msg("审批人和票数要写成以“=”开头的表达式。")


READ: Final[Mapping[str, Callable[[str], Message | None]]] = {
    SHARE: _check_share,
    APPROVERS: _check_feel,
    WEIGHTS: _check_feel,
    APART: _check_feel,
}


def _approval_rows(root: Any) -> Iterator[tuple[Any, str, str]]:
    """Every approval.* property: element, name, value."""
    for row in root.iter(f"{ZEEBE}property"):
        name = str(row.get("name", ""))
        if name.startswith("approval."):
            yield row.getparent().getparent().getparent(), name, str(row.get("value", ""))


def _header(element: Any, key: str) -> str | None:
    headers = extension(element, "taskHeaders")
    for header in headers if headers is not None else ():
        if header.get("key") == key:
            return str(header.get("value", ""))
    return None


def stale_names(file: File, base: tuple[File, ...]) -> Iterator[FileProblem]:
    """Elements whose Chinese name changed while a translation stayed: it now says something else."""
    before = next((f for f in base if f.path == file.path), None)
    root, old_root = _root(file), None if before is None else _root(before)
    if root is None or old_root is None:
        return
    old = {e.get("id"): e for e in old_root.iter() if e.get("name")}
    for element in root.iter():
        was = old.get(element.get("id"))
        if was is None or element.get("name") in {None, was.get("name")}:
            continue
        now, then = _properties(element), _properties(was)
        behind = [
            name.removeprefix("name.") for name in TRANSLATED if now.get(name) and now[name] == then.get(name)
        ]
        if behind:
            said = msg("中文名称改了，译文没有跟着改：{languages}。", languages="、".join(behind))
            yield _warning(file, element, said)


def untranslated_flows(file: File) -> Iterator[FileProblem]:
    """Labels of flows that are there in Chinese alone; the linter tells of the steps, events and gateways."""
    root = _root(file)
    for flow in root.iter(f"{BPMN}sequenceFlow") if root is not None else ():
        known = _properties(flow)
        lacking = [name.removeprefix("name.") for name in TRANSLATED if not known.get(name)]
        if flow.get("name") and lacking:
            yield _warning(file, flow, msg("名称缺少译文：{languages}。", languages="、".join(lacking)))


def _warning(file: File, element: Any, message: Message) -> FileProblem:
    return FileProblem(
        path=file.path, element=str(element.get("id")), name=_name(element), message=message, error=False
    )


def _properties(element: Any) -> dict[str, str]:
    holder = extension(element, "properties")
    rows = holder if holder is not None else ()
    return {str(row.get("name")): str(row.get("value", "")) for row in rows}


def _assignments(root: Any) -> Iterator[tuple[Any, Any]]:
    for setting in root.iter(f"{ZEEBE}assignmentDefinition"):
        yield setting.getparent().getparent(), setting


def _listed(text: str | None) -> tuple[str, ...]:
    if not text or text.startswith("="):
        return ()
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _name(element: Any) -> str:
    return str(element.get("name") or element.get("id") or local(element))


def _root(file: File) -> Any:
    try:
        return read(file.body.encode())
    except DiagramError:
        return None
