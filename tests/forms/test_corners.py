"""Promises about corners: groups under access maps, lists in groups, broken attributes, odd patterns and posts."""

import json
from decimal import Decimal

import pytest

from webapp.domain.errors import InvalidError
from webapp.services import forms
from webapp.services.forms import patterns

GROUPED = forms.load(
    {
        "type": "default",
        "id": "g",
        "components": [
            {
                "type": "group",
                "id": "pay",
                "path": "pay",
                "label": "薪酬",
                "components": [
                    {"type": "number", "key": "base", "label": "基数"},
                    {"type": "textfield", "key": "note", "label": "备注"},
                    {"type": "text", "id": "hint", "text": "说明"},
                ],
            },
            {
                "type": "group",
                "id": "more",
                "path": "pay.more",
                "label": "更多",
                "conditional": {"hide": "=pay.base > 5"},
                "components": [
                    {"type": "textfield", "key": "why", "label": "原因", "validate": {"required": True}}
                ],
            },
            {
                "type": "dynamiclist",
                "path": "rows",
                "label": "行",
                "allowAddRemove": True,
                "components": [
                    {
                        "type": "dynamiclist",
                        "path": "inner",
                        "id": "inner",
                        "label": "内",
                        "allowAddRemove": True,
                        "components": [{"type": "number", "key": "n", "label": "数", "validate": {"max": 3}}],
                    }
                ],
            },
        ],
    }
)
VALUES = {"pay": {"base": 3, "note": "x", "more": {"why": "因"}}, "rows": [{"inner": [{"n": 1}]}], "other": 1}


class TestGroups:
    def test_go_with_all_that_lies_in_them(self):
        shown = forms.visible(GROUPED, VALUES, forms.Access.of({"fields.hidden": "pay"}))
        assert shown == {"rows": [{"inner": [{"n": 1}]}]}

    def test_share_a_path_with_what_lies_beside_them(self):
        assert forms.visible(GROUPED, VALUES, forms.OPEN) == {k: v for k, v in VALUES.items() if k != "other"}

    def test_keep_the_rest_when_only_a_text_of_theirs_is_hidden(self):
        access = forms.Access.of({"fields.hidden": "hint"})
        body = {"pay": {"base": 9, "note": "y"}, "rows": []}
        assert forms.accept(GROUPED, body, context=VALUES, access=access).values["pay"] == {
            "base": 9,
            "note": "y",
        }

    def test_are_left_out_with_all_their_fields_by_a_condition(self):
        body = {"pay": {"base": 9, "note": "", "more": {"why": ""}}, "rows": []}
        assert "more" not in forms.accept(GROUPED, body, context={}).values["pay"]
        assert [v.label for v in forms.view(GROUPED, body, context={})] == ["薪酬", "行"]

    def test_are_locked_with_all_their_fields(self):
        access = forms.Access.of({"fields.read": "pay"})
        with pytest.raises(InvalidError) as caught:
            forms.accept(GROUPED, {"pay": {"base": 4}, "rows": []}, context=VALUES, access=access)
        assert set(caught.value.fields) == {"pay.base"}


class TestListsInLists:
    def test_name_both_rows_of_a_fault(self):
        body = {"pay": {"base": 9, "note": ""}, "rows": [{"inner": [{"n": 1}, {"n": 4}]}]}
        with pytest.raises(InvalidError) as caught:
            forms.accept(GROUPED, body, context={})
        assert {k: str(v[0]) for k, v in caught.value.fields.items()} == {"rows.0.inner.1.n": "不能大于 3。"}

    def test_are_read_from_a_post_and_drawn_again(self):
        pairs = [
            ("pay.base", "9"),
            ("rows.0.inner.0.n", "1"),
            ("rows.0.inner.1.n", "2"),
            ("_add", "rows.0.inner"),
        ]
        data = forms.read_posted(GROUPED, pairs, context={})
        assert data["rows"] == [{"inner": [{"n": Decimal(1)}, {"n": Decimal(2)}, {}]}]
        outer = next(v for v in forms.view(GROUPED, data, context={}) if v.name == "rows")
        assert [row[0].name for row in outer.rows[0][0].rows] == [f"rows.0.inner.{n}.n" for n in range(3)]


class TestSchemas:
    @pytest.mark.parametrize(
        "component",
        [
            {"type": "textfield", "key": "a", "label": 7},
            {"type": "textfield", "key": "a", "label": "A", "validate": "required"},
            {"type": "textfield", "key": "a", "label": "A", "disabled": "yes"},
            {"type": "textfield", "key": "a", "label": "A", "appearance": {"suffixAdorner": "=x"}},
            {"type": "textfield", "key": "a", "label": "A", "appearance": 7},
            {"type": "datetime", "key": "a", "subtype": "time", "timeLabel": "A", "timeInterval": 0},
            {"type": "dynamiclist", "path": "a", "label": "A", "defaultRepetitions": 1000, "components": []},
            {"type": "table", "id": "a", "label": "A", "dataSource": "=x"},
            {"type": "select", "key": "a", "label": "A", "values": "abc"},
            {"type": "select", "key": "a", "label": "A", "values": [{"label": "x", "value": True}]},
        ],
    )  # fmt: skip
    def test_with_broken_attributes_are_refused(self, component):
        with pytest.raises(forms.SchemaError):
            forms.load(json.dumps({"type": "default", "id": "f", "components": [component]}))

    def test_may_offer_numbers(self):
        form = forms.load(
            {
                "id": "f",
                "components": [
                    {"type": "radio", "key": "a", "label": "A", "values": [{"label": "一", "value": 1}, 2.5]}
                ],
            }
        )
        assert forms.accept(form, {"a": 1}, context={}).values == {"a": 1}
        assert forms.read_posted(form, [("a", "2.5")], context={}) == {"a": Decimal("2.5")}
        with pytest.raises(InvalidError):
            forms.accept(form, {"a": True}, context={})


class TestPatterns:
    @pytest.mark.parametrize(
        "source", [r"\cA", r"\u12", r"\xZZ", r"\ud800", r"[\S]", "😀", "\\", "a{1001}", "[^]"]
    )
    def test_that_mean_something_else_elsewhere_are_refused(self, source):
        with pytest.raises(patterns.PatternError):
            patterns.read(source)

    def test_keep_classes_and_brackets(self):
        assert patterns.read(r"^\S+$").matches("a\u00e9")
        assert not patterns.read(r"^\S+$").matches("a\u3000b")
        assert patterns.read(r"^[[:a]+$").matches("[:a")


class TestConditions:
    def test_that_cost_too_much_do_not_hide(self):
        loop = "=count(for x in 1..100000 return x) > 0"
        form = forms.load(
            {
                "id": "f",
                "components": [
                    {"type": "textfield", "key": "a", "label": "A", "conditional": {"hide": loop}}
                ],
            }
        )
        assert forms.accept(form, {"a": "x"}, context={}).values == {"a": "x"}

    def test_in_limits_that_give_nothing_do_not_limit(self):
        form = forms.load(
            {
                "id": "f",
                "components": [{"type": "number", "key": "a", "label": "A", "validate": {"max": "=most"}}],
            }
        )
        assert forms.accept(form, {"a": 9}, context={}).values == {"a": 9}
        with pytest.raises(InvalidError):
            forms.accept(form, {"a": 9}, context={"most": 5})
