"""Promises: a page knows what its conditions and options look at, and nothing else of the case."""

import json
from pathlib import Path

from webapp.services import forms

ROOT = Path(__file__).resolve().parents[2]
CASE = {
    "system": "comprehensive",
    "listed": [{"name": "营业执照"}],
    "listed_names": ["营业执照"],
    "plan": "三班",
}


def form(name):
    return forms.load(json.loads((ROOT / "forms" / "hours-permit" / f"{name}.form").read_text()))


def test_a_condition_over_a_variable_of_the_case_shows_at_a_desk_what_it_shows_on_a_phone():
    told = forms.aside(form("materials"), CASE, forms.OPEN)
    assert told == {"system": "comprehensive"}  # the list of papers is a table's: its access says who sees it
    on_a_phone = {field.name for field in forms.view(form("materials"), context=CASE)}
    assert "attendance_hours" in on_a_phone


def test_options_that_the_case_knows_are_offered():
    assert forms.aside(form("assemble"), CASE, forms.OPEN) == {"listed_names": ["营业执照"]}


def test_a_hidden_field_takes_what_it_looks_at_along():
    assert forms.aside(form("assemble"), CASE, forms.Access(hidden=frozenset({"handed"}))) == {}
