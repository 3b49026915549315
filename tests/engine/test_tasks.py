"""Each kind of task: what it hands out, what it takes back."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.engine.drawing import (
    diagram,
    end,
    flow,
    mapping,
    message,
    node,
    path,
    script,
    service,
    start,
    user,
    xor,
    zeebe,
)
from tests.engine.play import Play
from webapp.domain.errors import InvalidError
from webapp.engine.errors import GoneError, SnapshotError
from webapp.engine.runtime import act
from webapp.engine.values import Complete, ItemKey, Start


def one(task, *more):
    return diagram(start(), task, end(), path("s > a > e"), *more)


class TestUserTask:
    def test_waits_until_somebody_completes_it(self):
        play = Play(one(user("a"))).start()
        assert play.open == ["a"]
        play.done("a")
        assert play.ended

    def test_carries_every_evaluated_field(self):
        ext = (
            zeebe(
                "assignmentDefinition", assignee="=boss", candidateUsers="u1, u2", candidateGroups="=groups"
            )
            + zeebe(
                "taskSchedule",
                dueDate="=add working days(now(), 2)",
                followUpDate="2026-03-03T08:00:00+08:00",
            )
            + zeebe("priorityDefinition", priority="=70")
            + zeebe("formDefinition", formId="f1")
            + '<zeebe:taskHeaders><zeebe:header key="k" value="v" /></zeebe:taskHeaders>'
            + '<zeebe:properties><zeebe:property name="share" value="=60" /><zeebe:property name="mode" value="all" />'
            + '<zeebe:property name="name.en" value="Check" /></zeebe:properties>'
        )
        play = Play(one(user("a", ext=ext, name="审核"))).start(boss="li", groups=["hr", "legal"])
        (item,) = play.items.values()
        assert (item.assignee, item.candidate_users, item.candidate_groups) == (
            "li",
            ("u1", "u2"),
            ("hr", "legal"),
        )
        assert item.due == datetime(2026, 3, 4, 1, 0, tzinfo=UTC)
        assert item.follow_up == datetime(2026, 3, 3, 0, 0, tzinfo=UTC)
        assert (item.priority, item.form_id, item.headers) == (70, "f1", {"k": "v"})
        assert item.properties == {"share": 60, "mode": "all"}
        assert item.names == {"zh-Hans": "审核", "en": "Check"}

    def test_a_due_date_without_time_lasts_to_the_end_of_the_day(self):
        play = Play(one(user("a", ext=zeebe("taskSchedule", dueDate='=date("2026-03-05")')))).start()
        assert next(iter(play.items.values())).due == datetime(2026, 3, 5, 15, 59, 59, tzinfo=UTC)

    def test_writes_only_what_its_output_mapping_names(self):
        play = Play(one(user("a", ext=mapping(outputs={"m1.ok": "=outcome"})))).start(m1={"old": 1})
        play.done("a", outcome="yes", secret="s")
        assert play.variables == {"m1": {"old": 1, "ok": "yes"}}

    def test_without_output_mapping_writes_nothing(self):
        play = Play(one(user("a"))).start(x=1)
        play.done("a", x=2, y=3)
        assert play.variables == {"x": 1}

    def test_inputs_are_locals_that_hide_outer_names(self):
        play = Play(one(user("a", ext=mapping(inputs={"x": "=x + 1", "y": "=x * 10", "z": "text"})))).start(
            x=1
        )
        assert next(iter(play.items.values())).variables == {"x": 2, "y": 20, "z": "text"}
        play.done("a")
        assert play.variables == {"x": 1}

    def test_completed_twice_is_gone(self):
        play = Play(diagram(start(), user("a"), user("b"), end(), path("s > a > b > e"))).start()
        key = play.key("a")
        play.done("a")
        with pytest.raises(GoneError):
            play.do(Complete(key=key, variables={}))
        assert play.open == ["b"]

    def test_a_foreign_key_is_gone(self):
        play = Play(one(user("a"))).start()
        for number in ("99", "x", "", "１"):
            with pytest.raises(GoneError):
                play.do(Complete(key=ItemKey(element_instance=number, round=1), variables={}))

    def test_the_second_round_of_a_loop_is_another_item(self):
        drawn = diagram(
            start(),
            user("a", ext=mapping(outputs={"again": "=again"})),
            xor("g", "g_e"),
            end(),
            path("s > a > g"),
            flow("g", "a", "=again"),
            flow("g", "e"),
        )
        play = Play(drawn).start()
        first = play.key("a")
        play.done("a", again=True)
        assert play.key("a") != first
        assert play.key("a").round == 2


class TestJob:
    def test_carries_type_headers_retries_and_variables(self):
        ext = (
            zeebe("taskDefinition", type="=kind", retries="5")
            + '<zeebe:taskHeaders><zeebe:header key="template" value="t" /></zeebe:taskHeaders>'
            + mapping(inputs={"to": "=boss"})
        )
        play = Play(one(node("serviceTask", "a", ext=ext))).start(kind="notify", boss="li")
        (job,) = play.jobs.values()
        assert (job.type, job.retries, job.headers) == ("notify", 5, {"template": "t"})
        assert job.variables == {"kind": "notify", "boss": "li", "to": "li"}

    def test_without_mapping_hands_on_what_the_worker_gives_but_not_its_inputs(self):
        play = Play(one(service("a", ext=mapping(inputs={"to": "li"})))).start(r=0)
        play.done("a", r=1, to="wang")
        assert play.variables == {"r": 1}

    def test_with_mapping_hands_on_only_that(self):
        play = Play(one(service("a", ext=mapping(outputs={"sum": "=r + 1"})))).start()
        play.done("a", r=1)
        assert play.variables == {"sum": 2}

    @pytest.mark.parametrize("tag", ["sendTask", "scriptTask", "businessRuleTask"])
    def test_other_tasks_with_a_job_type_are_jobs(self, tag):
        play = Play(one(node(tag, "a", ext=zeebe("taskDefinition", type="t")))).start()
        assert [job.type for job in play.jobs.values()] == ["t"]
        play.done("a")
        assert play.ended


class TestScript:
    def test_gives_its_result_a_name(self):
        play = Play(one(script("a", "=sum(items) * 1.06", "total"))).start(items=[100, Decimal("0.5")])
        assert play.variables["total"] == Decimal("106.530")

    def test_result_stays_inside_when_outputs_are_mapped(self):
        play = Play(one(script("a", "=2", "r", ext=mapping(outputs={"x": "=r * 2"})))).start()
        assert play.variables == {"x": 4}


class TestBusinessRule:
    def test_asks_for_the_decision_and_tells_which_rules_fired(self):
        asked = []

        def decide(decision, variables, now):
            asked.append((decision, variables))
            return {"second": True}, ("r1", "r3")

        ext = zeebe("calledDecision", decisionId="approvers", resultVariable="answer") + mapping(
            outputs={"second": "=answer.second"}
        )
        play = Play(one(node("businessRuleTask", "a", ext=ext)), decide=decide).start(days=3)
        assert asked == [("approvers", {"days": 3})]
        assert play.variables == {"days": 3, "second": True}
        (fired,) = play.last.fired
        assert (fired.decision_id, fired.rules, fired.output) == ("approvers", ("r1", "r3"), {"second": True})

    def test_without_answer_is_an_incident(self):
        def decide(decision, variables, now):
            raise InvalidError

        ext = zeebe("calledDecision", decisionId="d", resultVariable="r")
        play = Play(one(node("businessRuleTask", "a", ext=ext)), decide=decide).start()
        assert play.stuck == [("a", "decision")]
        play.decide = lambda *_: (1, ())
        play.retry("a")
        assert play.ended
        assert play.variables == {"r": 1}


class TestPassingTasks:
    @pytest.mark.parametrize("tag", ["task", "manualTask"])
    def test_pass_at_once(self, tag):
        assert Play(one(node(tag, "a"))).start().ended


class TestMessages:
    def test_receive_task_takes_the_message_of_its_key(self):
        drawn = diagram(
            start(),
            node("receiveTask", "a", messageRef="m"),
            end(),
            path("s > a > e"),
            roots=message("m", "reply", "=order"),
        )
        play = Play(drawn).start(order=7)
        (wait,) = play.last.messages
        assert (wait.name, wait.correlation_key) == ("reply", "7")
        play.correlate("reply", "7", answer="yes")
        assert play.ended
        assert play.variables == {"order": 7, "answer": "yes"}

    def test_send_task_with_a_message_throws_it(self):
        drawn = diagram(
            start(),
            node("sendTask", "a", messageRef="m", ext=mapping(inputs={"text": "=x"})),
            end(),
            path("s > a > e"),
            roots=message("m", "ask", "=order"),
        )
        play = Play(drawn).start(order="o1", x=5)
        (thrown,) = play.last.thrown
        assert (thrown.kind, thrown.name, thrown.correlation_key, thrown.variables) == (
            "message",
            "ask",
            "o1",
            {"text": 5},
        )
        assert play.ended


class TestPurity:
    def test_a_refused_command_leaves_the_snapshot_alone(self):
        play = Play(one(user("a"))).start()
        before = play.snapshot
        with pytest.raises(InvalidError):
            play.done("a", typename="x")
        with pytest.raises(InvalidError):
            play.done("a", x=object())
        assert play.snapshot == before

    def test_the_same_command_on_the_same_snapshot_gives_the_same(self):
        play = Play(one(user("a"))).start(x=1)
        again = Play(one(user("a"))).start(x=1)
        assert play.last == again.last

    def test_a_snapshot_of_another_specification_is_refused(self):
        play = Play(one(user("a"))).start()
        play.spec = Play(one(user("a"), user("b"), path("a > b"))).spec
        with pytest.raises(SnapshotError):
            play.done("a")

    def test_without_snapshot_only_start_is_possible(self):
        play = Play(one(user("a")))
        with pytest.raises(SnapshotError):
            play.set(x=1)
        assert act  # the door that all of this goes through
        assert play.do(Start(variables={})).opened
