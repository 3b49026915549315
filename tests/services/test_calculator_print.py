"""A calculation on paper: the answer, what was given, the working, in the reader's language."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from webapp.adapters.lawdata import seed_law
from webapp.domain.errors import InvalidError
from webapp.services.calculators import print_calculation

LAW = replace(seed_law(), as_of=date(2026, 11, 1))
SAMPLES = json.loads(Path(__file__).with_name("calculator_samples.json").read_text("utf-8"))
AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def printed(area: str, **changes) -> PdfReader:
    given = {"law": LAW, "at": AT, "by": "王敏", "about": "李雷", **changes}
    return PdfReader(io.BytesIO(print_calculation(area, SAMPLES[area], **given)))


def words(reader: PdfReader) -> str:
    return "".join("".join(page.extract_text() for page in reader.pages).split())


@pytest.mark.parametrize(
    "area",
    [
        "severance",
        "severance_n_plus_1",
        "unlawful_termination",
        "double_pay",
        "deadline_arbitration",
        "medical_period",
    ],
)
def test_a_calculation_fits_one_page_with_its_working(area):
    assert len(printed(area).pages) == 1


def test_the_answer_its_inputs_and_its_articles_are_on_it():
    text = words(printed("severance"))
    for word in ("经济补偿（N）", "70,000.00", "2020-03-01", "劳动合同法第47条第1款", "李雷", "王敏"):
        assert word in text


def test_inputs_that_were_not_given_are_not_on_it():
    assert "2008年以前年限核定的月数" not in words(printed("severance"))


def test_choices_and_obstacles_are_in_words():
    text = words(printed("dismissal"))
    assert "有障碍" in text
    assert "1.劳动合同法第35条" in text
    assert "blocked" not in text
    assert "only_refused_change" not in text


def test_it_speaks_the_readers_language():
    text = words(printed("dismissal", language="en"))
    assert "Dismissalcheck" in text
    assert "Blocked" in text
    assert "解除與終止核查" in words(printed("dismissal", language="zh-Hant"))


def test_what_is_refused_is_not_printed():
    with pytest.raises(InvalidError):
        print_calculation("severance", {"colour": "red"}, law=LAW, at=AT, by="王敏")
