"""The linter: what we do not run is refused with the element and a sentence; what runs is not."""

import pytest

from tests.engine.drawing import (
    HEAD,
    boundary,
    catch,
    condition,
    diagram,
    end,
    error,
    event,
    flow,
    inc,
    many,
    mapping,
    message,
    node,
    par,
    path,
    process,
    script,
    service,
    start,
    sub,
    throw,
    timer,
    user,
    xor,
    zeebe,
)
from webapp.engine.diagrams import compile_diagram
from webapp.engine.errors import DiagramError
from webapp.engine.lint import Severity, check

HR = zeebe("assignmentDefinition", candidateGroups="hr")


def found(xml, severity=Severity.ERROR, **known):
    return {
        (problem.element_id, str(problem.message))
        for problem in check(xml, **known)
        if problem.severity == severity
    }


def one(task, *more, roots="", **options):
    return diagram(start(), task, end(), path("s > a > e"), *more, roots=roots, **options)


def person(name="a", *inner, ext="", **given):
    return user(name, *inner, ext=HR + ext, **given)


M = message("m", "reply", "=id")
REFUSED = [
    ("a complex gateway", one(node("complexGateway", "a")), "a", "不支持“复杂网关”"),
    ("a transaction", one(node("transaction", "a")), "a", "不支持“事务子流程”"),
    ("an ad-hoc subprocess", one(node("adHocSubProcess", "a")), "a", "不支持“自由子流程”"),
    ("compensation", one(person(), boundary("b", "a", event("compensate"))), "b", "不支持“补偿事件”"),
    ("a cancel end", diagram(start(), end("e", event("cancel")), path("s > e")), "e", "不支持“取消事件”"),
    ("a listener", one(person(ext="<zeebe:taskListeners />")), "a", "任务监听器"),
    ("an execution listener", one(person(ext="<zeebe:executionListeners />")), "a", "执行监听器"),
    ("an embedded form", one(person(ext=zeebe("formDefinition", formKey="camunda-forms:x"))), "a", "不支持内嵌表单"),
    ("a foreign extension", one(person(ext='<c:formData xmlns:c="http://camunda.org/schema/1.0/bpmn" />')), "a", "扩展“formData”"),
    ("a foreign attribute", one(person()).replace(b'<bpmn:userTask id="a"', b'<bpmn:userTask xmlns:c="urn:c" c:assignee="x" id="a"'), "a", "属性“assignee”"),
    ("a Python script", one(node("scriptTask", "a", "<bpmn:script>import os</bpmn:script>", ext=zeebe("script", expression="=1", resultVariable="x"))), "a", "不运行内嵌脚本"),
    ("a due date on a service task", one(service("a", ext=zeebe("taskSchedule", dueDate="=x"))), "a", "此处的“taskSchedule”不会生效"),
    ("a version tag binding", one(node("callActivity", "a", ext=zeebe("calledElement", processId="p2", bindingType="versionTag"))), "a", "版本标签"),
    ("two plain starts", diagram(start(), start("s2"), person(), end(), path("s > a > e"), path("s2 > a")), "p", "只能有一个"),
    ("no start", diagram(person(), end(), path("a > e")), "p", "没有开始事件"),
    ("an element nothing leads to", one(person(), person("b"), path("b > e")), "b", "永远不会运行"),
    ("a flow through a subprocess's border", one(person(), sub("u", start("us"), person("b"), path("us > b")), path("a > u"), flow("b", "e", name="x")), "x", "不能穿过"),
    ("a boundary on a gateway", diagram(start(), xor("a"), end(), path("s > a > e"), boundary("b", "a", timer("PT1H")), path("b > e")), "b", "没有附在活动上"),
    ("a handler without trigger", one(person(), sub("h", start("hs"), end("he"), path("hs > he"), handler=True)), "h", "恰有一个带触发条件"),
    ("a condition without =", diagram(start(), xor("g", "g_b"), person("a"), person("b"), end(), flow("s", "g"), flow("g", "a", "x > 1"), flow("g", "b"), path("a > e"), path("b > e")), "g_a", "必须以“=”开头"),
    ("an exit without condition", diagram(start(), xor("g"), person("a"), person("b"), end(), flow("s", "g"), flow("g", "a", "=x"), flow("g", "b"), path("a > e"), path("b > e")), "g_b", "没有条件"),
    ("a condition behind a parallel gateway", diagram(start(), par("g"), person("a"), person("b"), end(), flow("s", "g"), flow("g", "a", "=x"), flow("g", "b"), path("a > e"), path("b > e")), "g", "不看条件"),
    ("an expression that is not FEEL", one(person(ext=mapping(outputs={"x": "=1 +"}))), "a", "有误"),
    ("an unknown function", one(person(ext=mapping(outputs={"x": "=nonsense(1)"}))), "a", "没有名为“nonsense”的函数"),
    ("a bad target", one(person(ext=mapping(outputs={"a b": "=1"}))), "a", "不能用作变量名"),
    ("the name typename", one(person(ext=mapping(outputs={"typename": "=1"}))), "a", "不能用作变量名"),
    ("an unknown form", one(person(ext=zeebe("formDefinition", formId="nope"))), "a", "没有找到表单“nope”"),
    ("an unknown decision", one(node("businessRuleTask", "a", ext=zeebe("calledDecision", decisionId="nope", resultVariable="r"))), "a", "没有找到决策“nope”"),
    ("an unknown process", one(node("callActivity", "a", ext=zeebe("calledElement", processId="nope"))), "a", "没有找到被调用的流程"),
    ("a dynamic process", one(node("callActivity", "a", ext=zeebe("calledElement", processId="=x"))), "a", "必须写明"),
    ("a service task without type", one(node("serviceTask", "a")), "a", "没有指定作业类型"),
    ("a script without =", one(script("a", "1", "x")), "a", "必须以“=”开头"),
    ("a bad duration", one(person(), boundary("b", "a", timer("5 minutes")), path("b > e")), "b", "不是有效的时长"),
    ("a negative duration", one(person(), boundary("b", "a", timer("-PT5M")), path("b > e")), "b", "不是有效的时长"),
    ("cron", one(person(), boundary("b", "a", timer("0 0 9 * * MON", "timeCycle"), cancels=False), path("b > e")), "b", "不是有效的周期"),
    ("a cycle that interrupts", one(person(), boundary("b", "a", timer("R/PT1H", "timeCycle")), path("b > e")), "b", "只触发一次"),
    ("a message without key", one(node("receiveTask", "a", messageRef="k"), roots=message("k", "reply")), "a", "没有关联键"),
    ("a message without name", one(node("receiveTask", "a")), "a", "没有选择消息"),
    ("an error end without code", diagram(start(), end("e", event("error")), path("s > e")), "e", "没有代码"),
    ("a link to nowhere", diagram(start(), throw("t", event("link", name="L")), path("s > t")), "t", "没有接收的一端"),
    ("an event gateway before a task", diagram(start(), node("eventBasedGateway", "g"), person("a"), catch("c", timer("PT1H")), end(), path("s > g > a > e"), path("g > c > e")), "g", "只能是捕获事件"),
    ("multi-instance without collection", one(person("a", "<bpmn:multiInstanceLoopCharacteristics />")), "a", "多实例没有集合"),
    ("a bare loop marker", one(person("a", "<bpmn:standardLoopCharacteristics />")), "a", "循环没有条件"),
    ("a join that exclusive branches feed", diagram(start(), xor("g", "g_b"), person("a"), person("b"), par("j"), end(), flow("s", "g"), flow("g", "a", "=x"), flow("g", "b"), path("a > j > e"), path("b > j")), "j", "永远等不齐"),
    ("a loop that never waits or ends", diagram(start(), xor("m"), script("x", "=1", "y"), path("s > m > x > m")), "m", "会永远转下去"),
    ("an event that waits for all of its triggers", one(person(), catch("c", timer("PT1H")), path("a > c > e")).replace(b'<bpmn:intermediateCatchEvent id="c"', b'<bpmn:intermediateCatchEvent parallelMultiple="true" id="c"'), "c", "只能有一个触发条件"),
    ("an event with two triggers", one(person(), catch("c", timer("PT1H") + event("message", "m")), path("a > c > e"), roots=M), "c", "只能有一个触发条件"),
]  # fmt: skip


class TestRefused:
    @pytest.mark.parametrize(
        ("xml", "element", "words"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED]
    )
    def test_with_element_and_sentence(self, xml, element, words):
        errors = found(xml, forms=("f",), decisions=("d",), processes=("p2",))
        assert any(name == element and words in sentence for name, sentence in errors), errors

    @pytest.mark.parametrize(
        "xml",
        [
            b"",
            b"<a/>",
            b"<!DOCTYPE a [<!ENTITY x 'y'>]>" + HEAD.split("?>")[1].encode() + b"</bpmn:definitions>",
            diagram() + b"x",
            b" " * (2 * 1024 * 1024 + 1),
            diagram(start(), start()),
            diagram(start(), flow("s", "nowhere")),
            HEAD.encode() + b"</bpmn:definitions>",
        ],
        ids=["empty", "foreign", "doctype", "broken", "large", "double id", "loose flow", "no process"],
    )
    def test_a_bad_file(self, xml):
        assert found(xml)
        with pytest.raises(DiagramError):
            compile_diagram(xml)

    def test_an_entity_is_never_expanded(self):
        xml = (
            b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
            + diagram(person("&x;")).split(b"?>")[1]
        )
        with pytest.raises(DiagramError):
            compile_diagram(xml)


WARNED = [
    ("nobody does it", one(user("a")), "a", "没有指定办理人"),
    ("no default", diagram(start(), xor("g"), person("a"), person("b"), end(), flow("s", "g"), flow("g", "a", "=x"), flow("g", "b", "=y"), path("a > e"), path("b > e")), "g", "没有默认出口"),
    ("starter may approve", one(person(ext='<zeebe:properties><zeebe:property name="approval.mode" value="all" /></zeebe:properties>')), "a", "发起人就是审批人"),
    ("two branches write one name", diagram(start(), par("f"), person("a", ext=mapping(outputs={"x": "=1"})), person("b", ext=mapping(outputs={"x": "=2"})), par("j"), end(), path("s > f > a > j > e"), path("f > b > j")), "a", "写同一变量“x”"),
    ("a loop that may not wait", diagram(start(), xor("m"), xor("g", "g_m"), end(), path("s > m > g"), flow("g", "e", "=x"), flow("g", "m")), "g", "没有等待的步骤"),
    ("a join that sometimes starves", diagram(start(), xor("g", "g_b"), par("f"), person("a"), person("b"), par("j"), end(), flow("s", "g"), flow("g", "f", "=x"), flow("g", "b"), path("f > a > j > e"), path("f > b > j")), "j", "某些走向"),
    ("an unknown name", one(person(ext=mapping(outputs={"x": "=typo"}) + zeebe("formDefinition", formId="f"))), "a", "没有名为“typo”的变量"),
]  # fmt: skip


class TestWarned:
    @pytest.mark.parametrize(
        ("xml", "element", "words"), [row[1:] for row in WARNED], ids=[row[0] for row in WARNED]
    )
    def test_with_element_and_sentence(self, xml, element, words):
        forms = {"f": ("field",)}
        assert found(xml, forms=forms) == set()
        warnings = found(xml, Severity.WARNING, forms=forms)
        assert any(name == element and words in sentence for name, sentence in warnings), warnings

    def test_dotted_targets_under_one_name_do_not_collide(self):
        xml = diagram(
            start(),
            par("f"),
            person("a", ext=mapping(outputs={"m.a": "=1"})),
            person("b", ext=mapping(outputs={"m.b": "=2"})),
            par("j"),
            end(),
            path("s > f > a > j > e"),
            path("f > b > j"),
        )
        assert found(xml, Severity.WARNING) == set()

    def test_names_are_not_told_when_forms_are_unknown(self):
        assert found(one(person(ext=mapping(outputs={"x": "=typo"}))), Severity.WARNING) == set()

    def test_missing_translations_are_listed(self):
        assert ("a", "名称缺少译文：en、zh-Hant。") in found(
            one(person().replace('id="a"', 'id="a" name="审"')),
            Severity.INFO,
        )


class TestAccepted:
    def test_everything_that_runs(self):
        drawn = diagram(
            start(),
            start("sm", event("message", "m")),
            start("st", timer("R/P1D", "timeCycle")),
            start("sc", condition("=x")),
            person("a", many("=list", element="p", out="r", out_element="=p")),
            service("b"),
            script("c", "=1", "y"),
            node("task", "t"),
            node("manualTask", "mt"),
            node("receiveTask", "rt", messageRef="m"),
            node("sendTask", "se", ext=zeebe("taskDefinition", type="x")),
            node("businessRuleTask", "br", ext=zeebe("calledDecision", decisionId="d", resultVariable="dr")),
            node("callActivity", "ca", ext=zeebe("calledElement", processId="child")),
            xor("m0"),
            inc("i1", "i1_b"),
            inc("i2"),
            par("p1"),
            par("p2"),
            node("eventBasedGateway", "eg"),
            catch("ec", timer("PT1H")),
            catch("em", event("message", "m")),
            throw("th", event("link", name="L")),
            catch("cl", event("link", name="L")),
            boundary("bt", "b", timer("R3/PT1H", "timeCycle"), cancels=False),
            boundary("be", "b", event("error", "e1")),
            sub("u", start("us"), person("ua"), end("ue", event("error", "e1")), path("us > ua > ue")),
            boundary("ube", "u", event("error", "e1")),
            sub(
                "h",
                node("startEvent", "hs", event("message", "m"), interrupts="false"),
                end("he"),
                path("hs > he"),
                handler=True,
            ),
            end(),
            end("et", event("terminate")),
            path("s > m0 > a > i1"),
            flow("i1", "c", "=x > 1"),
            flow("i1", "b"),
            path("c > i2"),
            path("b > i2"),
            path("i2 > p1 > t > p2"),
            path("p1 > mt > p2"),
            path("p2 > eg > ec > rt > se > br > ca > u > th"),
            path("eg > em > rt"),
            path("cl > e"),
            path("ube > et"),
            path("bt > e"),
            path("be > e"),
            path("sm > m0"),
            path("st > m0"),
            path("sc > m0"),
            roots=M + error("e1", "E1"),
            more=process("child", start("cs"), person("cu"), end("ce"), path("cs > cu > ce")),
        )
        errors = found(drawn, decisions=("d",), processes=("child",))
        assert errors == set()
        assert compile_diagram(drawn).called == ("child",)

    def test_problems_come_errors_first(self):
        severities = [
            problem.severity for problem in check(one(user("a", ext=mapping(outputs={"x": "=1 +"}))))
        ]
        assert severities == sorted(severities, key=list(Severity).index)
        assert Severity.ERROR in severities
