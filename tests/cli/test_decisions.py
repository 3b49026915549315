"""Promises of ``hegui feel`` and ``hegui decide``."""

import json

import pytest

from tests.decisions.drawing import decision, definitions, given, needs, table, text
from webapp.cli import main


@pytest.fixture
def told(capsys):
    def run(*argv):
        code = main(argv)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


class TestFeel:
    def test_prints_the_value_as_json(self, told):
        assert told("feel", "[1 + 1, 0.1 + 0.2, true, null]") == (
            0,
            "[\n  2,\n  0.3,\n  true,\n  null\n]\n",
            "",
        )

    def test_reads_names_from_the_context(self, told):
        code, out, _ = told("feel", "月 工资 * 2", "--context", '{"月 工资": 1000.10}')
        assert (code, json.loads(out)) == (0, 2000.2)

    def test_dates_go_in_after_an_at_and_come_out_as_feel_writes_them(self, told):
        code, out, _ = told("feel", 'd + duration("P1M")', "--context", '{"d": "@2025-01-31"}')
        assert (code, json.loads(out)) == (0, "2025-02-28")

    def test_a_doubled_at_is_a_plain_one(self, told):
        assert json.loads(told("feel", "s", "--context", '{"s": "@@x"}')[1]) == "@x"

    def test_contexts_and_empty_ones(self, told):
        assert json.loads(told("feel", '{a: {}, b: [], c: "字"}')[1]) == {"a": {}, "b": [], "c": "字"}

    def test_every_digit_is_printed(self, told):
        assert told("feel", "1/3")[1].strip() == "0." + "3" * 34

    def test_the_context_may_be_a_file(self, told, tmp_path):
        (tmp_path / "c.json").write_text('{"a": 4}')
        assert told("feel", "a", "--context", f"@{tmp_path / 'c.json'}")[1] == "4\n"

    def test_a_broken_expression_is_told_in_words(self, told):
        code, out, err = told("feel", "1 +")
        assert (code, out) == (1, "")
        assert err.strip()

    @pytest.mark.parametrize("context", ["{", "[]", "@no-such-file"])
    def test_a_broken_context_is_misuse(self, told, context):
        code, out, err = told("feel", "1", "--context", context)
        assert (code, out) == (2, "")
        assert err.strip()


class TestDecide:
    @pytest.fixture
    def file(self, tmp_path):
        logic = table("UNIQUE", [("工龄", "number")], [("天数", "number")], ("< 10", "5"), (">= 10", "10"))
        path = tmp_path / "m.dmn"
        path.write_bytes(definitions(given("工龄", "number"), decision("年假", logic, needs=needs("工龄"))))
        return path

    def test_prints_the_value_and_the_rules_that_fired(self, told, file):
        code, out, _ = told("decide", str(file), "--input", '{"工龄": 12}')
        fired = {"decision": "年假", "rule": "r2", "index": 1, "inputs": {"工龄": 12}}
        assert (code, json.loads(out)) == (0, {"value": 10, "fired": [fired]})

    def test_a_text_is_read_as_the_date_that_the_model_wants(self, told, tmp_path):
        path = tmp_path / "m.dmn"
        path.write_bytes(
            definitions(
                given("d", "date"),
                given("s", "string"),
                decision("x", text("[d.year, s]"), needs=needs("d", "s")),
            )
        )
        code, out, _ = told("decide", str(path), "--input", '{"d": "2025-01-31", "s": "2025-01-31"}')
        assert (code, json.loads(out)["value"]) == (0, [2025, "2025-01-31"])
        assert told("decide", str(path), "--input", '{"d": "yesterday"}')[0] == 1

    def test_no_match_is_told_in_words(self, told, file):
        code, _, err = told("decide", str(file))
        assert code == 1
        assert "没有匹配的规则" in err

    def test_a_decision_may_be_named(self, told, file):
        assert told("decide", str(file), "--input", '{"工龄": 1}', "--decision", "年假")[0] == 0
        assert told("decide", str(file), "--decision", "别的")[0] == 1

    def test_of_several_one_must_be_named(self, told, tmp_path):
        path = tmp_path / "m.dmn"
        path.write_bytes(definitions(decision("甲", text("1")), decision("乙", text("2"))))
        code, _, err = told("decide", str(path))
        assert code == 2
        assert "甲、乙" in err

    def test_a_missing_file_is_misuse(self, told, tmp_path):
        assert told("decide", str(tmp_path / "none.dmn"))[0] == 2

    def test_a_file_that_is_no_dmn_is_told_in_words(self, told, tmp_path):
        path = tmp_path / "x.dmn"
        path.write_bytes(b"<a/>")
        assert told("decide", str(path))[0] == 1


class TestCheck:
    def test_a_sound_file_is_silent(self, told, tmp_path):
        path = tmp_path / "m.dmn"
        path.write_bytes(definitions(decision("d", text("1 + 1"))))
        assert told("check", str(path)) == (0, "", "")

    def test_an_error_is_told_with_its_place(self, told, tmp_path):
        path = tmp_path / "m.dmn"
        logic = table("UNIQUE", [("a", "number")], [("o",)], ("<= 1", "1"), (">= 1", "没有"))
        path.write_bytes(definitions(given("a", "number"), decision("d", logic, needs=needs("a"))))
        code, out, _ = told("check", str(path))
        assert code == 1
        assert "error d 行2列2 1:1" in out
        assert "第 1 行与第 2 行会同时匹配" in out

    def test_warnings_alone_are_no_failure(self, told, tmp_path):
        path = tmp_path / "m.dmn"
        logic = table("UNIQUE", [("a", "number")], [("o",)], ("< 1", "1"))
        path.write_bytes(definitions(given("a", "number"), decision("d", logic, needs=needs("a"))))
        code, out, _ = told("check", str(path))
        assert code == 0
        assert out.startswith("warning d ")
