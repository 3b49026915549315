"""Promises: what the server accepts from a form, and what it refuses with which sentence."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from webapp.domain.errors import InvalidError
from webapp.services import forms
from webapp.services.forms import payload

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def form(*components):
    return forms.load(
        json.dumps(
            {
                "type": "default",
                "id": "f",
                "components": [{"id": f"C{i}", **c} for i, c in enumerate(components)],
            }
        )
    )


def text(key="a", **more):
    return {"type": "textfield", "key": key, "label": key, **more}


def errors(checked, data, *, context=None, access=forms.OPEN, **more):
    with pytest.raises(InvalidError) as caught:
        forms.accept(checked, data, context=context or {}, access=access, **more)
    return {name: [str(s) for s in sentences] for name, sentences in caught.value.fields.items()}


def leave(name):
    return forms.load((ROOT / "forms" / "leave" / f"{name}.form").read_text())


GOOD = {
    "request": {
        "type": "annual",
        "start_date": "2026-03-09",
        "end_date": "2026-03-10",
        "part": "full",
        "reason": "",
        "handover": "p2",
        "contact": "13800138000",
        "proof": ["u1"],
    },
    "approve": {"outcome": "approve", "comment": "好"},
    "hr": {"outcome": "approve", "proof_checked": True, "comment": ""},
    "proof": {"proof": ["u1"], "proof_note": ""},
    "verify": {"outcome": "accept", "comment": ""},
    "change-request": {"change_kind": "shorten", "new_end_date": "2026-03-09", "change_reason": "项目提前"},
    "change": {"outcome": "reject", "refusal": "人手不足"},
}
CONTEXT = {"colleagues": [{"label": "李四", "value": "p2"}], "type": "annual", "days": Decimal(2)}
UPLOADS = {
    "u1": forms.Upload(name="证明.pdf", media_type="application/pdf"),
    "u2": forms.Upload(name="表.xlsm", media_type="application/vnd.ms-excel", dangerous=True),
    "u3": forms.Upload(name="记录.txt", media_type="text/plain"),
}

BAD = [
    # form, field, value, the sentence shown
    ("request", "type", None, "此项必填。"),
    ("request", "type", "holiday", "请从选项中选择。"),
    ("request", "type", ["annual"], "请从选项中选择。"),
    ("request", "type", True, "请从选项中选择。"),
    ("request", "start_date", "", "此项必填。"),
    ("request", "start_date", "2026-02-30", "请选择有效的日期，例如 2026-03-02。"),
    ("request", "start_date", "09/03/2026", "请选择有效的日期，例如 2026-03-02。"),
    ("request", "start_date", "2026-03-09T00:00", "请选择有效的日期，例如 2026-03-02。"),
    ("request", "start_date", "0001-01-01", "请选择有效的日期，例如 2026-03-02。"),
    ("request", "end_date", 20260310, "请选择有效的日期，例如 2026-03-02。"),
    ("request", "part", "quarter", "请从选项中选择。"),
    ("request", "reason", "长" * 501, "最多 500 个字。"),
    ("request", "reason", {"x": 1}, "请填写文字。"),
    ("request", "reason", "a\x00b", "含有不可用的控制字符，请删除后重填。"),
    ("request", "reason", "\ud800", "含有不可用的控制字符，请删除后重填。"),
    ("request", "reason", "a\u009bb", "含有不可用的控制字符，请删除后重填。"),
    ("request", "reason", "长" * 20_001, "内容过长（上限 20000 个字符）。"),
    ("request", "handover", "p9", "请从选项中选择。"),
    ("request", "contact", "打我电话", "请填写电话号码，例如 13800138000。"),
    ("request", "contact", 13800138000, "请填写文字。"),
    ("request", "proof", ["nobody's"], "没有找到上传的文件，请重新上传。"),
    ("request", "proof", ["u1", "u1"], "文件列表无法读取，请重新选择。"),
    (
        "request",
        "proof",
        ["u2"],
        "“表.xlsm”含有脚本、已加密或是压缩包，无法放心打开，请换成普通 PDF 或图片。",
    ),
    ("request", "proof", ["u3"], "不接受“记录.txt”这类文件，请上传：.pdf、.png、.jpg、.jpeg、.heic、.webp。"),
    ("request", "days", 99, "表单里没有这个字段。"),
    ("request", "approved", True, "表单里没有这个字段。"),
    ("approve", "outcome", "maybe", "请从选项中选择。"),
    ("approve", "outcome", "", "此项必填。"),
    ("approve", "days", 3, "此字段只读，不能修改。"),
    ("approve", "type", "sick", "此字段只读，不能修改。"),
    ("approve", "comment", "长" * 501, "最多 500 个字。"),
    ("hr", "proof_checked", False, "此项必填。"),
    ("hr", "proof_checked", "yes", "请选择是或否。"),
    ("proof", "proof", [], "此项必填。"),
    ("proof", "proof", {"x": 1.5}, "文件列表无法读取，请重新选择。"),
    ("verify", "outcome", None, "此项必填。"),
    ("change-request", "change_kind", "double", "请从选项中选择。"),
    ("change-request", "new_end_date", None, "此项必填。"),
    ("change-request", "change_reason", "急", "至少 2 个字。"),
    ("change", "refusal", "  ", "此项必填。"),
    ("change", "refusal", "不", "至少 2 个字。"),
]


class TestLeaveForms:
    @pytest.mark.parametrize("name", GOOD)
    def test_take_what_is_right(self, name):
        accepted = forms.accept(leave(name), GOOD[name], context=CONTEXT, uploads=UPLOADS, now=NOW)
        assert all(accepted.values[key] == value for key, value in GOOD[name].items())

    @pytest.mark.parametrize(("name", "field", "value", "sentence"), BAD)
    def test_say_what_is_wrong_at_the_field(self, name, field, value, sentence):
        found = errors(leave(name), {**GOOD[name], field: value}, context=CONTEXT, uploads=UPLOADS, now=NOW)
        assert found == {field: [sentence]}

    @pytest.mark.parametrize("name", GOOD)
    def test_are_translated_in_full(self, name):
        assert forms.untranslated(leave(name).source) == ()

    def test_ask_for_halves_only_where_days_are_halved(self):
        half = {**GOOD["request"], "part": "half"}
        assert errors(leave("request"), half, context=CONTEXT, uploads=UPLOADS) == {
            "start_half": ["此项必填。"],
            "end_half": ["此项必填。"],
        }


class TestPayload:
    @pytest.mark.parametrize(
        "body",
        [
            '{"a": NaN}',
            '{"a": Infinity}',
            '{"a": 1e999999999}',
            '{"a": ' + "9" * 40 + "}",
            '{"a": 1, "a": 2}',
            "[1]",
            "{",
            '{"a": ' + "[" * 100_000 + "]" * 100_000 + "}",
            b"\xff\xfe",
            '{"a": "' + "x" * 600_000 + '"}',
        ],
        ids=["nan", "infinity", "exponent", "digits", "twice", "list", "cut", "deep", "bytes", "size"],
    )
    def test_refuses_what_is_no_plain_json_object(self, body):
        with pytest.raises(InvalidError):
            payload.clean(forms.read_json(body))

    def test_reads_numbers_exactly(self):
        read = forms.read_json('{"a": 0.1, "b": 12345678901234567890, "c": 2.50}')
        assert read == {"a": Decimal("0.1"), "b": 12345678901234567890, "c": Decimal("2.50")}

    @pytest.mark.parametrize(
        "value", [float("nan"), float("inf"), Decimal("NaN"), 10**31, 1e300, b"x", object()]
    )
    def test_refuses_numbers_and_objects_that_are_none(self, value):
        assert errors(form(text()), {"a": value}) == {"a": ["不是可用的数字。"]}

    @pytest.mark.parametrize("key", ["typename", "__proto__", "constructor", 1, "x" * 200])
    def test_refuses_names_that_hurt_others(self, key):
        assert errors(form(text()), {key: "x"}) == {"": ["字段名称不可用。"]}

    def test_refuses_nesting_and_numbers_of_parts(self):
        deep = "x"
        for _ in range(50):
            deep = [deep]
        assert "" in errors(form(text()), {"a": deep})
        assert "" in errors(form(text()), {"a": ["x"] * 100_000})

    @settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.dictionaries(
            st.sampled_from(["a", "b", "rows", "zzz", "typename", ""]),
            st.recursive(
                st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
                lambda inner: (
                    st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
                ),
                max_leaves=8,
            ),
        )
    )
    def test_never_ends_in_anything_but_values_or_sentences(self, data):
        checked = form(
            text(),
            {"type": "number", "key": "b", "label": "b"},
            {"type": "dynamiclist", "path": "rows", "label": "r", "components": [text("x")]},
        )
        try:
            accepted = forms.accept(checked, data, context={})
        except InvalidError as error:
            named = bool(error.fields)
        else:
            named = set(accepted.values) == {"a", "b", "rows"}
        assert named


class TestNumbers:
    NUMBER = {"type": "number", "key": "n", "label": "n"}

    @pytest.mark.parametrize(
        ("more", "value", "sentence"),
        [
            ({"decimalDigits": 0}, 1.5, "请填写整数。"),
            ({"decimalDigits": 2}, "1", "请填写数字。"),
            ({"decimalDigits": 2}, 1.005, "最多 2 位小数。"),
            ({"increment": 0.25}, 0.3, "应为 0.25 的整数倍，最近的值是 0.25 和 0.5。"),
            ({"validate": {"min": 0.5}}, 0.4, "不能小于 0.5。"),
            ({"validate": {"max": "=m * 2"}}, 9, "不能大于 8。"),
            ({"validate": {"required": True}}, "", "此项必填。"),
            ({}, True, "请填写数字。"),
            ({"serializeToString": True}, "0x10", "请填写数字。"),
        ],
    )
    def test_are_checked_exactly(self, more, value, sentence):
        checked = form({**self.NUMBER, **more}, {"type": "number", "key": "m", "label": "m"})
        assert errors(checked, {"n": value, "m": 4}) == {"n": [sentence]}

    def test_come_out_as_decimals_or_integers(self):
        accepted = forms.accept(form(self.NUMBER, text("t")), {"n": 0.1, "t": ""}, context={})
        assert accepted.values == {"n": Decimal("0.1"), "t": ""}

    @given(st.decimals(min_value=-1000, max_value=1000, places=3))
    @settings(max_examples=50)
    def test_keep_every_digit(self, number):
        checked = form({**self.NUMBER, "decimalDigits": 3, "increment": 0.001})
        body = forms.read_json(json.dumps({"n": 0}).replace("0", str(number)))
        assert forms.accept(checked, body, context={}).values["n"] == number


class TestDates:
    def moment(self, **more):
        return form({"type": "datetime", "key": "d", "dateLabel": "d", "timeLabel": "t", **more})

    @pytest.mark.parametrize(
        ("more", "value", "sentence"),
        [
            ({"subtype": "date", "disallowPassedDates": True}, "2026-03-01", "日期不能早于今天。"),
            ({"subtype": "time", "timeInterval": 15}, "09:10+08:00", "时间应为 15 分钟的整数倍。"),
            ({"subtype": "time"}, "24:00+08:00", "请选择有效的时间，例如 09:30。"),
            ({"subtype": "time"}, "09:00", "请选择有效的时间，例如 09:30。"),
            (
                {"subtype": "time", "timeSerializingFormat": "no_timezone"},
                "09:00Z",
                "请选择有效的时间，例如 09:30。",
            ),
            (
                {"subtype": "time", "timeSerializingFormat": "utc_normalized"},
                "09:00+08:00",
                "请选择有效的时间，例如 09:30。",
            ),
            ({"subtype": "datetime"}, "2026-03-02", "请选择有效的时间，例如 09:30。"),
            ({"subtype": "datetime"}, "2026-13-02T09:00+08:00", "请选择有效的日期，例如 2026-03-02。"),
        ],
    )
    def test_have_shape_and_limits(self, more, value, sentence):
        assert errors(self.moment(**more), {"d": value}, now=NOW) == {"d": [sentence]}

    def test_take_the_day_in_shanghai_as_today(self):
        late = datetime(2026, 3, 1, 17, 0, tzinfo=UTC)  # 2 March, 01:00 in Shanghai
        checked = self.moment(subtype="date", disallowPassedDates=True)
        assert errors(checked, {"d": "2026-03-01"}, now=late) == {"d": ["日期不能早于今天。"]}
        assert forms.accept(checked, {"d": "2026-03-02"}, context={}, now=late).values == {"d": "2026-03-02"}

    def test_need_an_aware_clock(self):
        with pytest.raises(ValueError, match="aware"):
            forms.accept(self.moment(subtype="date"), {}, context={}, now=datetime(2026, 3, 2))


class TestListsAndGroups:
    def rows(self, **more):
        return form(
            {
                "type": "dynamiclist",
                "path": "rows",
                "label": "明细",
                "components": [
                    text("item", validate={"required": True}),
                    {
                        "type": "number",
                        "key": "n",
                        "id": "n",
                        "label": "n",
                        "conditional": {"hide": '=this.item = "x"'},
                    },
                ],
                **more,
            }
        )

    def test_name_the_row_of_a_fault(self):
        given_rows = {"rows": [{"item": "好", "n": 1}, {"item": "", "n": "z"}]}
        assert errors(self.rows(allowAddRemove=True), given_rows) == {
            "rows.1.item": ["此项必填。"],
            "rows.1.n": ["请填写数字。"],
        }

    def test_leave_out_what_a_condition_hides_in_one_row(self):
        given_rows = {"rows": [{"item": "x", "n": 5}, {"item": "y", "n": 5}]}
        accepted = forms.accept(self.rows(allowAddRemove=True), given_rows, context={})
        assert accepted.values == {"rows": [{"item": "x"}, {"item": "y", "n": 5}]}

    def test_refuse_rows_where_none_may_be_added(self):
        assert errors(self.rows(), {"rows": [{"item": "a"}, {"item": "b"}]}) == {
            "rows": ["这个列表不能增减行，应为 1 行。"]
        }

    def test_refuse_too_many_rows_strange_rows_and_strange_fields(self):
        many = self.rows(allowAddRemove=True)
        assert errors(many, {"rows": [{"item": "a"}] * 201}) == {"rows": ["最多 200 行。"]}
        assert errors(many, {"rows": ["a"]})["rows"] == ["列表内容无法读取。"]
        assert errors(many, {"rows": [{"item": "a", "price": 1}]}) == {
            "rows.0.price": ["表单里没有这个字段。"]
        }

    def test_keep_a_group_with_its_path(self):
        grouped = form(
            {
                "type": "group",
                "path": "a.b",
                "label": "g",
                "components": [text("c", validate={"required": True})],
            }
        )
        assert errors(grouped, {"a": {"b": {"c": ""}}}) == {"a.b.c": ["此项必填。"]}
        assert errors(grouped, {"a": {"x": 1}})["a.x"] == ["表单里没有这个字段。"]
        assert forms.accept(grouped, {"a": {"b": {"c": "v"}}}, context={}).values == {"a": {"b": {"c": "v"}}}


class TestAccess:
    FORM = form(
        text("name"),
        {"type": "number", "key": "salary", "label": "s"},
        {
            "type": "dynamiclist",
            "path": "rows",
            "label": "r",
            "components": [text("x"), text("y")],
            "allowAddRemove": True,
        },
        text("secret", conditional={"hide": "=salary > 5"}),
        {"type": "table", "label": "t", "dataSource": "=history", "columns": [{"key": "k", "label": "K"}]},
    )
    CONTEXT = {
        "name": "王",
        "salary": 10,
        "rows": [{"x": "1", "y": "2"}],
        "history": [{"k": 1, "z": 2}],
        "other": 1,
    }

    def test_a_hidden_field_is_as_unknown_as_one_that_never_was(self):
        access = forms.Access.of({"fields.hidden": "salary, rows.y"})
        found = errors(
            self.FORM, {"salary": 10, "rows": [{"y": "2"}], "never": 1}, access=access, context=self.CONTEXT
        )
        assert set(found.values().__iter__().__next__()) == {"表单里没有这个字段。"}
        assert set(found) == {"salary", "rows.0.y", "never"}

    def test_a_read_only_field_may_come_back_unchanged_and_is_not_written(self):
        access = forms.Access.of({"fields.read": "name,rows"})
        body = {"name": "王", "rows": [{"x": "1", "y": "2"}], "salary": 3, "secret": ""}
        assert forms.accept(self.FORM, body, context=self.CONTEXT, access=access).values == {
            "salary": 3,
            "secret": "",
        }
        changed = {**body, "name": "李", "rows": [{"x": "1", "y": "9"}]}
        assert errors(self.FORM, changed, context=self.CONTEXT, access=access) == {
            "name": ["此字段只读，不能修改。"],
            "rows": ["此字段只读，不能修改。"],
        }

    def test_output_shows_only_what_the_step_may_see(self):
        access = forms.Access.of({"fields.hidden": "salary, rows.y"})
        assert forms.visible(self.FORM, {**self.CONTEXT, "secret": "s"}, access) == {
            "name": "王",
            "rows": [{"x": "1"}],
            "secret": "s",
            "history": [{"k": 1}],
        }

    def test_a_hidden_field_is_not_betrayed_by_a_condition(self):
        access = forms.Access.of({"fields.hidden": "salary"})
        body = {"name": "", "rows": [], "secret": "x"}
        # salary is null for this step: the page hides the field then, and so does the server
        assert "secret" not in forms.accept(self.FORM, body, context=self.CONTEXT, access=access).values

    def test_the_page_gets_the_schema_of_the_step(self):
        access = forms.Access.of({"fields.hidden": "salary,rows.y", "fields.read": "name"})
        components = forms.shaped(self.FORM, access, "zh-Hans")["components"]
        assert [c.get("key") or c.get("path") for c in components] == ["name", "rows", "secret", None]
        assert components[0]["readonly"] is True
        assert [c["key"] for c in components[1]["components"]] == ["x"]

    def test_names_that_the_form_lacks_are_problems(self):
        problems = forms.access_problems(
            self.FORM, {"fields.read": "name,rows.x,nmae", "fields.hidden": "rows"}
        )
        assert [p.element for p in problems] == ["nmae"]


class TestConditions:
    def test_a_field_hidden_by_condition_is_left_out_even_when_sent(self):
        checked = form(text("a"), text("b", validate={"required": True}, conditional={"hide": '=a = "no"'}))
        assert forms.accept(checked, {"a": "no", "b": "forged"}, context={}).values == {"a": "no"}
        assert errors(checked, {"a": "yes"}) == {"b": ["此项必填。"]}

    def test_conditions_may_lean_on_values_of_the_case(self):
        checked = form(text("b", validate={"required": True}, conditional={"hide": "=level > 3"}))
        assert forms.accept(checked, {}, context={"level": 4}).values == {}
        assert errors(checked, {}, context={"level": 2}) == {"b": ["此项必填。"]}


class TestFiles:
    def test_one_file_where_one_is_asked_for(self):
        checked = form({"type": "filepicker", "key": "p", "label": "p", "accept": "image/*,.pdf"})
        assert errors(checked, {"p": ["u1", "u3"]}, uploads=UPLOADS) == {"p": ["最多可以上传 1 个文件。"]}
        assert forms.accept(checked, {"p": "u1"}, context={}, uploads=UPLOADS).values == {"p": ["u1"]}
