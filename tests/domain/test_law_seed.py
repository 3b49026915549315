"""The seed of the law: every row has a source and a confidence, and files that are wrong are refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from webapp.adapters.lawdata import SEED, read_arrangement, read_law, read_parameters, read_row, seed_law
from webapp.domain.errors import InvalidError
from webapp.domain.parameters import Confidence

LAW = seed_law()
ROW = {
    "key": "a",
    "valid_from": date(2026, 1, 1),
    "value": 1,
    "title": "甲",
    "source": "乙",
    "confidence": "page",
}


def test_every_file_of_the_folder_is_read():
    rows = [row for file in SEED.glob("parameters*.toml") for row in read_parameters(file)]
    assert len(rows) == len(LAW.parameters.rows) > 150
    assert {year.year for year in LAW.calendar.years} == {2024, 2025, 2026, 2027}


def test_published_years_name_the_notice_and_its_date():
    for arrangement in LAW.calendar.years:
        assert arrangement.source
        assert arrangement.published is (arrangement.year < 2027)
        if arrangement.published_on:
            assert arrangement.published_on < date(arrangement.year, 1, 1)


def test_what_was_not_confirmed_is_shown_as_such():
    unconfirmed = {(row.key, row.region) for row in LAW.parameters.rows if row.unconfirmed}
    assert ("overtime.irregular_statutory_times", "CN-SH") in unconfirmed
    assert ("leave.marriage.extra_days", "CN-SC") in unconfirmed
    assert ("retirement.man.base_years", "CN") in unconfirmed
    assert ("leave.maternity.days", "CN") not in unconfirmed


def test_no_region_guesses_for_another():
    for key in (
        "leave.maternity_extra.days",
        "leave.paternity.days",
        "leave.marriage.extra_days",
        "wage.minimum",
    ):
        assert LAW.parameters.find(key, region="CN", on=date(2026, 3, 1)) is None


def test_numbers_are_exact():
    row = LAW.parameters.lookup("wage.pay_days_per_month", on=date(2026, 1, 1))
    assert row.value == Decimal("21.75")


class TestRows:
    def test_values_become_numbers_words_switches_and_scales(self):
        values = [1, Decimal("0.5"), "w", True, date(2026, 1, 1), [[1, "a"]]]
        read = [read_row({**ROW, "value": value}).value for value in values]
        assert read == [Decimal(1), Decimal("0.5"), "w", True, "2026-01-01", ((Decimal(1), "a"),)]
        assert read_row(ROW).confidence is Confidence.PAGE

    def test_an_unknown_column_is_named(self):
        with pytest.raises(InvalidError, match="valid_form"):
            read_row({**ROW, "valid_form": 1})

    def test_a_missing_column_is_named(self):
        with pytest.raises(InvalidError, match="source"):
            read_row({name: value for name, value in ROW.items() if name != "source"})


def test_another_folder_is_read_whole(tmp_path):
    (tmp_path / "calendar.toml").write_text('fixed = [[1, 1, "元旦"]]\n')
    (tmp_path / "calendar-2030.toml").write_text(
        'year = 2030\nsource = "通知"\npublished_on = 2029-11-01\nmakeup = [2030-02-02]\n'
        '[statutory]\n2030-01-01 = "元旦"\n[[off]]\nname = "元旦"\nfirst = 2030-01-01\nlast = 2030-01-02\n'
    )
    law = read_law(tmp_path)
    assert law.parameters.rows == ()
    arrangement = read_arrangement(tmp_path / "calendar-2030.toml")
    assert arrangement.off == {date(2030, 1, 1), date(2030, 1, 2)}
    assert law.calendar.working(date(2030, 2, 2))
