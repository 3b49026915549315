"""What templates may rely on."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.frontend.styleguide import NOW, ROOT, create_app
from webapp.adapters.catalog import LOCALES, load, translate
from webapp.domain.text import msg
from webapp.views import shell, times


class TestDueWord:
    @pytest.mark.parametrize(
        ("away", "words", "tone"),
        [
            (timedelta(days=-2), "逾期 2 天", "danger"),
            (timedelta(hours=-12), "逾期 1 天", "danger"),
            (timedelta(hours=-3), "逾期 3 小时", "danger"),
            (timedelta(minutes=-5), "逾期 5 分钟", "danger"),
            (timedelta(seconds=-5), "逾期 1 分钟", "danger"),
            (timedelta(hours=7, minutes=30), "今天 18:00", "warn"),
            (timedelta(hours=14), "明天 00:30", "plain"),
            (timedelta(days=3), "还有 3 天", "plain"),
            (timedelta(days=40), "2027-01-03 到期", "plain"),
        ],
    )
    def test_says_how_near_in_days_of_shanghai(self, away, words, tone):
        made = times.due_word(NOW + away, NOW)
        assert (str(made.words), made.tone) == (words, tone)

    def test_bears_the_exact_time_for_pointer_and_machine(self):
        made = times.due_word(datetime(2026, 11, 24, 10, 0, tzinfo=UTC), NOW)
        assert (made.exact, made.iso) == ("2026-11-24 18:00", "2026-11-24T18:00:00+08:00")

    def test_without_a_due_time_says_so(self):
        assert str(times.due_word(None, NOW).words) == "无期限"

    def test_refuses_a_time_without_zone(self):
        with pytest.raises(ValueError, match="zone"):
            times.due_word(datetime(2026, 1, 1), NOW)


class TestWords:
    def test_money_shows_yuan_and_fen(self):
        assert shell.money(Decimal("12345.6")) == "¥12,345.60"
        assert shell.money(Decimal(-80)) == "−¥80.00"

    def test_counts_stop_at_a_thousand(self):
        assert [shell.capped(n) for n in (0, 1000, 1001)] == ["0", "1000", "1000+"]

    def test_a_persons_round_keeps_its_colour(self):
        assert shell.tint("王敏") == shell.tint("王敏")
        assert shell.initial("王敏") == "王"
        assert shell.initial(" anna") == "A"
        assert shell.initial("") == "？"

    def test_nested_sentences_are_translated_too(self):
        inner = msg("今天 {time}", time="18:00")
        assert translate(msg("选择：{title}", title=inner), "en") == "Select: today 18:00"

    def test_an_unknown_sentence_stays_as_it_is(self):
        assert translate("没有人写过的句子", "en") == "没有人写过的句子"

    def test_files_of_a_language_are_merged(self, tmp_path):
        for room, text in (("a", "甲"), ("b", "乙")):
            (tmp_path / "en").mkdir(exist_ok=True)
            (tmp_path / "en" / f"{room}.po").write_text(f'msgid "{text}"\nmsgstr "{room}"\n', "utf-8")
        made = load(tmp_path)
        assert [made.translate(text, "en") for text in ("甲", "乙")] == ["a", "b"]


@pytest.fixture(scope="module")
def client():
    return create_app().test_client()


class TestPages:
    @pytest.mark.parametrize("locale", LOCALES)
    def test_the_document_names_its_language(self, client, locale):
        page = client.get(f"/?lang={locale}").text
        assert f'<html lang="{locale}">' in page

    def test_an_unknown_language_falls_back_to_chinese(self, client):
        assert '<html lang="zh-Hans">' in client.get("/?lang=xx").text

    @pytest.mark.parametrize("code", [400, 403, 404, 409, 422, 500, 503])
    def test_refusals_are_in_words_and_name_the_request(self, client, code):
        answer = client.get(f"/error/{code}")
        assert answer.status_code == code
        assert "7f3a" in answer.text
        assert str(code) not in answer.text.split("<main")[1]

    def test_values_are_escaped(self, client):
        page = client.get("/?lang=en").text
        assert "<script>" not in page

    def test_every_answer_bears_the_policy_and_is_not_kept(self, client):
        headers = client.get("/").headers
        assert "script-src 'self'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "no-store, private"
        assert headers["X-Content-Type-Options"] == "nosniff"

    def test_built_files_are_kept_for_ever(self, client):
        page = client.get("/").text
        name = page.split('rel="stylesheet" href="')[1].split('"')[0]
        with client.get(name) as answer:
            assert answer.status_code == 200
            assert "immutable" in answer.headers["Cache-Control"]


def test_templates_hold_no_inline_script_style_or_handler():
    import re

    guilty = {}
    for path in ROOT.glob("webapp/**/templates/**/*.html"):
        text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
        found = re.findall(r"<style|<script(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=\"|javascript:|hx-on", text)
        if found:
            guilty[path.name] = found
    assert guilty == {}
