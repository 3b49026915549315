"""Promises: the form as plain HTML says and takes the same as the form in form-js, without any script."""

import json
import threading
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask, render_template_string, request
from werkzeug.serving import make_server

from webapp.domain.errors import InvalidError
from webapp.services import forms
from webapp.views import shell

ROOT = Path(__file__).resolve().parents[2]
CONTEXT = {"colleagues": [{"label": "李四", "value": "p2"}, {"label": "王五", "value": "p3"}]}
REQUEST = forms.load((ROOT / "forms/leave/request.form").read_text())
APPROVE = forms.load((ROOT / "forms/leave/approve.form").read_text())
TRIP = forms.load(
    json.dumps(
        {
            "type": "default",
            "id": "trip",
            "components": [
                {"type": "textfield", "key": "goal", "label": "目的", "validate": {"required": True, "maxLength": 20}},
                {"type": "number", "key": "cost", "label": "预算", "appearance": {"suffixAdorner": "元"}, "decimalDigits": 2},
                {"type": "checkbox", "key": "abroad", "label": "出境"},
                {"type": "textfield", "key": "visa", "id": "visa", "label": "签证", "conditional": {"hide": "=abroad != true"}, "validate": {"required": True}},
                {"type": "checklist", "key": "means", "label": "交通", "values": [{"label": "火车", "value": "train"}, {"label": "飞机", "value": "plane"}]},
                {"type": "datetime", "key": "leaves", "subtype": "datetime", "dateLabel": "出发", "timeInterval": 30},
                {"type": "datetime", "key": "meets", "subtype": "time", "timeLabel": "会面", "timeSerializingFormat": "utc_normalized"},
                {
                    "type": "dynamiclist", "path": "stops", "label": "行程", "allowAddRemove": True, "defaultRepetitions": 1,
                    "components": [
                        {"type": "textfield", "key": "city", "label": "城市", "validate": {"required": True}},
                        {"type": "number", "key": "nights", "label": "晚数", "decimalDigits": 0},
                    ],
                },
                {"type": "table", "id": "t", "label": "历史", "dataSource": "=past", "columns": [{"key": "city", "label": "城市"}]},
            ],
        }
    )
)  # fmt: skip


def by_name(views):
    found = {}
    for v in views:
        found[v.name or v.label or v.kind] = v
        found |= by_name(v.children)
        for row in v.rows:
            found |= by_name(row)
    return found


class TestView:
    def test_draws_what_conditions_let_be_seen(self):
        first = by_name(forms.view(REQUEST, context=CONTEXT))
        assert "start_half" not in first
        assert first["part"].decides
        halves = by_name(forms.view(REQUEST, {"part": "half"}, context=CONTEXT))
        assert {"start_half", "end_half"} <= set(halves)
        assert "start_time" not in halves

    def test_picks_the_keyboard_and_the_picker_of_the_phone(self):
        drawn = by_name(forms.view(TRIP, context={}))
        assert drawn["cost"].attributes["inputmode"] == "decimal"
        assert drawn["stops.0.nights"].attributes["inputmode"] == "numeric"
        assert (drawn["leaves"].kind, drawn["leaves"].attributes["step"]) == ("datetime-local", "1800")
        assert by_name(forms.view(REQUEST, context=CONTEXT))["start_date"].kind == "date"

    def test_shows_read_only_values_in_words(self):
        case = {"type": "annual", "days": Decimal("2.50"), "handover": "p2", "part": "full", **CONTEXT}
        drawn = by_name(forms.view(APPROVE, context=case))
        assert (drawn["type"].readonly, drawn["type"].shown) == (True, "年休假")
        assert drawn["days"].shown == "2.5天"
        assert drawn["handover"].shown == "李四"
        assert drawn["reason"].shown == "—"

    def test_keeps_what_was_typed_and_the_errors_beside_it(self):
        typed = {"goal": "", "stops": [{"city": "沪"}, {"city": ""}]}
        with pytest.raises(InvalidError) as caught:
            forms.accept(TRIP, typed, context={})
        drawn = by_name(forms.view(TRIP, typed, context={}, errors=caught.value.fields))
        assert str(drawn["goal"].errors[0]) == "此项必填。"
        assert str(drawn["stops.1.city"].errors[0]) == "此项必填。"
        assert drawn["stops.0.city"].value == "沪"

    def test_never_draws_what_the_step_hides(self):
        access = forms.Access.of({"fields.hidden": "cost,stops.nights", "fields.read": "goal"})
        drawn = by_name(
            forms.view(
                TRIP, {"goal": "forged", "cost": 1}, context={"goal": "展会", "cost": 5}, access=access
            )
        )
        assert not {"cost", "stops.0.nights"} & set(drawn)
        assert drawn["goal"].shown == "展会"

    def test_speaks_the_reader_s_language(self):
        drawn = by_name(forms.view(APPROVE, context={"type": "annual", **CONTEXT}, language="en"))
        assert (drawn["type"].label, drawn["type"].shown) == ("Leave type", "Annual leave")
        assert forms.in_language(REQUEST, "zh-Hant").components[1].label == "開始日期"

    def test_shows_tables_of_the_case(self):
        drawn = by_name(forms.view(TRIP, context={"past": [{"city": "北京", "secret": 1}]}))
        assert drawn["历史"].cells == (("北京",),)


class TestPost:
    PAIRS = (
        ("csrf_token", "x"), ("goal", "展会"), ("cost", "１,２００．５０"), ("abroad", "1"), ("visa", "B1"), ("means", "train"), ("means", "plane"),
        ("leaves", "2026-03-02T09:30"), ("meets", "07:15"), ("stops.0.city", "上海"), ("stops.0.nights", "2"), ("stops.4.city", "北京"), ("stops.4.nights", ""),
    )  # fmt: skip

    def test_reads_as_the_page_would_have_sent_it(self):
        data = forms.read_posted(TRIP, self.PAIRS, context={})
        assert data == {
            "goal": "展会", "cost": Decimal("1200.50"), "abroad": True, "visa": "B1", "means": ["train", "plane"],
            "leaves": "2026-03-02T09:30+08:00", "meets": "23:15Z",
            "stops": [{"city": "上海", "nights": Decimal(2)}, {"city": "北京", "nights": None}],
        }  # fmt: skip
        assert forms.accept(TRIP, data, context={}).values == data

    def test_adds_and_removes_rows(self):
        more = forms.read_posted(TRIP, [*self.PAIRS, ("_add", "stops")], context={})
        assert len(more["stops"]) == 3
        fewer = forms.read_posted(TRIP, [*self.PAIRS, ("_remove", "stops.0")], context={})
        assert [s["city"] for s in fewer["stops"]] == ["北京"]

    def test_lets_accept_refuse_foreign_and_locked_names(self):
        access = forms.Access.of({"fields.hidden": "cost", "fields.read": "visa"})
        data = forms.read_posted(TRIP, [*self.PAIRS, ("admin", "1")], context={}, access=access)
        with pytest.raises(InvalidError) as caught:
            forms.accept(TRIP, data, context={"visa": "A"}, access=access)
        assert {k: str(v[0]) for k, v in caught.value.fields.items()} == {
            "admin": "表单里没有这个字段。", "cost": "表单里没有这个字段。", "visa": "此字段只读，不能修改。",
        }  # fmt: skip

    @pytest.mark.parametrize("text", ["abc", "1.2.3", "一百", "0x10", "1e9999"])
    def test_keeps_a_number_that_is_none_for_the_sentence(self, text):
        data = forms.read_posted(TRIP, [("goal", "x"), ("cost", text)], context={})
        with pytest.raises(InvalidError) as caught:
            forms.accept(TRIP, data, context={})
        assert "cost" in caught.value.fields

    def test_stays_small_whatever_is_posted(self):
        pairs = [(f"stops.{n}.city", "x") for n in range(5_000)]
        assert len(forms.read_posted(TRIP, pairs, context={})["stops"]) <= 200


PAGE = """<!doctype html><html lang="zh-Hans"><title>t</title><script src="/htmx.js"></script><main><h1>表单</h1><form method="post">
{% import "form_fields.html" as ff with context %}{{ ff.fields(views, upload_url="/upload", refresh_url="/refresh") }}
<button id="send">提交</button></form>{% if accepted %}<pre id="accepted">{{ accepted }}</pre>{% endif %}</main></html>"""


def application():
    app = Flask("webapp.views", root_path=str(ROOT / "webapp" / "views"))
    shell.install(app)

    @app.route("/", methods=["GET", "POST"])
    def page():
        typed, errors, accepted = None, {}, None
        if request.method == "POST":
            typed = forms.read_posted(TRIP, request.form.items(multi=True), context={})
            if not {"_add", "_remove", "_refresh"} & set(request.form):
                try:
                    accepted = json.dumps(
                        forms.accept(TRIP, typed, context={}).values, ensure_ascii=False, default=str
                    )
                except InvalidError as error:
                    errors = error.fields
        views = forms.view(TRIP, typed, context={}, errors=errors)
        return render_template_string(PAGE, views=views, accepted=accepted)

    @app.post("/refresh")
    def refresh():
        typed = forms.read_posted(TRIP, request.form.items(multi=True), context={})
        return render_template_string(
            '{% import "form_fields.html" as ff with context %}{{ ff.inside(views) }}',
            views=forms.view(TRIP, typed, context={}),
        )

    @app.get("/htmx.js")
    def htmx():
        return (ROOT / "node_modules/htmx.org/dist/htmx.min.js").read_text(), {
            "Content-Type": "text/javascript"
        }

    return app


class TestTemplate:
    def test_has_no_inline_script_style_or_handler(self, phone):
        html = application().test_client().get("/").get_data(as_text=True)
        assert html.count("<script") == 1  # the page's own, from a file
        assert " style=" not in html
        assert " on" not in html.replace(" only", "")
        assert 'name="stops.0.city"' in html
        assert 'hx-trigger="change target:[data-decides]"' in html


@pytest.fixture
def phone(chromium):
    """Open the form on a phone: ``with phone(scripts=True) as page``."""

    @contextmanager
    def start(*, scripts):
        server = make_server("127.0.0.1", 0, application(), threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            page = chromium.new_page(java_script_enabled=scripts, viewport={"width": 390, "height": 844})
            page.goto(f"http://127.0.0.1:{server.server_port}/")
            page.set_default_timeout(10_000)
            yield page
            page.close()
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

    return start


@pytest.mark.browser
class TestWithHtmx:
    def test_fields_come_and_go_as_others_change_and_keep_what_was_typed(self, phone):
        with phone(scripts=True) as page:
            page.fill('[name="goal"]', "展会")
            assert page.locator('[name="visa"]').count() == 0
            for _ in range(2):  # the fields are new after each answer, and still decide
                page.check('[name="abroad"]')
                page.wait_for_selector('[name="visa"]')
                page.uncheck('[name="abroad"]')
                page.wait_for_selector('[name="visa"]', state="detached")
            assert page.input_value('[name="goal"]') == "展会"


@pytest.mark.browser
class TestWithoutScripts:
    @pytest.fixture
    def page(self, phone):
        with phone(scripts=False) as page:
            yield page

    def test_a_person_fills_adds_a_row_is_told_and_sends(self, page):
        page.fill('[name="stops.0.city"]', "上海")
        page.click('button[name="_add"]')
        page.fill('[name="stops.1.city"]', "北京")
        page.check('[name="abroad"]')
        page.click('button[name="_refresh"]')
        page.fill('[name="visa"]', "B1")
        page.fill('[name="goal"]', "展会")
        page.fill('[name="cost"]', "12.345")
        page.click("#send")
        assert "最多 2 位小数。" in page.inner_text("main")
        page.fill('[name="cost"]', "12.34")
        page.click("#send")
        accepted = json.loads(page.inner_text("#accepted"))
        assert [s["city"] for s in accepted["stops"]] == ["上海", "北京"]
        assert (accepted["visa"], accepted["cost"]) == ("B1", "12.34")
