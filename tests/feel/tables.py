"""Runs tables of ``expression => expected expression``."""

import datetime as dt

import pytest

from webapp.feel import equal, parse, text_of

NOW = dt.datetime(2024, 2, 29, 17, 30, tzinfo=dt.UTC)  # 1 March, 01:30, in Shanghai


def value_of(text, context=None, **rest):
    context = context or {}
    return parse(text, names=context).evaluate(context, now=NOW, **rest)


def table(text):
    """Parametrize a test with ``left => right`` lines; both sides are FEEL and must be equal."""
    rows = [line.strip().rsplit(" => ", 1) for line in text.strip().splitlines() if " => " in line]
    return pytest.mark.parametrize(("left", "right"), rows, ids=[left for left, _ in rows])


def agree(left, right, context=None):
    """Both sides have one value; null agrees with null alone."""
    found, wanted = value_of(left, context), value_of(right, context)
    assert type(found) is type(wanted), f"{text_of(found)} instead of {text_of(wanted)}"
    assert equal(found, wanted), f"{text_of(found)} instead of {text_of(wanted)}"
