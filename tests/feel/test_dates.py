"""Dates, times, zones, durations."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from tests.feel.tables import agree, table, value_of
from webapp.feel import DaysTimeDuration, FeelError, YearsMonthsDuration, parse, text_of
from webapp.feel.temporal import Date


@table("""
    date("2024-02-29") => @"2024-02-29"
    date("2023-02-29") => null
    date("2024-2-9") => null
    date("24-02-09") => null
    date("02024-02-09") => null
    date("+2024-02-09") => null
    date("2024-02-09T") => null
    date("12024-02-09") => date(12024, 2, 9)
    date("-0044-03-15") => date(-44, 3, 15)
    date(2024, 2, 29) => @"2024-02-29"
    date(2024, 13, 1) => null
    date(2024, 2, 30) => null
    date(2024, 2, 1.5) => null
    date(1e9, 1, 1) => null
    date(null) => null
    date(year: 2024, month: 1, day: 2) => @"2024-01-02"
    date(@"2024-02-29T23:00:00Z") => @"2024-02-29"
    date(from: "2024-01-01") => @"2024-01-01"
    time("10:11:12") => @"10:11:12"
    time("10:11") => null
    time("24:00:00") => @"00:00:00"
    time("24:00:01") => null
    time("10:11:60") => null
    time("10:11:12+19:00") => null
    time("10:11:12@No/Where") => null
    time("10:11:12Z@Asia/Shanghai") => null
    time("10:11:12-00:00") => @"10:11:12Z"
    time(10, 11, 12) => @"10:11:12"
    time(10, 11, 12, @"PT8H") => @"10:11:12+08:00"
    time(10, 11, 12, null) => @"10:11:12"
    time(25, 0, 0) => null
    time(10, 11, 12.5) => @"10:11:12.5"
    time(10, 11, 1e9) => null
    time(1.5, 0, 0) => null
    time(10, 0, 0, @"PT19H") => null
    time(10, 0, 0, @"-PT5H30M") => @"10:00:00-05:30"
    time(@"10:00:00") => @"10:00:00"
    time("24:00:00.5") => null
    date(@"2024-01-01") => @"2024-01-01"
    date and time(@"2024-01-01T00:00:00") => @"2024-01-01T00:00:00"
    date and time(@"2024-01-01") => @"2024-01-01T00:00:00Z"
    duration(@"P1D") => @"P1D"
    @"10:00:00@/etc/passwd" => null
    @"10:00:00@../Asia/Shanghai" => null
    time(@"2024-01-01T10:11:12+08:00") => @"10:11:12+08:00"
    time(@"2024-01-01") => @"00:00:00Z"
    time(1) => null
    date and time("2024-02-29T10:11:12") => @"2024-02-29T10:11:12"
    date and time("2024-02-29") => @"2024-02-29T00:00:00"
    date and time("2024-02-29T24:00:00") => @"2024-03-01T00:00:00"
    date and time("2024-02-29T10:11") => null
    date and time("2024-02-29 10:11:12") => null
    date and time(@"2024-02-29", @"10:11:12Z") => @"2024-02-29T10:11:12Z"
    date and time(@"2024-02-29T01:00:00", @"10:11:12") => @"2024-02-29T10:11:12"
    date and time(@"2024-02-29", null) => null
    duration("P1DT2H3M4.5S") => @"P1DT2H3M4.5S"
    duration("PT36H") => @"P1DT12H"
    duration("P14M") => @"P1Y2M"
    duration("-P1D") => @"P0D" - @"P1D"
    duration("P") => null
    duration("PT") => null
    duration("P1DT") => null
    duration("P1Y1D") => null
    duration("P1H") => null
    duration("1D") => null
    duration(1) => null
    duration("P999999999999999999D") => null
    @"nonsense" => null
    years and months duration(@"2023-12-22", @"2024-02-21") => @"P1M"
    years and months duration(@"2023-12-22", @"2024-02-22") => @"P2M"
    years and months duration(@"2024-02-22", @"2023-12-23") => @"-P1M"
    years and months duration(@"2024-01-01", @"2025-03-01T10:00:00") => @"P1Y2M"
    day of year(@"2024-12-31") => 366
    day of week(@"2024-02-29") => "Thursday"
    month of year(@"2024-02-29T00:00:00") => "February"
    week of year(@"2021-01-03") => 53
    week of year(@"2020-12-31") => 53
    week of year(@"2024-01-01") => 1
    week of year(@"2024-12-30") => 1
    day of week("2024-02-29") => null
    @"2024-03-10T02:30:00@America/New_York".time offset => @"-PT5H"
    @"1900-01-01T00:00:00@Asia/Shanghai".time offset => @"PT8H5M43S"
    (@"2024-01-31" + @"P1M") + @"P1M" => @"2024-03-29"
    @"2024-02-29" + @"P1Y" => @"2025-02-28"
    @"2024-02-29" + @"PT36H" => @"2024-03-01"
    @"999999999-12-31" + @"P1D" => null
    @"-999999999-01-01" - @"P1M" => null
""")
def test_dates_and_times(left, right):
    agree(left, right)


class TestTheClock:
    def test_today_is_the_day_in_china(self):
        assert value_of("today()") == dt.date(2024, 3, 1)

    def test_now_is_the_moment_handed_in(self):
        assert value_of("now()") == dt.datetime(2024, 2, 29, 17, 30, tzinfo=dt.UTC)

    def test_without_a_clock_it_is_refused(self):
        with pytest.raises(FeelError):
            parse("today()").evaluate({})

    def test_a_naive_clock_is_refused(self):
        with pytest.raises(FeelError):
            parse("1").evaluate({}, now=dt.datetime(2024, 1, 1))

    def test_now_takes_no_arguments(self):
        assert value_of("now(1)") is None


class TestInAndOut:
    @pytest.mark.parametrize(
        "value",
        [
            dt.date(2024, 2, 29),
            dt.time(10, 11, 12, 345678),
            dt.time(10, 11, tzinfo=dt.timezone(dt.timedelta(hours=8))),
            dt.datetime(2024, 2, 29, 10, 11, 12, 345678),
            dt.datetime(2024, 2, 29, 10, 11, tzinfo=ZoneInfo("Asia/Shanghai")),
            dt.datetime(2024, 2, 29, 10, 11, tzinfo=dt.UTC),
            DaysTimeDuration(1_000),
            YearsMonthsDuration(-3),
        ],
        ids=str,
    )
    def test_pythons_values_come_back(self, value):
        found = value_of("x", {"x": value})
        assert found == value
        assert getattr(found, "tzinfo", None) == getattr(value, "tzinfo", None)

    def test_a_timedelta_becomes_a_duration(self):
        assert value_of("x", {"x": dt.timedelta(days=-1, hours=3)}) == DaysTimeDuration(-21 * 3600 * 10**9)

    def test_what_python_cannot_hold_stays_a_feel_value(self):
        assert value_of('date("12024-01-01")') == Date(12024, 1, 1)
        assert text_of(value_of('@"10:00:00.123456789"')) == "10:00:00.123456789"
