"""Whole diagrams with every field that the panel writes: each published and run, or refused with its reason."""

from ast import literal_eval
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.engine.play import Play
from webapp.engine.diagrams import compile_diagram
from webapp.engine.lint import Severity, check

FOLDER = Path(__file__).parent / "diagrams"
BOUNDS = {"d": "days", "h": "hours"}

# what is done, and after the colon which work is then open ("." is none, "ended" the end)
STORIES = {
    "01-approval-fields": "start manager='li' applicant={'name':'王'} deputies=['wu'] : approve | done approve outcome='agree' : ended",
    "02-parallel-review": "start : hr_check legal_check | done legal_check outcome='ok' : hr_check | done hr_check outcome='ok' : decide | done decide outcome='yes' : ended",
    "03-inclusive-onboarding": "start foreigner=True needs_dorm=True : dorm permit | done dorm : permit | done permit : welcome | done welcome : ended",
    "04-decision-route": "start : manager_ok | done manager_ok : ended",
    "05-script-total": "start items=[{'price':900},{'price':100}] : sign | done sign : ended",
    "06-job-headers": "start : pack | done pack package='p1' : check | done check : ended",
    "07-send-job": "start employee='wang' : tell | done tell : ended",
    "08-receive-reply": "start offer_id='o1' : . | message offer-reply o1 answer=True : contract | done contract : ended",
    "09-event-gateway": "start notice_id='n' : . | wait 3d : mail | done mail : ended",
    "10-timeout": "start manager='li' : approve | wait 2d : hand_on | done hand_on : ended",
    "11-reminders": "start manager='li' : approve | wait 1d : approve urge | done urge : approve | wait 1d : approve urge | done approve : urge | done urge : ended",
    "12-withdraw": "start manager='li' case_no='c1' : approve | message withdraw c1 : record | done record : ended",
    "13-job-error": "start : sign | fail sign REFUSED : paper | done paper : ended",
    "14-escalation": "start manager='li' : look | done look : know more | done more : know | done know : ended",
    "15-subprocess-scope": "start : fill | done fill amount=5 : ended",
    "16-handler-withdraw": "start manager='li' case_no='c1' : a b | message withdraw c1 : note | done note : ended",
    "17-handler-question": "start manager='li' case_no='c1' : a | message question c1 : a answer | done a : answer | done answer : ended",
    "18-votes": "start members=['a','b','c'] : vote vote vote | done vote outcome='agree' : vote vote | done vote outcome='refuse' : ended",
    "19-in-order": "start chain=['x','y'] : sign | done sign : sign | done sign : ended",
    "20-call": "start candidate='zhou' : background-check:look | done background-check:look ok=True : ended",
    "21-links": "start incomplete=True : fix | done fix : accept | done accept : ended",
    "22-signals": "start : a | done a : b | done b : ended",
    "23-terminate": "start manager='li' refused=True : a b | done a : ended",
    "24-rework": "start manager='li' : draft | done draft text='1' : check | done check again=True : draft | done draft text='2' : check | done check again=False : ended",
    "25-condition": "start : grade | done grade score=70 : congratulate | done congratulate : ended",
    "26-loop": "start : train | done train passed=False : train | done train passed=True : ended",
    "27-lanes-and-notes": "start : a | done a : ended",
    "28-starts": "start : a | done a : ended",
    "29-message-throw": "start case_no='c1' : told | done told : ended",
    "30-tasks-that-pass": "start : ended",
}  # fmt: skip
VARIABLES = {
    "05-script-total": {"items": [{"price": 900}, {"price": 100}], "total": 1060},
    "06-job-headers": {"evidence": "p1"},
    "15-subprocess-scope": {"total": 5},
    "18-votes": {"members": ["a", "b", "c"], "votes": ["agree", "refuse", None], "agreed": 1},
    "20-call": {"candidate": "zhou", "clean": True},
    "02-parallel-review": {"review": {"legal": "ok", "hr": "ok"}, "decision": "yes"},
}
REFUSED = {
    "31-refused-listener": ("a", "任务监听器"),
    "32-refused-execution-listener": ("a", "执行监听器"),
    "33-refused-embedded-form": ("a", "不支持内嵌表单"),
    "34-refused-compensation": ("c", "补偿事件"),
    "35-refused-ad-hoc": ("a", "自由子流程"),
    "36-refused-cron": ("s", "不是有效的周期"),
}


def drawn(name):
    return (FOLDER / f"{name}.bpmn").read_bytes()


def decide(decision, variables, now):
    return {"level": "manager"}, ("r1",)


def perform(play, verb, words):
    pairs = (word.split("=", 1) for word in words if "=" in word)
    given = {name: literal_eval(value) for name, value in pairs}
    plain = [word for word in words if "=" not in word]
    if verb == "start":
        play.start(**given)
    elif verb == "done":
        play.done(plain[0], **given)
    elif verb == "wait":
        play.wait(**{BOUNDS[plain[0][-1]]: int(plain[0][:-1])})
    elif verb == "message":
        play.correlate(plain[0], plain[1], **given)
    elif verb == "fail":
        play.fail(plain[0], plain[1], **given)
    elif verb in {"escalate", "tell"}:  # work that ends by it, or goes on
        play.throw_at(play.key(plain[0]), "escalation", plain[1], stays=verb == "tell")
    elif verb == "signal":
        play.signal(plain[0])
    elif verb == "set":
        play.set(**given)


def test_every_file_has_its_story():
    assert {path.stem for path in FOLDER.glob("*.bpmn")} == {*STORIES, *REFUSED}
    assert len(STORIES) + len(REFUSED) >= 30


@pytest.mark.parametrize("name", STORIES)
def test_published_and_run(name):
    errors = [
        problem
        for problem in check(drawn(name), forms=("approve",), decisions=("leave-approvers",))
        if problem.severity is Severity.ERROR
    ]
    assert errors == []
    play = Play(drawn(name), decide=decide)
    for step in STORIES[name].split(" | "):
        action, expected = step.split(" : ")
        verb, *words = action.split()
        perform(play, verb, words)
        assert play.stuck == []
        assert play.ended == (expected == "ended")
        assert play.open == ([] if expected in {".", "ended"} else expected.split())
    if name in VARIABLES:
        assert play.variables == VARIABLES[name]


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_its_reason(name):
    element, words = REFUSED[name]
    errors = [(p.element_id, str(p.message)) for p in check(drawn(name)) if p.severity is Severity.ERROR]
    assert any(found == element and words in sentence for found, sentence in errors), errors


class TestWhatScreensSee:
    def test_names_in_languages_forms_and_properties(self):
        diagram = compile_diagram(
            drawn("01-approval-fields").replace(b'id="p"', 'id="p" name="审批"'.encode(), 1)
        )
        (approve,) = [element for element in diagram.elements if element.id == "approve"]
        assert diagram.names == {"zh-Hans": "审批"}
        assert approve.names == {"zh-Hans": "主管审批", "en": "Manager approval"}
        assert approve.form_id == "approve"
        assert approve.properties["approval.mode"] == "single"
        assert approve.type == "userTask"

    def test_lanes(self):
        diagram = compile_diagram(drawn("27-lanes-and-notes"))
        assert {element.id: element.lane for element in diagram.elements} == {
            "s": "员工",
            "a": "人事",
            "e": "人事",
        }

    def test_ways_to_start(self):
        starts = compile_diagram(drawn("28-starts")).starts
        assert [(start.element_id, start.kind, start.name, start.expression) for start in starts] == [
            ("s", "none", None, None),
            ("daily", "timer", None, "R/P1D"),
            ("hired", "message", "hired", None),
        ]

    def test_called_processes(self):
        assert compile_diagram(drawn("20-call")).called == ("background-check",)

    def test_due_date_in_working_days(self):
        play = Play(drawn("01-approval-fields")).start(manager="li", applicant={"name": "x"}, deputies=[])
        assert next(iter(play.items.values())).due == datetime(2026, 3, 4, 1, tzinfo=UTC)
