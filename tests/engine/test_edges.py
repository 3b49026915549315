"""The corners: what is drawn wrong but got through, what is asked wrong, what only one rule sees."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.engine.drawing import (
    boundary,
    catch,
    condition,
    diagram,
    end,
    error,
    event,
    flow,
    many,
    mapping,
    message,
    node,
    par,
    path,
    process,
    script,
    service,
    signal,
    start,
    sub,
    timer,
    user,
    xor,
    zeebe,
)
from tests.engine.play import EPOCH, Play, Weekdays, no_decision
from webapp.domain.errors import ConflictError, InvalidError
from webapp.domain.text import msg
from webapp.engine.cases import pack, unpack
from webapp.engine.diagrams import StartKind, compile_diagram, process_ids
from webapp.engine.errors import DiagramError, GoneError, SnapshotError, StuckError
from webapp.engine.expressions import Outside
from webapp.engine.lint import Severity, check
from webapp.engine.migration import Verdict, difference, migrate
from webapp.engine.readings import NOWHERE
from webapp.engine.schedule import next_start
from webapp.engine.specs import load
from webapp.engine.values import Complete, Fire, ItemKey, Modify, Restart, Return, Start


def one(task, *more, **options):
    return diagram(start(), task, end(), path("s > a > e"), *more, **options)


OUTSIDE = Outside(now=EPOCH, calendar=Weekdays(), decide=no_decision)


class TestUnlintedDiagrams:
    """What the linter refuses still stops with an incident, if it comes this far."""

    @pytest.mark.parametrize(
        ("task", "kind"),
        [
            (node("serviceTask", "a"), "job"),
            (node("sendTask", "a"), "job"),
            (node("receiveTask", "a"), "message"),
            (node("businessRuleTask", "a"), "decision"),
            (service("a", job="=1"), "job"),
            (node("serviceTask", "a", ext=zeebe("taskDefinition", type="x", retries="=[1]")), "evaluation"),
            (user("a", ext=zeebe("priorityDefinition", priority="=101")), "assignment"),
            (user("a", ext=zeebe("priorityDefinition", priority="many")), "evaluation"),
            (user("a", ext=zeebe("assignmentDefinition", assignee="=[1]")), "assignment"),
            (user("a", ext=zeebe("assignmentDefinition", candidateUsers="=[true]")), "assignment"),
            (user("a", ext=zeebe("taskSchedule", dueDate="=5")), "timer"),
            (
                user(
                    "a",
                    ext='<zeebe:properties><zeebe:property name="approval.mode" value="share" />'
                    '<zeebe:property name="approval.share" value="lots" /></zeebe:properties>',
                ),
                "assignment",
            ),
            (script("a", f"={'[' * 45}1{']' * 45}", "x"), "value"),
            (catch("a", timer("")), "timer"),
            (catch("a", event("link")), None),
            (catch("a", ""), "event"),
            (node("callActivity", "a"), "call"),
            (script("a", "=1 +", "x"), "expression"),
            (user("a", "<bpmn:standardLoopCharacteristics testBefore='true' />"), None),
        ],
    )
    def test_stop_or_pass(self, task, kind):
        play = Play(one(task)).start()
        assert play.stuck == ([] if kind is None else [("a", kind)])
        assert play.ended == (kind is None)

    def test_a_link_without_its_other_end(self):
        play = Play(one(node("intermediateThrowEvent", "a", event("link", name="L")))).start()
        assert play.stuck == [("a", "event")]

    def test_a_cycle_that_is_over_before_it_begins(self):
        drawn = diagram(
            start(),
            user("a"),
            boundary("t", "a", timer("R0/PT1H", "timeCycle"), cancels=False),
            end(),
            path("s > a > e"),
        )
        assert Play(drawn).start().stuck == [("a", "timer")]

    def test_a_subprocess_without_start(self):
        assert Play(one(sub("a", user("x")))).start().stuck == [("a", "start")]

    def test_a_called_process_that_cannot_begin_leaves_nothing_behind(self):
        handler = sub(
            "h", node("startEvent", "hs", timer("=nothing")), end("he"), path("hs > he"), handler=True
        )
        drawn = one(
            node("callActivity", "a", ext=zeebe("calledElement", processId="c")),
            more=process("c", start("cs"), user("x"), end("ce"), path("cs > x > ce"), handler),
        )
        play = Play(drawn).start()
        assert play.stuck == [("a", "timer")]
        play.set(nothing="PT1H")
        play.retry("a")
        assert play.open == ["c:x"]

    def test_a_process_that_cannot_begin_is_refused(self):
        handler = sub(
            "h", node("startEvent", "hs", timer("=nothing")), end("he"), path("hs > he"), handler=True
        )
        with pytest.raises(InvalidError):
            Play(one(user("a"), handler)).start()

    def test_a_standard_loop_without_end_is_stopped(self):
        loop = "<bpmn:standardLoopCharacteristics><bpmn:loopCondition>=true</bpmn:loopCondition></bpmn:standardLoopCharacteristics>"
        task = script("a", "=1", "x").replace("</bpmn:scriptTask>", loop + "</bpmn:scriptTask>")
        play = Play(one(task)).start()
        assert play.stuck == [("a", "limit")]

    def test_a_literal_cardinality(self):
        task = user(
            "a",
            "<bpmn:multiInstanceLoopCharacteristics><bpmn:loopCardinality>2</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>",
        )
        assert Play(one(task)).start().open == ["a", "a"]

    def test_an_output_element_that_fails_is_an_incident_of_its_instance(self):
        task = user(
            "a",
            many("=[1, 2]", out="r", out_element="=f"),
            ext=mapping(outputs={"f": "=if x = 1 then 1 else function(q) q"}),
        )
        play = Play(one(task)).start()
        play.done("a", x=2)
        assert play.stuck == [("a", "value")]
        play.done("a", x=1)
        assert not play.ended
        play.do(Modify(withdraw=(play.last.incidents[0].key,)))
        assert play.ended


class TestAskedWrong:
    def test_an_error_goes_nowhere_after_the_end(self):
        play = Play(one(user("a"))).start()
        key = play.key("a")
        play.done("a")
        with pytest.raises(GoneError):
            play.do(Fire(key=key))
        with pytest.raises(GoneError):
            play.cancel()
        play.set(note="late")
        assert play.variables == {"note": "late"}

    def test_a_started_case_is_not_started_again(self):
        with pytest.raises(ConflictError):
            Play(one(user("a"))).start().do(Start(variables={}))

    def test_an_item_is_no_timer_and_a_timer_no_item(self):
        play = Play(one(user("a"), boundary("t", "a", timer("PT1H")), path("t > e"))).start()
        with pytest.raises(GoneError):
            play.do(Fire(key=play.key("a")))
        with pytest.raises(GoneError):
            play.do(Complete(key=play.last.timers[0].key, variables={}))

    def test_nothing_to_retry(self):
        with pytest.raises(GoneError):
            Play(one(user("a"))).start().retry("a")

    def test_withdrawing_what_is_gone(self):
        play = Play(one(user("a"))).start()
        for number in ("99", "x"):
            with pytest.raises(GoneError):
                play.do(Modify(withdraw=(ItemKey(element_instance=number, round=1),)))

    def test_a_command_that_is_none(self):
        with pytest.raises(TypeError):
            Play(one(user("a"))).start().do(object())

    def test_adding_into_one_of_several_instances(self):
        marker = many("=[1, 2]")
        drawn = one(
            sub("a", start("us"), user("x"), end("ue"), path("us > x > ue")).replace(
                "</bpmn:subProcess>", marker + "</bpmn:subProcess>"
            )
        )
        play = Play(drawn).start()
        with pytest.raises(InvalidError):
            play.do(Modify(add=("x",)))
        play.done("x")
        play.do(Modify(add=("x",)))
        assert play.open == ["x", "x"]

    def test_adding_into_a_call_that_is_not_running(self):
        call = node("callActivity", "k", ext=zeebe("calledElement", processId="c"))
        child = process("c", start("cs"), user("x"), end("ce"), path("cs > x > ce"))
        play = Play(diagram(start(), user("q"), call, end(), path("s > q > k > e"), more=child)).start()
        with pytest.raises(InvalidError):
            play.do(Modify(add=("c:x",)))
        play.done("q")
        play.do(Modify(add=("c:x",)))
        assert play.open == ["c:x", "c:x"]

    def test_adding_into_a_subprocess_whose_timer_cannot_be(self):
        drawn = diagram(
            start(), user("q"), sub("u", start("us"), user("x"), end("ue"), path("us > x > ue")),
            boundary("t", "u", timer("=nothing")), end(), path("s > q > u > e"), path("t > e"),
        )  # fmt: skip
        with pytest.raises(InvalidError):
            Play(drawn).start().do(Modify(add=("x",)))


class TestConditions:
    def test_a_condition_that_costs_too_much_is_an_incident_of_the_waiting_token(self):
        text = "=count(for x in 1..100000, y in 1..100000 return 1) > 0"
        drawn = diagram(
            start(),
            par("f"),
            catch("c", condition(text)),
            user("a"),
            boundary("b", "a", condition(text)),
            end(),
            path("s > f > c > e"),
            path("f > a > e"),
            path("b > e"),
        )
        play = Play(drawn).start()
        assert play.stuck == [("c", "expression")]
        assert play.open == ["a"]

    def test_a_non_interrupting_conditional_handler_rises_again(self):
        handler = sub(
            "h",
            node("startEvent", "hs", condition("=x = 1"), interrupts="false"),
            user("d"),
            end("he"),
            path("hs > d > he"),
            handler=True,
        )
        play = Play(one(user("a"), handler)).start()
        for x, count in ((1, 1), (0, 1), (1, 2)):
            play.set(x=x)
            assert play.open.count("d") == count


class TestCalls:
    def test_a_process_of_another_file(self):
        drawn = diagram(
            start(),
            node("callActivity", "k", ext=zeebe("calledElement", processId="c")),
            end(),
            path("s > k > e"),
        )
        child = diagram(
            start(), user("x"), boundary("t", "x", timer("PT1H")), xor("g", "g_e"), end(), path("s > x > g"),
            flow("g", "x", "=again"), flow("g", "e"), path("t > e"), name="c",
        )  # fmt: skip
        play = Play(drawn, called={"c": child}).start()
        assert play.open == ["c:x"]
        play.done("c:x")
        assert play.ended

    def test_a_called_process_named_like_an_element(self):
        drawn = diagram(
            start(),
            node("callActivity", "k", ext=zeebe("calledElement", processId="s")),
            end(),
            path("s > k > e"),
        )
        with pytest.raises(DiagramError):
            compile_diagram(drawn, called={"s": diagram(start("x"), end(), path("x > e"), name="s")})

    def test_a_called_process_that_is_not_in_its_file(self):
        drawn = diagram(
            start(),
            node("callActivity", "k", ext=zeebe("calledElement", processId="c")),
            end(),
            path("s > k > e"),
        )
        with pytest.raises(DiagramError):
            compile_diagram(drawn, called={"c": drawn})

    def test_the_process_may_be_chosen(self):
        drawn = diagram(
            start(),
            end(),
            path("s > e"),
            more=process("q", start("qs"), user("x"), end("qe"), path("qs > x > qe")),
        )
        assert compile_diagram(drawn, process_id="q").process_id == "q"
        with pytest.raises(DiagramError):
            compile_diagram(drawn, process_id="nope")

    def test_only_what_runs_here_compiles(self):
        for drawn in (
            one(node("complexGateway", "a")),
            one(user("a"), boundary("b", "a", event("compensate"))),
            diagram(start(), end("e", event("cancel")), path("s > e")),
        ):
            with pytest.raises(DiagramError):
                compile_diagram(drawn)

    def test_a_process_that_is_not_executable_is_left_out(self):
        with pytest.raises(DiagramError):
            compile_diagram(one(user("a")).replace(b'isExecutable="true"', b'isExecutable="false"'))

    def test_an_element_without_id_is_refused(self):
        with pytest.raises(DiagramError):
            compile_diagram(one(user("a")).replace(b' id="a"', b""))


class TestSchedule:
    @pytest.mark.parametrize(
        ("timer_kind", "text", "after", "then"),
        [
            ("cycle", "R/P1D", timedelta(hours=1), timedelta(days=1)),
            ("cycle", "R/P1D", timedelta(days=3, hours=1), timedelta(days=4)),
            ("cycle", "R2/P1D", timedelta(days=3), None),
            ("date", "2026-03-05T01:00:00Z", timedelta(0), timedelta(days=3)),
            ("date", "2026-03-05T01:00:00Z", timedelta(days=4), None),
            ("duration", "PT2H", timedelta(hours=1), timedelta(hours=2)),
            ("cycle", '=cycle(null, @"P1D")', timedelta(0), timedelta(days=1)),
        ],
    )
    def test_tells_the_next_start(self, timer_kind, text, after, then):
        kind = StartKind(element_id="s", kind="timer", timer=timer_kind, expression=text)
        found = next_start(
            kind, published=EPOCH, outside=Outside(now=EPOCH + after, calendar=Weekdays(), decide=no_decision)
        )
        assert found == (None if then is None else EPOCH + then)

    def test_only_timers_have_one(self):
        with pytest.raises(StuckError):
            next_start(StartKind(element_id="s", kind="none"), published=EPOCH, outside=OUTSIDE)


class TestCalendarFunctions:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ('=is working day(date("2026-03-07"))', False),
            ('=is working day(date and time("2026-03-06T23:00:00Z"))', False),
            ("=is working day(null)", None),
            ('=working days after(date("2026-03-06"), 1)', date(2026, 3, 9)),
            ('=working days after(date("2026-03-09"), -1)', date(2026, 3, 6)),
            ('=working days after(date("2026-03-06"), 1.5)', None),
            ("=working days after(null, 1)", None),
            ('=working days after("x", 1)', None),
            (
                '=add working days(date and time("2026-03-06T08:00:00Z"), 1)',
                datetime(2026, 3, 9, 8, tzinfo=UTC),
            ),
            ("=cycle(3, null)", None),
        ],
    )
    def test_answer_like_feels_own(self, text, value):
        assert Play(one(script("a", text, "x"))).start().variables["x"] == value


class TestMigrationEdges:
    def test_a_process_with_another_id(self):
        old, new = (
            diagram(start(), user("a"), end(), path("s > a > e")),
            diagram(start(), user("a"), end(), path("s > a > e"), name="q"),
        )
        play = Play(old).start()
        assert migrate(play.spec, compile_diagram(new).spec, play.snapshot, outside=OUTSIDE).fits

    def test_another_event_at_a_waiting_catch(self):
        play = Play(diagram(start(), catch("c", timer("PT1H")), end(), path("s > c > e"))).start()
        new = compile_diagram(
            diagram(
                start(), catch("c", event("signal", "g")), end(), path("s > c > e"), roots=signal("g", "x")
            )
        ).spec
        found = migrate(play.spec, new, play.snapshot, outside=OUTSIDE)
        assert [step.verdict for step in found.steps if step.element_id == "c"] == [Verdict.BLOCKED]

    def test_another_event_at_a_boundary_is_armed_anew(self):
        play = Play(one(user("a"), boundary("b", "a", timer("PT1H")), path("b > e"))).start()
        new = compile_diagram(
            one(user("a"), boundary("b", "a", event("signal", "g")), path("b > e"), roots=signal("g", "x"))
        ).spec
        found = migrate(play.spec, new, play.snapshot, outside=OUTSIDE)
        assert [wait.name for wait in found.advance.signals] == ["x"]

    def test_a_flow_under_another_id(self):
        old = diagram(
            start(),
            par("f"),
            user("a"),
            user("b"),
            par("j"),
            end(),
            path("s > f > a"),
            flow("a", "j", name="x1"),
            path("f > b > j > e"),
        )
        new = old.replace(b'id="x1"', b'id="x2"')
        play = Play(old).start()
        play.done("a")
        assert not migrate(play.spec, compile_diagram(new).spec, play.snapshot, outside=OUTSIDE).fits
        found = migrate(
            play.spec, compile_diagram(new).spec, play.snapshot, outside=OUTSIDE, mapping={"x1": "x2"}
        )
        assert found.fits
        play.spec, play.snapshot, play.last = compile_diagram(new).spec, found.state, found.advance
        play.done("b")
        assert play.ended

    def test_a_running_handler_keeps_its_start(self):
        def drawn(name):
            handler = sub(
                "h",
                node("startEvent", name, event("message", "m")),
                user("d"),
                end("he"),
                flow(name, "d"),
                path("d > he"),
                handler=True,
            )
            return one(user("a"), handler, roots=message("m", "go", "=id"))

        play = Play(drawn("hs")).start(id="1")
        play.correlate("go", "1")
        found = migrate(
            play.spec, compile_diagram(drawn("h2")).spec, play.snapshot, outside=OUTSIDE, mapping={"hs": "h2"}
        )
        assert found.fits
        assert found.advance.messages == ()

    def test_an_element_that_became_a_flow_is_changed(self):
        old = compile_diagram(diagram(start(), user("x"), end(), path("s > x > e"))).spec
        new = compile_diagram(
            diagram(start(), user("y"), end(), path("s > y"), flow("y", "e", name="x"))
        ).spec
        assert "x" in difference(old, new).changed


def refused(xml, **known):
    return {str(problem.message) for problem in check(xml, **known) if problem.severity is Severity.ERROR}


class TestLintEdges:
    @pytest.mark.parametrize(
        ("xml", "words"),
        [
            (one(node("userTask", "a"), sub("h", node("startEvent", "hs", timer("PT1H")), end("he"), path("hs > he"), handler=True), path("a > h")), "不能有连线"),
            (one(user("a"), flow("a", "s")), "不能有进入的连线"),
            (one(user("a"), flow("e", "a")), "不能有离开的连线"),
            (one(sub("a", start("us"), start("u2", timer("PT1H")), end("ue"), path("us > ue"), path("u2 > ue"))), "子流程只能有一个"),
            (diagram(start(), xor("a", "nope"), end(), path("s > a > e")), "默认出口不是"),
            (one(user("a"), node("intermediateThrowEvent", "t", event("error", "x")), path("a > t > e"), roots=error("x", "X")), "此位置不支持"),
            (one(user("a"), boundary("b", "a", event("signal")), path("b > e")), "没有名称"),
            (one(user("a"), boundary("b", "a", condition("x")), path("b > e")), "必须以“=”开头"),
            (one(user("a"), boundary("b", "a", event("error"), cancels=False), path("b > e")), "总是中断"),
            (one(user("a"), boundary("b", "a", timer("")), path("b > e")), "没有填写时间"),
            (diagram(start("s", timer("PT1H")), user("a"), end(), path("s > a > e")), "只能填写日期或周期"),
            (one(user("a"), boundary("b", "a", timer("tomorrow", "timeDate")), path("b > e")), "不是有效的日期"),
            (one(user("a"), boundary("b", "a", event("error")), boundary("c", "a", event("error")), path("b > e"), path("c > e")), "已有相同"),
            (diagram(start(), node("intermediateThrowEvent", "t", event("link", name="L")), catch("c", event("link", name="L")), catch("d", event("link", name="L")), end(), path("s > t"), path("c > e"), path("d > e")), "只能有一个接收"),
            (diagram(start(), user("a"), catch("c", event("link", name="L")), end(), path("s > a > e"), path("c > e")), "永远不会运行"),
            (diagram(start(), node("eventBasedGateway", "a"), catch("c", timer("PT1H")), end(), path("s > a > c > e")), "至少要有两个"),
            (diagram(start(), node("eventBasedGateway", "a"), catch("c", timer("PT1H")), catch("d", timer("PT2H")), user("x"), end(), path("s > a > c > e"), path("a > d > x > c")), "不能有其他进入"),
            (one(node("callActivity", "a")), "没有选择流程"),
            (one(node("sendTask", "a")), "没有指定作业类型或消息"),
            (one(node("receiveTask", "a")), "没有选择消息"),
            (one(node("businessRuleTask", "a")), "没有选择决策"),
            (one(script("a", "=1")), "没有结果变量"),
            (one(node("scriptTask", "a", ext=zeebe("taskDefinition", type="x") + zeebe("script", expression="=1"))), "只能选择一种"),
            (one(user("a", many("=[1]", out="r"))), "必须同时填写"),
            (one(user("a", many("=[1]", until="x"))), "必须以“=”开头"),
            (one(user("a").replace("<bpmn:userTask", '<bpmn:userTask isForCompensation="true"')), "不支持补偿活动"),
            (one(node("receiveTask", "a", instantiate="true")), "请使用开始事件"),
            (one(user("a").replace("<bpmn:userTask", '<bpmn:userTask startQuantity="2"')), "令牌数量"),
            (one(user("a").replace("<bpmn:userTask", '<bpmn:userTask completionQuantity="2"')), "令牌数量"),
            (one(user("a", ext=zeebe("taskSchedule", dueDate="=x", reminder="=y"))), "不会生效"),
            (one(user("a", "<bpmn:potentialOwner />")), "不支持“potentialOwner”"),
            (one(sub("a", start("us"), end("ue"), path("us > ue"), handler=True).replace("</bpmn:subProcess>", many("=[1]") + "</bpmn:subProcess>")), "不能设多实例"),
            (one(user("a"), boundary("b", "u", timer("PT1H")), sub("u", start("us"), end("ue"), path("us > ue"), handler=True), path("b > e")), "没有附在活动上"),
            (diagram(), "没有开始事件"),
            (one(user("a")).replace(b'isExecutable="true"', b'isExecutable="false"'), "没有可执行的流程"),
            (diagram(user("q"), start(), sub("u", start("us"), boundary("b", "q", timer("PT1H")), end("ue"), path("us > ue"), path("b > ue")), end(), path("s > q > u > e")), "不在同一层"),
        ],
    )  # fmt: skip
    def test_refused(self, xml, words):
        assert any(words in sentence for sentence in refused(xml)), refused(xml)

    def test_too_deep_a_nesting_is_refused(self):
        inner = user("x0")
        name = "x0"
        for level in range(1, 17):
            inner = sub(
                f"x{level}",
                start(f"s{level}"),
                inner,
                end(f"e{level}"),
                path(f"s{level} > {name} > e{level}"),
            )
            name = f"x{level}"
        drawn = diagram(start(), inner, end(), path(f"s > {name} > e"))
        assert "子流程嵌套过深。" in refused(drawn)

    def test_a_wide_diagram_is_followed_only_so_far(self):
        names = [f"t{number}" for number in range(14)]
        drawn = diagram(
            start(), par("f"), par("j"), end(), path("s > f"), path("j > e"),
            *(user(name) + path(f"f > {name} > {name}b > j") + user(f"{name}b") for name in names),
        )  # fmt: skip
        assert refused(drawn) == set()

    def test_a_decision_without_result_and_a_self_call_are_warned_about(self):
        rule = one(node("businessRuleTask", "a", ext=zeebe("calledDecision", decisionId="d")))
        call = one(node("callActivity", "a", ext=zeebe("calledElement", processId="p")))
        default = diagram(
            start(),
            xor("a", "a_e"),
            user("b"),
            end(),
            flow("s", "a"),
            flow("a", "b", "=x"),
            flow("a", "e", "=y"),
            path("b > e"),
        )
        piling = diagram(
            start(), xor("m"), par("a"), user("b"), end(), path("s > m > a > b > m"), path("a > e")
        )
        for drawn, words in (
            (rule, "会被丢弃"),
            (call, "调用自己"),
            (default, "不会被检查"),
            (piling, "越积越多"),
        ):
            sentences = {
                str(problem.message) for problem in check(drawn) if problem.severity is Severity.WARNING
            }
            assert any(words in sentence for sentence in sentences)

    def test_names_are_known_from_variables_forms_jobs_and_loops(self):
        drawn = diagram(
            start(), user("a", many("=people", element="p", out="r", out_element="=p"), ext=mapping(outputs={"x": "=outcome"}) + zeebe("formDefinition", formId="f")),
            script("b", "=x + p + r + field + given + wrong", "y"), end(), path("s > a > b > e"),
        )  # fmt: skip
        warnings = {
            str(p.message)
            for p in check(drawn, forms={"f": ("field", "people")}, variables=("given",))
            if p.severity is Severity.WARNING
        }
        assert [sentence for sentence in warnings if "没有名为" in sentence] == [
            next(s for s in warnings if "wrong" in s)
        ]

    def test_what_an_approval_hands_over_is_known(self):
        drawn = one(user("a", ext=mapping(outputs={"x": "=outcome", "v": "=votes"})))
        assert not any("没有名为" in str(problem.message) for problem in check(drawn, variables=()))

    def test_a_job_without_mapping_may_set_any_name(self):
        drawn = diagram(start(), service("a"), script("b", "=anything", "y"), end(), path("s > a > b > e"))
        assert not any("没有名为" in str(problem.message) for problem in check(drawn, variables=()))

    def test_an_inclusive_gateway_with_many_exits_is_followed(self):
        names = [f"t{number}" for number in range(7)]
        drawn = diagram(
            start(), node("inclusiveGateway", "f", default="f_t0"), node("inclusiveGateway", "j"), end(), path("s > f"), path("j > e"),
            *(user(name) + flow("f", name, None if name == "t0" else "=x") + path(f"{name} > j") for name in names),
        )  # fmt: skip
        assert refused(drawn) == set()


class TestWithinOneCommand:
    def test_an_item_that_opens_and_goes_is_never_told(self):
        drawn = diagram(
            start(),
            par("f"),
            user("a"),
            service("b"),
            end("t", event("terminate")),
            path("s > f > a"),
            path("f > b"),
            path("f > t"),
            path("a > t"),
            path("b > t"),
        )
        advance = Play(drawn).start().last
        assert (advance.opened, advance.closed, advance.jobs, advance.cancelled_jobs) == ((), (), (), ())

    def test_a_token_that_was_about_to_run_does_not(self):
        drawn = diagram(
            start(),
            par("f"),
            end("t", event("terminate")),
            script("x", "=1", "y"),
            end(),
            path("s > f > t"),
            path("f > x > e"),
        )
        play = Play(drawn).start()
        assert play.ended
        assert play.variables == {}

    def test_a_signal_at_the_edge_takes_the_waits_inside_along(self):
        inner = sub(
            "u", start("us"), catch("c", event("signal", "g")), user("x"), end("ue"), path("us > c > x > ue")
        )
        play = Play(
            diagram(
                start(),
                inner,
                boundary("b", "u", event("signal", "g")),
                user("y"),
                end(),
                path("s > u > e"),
                path("b > y > e"),
                roots=signal("g", "go"),
            )
        ).start()
        play.signal("go")
        assert play.open == ["y"]

    def test_a_handler_of_a_called_process_goes_with_it(self):
        handler = sub("h", node("startEvent", "hs", timer("PT9H")), end("he"), path("hs > he"), handler=True)
        child = process("c", start("cs"), user("x"), end("ce"), path("cs > x > ce"), handler)
        play = Play(
            one(node("callActivity", "k", ext=zeebe("calledElement", processId="c")), more=child).replace(
                b'id="k"', b'id="a"'
            )
        ).start()
        assert len(play.last.timers) == 1
        play.done("c:x")
        assert play.ended
        assert play.last.timers == ()


class TestDetours:
    line = diagram(start(), user("a"), user("b"), end(), path("s > a > b > e"))

    def sent(self):
        play = Play(self.line).start()
        play.done("a")
        key = play.key("b")
        play.do(Return(from_key=key, to_element="a", straight_back=True))
        return play, key

    def test_withdrawing_the_step_opens_the_waiting_item_again(self):
        play, _key = self.sent()
        play.do(Modify(withdraw=(play.key("a"),)))
        assert play.open == ["b"]

    def test_withdrawing_the_waiting_item_leaves_the_step_its_own_end(self):
        play, key = self.sent()
        play.do(Modify(withdraw=(key,)))
        assert play.open == ["a"]
        play.done("a")
        assert play.ended


class TestRetries:
    def test_an_instance_whose_output_element_was_mended_goes_on(self):
        task = user(
            "a",
            many("=[1, 2]", out="r", out_element="=if go = true then v else function(q) q"),
            ext=mapping(outputs={"v": "=x"}),
        )
        play = Play(one(task)).start()
        play.done("a", x=7)
        assert play.stuck == [("a", "value")]
        play.set(go=True)
        play.retry("a")
        play.done("a", x=8)
        assert play.variables["r"] == [7, 8]

    def test_a_decision_without_result_variable_is_told_but_not_kept(self):
        play = Play(
            one(node("businessRuleTask", "a", ext=zeebe("calledDecision", decisionId="d"))),
            decide=lambda *_: (5, ("r1",)),
        ).start()
        assert play.last.fired[0].output == 5
        assert play.variables == {}

    def test_a_single_candidate(self):
        play = Play(one(user("a", ext=zeebe("assignmentDefinition", candidateUsers="=5")))).start()
        assert next(iter(play.items.values())).candidate_users == ("5",)

    def test_a_restart_that_cannot_arm_its_handler_is_refused(self):
        handler = sub("h", node("startEvent", "hs", timer("=x")), end("he"), path("hs > he"), handler=True)
        play = Play(one(user("a"), handler)).start(x="PT1H")
        play.done("a")
        play.set(x=None)
        for element in (None, "a"):
            with pytest.raises(InvalidError):
                play.do(Restart(element=element))

    def test_withdrawing_one_twice_or_the_whole_case(self):
        play = Play(one(user("a"))).start()
        with pytest.raises(InvalidError):
            play.do(Modify(withdraw=(ItemKey(element_instance="1", round=1),)))
        play.do(Modify(withdraw=(play.key("a"), play.key("a"))))
        assert play.ended


class TestAfterMigration:
    def test_a_return_that_needs_a_branch_that_is_gone_is_refused(self):
        old = diagram(
            start(),
            par("f"),
            user("a"),
            user("b"),
            par("j"),
            user("d"),
            end(),
            path("s > f > a > j > d > e"),
            path("f > b > j"),
        )
        new = diagram(
            start(),
            par("f"),
            user("a"),
            par("j"),
            user("d"),
            end(),
            path("s > f > a > j > d > e"),
            path("f > j"),
        )
        play = Play(old).start()
        play.done("a")
        play.done("b")
        spec = compile_diagram(new).spec
        found = migrate(play.spec, spec, play.snapshot, outside=OUTSIDE)
        assert found.fits
        play.spec, play.snapshot, play.last = spec, found.state, found.advance
        before = play.snapshot
        with pytest.raises(InvalidError):
            play.do(Return(from_key=play.key("d"), to_element="a"))
        assert play.snapshot == before

    def test_a_joined_token_with_an_incident_keeps_its_flows_by_their_new_names(self):
        def drawn(name):
            return diagram(
                start(), par("f"), user("a"), user("b"), node("inclusiveGateway", "j"), user("x"), user("y"), end(), path("s > f > a"),
                flow("a", "j", name=name), path("f > b > j"), flow("j", "x", "=x"), flow("j", "y", "=y"), path("x > e"), path("y > e"),
            )  # fmt: skip

        play = Play(drawn("one")).start()
        play.done("a")
        play.done("b")
        assert play.stuck == [("j", "condition")]
        spec = compile_diagram(drawn("two")).spec
        found = migrate(play.spec, spec, play.snapshot, outside=OUTSIDE, mapping={"one": "two"})
        assert found.fits
        play.spec, play.snapshot, play.last = spec, found.state, found.advance
        play.set(x=True)
        play.retry("j")
        play.do(Return(from_key=play.key("x"), to_element="b"))
        assert play.open == ["b"]
        play.done("b")
        assert play.open == ["x"]


class TestBroken:
    def test_a_state_with_an_unknown_element_or_tag(self):
        play = Play(one(user("a"))).start(d=date(2026, 1, 1))
        for old, new in (('"a",32', '"zz",32'), ("~date", "~nonsense")):
            state = play.snapshot
            play.snapshot = state.replace(old, new)
            assert play.snapshot != state
            with pytest.raises(SnapshotError):
                play.set(x=1)
            play.snapshot = state

    def test_a_specification_of_a_later_format(self):
        spec = compile_diagram(one(user("a"))).spec
        with pytest.raises(SnapshotError):
            load(spec.replace('"format":1', '"format":2'))

    def test_nothing_is_evaluated_where_nothing_is_known(self):
        for act in (
            lambda: NOWHERE.calendar.is_working_day(date(2026, 1, 1)),
            lambda: NOWHERE.calendar.add_working_days(date(2026, 1, 1), 1),
            lambda: NOWHERE.decide("d", {}, EPOCH),
        ):
            with pytest.raises(NotImplementedError):
                act()

    def test_an_element_that_is_not_run_does_not_compile(self):
        with pytest.raises(DiagramError):
            compile_diagram(one(user("a"), node("complexGateway", "q")))


class TestMoreLint:
    def test_the_same_problem_is_told_once(self):
        problems = check(one(user("a", ext=mapping(outputs={"x": "=1 +"}, inputs={"y": "=1 +"}))))
        assert len(problems) == len(set(map(str, problems)))

    def test_a_name_in_all_languages_is_complete(self):
        ext = '<zeebe:properties><zeebe:property name="name.en" value="a" /><zeebe:property name="name.zh-Hant" value="a" /></zeebe:properties>'
        assert [p for p in check(one(user("a", ext=ext, name="审"))) if p.severity is Severity.INFO] == []

    def test_conditional_flows_of_a_task_are_followed(self):
        drawn = diagram(
            start(),
            user("a", default="a_c"),
            user("b"),
            user("c"),
            par("j"),
            end(),
            flow("s", "a"),
            flow("a", "b", "=x"),
            flow("a", "c"),
            path("b > j > e"),
            path("c > j"),
        )
        assert any("等不齐" in str(problem.message) for problem in check(drawn))


class TestWhatMutantsWalkedThrough:
    def test_a_start_that_is_due_this_very_moment_is_over(self):
        kind = StartKind(element_id="s", kind="timer", timer="date", expression=EPOCH.isoformat())
        assert next_start(kind, published=EPOCH, outside=OUTSIDE) is None

    def test_a_restarted_case_runs_again_for_a_migration_too(self):
        play = Play(one(user("a"))).start(id="1")
        play.cancel()
        play.do(Restart())
        handler = sub(
            "h", node("startEvent", "hs", event("message", "m")), end("he"), path("hs > he"), handler=True
        )
        new = compile_diagram(one(user("a"), handler, roots=message("m", "go", "=id"))).spec
        assert [
            wait.name for wait in migrate(play.spec, new, play.snapshot, outside=OUTSIDE).advance.messages
        ] == ["go"]

    def test_a_return_into_a_subprocess_in_a_subprocess(self):
        inner = sub("v", start("vs"), user("x"), user("y"), end("ve"), path("vs > x > y > ve"))
        drawn = diagram(
            start(),
            sub("u", start("us"), inner, end("ue"), path("us > v > ue")),
            user("d"),
            end(),
            path("s > u > d > e"),
        )
        play = Play(drawn).start()
        play.done("x")
        play.done("y")
        play.do(Return(from_key=play.key("d"), to_element="x"))
        for name in ("x", "y", "d"):
            assert play.open == [name]
            play.done(name)
        assert play.ended

    def test_an_inclusive_split_may_take_one_exit_only(self):
        drawn = diagram(
            start(), node("inclusiveGateway", "f", default="f_b"), user("a"), user("b"), par("j"), end(),
            path("s > f"), flow("f", "a", "=x"), flow("f", "b"), path("a > j > e"), path("b > j"),
        )  # fmt: skip
        assert any("某些走向" in str(problem.message) for problem in check(drawn))

    def test_an_inclusive_join_is_waited_for_when_tokens_are_followed(self):
        drawn = diagram(
            start(), node("inclusiveGateway", "f", default="f_b"), user("a"), user("b"), user("b2"), node("inclusiveGateway", "j"), user("c"), end(),
            path("s > f"), flow("f", "a", "=x"), flow("f", "b"), path("a > j > c > e"), path("b > b2 > j"),
        )  # fmt: skip
        assert [
            str(p.message) for p in check(drawn) if "等不齐" in str(p.message) or "越积" in str(p.message)
        ] == []

    def test_a_throw_behind_an_event_gateway_is_refused(self):
        throwing = node("intermediateThrowEvent", "t", event("message", "m"))
        drawn = diagram(
            start(), node("eventBasedGateway", "g"), throwing, catch("c", timer("PT1H")), end(), path("s > g > t > e"), path("g > c > e"),
            roots=message("m", "x"),
        )  # fmt: skip
        assert any("只能是捕获事件" in sentence for sentence in refused(drawn))

    @pytest.mark.parametrize(("priority", "fits"), [(0, True), (100, True), (-1, False), (101, False)])
    def test_priorities_end_at_0_and_100(self, priority, fits):
        play = Play(one(user("a", ext=zeebe("priorityDefinition", priority=f"={priority}")))).start()
        assert (play.stuck == []) is fits

    @pytest.mark.parametrize(
        ("text", "fits"), [("P100Y", True), ("P101Y", False), ("P36600D", True), ("P36601D", False)]
    )
    def test_durations_end_at_a_hundred_years(self, text, fits):
        play = Play(one(catch("a", timer(text)))).start()
        assert (play.stuck == []) is fits

    def test_a_migration_arms_each_boundary_once_and_none_of_an_incident(self):
        drawn = diagram(
            start(), par("f"), user("a"), boundary("t", "a", timer("PT1H")), user("b", ext=zeebe("priorityDefinition", priority="=x")),
            boundary("u", "b", timer("PT1H")), end(), path("s > f > a > e"), path("f > b > e"), path("t > e"), path("u > e"),
        )  # fmt: skip
        play = Play(drawn).start(x=500)
        assert play.stuck == [("b", "assignment")]
        found = migrate(
            play.spec,
            compile_diagram(drawn.replace(b'id="a"', b'id="a" name="n"')).spec,
            play.snapshot,
            outside=OUTSIDE,
        )
        assert [waiting.element_id for waiting in found.advance.timers] == ["t"]

    def test_a_loop_over_a_link_that_never_waits_is_refused_and_one_over_a_message_is_not(self):
        link = event("link", name="L")
        drawn = diagram(
            start(),
            xor("m"),
            script("x", "=1", "y"),
            node("intermediateThrowEvent", "t", link),
            catch("c", link),
            path("s > m > x > t"),
            path("c > m"),
        )
        assert any("会永远转下去" in sentence for sentence in refused(drawn))
        waiting = diagram(
            start(),
            xor("m"),
            catch("c", event("message", "k")),
            path("s > m > c > m"),
            roots=message("k", "go", "=id"),
        )
        assert refused(waiting) == set()

    def test_the_library_knows_the_graph(self):
        plan = load(compile_diagram(one(user("a"))).spec)
        assert [spec.name for spec in plan.element("a").outputs] == ["e"]
        assert [spec.name for spec in plan.element("a").inputs] == ["s"]


def test_sentences_inside_sentences_come_back():
    message_ = msg("甲：{reason}", reason=msg("乙 {n}", n=Decimal(1)))
    assert str(unpack(pack(message_))) == "甲：乙 1"


def test_a_file_lists_its_processes_without_being_compiled():
    more = process("q", start("qs"), end("qe"), path("qs > qe"))
    assert process_ids(diagram(start(), end(), path("s > e"), more=more, name="p")) == ("p", "q")
    with pytest.raises(DiagramError):
        process_ids(b"<torn")
