"""Promises: server and page agree on every submission that a person can make in the form-js viewer."""

import json
import random
import subprocess
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.forms import everything
from webapp.domain.errors import InvalidError
from webapp.services import forms

ROOT = Path(__file__).resolve().parents[2]
SUBMISSIONS = 300


# What the page says -> what the server says, by the sentence's beginning.
SAME = {
    "Field is required.": "此项必填。",
    "Field must have minimum value of": "不能小于",
    "Field must have maximum value of": "不能大于",
    "Field must have minimum length of": "至少",
    "Field must have maximum length of": "最多",
    "Field must match pattern": "格式不符合要求。",
    "Field must be a valid international phone number": "请填写带国家或地区代码的电话号码",
    "Field must be a valid email.": "请填写有效的电子邮箱",
    "Value is expected to be an integer.": "请填写整数。",
    "Value is expected to have at most": "最多",
    "Please select a valid value, the two nearest": "应为",
    "两个大写字母加数字": "两个大写字母加数字",
}


def kinds(sentences):
    return sorted(next((here for there, here in SAME.items() if s.startswith(there)), s) for s in sentences)


def ours(sentences):
    return sorted(next((h for h in SAME.values() if str(s).startswith(h)), str(s)) for s in sentences)


@pytest.fixture(scope="module")
def viewer(tmp_path_factory, chromium):
    esbuild = ROOT / "node_modules" / ".bin" / "esbuild"
    if not esbuild.exists():
        pytest.skip("needs node_modules")
    out = tmp_path_factory.mktemp("viewer") / "viewer.js"
    source = Path(__file__).with_name("viewer.js")
    subprocess.run(
        [esbuild, source, "--bundle", f"--outfile={out}", "--log-level=error"], check=True, cwd=ROOT
    )
    page = chromium.new_page(locale="zh-CN", timezone_id="Asia/Shanghai")
    page.add_script_tag(path=out)
    yield page
    page.close()


def differences(page, schema, context, submissions):
    form = forms.load(json.dumps(schema))
    found = []
    for given, page_says in zip(
        submissions,
        page.evaluate("([s, c, v]) => window.submitAll(s, c, v)", [schema, context, submissions]),
        strict=True,
    ):
        body = forms.read_json(json.dumps(page_says["data"]))
        try:
            accepted, errors = forms.accept(form, body, context=context).values, {}
        except InvalidError as error:
            accepted, errors = None, {name: ours(s) for name, s in error.fields.items()}
        wanted = {name: kinds(s) for name, s in page_says["errors"].items()}
        if errors != wanted:
            found.append((given, wanted, errors))
        elif accepted is not None and plain(accepted) != plain(body):
            found.append((given, body, accepted))
    return found


def plain(value):
    """Numbers by value; a file picker without files is null there and an empty list here."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value] or None
    return float(value) if isinstance(value, Decimal | int) and not isinstance(value, bool) else value


@pytest.mark.browser
class TestPageAndServer:
    def test_agree_on_three_hundred_submissions_of_every_kind_of_field(self, viewer):
        rng = random.Random(20260302)
        submissions = [everything.submission(rng) for _ in range(SUBMISSIONS)]
        assert differences(viewer, everything.SCHEMA, everything.CONTEXT, submissions) == []

    def test_agree_on_the_leave_request(self, viewer):
        schema = json.loads((ROOT / "forms/leave/request.form").read_text())
        context = {"colleagues": [{"label": "李四", "value": "p2"}]}
        types = [o["value"] for o in schema["components"][0]["values"]]
        rng = random.Random(7)
        submissions = [
            {
                "type": rng.choice([*types, None]),
                "start_date": rng.choice([None, "2026-03-09"]),
                "end_date": rng.choice([None, "2026-03-10"]),
                "part": rng.choice(["full", "half", "hours", None]),
                "start_half": rng.choice(["am", "pm", None]),
                "start_time": rng.choice([None, "09:00"]),
                "contact": rng.choice(["", "13800138000", "电话", "+86 138 0013 8000"]),
                "reason": rng.choice(["", "家中有事", "长" * 501]),
                "handover": rng.choice([None, "p2"]),
            }
            for _ in range(40)
        ]
        assert differences(viewer, schema, context, submissions) == []

    @pytest.mark.parametrize(
        ("field", "value", "page_says", "server_says"),
        [
            # a name of three blanks is no name
            ({"type": "textfield", "label": "名", "validate": {"required": True}}, "   ", [], ["此项必填。"]),
            # the page only greys the day out
            ({"type": "datetime", "subtype": "date", "dateLabel": "日", "disallowPassedDates": True}, "2020-01-01", [], ["日期不能早于今天。"]),
            # JavaScript counts two halves, RE2 one character
            ({"type": "textfield", "label": "字", "validate": {"pattern": "^.$"}}, "😀", ["格式不符合要求。"], []),
        ],
        ids=["blanks", "past day", "emoji in a pattern"],
    )  # fmt: skip
    def test_differ_where_it_is_meant(self, viewer, field, value, page_says, server_says):
        schema = {"type": "default", "id": "f", "components": [{"id": "a", "key": "a", **field}]}
        answer = viewer.evaluate("([s, c, v]) => window.submitAll(s, c, v)", [schema, {}, [{"a": value}]])[0]
        assert kinds(answer["errors"].get("a", [])) == page_says
        try:
            forms.accept(forms.load(schema), {"a": value}, context={}, now=datetime(2026, 3, 2, tzinfo=UTC))
            found = []
        except InvalidError as error:
            found = [str(m) for m in error.fields["a"]]
        assert found == server_says
