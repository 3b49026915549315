"""Promises of the runner of the compatibility kit; the kit itself is run where the environment names it."""

import os
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.decisions.drawing import decision, definitions, given, needs, text
from webapp.cli import main
from webapp.decisions.tck import agree, run_kit

PASSED = Path(__file__).parents[1] / "feel" / "tck-passed.txt"
CASES = """<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<modelName>m.dmn</modelName>
<testCase id="1"><inputNode name="a"><value xsi:type="xsd:decimal">{a}</value></inputNode>
<resultNode name="d"><expected><value xsi:type="xsd:decimal">{expected}</value></expected></resultNode></testCase></testCases>"""


@pytest.fixture
def kit(tmp_path):
    """A kit of one suite, written here."""

    def write(*, a="1", expected="2"):
        suite = tmp_path / "kit" / "level" / "suite"
        suite.mkdir(parents=True)
        model = definitions(given("a", "number"), decision("d", text("a + 1"), needs=needs("a")))
        (suite / "m.dmn").write_bytes(model)
        (suite / "m-test.xml").write_text(CASES.format(a=a, expected=expected))
        return tmp_path / "kit"

    return write


class TestRunner:
    def test_tells_what_passed(self, kit):
        assert [(o.id, o.suite, o.level, o.passed) for o in run_kit(kit())] == [
            ("m-test/1/d", "suite", "level", True)
        ]

    def test_tells_what_failed_and_why(self, kit):
        [outcome] = run_kit(kit(expected="3"))
        assert not outcome.passed
        assert "expected Decimal('3')" in outcome.reason

    def test_a_missing_model_fails_its_cases(self, kit):
        folder = kit()
        (folder / "level" / "suite" / "m.dmn").unlink()
        assert [o.passed for o in run_kit(folder)] == [False]

    def test_the_command_ends_with_the_whole_and_lists_what_passed(self, kit, tmp_path, capsys):
        assert main(["tck", str(kit()), "--passed", str(tmp_path / "list")]) == 0
        assert (
            capsys.readouterr().out.splitlines()[-1]
            == "total without non-compliant: 1 passed, 0 failed, 1 total"
        )
        assert (tmp_path / "list").read_text() == "m-test/1/d\n"

    def test_the_command_fails_where_a_case_does(self, kit, capsys):
        assert main(["tck", str(kit(expected="3"))]) == 1
        assert "FAILED m-test/1/d" in capsys.readouterr().out

    def test_the_command_keeps_the_list_where_a_case_leaves_it(self, kit, tmp_path, capsys):
        (tmp_path / "list").write_text("gone/1/d\n")
        assert main(["tck", str(kit()), "--passed", str(tmp_path / "list")]) == 1
        assert "LOST gone/1/d" in capsys.readouterr().out
        assert (tmp_path / "list").read_text() == "gone/1/d\n"

    def test_a_failure_that_never_was_on_the_list_is_no_loss(self, kit, tmp_path):
        assert main(["tck", str(kit(expected="3")), "--passed", str(tmp_path / "list")]) == 0

    def test_reads_every_kind_of_value(self):
        from webapp.decisions.tck import read_value
        from webapp.decisions.xml import read_xml

        def value(inner):
            space = 'xmlns="http://www.omg.org/spec/DMN/20160719/testcase" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
            return read_value(read_xml(f"<expected {space}>{inner}</expected>".encode()))

        assert value('<value xsi:nil="true"/>') is None
        assert value("") is None
        assert value('<value xsi:type="xsd:boolean">true</value>') is True
        assert value('<value xsi:type="xsd:date">2025-01-01</value>') == date(2025, 1, 1)
        assert value("<value>12.5</value>") == Decimal("12.5")
        assert value("<value>false</value>") is False
        assert value("<value>words</value>") == "words"
        assert value("<value>2025-01-01T10:00:00</value>").hour == 10
        assert value('<list><item><value>1</value></item><item><value xsi:nil="true"/></item></list>') == [
            1,
            None,
        ]
        assert value('<component name="a"><value>1</value></component>') == {"a": 1}

    def test_a_case_of_a_service_asks_for_its_outputs(self, tmp_path):
        suite = tmp_path / "kit" / "level" / "suite"
        suite.mkdir(parents=True)
        service = '<decisionService id="s" name="s"><outputDecision href="#d"/><outputDecision href="#e"/></decisionService>'
        (suite / "m.dmn").write_bytes(
            definitions(
                decision("d", text("1")), decision("e", text("1 +")), service, decision("f", text("2"))
            )
        )
        body = (
            CASES.split("<testCase ", maxsplit=1)[0]
            + """<testCase id="1" invocableName="s" type="decisionService">
        <resultNode name="d"><expected><value>1</value></expected></resultNode>
        <resultNode name="e" errorResult="true"><expected><value xsi:nil="true"/></expected></resultNode></testCase>
        <testCase id="2"><resultNode name="f" errorResult="true"><expected><value>2</value></expected></resultNode></testCase></testCases>"""
        )
        (suite / "m-test.xml").write_text(body)
        outcomes = list(run_kit(tmp_path / "kit"))
        assert [o.passed for o in outcomes] == [False, True, True]
        assert "ExpressionError" in outcomes[0].reason

    def test_a_case_of_a_service_with_one_output(self, tmp_path):
        suite = tmp_path / "kit" / "level" / "suite"
        suite.mkdir(parents=True)
        service = '<decisionService id="s" name="s"><outputDecision href="#d"/></decisionService>'
        several = service.replace('"s"', '"t"').replace("</dec", '<outputDecision href="#e"/></dec')
        (suite / "m.dmn").write_bytes(
            definitions(decision("d", text("1")), decision("e", text("2")), service, several)
        )
        body = (
            CASES.split("<testCase ", maxsplit=1)[0]
            + """<testCase id="1" invocableName="s"><resultNode name="d"><expected><value>1</value></expected></resultNode></testCase>
        <testCase id="2" invocableName="t"><resultNode name="d"><expected><value>1</value></expected></resultNode>
        <resultNode name="e"><expected><value>2</value></expected></resultNode></testCase></testCases>"""
        )
        (suite / "m-test.xml").write_text(body)
        (suite / "readme.xml").write_text("<none/>")
        assert [o.passed for o in run_kit(tmp_path / "kit")] == [True, True, True]

    def test_a_crash_is_a_failed_case_and_the_others_go_on(self, kit, monkeypatch):
        from webapp.decisions.model import Model

        def crash(*_, **__):
            raise ZeroDivisionError("boom")

        monkeypatch.setattr(Model, "evaluate", crash)
        [outcome] = run_kit(kit())
        assert outcome.reason == "crash ZeroDivisionError: boom"

    def test_a_folder_that_is_none_is_misuse(self, tmp_path):
        assert main(["tck", str(tmp_path / "none")]) == 2

    @pytest.mark.parametrize(
        ("actual", "expected", "same"),
        [
            (Decimal("1.000000001"), Decimal(1), True),
            (Decimal("1.0001"), Decimal(1), False),
            (True, Decimal(1), False),
            ("1", Decimal(1), False),
            ((Decimal(1), "a"), [Decimal(1), "a"], True),
            ((Decimal(1),), [Decimal(1), None], False),
            ({"a": None}, {"a": None}, True),
            ({"a": None, "b": 1}, {"a": None}, False),
            (date(2025, 1, 1), date(2025, 1, 1), True),
            (None, "", False),
        ],
    )
    def test_answers_agree_type_for_type(self, actual, expected, same):
        assert agree(actual, expected) is same


@pytest.mark.skipif("TCK" not in os.environ, reason="TCK=DIR names no compatibility kit")
def test_no_case_leaves_the_list_of_those_that_passed():
    now = {outcome.id for outcome in run_kit(Path(os.environ["TCK"])) if outcome.passed}
    before = set(PASSED.read_text(encoding="utf-8").splitlines())
    assert len(before) > 2_700
    assert sorted(before - now) == []
