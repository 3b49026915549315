"""What a person meets in a real browser, under the real policy."""

import gzip
import json
import re

import pytest
from lxml import etree

from tests.frontend.styleguide import ROOT
from webapp.adapters.catalog import LOCALES

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("chromium")]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
EDITORS = ("/studio/diagram", "/studio/decision", "/studio/form")
MOUNTED = "[data-mounted]"
PAGES = [
    ("/?part=list", "html[data-ready]"),
    ("/?part=rest", "html[data-ready]"),
    ("/error/404", "html[data-ready]"),
]
PAGES += [("/form", MOUNTED), *((editor, MOUNTED) for editor in EDITORS)]


def serious(page):
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return {v["id"]: v["nodes"][0]["html"][:160] for v in found if v["impact"] in {"serious", "critical"}}


class TestEveryPage:
    @pytest.mark.parametrize(
        ("path", "ready", "lang"),
        [(*page, lang) for page in PAGES for lang in LOCALES if page[1] != MOUNTED or lang == "en"],
    )
    def test_opens_without_a_complaint_of_console_or_policy(self, visit, path, ready, lang):
        made = visit(f"{path}{'&' if '?' in path else '?'}lang={lang}", ready=ready)
        expected = [text for text in made.complaints if "404" in text and path.startswith("/error")]
        assert [text for text in made.complaints if text not in expected] == []

    @pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
    @pytest.mark.parametrize(("path", "ready"), PAGES[:3])
    def test_axe_finds_nothing_serious(self, visit, path, ready, phone):
        assert serious(visit(path, ready=ready, bypass=True, phone=phone).page) == {}

    @pytest.mark.parametrize(("path", "ready"), PAGES[3:])
    def test_axe_finds_nothing_serious_in_editors(self, visit, path, ready):
        assert serious(visit(path, ready=ready, bypass=True).page) == {}

    def test_a_phone_scrolls_in_one_direction_only(self, visit):
        for path in ("/?part=list", "/?part=rest", "/error/404"):
            page = visit(path, phone=True).page
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path

    def test_targets_on_a_phone_are_44_px_high(self, visit):
        page = visit("/?part=list", phone=True).page
        small = page.evaluate(
            """[...document.querySelectorAll('a, button, select, summary, input:not([type=hidden])')]
            .filter(e => e.checkVisibility() && !e.closest('.skip, dialog, h1'))
            .map(e => [e.closest('[data-row]') ?? e, e])
            .filter(([box]) => box.getBoundingClientRect().height < 43.5 && !box.closest('.pager span:first-child'))
            .map(([, e]) => e.outerHTML.slice(0, 90)).filter(h => !h.includes('class="skip"'))"""
        )
        assert small == []


class TestKeys:
    def test_j_and_k_walk_and_x_selects(self, visit):
        page = visit("/?part=list").page
        page.keyboard.press("j")
        page.keyboard.press("j")
        assert "催办未签员工" in page.evaluate("document.activeElement.textContent")
        page.keyboard.press("k")
        page.keyboard.press("x")
        assert page.locator("[data-check]:checked").count() == 1
        assert page.locator("[data-bulk]").is_visible()
        assert page.locator("[data-bulk-count]").inner_text() == "1"

    def test_slash_filters_and_typing_there_is_not_taken_for_keys(self, visit):
        page = visit("/?part=list").page
        page.keyboard.press("/")
        page.keyboard.type("jx")
        assert page.locator("[data-filter]").input_value() == "jx"
        assert page.locator("[data-check]:checked").count() == 0

    def test_control_k_searches(self, visit):
        page = visit("/?part=list").page
        page.keyboard.press("Control+k")
        assert page.evaluate("document.activeElement.id") == "search"

    def test_question_mark_opens_the_help(self, visit):
        page = visit("/?part=list").page
        page.keyboard.press("Shift+?")
        assert page.locator("dialog#keys").is_visible()
        page.keyboard.press("Escape")
        assert not page.locator("dialog#keys").is_visible()


class TestForms:
    def test_a_refused_form_puts_the_reader_at_the_first_error(self, visit):
        page = visit("/?part=rest").page
        assert page.evaluate("document.activeElement.matches('[data-error-summary]')")
        page.click("[data-error-summary] a >> nth=0")
        assert page.evaluate("document.activeElement.name") == "reason"

    def test_typing_is_saved_within_two_seconds_and_says_so(self, visit, guide):
        app, _ = guide
        page = visit("/?part=rest").page
        with page.expect_response("**/draft"):
            page.locator("#f-reason").fill("回家探亲")
        page.wait_for_selector(".save-state[data-state=saved]")
        assert "草稿已保存" in page.locator(".save-state").inner_text()
        draft = app.extensions["style-guide"]["drafts"][-1]["data"]
        assert draft["reason"] == "回家探亲"
        assert "csrf_token" not in draft

    def test_a_press_that_cannot_be_undone_asks_first(self, visit):
        page = visit("/?part=rest").page
        page.click("#end")
        assert page.locator("dialog#confirm").is_visible()
        assert "不能恢复" in page.locator("[data-confirm-text]").inner_text()
        page.click("#confirm [data-close]")
        assert not page.locator("dialog#confirm").is_visible()


class TestWriting:
    def test_a_form_pressed_twice_is_sent_once_under_its_key(self, visit, guide):
        page = visit("/parts").page
        before = len(guide[0].extensions["style-guide"]["writes"])
        with page.expect_response("**/slow"):
            page.locator("#slow .button").dblclick()
        sent = guide[0].extensions["style-guide"]["writes"][before:]
        assert [kind for kind, *_ in sent] == ["slow"]
        assert sent[0][1] == page.locator("#slow [name=idempotency_key]").input_value()

    def test_a_claim_swaps_its_row_in_place(self, visit, guide):
        made = visit("/parts")
        made.page.click("#claim-1")
        made.page.wait_for_selector("#row-1:has-text('已认领')")
        assert len(guide[0].extensions["style-guide"]["writes"][-1][1]) == 32
        assert made.complaints == []

    def test_who_was_faster_is_said_and_the_row_stays(self, visit):
        page = visit("/parts").page
        page.click("#claim-2")
        page.wait_for_selector(".toast.danger")
        assert "李思远已先认领" in page.locator(".toast").inner_text()
        assert page.locator("#claim-2").is_visible()

    def test_a_broken_line_keeps_what_was_typed_and_saves_it_later(self, visit, guide):
        page = visit("/?part=rest").page
        page.context.set_offline(True)
        page.locator("#f-reason").fill("网络断开时写的")
        page.wait_for_selector(".save-state[data-state=failed]")
        page.context.set_offline(False)
        page.wait_for_selector(".save-state[data-state=saved]")
        assert guide[0].extensions["style-guide"]["drafts"][-1]["data"]["reason"] == "网络断开时写的"


class TestFormView:
    def test_a_file_goes_up_when_it_is_chosen_and_stays_in_the_draft(self, visit, guide):
        page = visit("/form", ready=MOUNTED).page
        with page.expect_response("**/draft"):
            page.locator("input[type=file]").set_input_files(
                {"name": "证明.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
            )
            page.wait_for_selector(".files li:has-text('证明.pdf')")
        page.wait_for_selector(".save-state[data-state=saved]")
        state = guide[0].extensions["style-guide"]
        assert ("upload", "证明.pdf", "proof") in state["writes"]
        assert state["drafts"][-1]["data"]["proof"] == [{"id": "sha256-1", "name": "证明.pdf"}]

    def test_a_form_is_handed_in_after_the_draft_that_was_on_its_way(self, visit):
        page = visit(
            "/form?data=" + json.dumps({"type": "annual", "start_date": "2027-01-04", "end_date": "2027-01-04", "part": "day", "reason": "x"}),
            ready=MOUNTED,
        ).page  # fmt: skip
        held, sent = [], []
        page.route("**/draft", lambda route: held.append(route))  # noqa: PLW0108
        page.on("request", lambda request: sent.append(request.url.rsplit("/", 1)[-1]))
        page.evaluate("document.querySelector('[data-primary]').setAttribute('formnovalidate', '')")
        with page.expect_request("**/draft"):
            page.locator("textarea:visible").first.fill("y")
        page.click("[data-primary]")
        page.wait_for_selector("[data-primary][aria-busy]")
        page.evaluate("1")  # whatever was sent by now has been told
        assert sent == ["draft"]
        with page.expect_request("**/submit"):
            held[0].fulfill(json={"version": 2, "saved_at": "2026-11-24T01:00:00Z"})

    def test_shows_the_rules_in_chinese_and_goes_to_the_first(self, visit):
        page = visit("/form", ready=MOUNTED).page
        page.click("[data-primary]")
        page.wait_for_selector(".fjs-has-errors")
        assert "此项必填" in page.locator(".fjs-form-field-error").first.inner_text()

    def test_a_typed_date_means_the_same_day_in_every_browser(self, visit):
        page = visit("/form", ready=MOUNTED, locale="en-US").page
        page.locator(".fjs-datepicker input.fjs-input").first.fill("2027/01/31")
        page.locator(".fjs-datepicker input.fjs-input").first.press("Enter")
        data = page.evaluate("document.querySelector('[data-form-schema]').view.data()")
        assert data["start_date"] == "2027-01-31"
        assert "2027年1月31日" in page.locator(".date-echo").first.inner_text()

    def test_shows_the_servers_errors_at_their_fields(self, visit, guide):
        page = visit(
            "/form?data=" + json.dumps({"type": "annual", "start_date": "2027-01-04", "end_date": "2027-01-04", "part": "day", "reason": "x"}),
            ready=MOUNTED,
        ).page  # fmt: skip
        page.evaluate("document.querySelector('[data-primary]').setAttribute('formnovalidate', '')")
        page.click("[data-primary]")
        # the page's own check speaks first, the server's answer takes its place
        page.wait_for_selector(".fjs-form-field-error:has-text('事由不能少于五个字')")
        kind, key, body = guide[0].extensions["style-guide"]["writes"][-1]
        assert kind == "form"
        assert len(key) == 32
        assert body["action"] == "complete"

    def test_shows_errors_inside_lists_at_the_field_of_their_row(self, visit):
        page = visit("/form?list", ready=MOUNTED).page
        page.click("[data-primary]")
        page.wait_for_selector(".fjs-form-field-error")
        told = page.evaluate(
            """Object.fromEntries([...document.querySelectorAll('.fjs-form-field .fjs-form-field-error[id]')]
            .map(e => [e.id.replace(/^fjs-form-[^-]+-|-error-message$/g, ''), e.innerText.trim()]))"""
        )
        assert told == {
            "F_goal": "请写明事由。",
            "F_plan_0_0": "请写明安排。",
            "F_city_1": "第二站没有城市。",
        }
        below = page.locator("[data-list-errors]")
        assert below.all_inner_texts() == ["至少 2 行。", "最多 1 行。"]
        with page.expect_response(lambda answer: answer.request.method == "POST"):
            page.click("[data-primary]")
        assert below.count() == 2  # a second answer takes the place of the first
        page.wait_for_selector(".toasts:has-text('表单里没有这个字段。')")

    def test_a_phone_keeps_the_servers_form_and_loads_no_form_js(self, visit):
        made = visit("/form", phone=True)
        made.page.wait_for_timeout(300)
        assert made.page.locator("#plain-form").is_visible()
        assert [r.url for r in made.requests if "/form-" in r.url] == []

    def test_a_phone_reads_at_most_150_kilobytes(self, visit):
        made = visit("/form", phone=True)
        total = sum(len(gzip.compress(r.body())) for r in made.requests if r.ok)
        assert total <= 150 * 1024


class TestStudio:
    @pytest.mark.parametrize("path", EDITORS)
    def test_opens_in_chinese_without_a_complaint(self, visit, path):
        made = visit(path, ready=MOUNTED)
        walk(made.page, path)
        assert made.complaints == []
        assert made.page.evaluate("[...window.__missingTranslations]") == []

    @pytest.mark.parametrize("path", EDITORS)
    def test_speaks_traditional_chinese_too(self, visit, path):
        page = visit(f"{path}?lang=zh-Hant", ready=MOUNTED).page
        assert page.evaluate("[...window.__missingTranslations]") == []
        assert re.search("[個單屬關當問題]", page.locator("main").inner_text())

    @pytest.mark.parametrize("path", [*EDITORS, "/form"])
    def test_the_watermark_stays_visible(self, visit, path):
        page = visit(path, ready=MOUNTED).page
        mark = page.locator(".bjs-powered-by, .fjs-powered-by-link").first
        mark.scroll_into_view_if_needed()
        seen = mark.evaluate(
            """e => { const b = e.getBoundingClientRect();
            const top = document.elementFromPoint(b.left + b.width / 2, b.top + b.height / 2);
            return {w: b.width, h: b.height, top: e.contains(top)}; }"""
        )
        assert seen["w"] > 40
        assert seen["h"] > 15
        assert seen["top"]

    def test_a_problem_selects_its_element(self, visit):
        page = visit("/studio/diagram", ready=MOUNTED).page
        page.click("[data-problems] button")
        assert page.locator('.djs-element.selected[data-element-id="approve"]').count() == 1
        assert "直属主管审批" in page.locator("[data-studio-panel]").inner_text()

    def test_saving_sends_the_diagram_with_the_last_word_typed(self, visit, guide):
        page = visit("/studio/diagram", ready=MOUNTED).page
        page.click("[data-problems] button")
        page.locator("#bio-properties-panel-name").fill("直属上级审批")
        with page.expect_response("**/studio/diagram/save"):
            page.click("[data-studio-save]")
        kind, act, body = guide[0].extensions["style-guide"]["writes"][-1]
        assert (kind, act, body["version"]) == ("diagram", "save", 1)
        assert 'name="直属上级审批"' in body["xml"]
        assert "zeebe:assignmentDefinition" in body["xml"]

    def test_a_diagram_comes_back_as_it_was(self, visit):
        page = visit("/studio/diagram", ready=MOUNTED).page
        saved = page.evaluate(
            "document.querySelector('[data-studio-diagram]').studio.read().then(r => r.xml)"
        )
        assert elements(saved.encode()) == elements((ROOT / "bpmn/leave/leave.bpmn").read_bytes())

    def test_what_the_editor_cannot_read_is_never_lost_by_saving(self, visit, guide):
        state = guide[0].extensions["style-guide"]
        state["spoil"] = True
        try:
            page = visit("/studio/diagram", ready=MOUNTED).page
        finally:
            state["spoil"] = False
        before = [w for w in state["writes"] if w[1] == "save"]
        assert "读不懂" in page.locator("[data-problems]").inner_text()
        assert page.locator("[data-studio-publish]").is_disabled()
        page.click("[data-studio-save]")
        page.wait_for_selector("[data-studio-state][data-state=failed]")
        assert [w for w in state["writes"] if w[1] == "save"] == before

    def test_an_approver_is_picked_by_name_and_undone_in_one_step(self, visit, guide):
        page = visit("/studio/diagram", ready=MOUNTED).page
        page.click("[data-problems] button")
        choice = page.locator("#bio-properties-panel-choice-assignee")
        assert choice.locator("option:checked").inner_text() == "直属主管"
        assert page.locator("#bio-properties-panel-choice-formId option:checked").inner_text() == "审批意见"
        choice.select_option(label="部门负责人")
        with page.expect_response("**/studio/diagram/save"):
            page.click("[data-studio-save]")
        xml = guide[0].extensions["style-guide"]["writes"][-1][2]["xml"]
        assert '<zeebe:assignmentDefinition assignee="=department_head" />' in xml
        page.click("[data-studio-undo]")
        assert choice.locator("option:checked").inner_text() == "直属主管"
        assert page.locator("[data-studio-undo]").is_disabled()

    def test_simulation_opens_beside_the_draft(self, visit):
        made = visit("/studio/diagram", ready=MOUNTED)
        made.page.click("[data-studio-simulate]")
        made.page.wait_for_selector(".simulating .bts-palette")
        assert made.complaints == []
        made.page.click("[data-studio-simulate]")
        assert made.page.locator("[data-studio-diagram]").is_visible()


def elements(xml):
    """Every element with its attributes and text, in no order: what a file says, however it is written."""
    found = []
    for element in etree.fromstring(xml).iter(etree.Element):
        inherited = {k: v for k, v in element.attrib.items() if k != "exporter" and k != "exporterVersion"}
        found.append((element.tag, tuple(sorted(inherited.items())), (element.text or "").strip()))
    return sorted(found)


def walk(page, path):
    """Open what the editor shows: each kind of element with its panel, each palette, the simulation."""
    if path == "/studio/diagram":
        page.evaluate(
            """async () => { const studio = document.querySelector('[data-studio-diagram]').studio;
            const pause = () => new Promise(r => setTimeout(r, 60));
            const seen = new Set();
            for (const e of studio.modeler.get('elementRegistry').getAll()) {
              if (e.labelTarget || seen.has(e.type)) continue;
              seen.add(e.type); studio.select(e.id); await pause();
              document.querySelectorAll('.bio-properties-panel-group-header:not(.open)').forEach(h => h.click());
              await pause();
              document.querySelector('.djs-context-pad [data-action=replace]')?.click(); await pause();
              studio.modeler.get('popupMenu').close();
            } }"""
        )
        page.click("[data-action=create]")
        page.wait_for_selector(".djs-popup")
        page.keyboard.press("Escape")
        page.click("[data-studio-simulate]")
        page.wait_for_selector(".simulating .bts-palette")
    if path == "/studio/form":
        page.evaluate(
            """async () => { const studio = document.querySelector('[data-studio-form]').studio;
            for (const f of studio.editor.get('formFieldRegistry').getAll()) { studio.select(f.id); await new Promise(r => setTimeout(r, 60)); } }"""
        )
    page.wait_for_timeout(200)


class TestBundles:
    def test_the_app_entry_stays_below_25_kilobytes(self):
        meta = json.loads((ROOT / "webapp/static/dist/meta.json").read_text("utf-8"))["outputs"]
        manifest = json.loads((ROOT / "webapp/static/dist/manifest.json").read_text("utf-8"))
        wanted, files = [manifest["app.js"]], set()
        while wanted:
            name = wanted.pop()
            files.add(name)
            made = next(value for key, value in meta.items() if key.endswith(name))
            wanted += [
                i["path"].rsplit("/", 1)[1] for i in made["imports"] if i["kind"] == "import-statement"
            ]
        total = sum(len(gzip.compress((ROOT / "webapp/static/dist" / name).read_bytes())) for name in files)
        assert total <= 25 * 1024

    def test_both_chinese_dictionaries_know_the_same_words(self):
        words = ROOT / "webapp/frontend/words"
        for path in (words / "hans").glob("*.json"):
            other = json.loads((words / "hant" / path.name).read_text("utf-8"))
            assert json.loads(path.read_text("utf-8")).keys() == other.keys()
