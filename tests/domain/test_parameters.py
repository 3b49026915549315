"""Parameter rows answer for their region and day, or are refused by name."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from webapp.adapters.lawdata import seed_law
from webapp.domain.errors import InvalidError
from webapp.domain.explain import Unit, Working, plain, plain_number
from webapp.domain.law import Law
from webapp.domain.parameters import (
    Confidence,
    MissingParameterError,
    Parameter,
    ParameterSet,
    reached,
    region_chain,
)
from webapp.domain.text import msg

ON = date(2026, 5, 1)


def row(**changes) -> Parameter:
    """A row to vary."""
    given = {
        "key": "wage.minimum",
        "valid_from": date(2026, 1, 1),
        "value": Decimal(2540),
        "unit": "yuan",
        "title": "最低工资",
        "source": "测试",
        "confidence": Confidence.PAGE,
    }
    return Parameter(**{**given, **changes})


class TestLookup:
    def test_the_city_row_comes_before_the_province_and_the_nation(self):
        rows = [
            row(value=Decimal(1)),
            row(region="CN-GD", value=Decimal(2)),
            row(region="CN-GD-SZ", value=Decimal(3)),
        ]
        found = ParameterSet.of(rows)
        assert found.lookup("wage.minimum", region="CN-GD-SZ", on=ON).value == 3
        assert found.lookup("wage.minimum", region="CN-GD-GZ", on=ON).value == 2
        assert found.lookup("wage.minimum", region="CN-SH", on=ON).value == 1

    def test_a_past_date_uses_the_row_of_that_date(self):
        rows = [
            row(valid_to=date(2026, 6, 30), value=Decimal(1)),
            row(valid_from=date(2026, 7, 1), value=Decimal(2)),
        ]
        found = ParameterSet.of(rows)
        assert found.lookup("wage.minimum", on=date(2026, 6, 30)).value == 1
        assert found.lookup("wage.minimum", on=date(2026, 7, 1)).value == 2

    def test_the_order_of_rows_does_not_matter(self):
        rows = [row(valid_to=date(2026, 6, 30)), row(valid_from=date(2026, 7, 1), value=Decimal(2))]
        for order in (rows, rows[::-1]):
            assert ParameterSet.of(order).lookup("wage.minimum", on=date(2026, 8, 1)).value == 2

    def test_a_missing_row_is_refused_by_name(self):
        with pytest.raises(MissingParameterError) as caught:
            ParameterSet.of([row()]).lookup("wage.minimum", region="CN-SH", on=date(2025, 12, 31))
        sentence = str(caught.value)
        assert "wage.minimum" in sentence
        assert "CN-SH" in sentence
        assert "2025-12-31" in sentence

    def test_overlapping_rows_are_refused(self):
        with pytest.raises(InvalidError):
            ParameterSet.of([row(), row(valid_from=date(2026, 3, 1))])

    def test_a_replaced_row_answers_and_the_others_stay(self):
        found = ParameterSet.of([row(), row(key="other")]).replaced([row(value=Decimal(9))])
        assert found.lookup("wage.minimum", on=ON).value == 9
        assert found.find("other", region="CN", on=ON) is not None

    def test_sets_with_the_same_rows_are_the_same(self):
        assert ParameterSet.of([row()]) == ParameterSet.of([row()])
        assert repr(ParameterSet.of([])) == "ParameterSet(rows=())"

    def test_a_scale_grants_from_its_bound_on(self):
        scale = ((Decimal(1), Decimal(5)), (Decimal(10), Decimal(10)))
        found = [reached(scale, Decimal(years)) for years in ("0.9", "1", "9.9", "10", "99")]
        assert found == [None, 5, 5, 10, 10]

    def test_a_region_falls_back_step_by_step(self):
        assert region_chain("CN-GD-SZ") == ("CN-GD-SZ", "CN-GD", "CN")


class TestRow:
    def test_it_ends_not_before_it_begins(self):
        with pytest.raises(InvalidError):
            row(valid_to=date(2025, 1, 1))

    def test_a_row_of_a_single_day_answers_for_it(self):
        day = row(valid_to=date(2026, 1, 1))
        assert day.covers(date(2026, 1, 1))
        assert not day.covers(date(2026, 1, 2))
        assert not day.covers(date(2025, 12, 31))

    def test_it_names_its_source(self):
        with pytest.raises(InvalidError):
            row(source=" ")

    @pytest.mark.parametrize(
        ("confidence", "unconfirmed"),
        [
            ("confirmed", False),
            ("text", False),
            ("page", False),
            ("high", True),
            ("medium", True),
            ("low", True),
        ],
    )
    def test_a_figure_from_memory_is_unconfirmed(self, confidence: str, unconfirmed: bool):
        assert row(confidence=Confidence(confidence)).unconfirmed is unconfirmed

    @pytest.mark.parametrize("kind", ["number", "whole", "word", "switch", "table"])
    def test_a_value_of_the_wrong_kind_is_refused(self, kind: str):
        wrong = row(value="x" if kind in {"number", "switch", "table", "whole"} else Decimal(1))
        with pytest.raises(InvalidError, match="wage.minimum"):
            getattr(wrong, kind)

    def test_a_fraction_is_no_whole_number(self):
        with pytest.raises(InvalidError):
            _ = row(value=Decimal("1.5")).whole

    def test_a_value_of_the_right_kind_is_given(self):
        assert row().number == 2540
        assert row().whole == 2540
        assert row(value="all").word == "all"
        assert row(value=True).switch is True
        assert row(value=((Decimal(1),),)).table == ((Decimal(1),),)


class TestWorking:
    def law(self, *rows: Parameter) -> Law:
        return Law(parameters=ParameterSet.of(rows), calendar=seed_law().calendar)

    def test_every_parameter_used_is_shown_with_validity_source_and_confidence(self):
        working = Working(self.law(row(confidence=Confidence.MEDIUM)), region="CN-SH", on=ON)
        working.given(months=3)
        amount = working.number("wage.minimum")
        working.step(
            msg("最低工资 {amount} 元", amount=amount), amount, unit=Unit.YUAN, articles=("劳动法48",)
        )
        shown = working.result(amount).plain()
        assert shown["value"] == "2540"
        assert shown["inputs"] == {"months": 3}
        assert shown["steps"][0]["text"] == "最低工资 2540 元"
        assert shown["steps"][0]["unit"] == "yuan"
        assert shown["steps"][0]["articles"] == ["劳动法48"]
        assert shown["parameters"][0]["valid_from"] == "2026-01-01"
        assert shown["parameters"][0]["source"] == "测试"
        assert shown["parameters"][0]["unconfirmed"] is True
        assert shown["unconfirmed"] == ["wage.minimum"]

    def test_a_disputed_row_marks_the_answer(self):
        working = Working(self.law(row(disputed=True, note="各地不同")), region="CN", on=ON)
        working.number("wage.minimum")
        assert "各地不同" in str(working.result(0).disputed[0])

    def test_the_parts_working_is_adopted_once(self):
        law = self.law(row(), row(key="word", value="a"), row(key="switch", value=True))
        part = Working(law, region="CN", on=ON)
        part.number("wage.minimum")
        part.step(msg("一步"), 1, articles=("甲", "乙"))
        part.provision(msg("暂定"))
        part.dispute(msg("有争议"))
        whole = Working(law, region="CN", on=ON)
        value = whole.take(part.result(7))
        whole.take(part.result(7))
        assert (whole.word("word"), whole.switch("switch"), whole.whole("wage.minimum")) == ("a", True, 2540)
        answer = whole.result(value)
        assert answer.value == 7
        assert len(answer.steps) == 2
        assert answer.articles == ("甲", "乙")
        assert [used.key for used in answer.parameters] == ["wage.minimum", "word", "switch"]
        assert len(answer.provisional) == len(answer.disputed) == 1

    def test_a_table_row_is_given_whole(self):
        working = Working(self.law(row(value=((Decimal(1), Decimal(5)),))), region="CN", on=ON)
        assert working.table("wage.minimum") == ((Decimal(1), Decimal(5)),)


class TestPlainValues:
    @pytest.mark.parametrize(
        ("value", "shown"),
        [
            (Decimal("1.50"), "1.50"),
            (date(2026, 3, 1), "2026-03-01"),
            (Confidence.PAGE, "page"),
            (timedelta(hours=1), 3600.0),
            (msg("{n} 天", n=3), "3 天"),
            (frozenset({"b", "a"}), ["a", "b"]),
            ((1, None), [1, None]),
            ({date(2026, 3, 1): Decimal(1)}, {"2026-03-01": "1"}),
        ],
    )
    def test_every_kind_of_value_becomes_json(self, value, shown):
        assert plain(value) == shown

    def test_numbers_stay_numbers_for_programs(self):
        assert plain_number({"a": (Decimal("1.5"), Decimal(2)), "b": date(2026, 3, 1)}) == {
            "a": [1.5, 2],
            "b": "2026-03-01",
        }

    def test_a_scale_with_a_word_is_no_scale_of_numbers(self):
        assert row(value=((Decimal(1), Decimal(5)),)).numbers == ((1, 5),)
        with pytest.raises(InvalidError):
            _ = row(value=((Decimal(1), "x"),)).numbers
