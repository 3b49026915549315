"""Promises: a form that page and server would read differently is refused at publish, with element and sentence."""

import json
from pathlib import Path

import pytest

from webapp.services import forms
from webapp.services.forms import patterns

ROOT = Path(__file__).resolve().parents[2]


def problems(*components, **root):
    schema = {"type": "default", "id": "f", "schemaVersion": 19, **root, "components": list(components)}
    with pytest.raises(forms.SchemaError) as caught:
        forms.load(json.dumps(schema))
    return [(p.element, str(p.message)) for p in caught.value.problems]


def text(**more):
    return {"type": "textfield", "key": "a", "label": "A", **more}


REFUSED = [
    ({"type": "iframe", "id": "x", "url": "https://example.com"}, "内嵌网页"),
    ({"type": "html", "id": "x", "content": "<b>"}, "自由网页代码"),
    ({"type": "image", "id": "x", "source": "https://example.com"}, "外部图片"),
    ({"type": "expression", "key": "x", "expression": "=1"}, "计算字段"),
    ({"type": "documentPreview", "id": "x"}, "文档预览"),
    ({"type": "signature", "key": "x"}, "不认识组件类型“signature”"),
    (text(colour="red"), "属性“colour”不受支持"),
    (text(label="{{name}}"), "请写成固定文字"),
    (text(description="=a"), "请写成固定文字"),
    (text(readonly="=true"), "步骤的字段权限"),
    (text(validate={"min": 3}), "校验项“min”"),
    (text(validate={"pattern": r"(a)\1"}), "反向引用"),
    (text(validate={"pattern": r"(?<=a)b"}), "前后断言"),
    (text(validate={"pattern": r"(?<x>a)\k<x>"}), "反向引用"),
    (text(validate={"pattern": "(["}), "不是可用的正则表达式"),
    (text(validate={"pattern": "a" * 1001}), "校验格式过长"),
    (text(validate={"maxLength": "many"}), "应为数字"),
    (text(validate={"validationType": "iban"}), "校验类型“iban”"),
    (text(conditional={"hide": "b = 1"}), "以“=”开头"),
    (text(conditional={"hide": "=1 +"}), "条件“=1 +”有误"),
    (text(conditional={"hide": "=0.1 + b = 0.3"}), "二进制浮点数"),
    (text(conditional={"hide": "=b in [1..5]"}), "请用 >= 和 <= 比较"),
    (text(key="1a"), "只能由字母"),
    (text(key="__proto__"), "由系统占用"),
    (text(key="version"), "由系统占用"),
    (text(key="a.constructor"), "只能由字母"),
    (text(key=""), "只能由字母"),
    ({"type": "select", "key": "a", "label": "A"}, "选项须有名称"),
    ({"type": "select", "key": "a", "label": "A", "valuesExpression": "=x"}, "用表达式生成选项"),
    ({"type": "radio", "key": "a", "label": "A", "values": [{"label": "零", "value": 0}]}, "选项须有名称"),
    (
        {
            "type": "radio",
            "key": "a",
            "label": "A",
            "values": [{"label": "一", "value": "1"}, {"label": "二", "value": "1"}],
        },
        "选项须有名称",
    ),
    ({"type": "number", "key": "a", "label": "A", "decimalDigits": -1}, "小数位数"),
    ({"type": "number", "key": "a", "label": "A", "increment": 0}, "步长"),
    ({"type": "datetime", "key": "a", "subtype": "month"}, "日期时间的类型"),
    ({"type": "filepicker", "key": "a", "label": "A", "multiple": "=true"}, "不支持表达式"),
    (
        {"type": "table", "id": "a", "label": "A", "dataSource": "=f(x)", "columns": [{"key": "k"}]},
        "数据来源",
    ),
    (
        {"type": "table", "id": "a", "label": "A", "dataSource": "=x", "columnsExpression": "=y"},
        "用表达式生成列",
    ),
    ({"type": "dynamiclist", "path": "a", "label": "A", "isRepeating": False, "components": []}, "须可重复"),
]


class TestPublishing:
    @pytest.mark.parametrize(("component", "words"), REFUSED, ids=[words for _, words in REFUSED])
    def test_refuses_what_only_one_side_reads(self, component, words):
        found = problems(component)
        assert any(words in sentence for _, sentence in found), found
        assert {element for element, _ in found} == {
            component.get("key") or component.get("path") or component.get("id") or component["type"]
        }

    def test_refuses_two_fields_in_one_place(self):
        assert "同一位置" in problems(text(id="1"), text(id="2"))[0][1]
        assert "同一位置" in problems(text(id="1", key="a.b"), text(id="2"))[0][1]

    def test_refuses_one_id_twice(self):
        assert "编号“x”重复" in problems(text(id="x"), text(id="x", key="b"))[0][1]

    def test_refuses_a_newer_format_unknown_root_attributes_and_no_id(self):
        assert "格式版本过新" in problems(text(), schemaVersion=20)[0][1]
        assert "属性“script”" in problems(text(), script="x")[0][1]
        assert "编号 id" in problems(text(), id="")[0][1]

    def test_names_every_fault_of_a_form_at_once(self):
        assert (
            len(problems(text(id="1", colour=1), {"type": "html", "id": "h"}, text(id="2", key="b c"))) == 3
        )

    @pytest.mark.parametrize(
        "body", ["", "[]", "{", '{"components": 7, "id": "f"}', '{"components": [7], "id": "f"}']
    )
    def test_refuses_what_is_no_form(self, body):
        with pytest.raises(forms.SchemaError):
            forms.load(body)

    @pytest.mark.parametrize(
        "path", sorted(ROOT.glob("forms/*/*.form")), ids=lambda p: f"{p.parent.name}/{p.stem}"
    )
    def test_takes_every_form_of_the_house(self, path):
        assert forms.load(path.read_text()).components


class TestPatterns:
    @pytest.mark.parametrize(
        ("source", "yes", "no"),
        [
            (r"^\d{3}$", "123", "1234"),
            (r"^\s$", "\u3000", "a"),
            (r"^[\s]$", "\ufeff", "a"),
            (r"^.$", "中", "\n"),
            (r"^\u4e2d\x41$", "中A", "中B"),
            (r"^[^\s]+$", "ab", "a b"),
            (r"a\/b\-c", "xa/b-cx", "ab-c"),
            (r"[.]", ".", "a"),
        ],
    )
    def test_mean_what_they_mean_in_the_browser(self, source, yes, no):
        pattern = patterns.read(source)
        assert pattern.matches(yes)
        assert not pattern.matches(no)

    def test_run_in_linear_time(self):
        assert not patterns.read(r"^(a+)+$").matches("a" * 20_000 + "!")


class TestLanguages:
    SCHEMA = json.loads((ROOT / "forms/leave/request.form").read_text())

    def test_one_schema_serves_three(self):
        english = forms.localise(self.SCHEMA, "en")["components"][0]
        assert english["label"] == "Leave type"
        assert english["values"][0] == {"label": "Annual leave", "value": "annual"}
        assert forms.localise(self.SCHEMA, "zh-Hant")["components"][1]["dateLabel"] == "開始日期"
        assert forms.localise(self.SCHEMA, "zh-Hans") == self.SCHEMA

    def test_what_is_missing_stays_chinese_and_is_listed(self):
        schema = {
            "id": "f",
            "components": [
                {"type": "textfield", "key": "a", "label": "姓名", "properties": {"label.en": "Name"}}
            ],
        }
        assert forms.localise(schema, "zh-Hant")["components"][0]["label"] == "姓名"
        assert forms.untranslated(schema) == (("a", "zh-Hant"),)
