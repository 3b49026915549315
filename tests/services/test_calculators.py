"""Calculators: every area is a form and a sheet that shows its working; nothing is computed outside the law."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from webapp.adapters.lawdata import seed_law
from webapp.domain.errors import InvalidError, NotFoundError
from webapp.domain.parameters import MissingParameterError
from webapp.domain.rules import RULES, ask
from webapp.domain.text import Message
from webapp.services.calculators import calculate, describe, list_groups, questions_of, read_form
from webapp.services.calculators.catalogue import GROUPS
from webapp.services.calculators.choices import CHOICES
from webapp.services.calculators.labels import LABELS, label
from webapp.services.calculators.sheet import show

LAW = replace(seed_law(), as_of=date(2026, 11, 1))
SAMPLES = json.loads(Path(__file__).with_name("calculator_samples.json").read_text("utf-8"))
AREAS = sorted(RULES)
SAMPLED = sorted(RULES.keys() & SAMPLES.keys())


def text(parts) -> str:
    return "、".join(str(part) for part in parts)


def answers(sheet) -> dict[str, str]:
    """Every answer as one text."""
    shown = {}
    for answer in sheet.answers:
        rows = answer.table.rows if answer.table else [(line,) for line in answer.lines]
        shown[answer.name] = "\n".join(" | ".join(text(cell) for cell in row) for row in rows)
    return shown


class TestCatalogue:
    def test_every_area_is_in_exactly_one_group(self):
        listed = [each.area for group in list_groups() for each in group.calculators]
        assert sorted(listed) == AREAS
        assert len(listed) == len(set(listed))

    def test_a_new_area_would_be_shown_at_the_end(self, monkeypatch):
        import webapp.services.calculators.catalogue as catalogue

        monkeypatch.setattr(catalogue, "GROUPS", {"leave": GROUPS["leave"]})
        assert catalogue.list_groups()[-1].key == "other"

    @pytest.mark.parametrize("area", AREAS)
    def test_every_choice_has_a_title_in_words(self, area):
        fields = [
            *describe(area).fields,
            *(column for each in describe(area).fields for column in each.columns),
        ]
        for each in fields:
            assert {choice.value for choice in each.choices} <= CHOICES.keys()
            assert str(each.title)

    def test_fields_show_kind_unit_and_default(self):
        fields = {each.name: each for each in describe("severance").fields}
        assert (fields["hired"].kind, fields["hired"].unit, fields["hired"].required) == ("date", None, True)
        assert str(fields["avg_12m_gross"].unit) == "元/月"
        assert fields["region"].default == "CN"
        assert [column.name for column in fields["earlier_service"].columns] == [
            "first",
            "last",
            "compensated",
        ]
        layoff = {each.name: each for each in describe("mass_layoff_threshold").fields}
        assert layoff["fields"].default == "to_cut\nheadcount"
        assert {each.name: each.default for each in describe("dismissal").fields}["union_exists"] == "true"

    def test_records_of_lists_have_columns_to_fill_in(self):
        for area in AREAS:
            for each in describe(area).fields:
                assert each.kind != "record" or each.columns or each.name == "facts"

    def test_the_questions_of_a_ground(self):
        asked = {each.name: str(each.title) for each in questions_of("39(4)")}
        assert "refused_to_stop" in asked
        assert all(title.endswith("？") for title in asked.values())
        with pytest.raises(NotFoundError):
            questions_of("99")

    def test_an_unknown_area_is_refused(self):
        with pytest.raises(NotFoundError):
            describe("horoscope")


class TestSheets:
    def test_no_sample_is_of_an_area_that_is_gone(self):
        assert SAMPLES.keys() <= RULES.keys()

    @pytest.mark.parametrize("area", SAMPLED)
    def test_the_sheet_gives_what_the_rule_gives_and_names_its_articles(self, area):
        sheet = calculate(area, SAMPLES[area], law=LAW)
        result = ask(area, SAMPLES[area], law=LAW)
        assert [answer.name for answer in sheet.answers] == [name for name in result.value if name != "title"]
        assert sheet.articles == result.articles
        assert sheet.articles or area == "deadline_before"  # a bare count backwards rests on no article
        assert len(sheet.working) == len(result.steps)
        assert len(sheet.parameters.rows) == len(result.parameters)
        assert {answer.name for answer in sheet.inputs} <= set(SAMPLES[area])

    @pytest.mark.parametrize("area", SAMPLED)
    def test_every_answer_has_a_title_in_words(self, area):
        for answer in calculate(area, SAMPLES[area], law=LAW).answers:
            assert answer.name in LABELS
            for column in answer.table.columns if answer.table else ():
                assert column.key not in {"", "key"}
                assert not column.key.isascii()

    @pytest.mark.parametrize("area", SAMPLED)
    def test_only_text_and_sentences_are_shown(self, area):
        sheet = calculate(area, SAMPLES[area], law=LAW)
        for answer in (*sheet.answers, *sheet.inputs):
            rows = answer.table.rows if answer.table else (answer.lines,)
            assert all(isinstance(part, str | Message) for row in rows for cell in row for part in cell)

    def test_severance_to_the_cent(self):
        shown = answers(calculate("severance", SAMPLES["severance"], law=LAW))
        assert shown["severance"] == "70000.00"
        assert shown["service"] == "6、6、0"
        assert shown["capped"] == "否"

    def test_dismissal_says_what_blocks_and_what_would_open_it(self):
        sheet = calculate("dismissal", SAMPLES["dismissal"], law=LAW)
        shown = answers(sheet)
        assert "劳动合同法第42条第4项" in shown["blocks"]
        assert "原合同继续履行" in shown["blocks"]
        assert shown["verdict"] == "有障碍"
        facts = next(each for each in sheet.inputs if each.name == "facts")
        assert "是否只是劳动者不同意变更合同" in text(facts.table.rows[0][0])

    def test_days_are_rows_of_their_own(self):
        shown = answers(calculate("overtime_calendar", SAMPLES["overtime_calendar"], law=LAW))
        assert "2026-02-16 | 法定休假日" in shown["day_kind"]

    def test_doubts_are_shown(self):
        sheet = calculate("double_pay", SAMPLES["double_pay"], law=LAW)
        assert sheet.disputed
        assert sheet.unconfirmed
        assert calculate("deadline_arbitration", SAMPLES["deadline_arbitration"], law=LAW).provisional

    def test_parameters_show_validity_and_source(self):
        sheet = calculate("severance", SAMPLES["severance"], law=LAW)
        row = next(row for row in sheet.parameters.rows if "封顶的倍数" in text(row[0]))
        assert [text(cell) for cell in row[1:]] == [
            "3",
            "CN",
            "2008-01-01 — ",
            "劳动合同法第47条第2款",
            "读过法条原文",
        ]

    def test_unknown_inputs_and_missing_rows_are_refused(self):
        with pytest.raises(InvalidError, match="colour"):
            calculate("severance", {**SAMPLES["severance"], "colour": "red"}, law=LAW)
        without = {**SAMPLES["severance"], "local_avg_monthly_wage_last_year": None, "region": "CN-XX"}
        with pytest.raises(MissingParameterError):
            calculate("severance", without, law=LAW)


class TestShownValues:
    @pytest.mark.parametrize(
        ("value", "shown"),
        [
            (None, "无"),
            ("", "无"),
            (True, "是"),
            (Decimal("7.0"), "7.0"),
            (Decimal("8333.333333"), "8333.33"),
            (Decimal("0.1667"), "0.1667"),
            (Decimal("NaN"), "NaN"),
            (date(2026, 1, 2), "2026-01-02"),
            ("自由文本", "自由文本"),
            (3, "3"),
        ],
    )
    def test_as_text(self, value, shown):
        assert str(show(value)) == shown

    def test_names_that_are_data_stay_as_they_are(self):
        assert str(label("2026-02-14")) == "2026-02-14"


class TestForms:
    def test_text_becomes_what_the_rule_reads(self):
        form = {
            "hired": "2020-03-01",
            "last_day_inclusive": " 2026-08-31 ",
            "avg_12m_gross": "10000",
            "local_avg_monthly_wage_last_year": "11000",
            "region": "",
            "earlier_service.0.first": "2019-03-01",
            "earlier_service.0.last": "2020-02-29",
            "earlier_service.0.compensated": "false",
            "earlier_service.3.first": "",
        }
        raw = read_form("severance", form)
        assert raw["earlier_service"] == [{"first": "2019-03-01", "last": "2020-02-29", "compensated": False}]
        assert "region" not in raw
        assert answers(calculate("severance", raw, law=LAW))["severance"] == "80000.00"

    def test_lists_and_lists_of_lists(self):
        raw = read_form(
            "twelve_month_average",
            {"monthly_wages": "6000，7000\n\n 8000", "last_day_inclusive": "2026-08-31"},
        )
        assert raw["monthly_wages"] == ["6000", "7000", "8000"]
        assert read_form("mass_layoff_threshold", {"cases": "15 150\n14,150\n"})["cases"] == [
            ["15", "150"],
            ["14", "150"],
        ]

    def test_facts_of_a_ground_are_free_columns(self):
        raw = read_form(
            "dismissal",
            {"ground": "36a", "on": "2026-06-15", "facts.agreed_freely": "true", "facts.other": " "},
        )
        assert raw["facts"] == {"agreed_freely": True}
        assert "facts" not in read_form("dismissal", {"ground": "36a"})

    def test_records_inside_records(self):
        form = {
            "person": "李雷",
            "papers.0.key": "1",
            "papers.0.kind": "service",
            "papers.0.title": "送达记录",
            "papers.0.text": "  两行\n文本",
            "papers.0.attempt.method": "post",
            "papers.0.attempt.on": "2026-06-16",
            "papers.0.attempt.outcome": "signed",
        }
        (paper,) = read_form("case_papers", form)["papers"]
        assert paper["attempt"] == {"method": "post", "on": "2026-06-16", "outcome": "signed"}
        assert paper["text"] == "  两行\n文本"

    def test_unknown_fields_reach_the_rule_which_refuses_them(self):
        raw = read_form("severance", {"colour": "red", "csrf": "", "earlier_service.0.colour": "red"})
        assert raw["colour"] == "red"
        assert "csrf" not in raw
        with pytest.raises(InvalidError, match="colour"):
            calculate("severance", raw, law=LAW)

    def test_too_many_rows_are_refused(self):
        form = {f"attempts.{number}.method": "post" for number in range(201)}
        with pytest.raises(InvalidError):
            read_form("service_of_notice", form)
