"""Laws that hold for all values: decimals, dates, ranges, texts."""

import datetime as dt
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.feel.fuzz import run
from webapp.feel import DaysTimeDuration, equal, parse, parse_unary, text_of
from webapp.feel.temporal import Date, date_of, days_of

MODEST = settings(max_examples=60, deadline=None)
numbers = st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**15), max_value=10**15)
integers = st.integers(-(10**12), 10**12)
dates = st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31))
moments = st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2100, 1, 1), timezones=st.just(dt.UTC))
lengths = st.timedeltas(dt.timedelta(days=-20_000), dt.timedelta(days=20_000))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)

PROGRAMS = {
    text: parse(text)
    for text in (
        "a + b", "b + a", "a - b", "a * b", "b * a", "a / b", "-a", "a < b", "a = b", "a > b", "(a + b) + c",
        "a + (b + c)", "a * (b + c)", "a * b + a * c", "a ** b", "decimal(a, 2)", "modulo(a, b)", "string(a)",
        "floor(a)", "ceiling(a)", "number(string(a))", "a + b - b", "a.year", "a.month", "a.day", "a.weekday",
        "day of year(a)", "week of year(a)", "sort(a, function(x, y) x < y)", "reverse(reverse(a))", "sum(a)",
        "min(a)", "distinct values(a)", "string length(a)", "a in [b..c]", "a in (b..c)", "a between b and c",
        "substring(a, 1)", "upper case(lower case(a))", 'split(a, ",")', 'string join(split(a, ","), ",")',
        "[a][1]", "{k: a}.k", "a = a", "date(string(a))", "date and time(string(a))", "duration(string(a))",
    )
}  # fmt: skip


def value(text, **context):
    return PROGRAMS[text].evaluate(context)


class TestDecimals:
    @MODEST
    @given(a=numbers, b=numbers)
    def test_addition_and_multiplication_commute(self, a, b):
        assert value("a + b", a=a, b=b) == value("b + a", a=a, b=b)
        assert value("a * b", a=a, b=b) == value("b * a", a=a, b=b)

    @MODEST
    @given(a=integers, b=integers, c=integers)
    def test_whole_numbers_are_exact(self, a, b, c):
        assert value("(a + b) + c", a=a, b=b, c=c) == value("a + (b + c)", a=a, b=b, c=c) == a + b + c
        assert value("a * (b + c)", a=a, b=b, c=c) == value("a * b + a * c", a=a, b=b, c=c) == a * (b + c)
        assert value("a + b - b", a=a, b=b) == a

    @MODEST
    @given(a=numbers, b=numbers)
    def test_every_result_is_the_nearest_of_34_digits(self, a, b):
        exact = Fraction(a) * Fraction(b)
        wanted = Context(prec=34, rounding=ROUND_HALF_EVEN).divide(
            Decimal(exact.numerator), Decimal(exact.denominator)
        )
        assert value("a * b", a=a, b=b) == wanted
        assert value("a / b", a=a, b=b) == (
            Context(prec=34, rounding=ROUND_HALF_EVEN).divide(a, b) if b else None
        )

    @MODEST
    @given(a=numbers, b=numbers)
    def test_order_is_total(self, a, b):
        assert [value(f"a {sign} b", a=a, b=b) for sign in "<=>"].count(True) == 1

    @MODEST
    @given(a=integers, b=integers.filter(bool))
    def test_modulo_is_pythons(self, a, b):
        assert value("modulo(a, b)", a=a, b=b) == a % b

    @MODEST
    @given(a=numbers)
    def test_a_number_survives_its_text(self, a):
        assert value("number(string(a))", a=a) == a
        assert value("floor(a)", a=a) <= a <= value("ceiling(a)", a=a)
        assert abs(value("decimal(a, 2)", a=a) - a) <= Decimal("0.005")

    @MODEST
    @given(a=st.floats(allow_nan=False, allow_infinity=False))
    def test_a_float_comes_in_as_it_is_written(self, a):
        assert float(value("-a", a=a)) == -a


class TestDates:
    @MODEST
    @given(a=dates)
    def test_parts_are_pythons(self, a):
        assert [int(value(f"a.{part}", a=a)) for part in ("year", "month", "day")] == [a.year, a.month, a.day]
        assert value("a.weekday", a=a) == a.isoweekday()
        assert value("day of year(a)", a=a) == a.timetuple().tm_yday
        assert value("week of year(a)", a=a) == a.isocalendar().week
        assert value("date(string(a))", a=a) == a

    @MODEST
    @given(a=dates, b=dates)
    def test_differences_and_order_are_pythons(self, a, b):
        assert value("a - b", a=a, b=b) == DaysTimeDuration.of(a - b)
        assert value("a < b", a=a, b=b) is (a < b)

    @MODEST
    @given(a=moments, b=lengths)
    def test_moments_move_as_pythons_do(self, a, b):
        assert value("a + b", a=a, b=b) == a + b
        assert value("a - b", a=a, b=b) == a - b

    @MODEST
    @given(a=moments, b=moments)
    def test_moments_apart_are_pythons(self, a, b):
        assert value("a - b", a=a, b=b) == DaysTimeDuration.of(a - b)
        assert value("date and time(string(a))", a=a) == a

    @MODEST
    @given(a=lengths)
    def test_a_duration_survives_its_text(self, a):
        assert value("duration(string(a))", a=a) == DaysTimeDuration.of(a)

    @MODEST
    @given(st.integers(-300_000_000_000, 300_000_000_000))
    def test_the_calendar_runs_both_ways_far_beyond_pythons(self, days):
        day = date_of(days)
        assert day is not None
        assert days_of(day.year, day.month, day.day) == days
        assert value("date(string(a))", a=day) == (
            dt.date(day.year, day.month, day.day) if 1 <= day.year <= 9999 else day
        )

    @MODEST
    @given(a=dates)
    def test_the_calendar_is_pythons_within_its_range(self, a):
        assert days_of(a.year, a.month, a.day) == a.toordinal() - dt.date(1970, 1, 1).toordinal()
        assert date_of(a.toordinal() - 719_163) == Date(a.year, a.month, a.day)

    @pytest.mark.parametrize(
        "zone", ["Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe"]
    )
    @MODEST
    @given(a=moments, b=lengths)
    def test_instants_in_a_zone_move_by_the_length(self, zone, a, b):
        from zoneinfo import ZoneInfo

        local = a.astimezone(ZoneInfo(zone)).replace(fold=0)
        moved = value("a + b", a=local, b=b)
        assert moved.tzinfo.key == zone
        gap = moved.astimezone(dt.UTC) - (local.astimezone(dt.UTC) + b)
        assert abs(gap) <= dt.timedelta(hours=1)  # an hour only where the local time exists twice


class TestRanges:
    @MODEST
    @given(a=integers, b=integers, c=integers)
    def test_membership_is_comparison(self, a, b, c):
        assert value("a in [b..c]", a=a, b=b, c=c) is (b <= a <= c)
        assert value("a in (b..c)", a=a, b=b, c=c) is (b < a < c)
        assert value("a between b and c", a=a, b=b, c=c) is (b <= a <= c)

    @MODEST
    @given(value=st.integers(0, 20), low=st.integers(0, 20), high=st.integers(0, 20))
    def test_a_cell_and_its_negation_share_nothing(self, value, low, high):
        text = f"[{low}..{high}), > {high}"
        assert parse_unary(text).evaluate(value, {}) is not parse_unary(f"not({text})").evaluate(value, {})


class TestListsAndTexts:
    @MODEST
    @given(a=st.lists(numbers, max_size=20))
    def test_lists(self, a):
        assert list(value("sort(a, function(x, y) x < y)", a=a)) == sorted(a)
        assert list(value("reverse(reverse(a))", a=a)) == a
        assert value("min(a)", a=a) == min(a, default=None)
        assert len(value("distinct values(a)", a=a)) == len(set(a))

    @MODEST
    @given(a=texts)
    def test_texts(self, a):
        assert value("string length(a)", a=a) == len(a)
        assert value('string join(split(a, ","), ",")', a=a) == a
        assert value("substring(a, 1)", a=a) == a
        written = text_of([a])[1:-1]
        assert parse(written).evaluate({}) == a

    VALUES = st.recursive(
        st.none() | st.booleans() | numbers | texts | dates | moments,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
        max_leaves=12,
    )

    @MODEST
    @given(a=VALUES)
    def test_every_value_is_itself(self, a):
        assert equal(value("[a][1]", a=a), a)
        assert value("a = a", a=a) is True
        assert equal(value("{k: a}.k", a=a), a)


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_programs_that_nobody_wrote_end_in_a_value_or_an_error(seed):
    tally = run(seed, 1_500)
    assert tally["value"] > 200
    assert tally["error"] > 200
