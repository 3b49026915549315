"""Whatever JSON is asked, an area answers or refuses in words: no other error, no endless count."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from webapp.adapters.lawdata import seed_law
from webapp.domain.errors import HeguiError, InvalidError
from webapp.domain.explain import plain_number
from webapp.domain.rules import RULES, ask
from webapp.domain.schema import Input, Kind

LAW = replace(seed_law(), as_of=date(2026, 11, 1))
JUNK = st.sampled_from(
    [None, True, "", "x", -1, 10**30, 1e308, [], {}, [[]], "9999-12-31", "0001-01-01", "24:00"]
)
GOOD = {
    Kind.DATE: st.one_of(
        st.dates(date(2000, 1, 1), date(2035, 12, 31)).map(str),
        st.sampled_from(["1900-01-01", "2199-12-31", "2024-02-29"]),
    ),
    Kind.TIME: st.sampled_from(["00:00", "06:00", "22:00", "23:59"]),
    Kind.NUMBER: st.one_of(st.integers(0, 100000), st.sampled_from([0.5, 0.01, 10**11, "1e-9"])),
    Kind.WHOLE: st.one_of(st.integers(0, 40), st.sampled_from([365, 9999, 10**6])),
    Kind.SWITCH: st.booleans(),
    Kind.WORD: st.sampled_from(["甲", "2025+", "Sat/Sun", "22:00-06:00", "其他"]),
    Kind.REGION: st.sampled_from(["CN", "CN-SH", "CN-GD-SZ", "CN-HA", "CN-YN", "national"]),
    Kind.RECORD: st.sampled_from([{}, {"date": "2026-03-02", "hours": 8}, {"a": True}]),
}


def values_of(each: Input):
    good = st.sampled_from(each.choices) if each.choices else GOOD[each.kind]
    for depth in range(each.many):
        size = each.size if depth == 0 and each.size else None
        good = st.lists(good, min_size=size or 0, max_size=size or 3)
    return st.one_of(good, good, good, JUNK)


def questions(area: str):
    named = {each.name: values_of(each) for each in RULES[area].inputs}
    required = {each.name: named[each.name] for each in RULES[area].inputs if each.required}
    optional = {name: value for name, value in named.items() if name not in required}
    return st.fixed_dictionaries(required, optional=optional)


@pytest.mark.parametrize("area", RULES)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_an_area_answers_or_refuses_in_words(area, data):
    inputs = data.draw(questions(area))
    try:
        result = ask(area, inputs, law=LAW)
    except HeguiError as error:
        assert str(error.message)
    else:
        json.dumps(plain_number(result.value), allow_nan=False)
        json.dumps(result.plain(), allow_nan=False)


@pytest.mark.parametrize("area", RULES)
def test_every_area_refuses_an_unknown_input(area):
    with pytest.raises(InvalidError, match="moon"):
        ask(area, {"moon": 1}, law=LAW)
