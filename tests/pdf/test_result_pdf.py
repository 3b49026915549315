"""A calculation prints on one page with its working, figures, articles and doubts."""

import dataclasses
import re
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from webapp.adapters.catalog import LOCALES
from webapp.adapters.lawdata import seed_law
from webapp.adapters.pdf import Printing, render_result
from webapp.domain.rules import ask, find_rule
from webapp.domain.text import msg

PRINTING = Printing(
    at=datetime(2026, 11, 24, 4, tzinfo=UTC),
    by="陈㛃",
    about="王𬭚 SH-0187",
    labels={"overtime_pay": msg("加班工资")},
)
GIVEN = {
    "hours_system": "standard", "monthly_wage": 8700, "workday_extension_h": 10, "rest_day_h_not_compensated": 8,
    "statutory_holiday_h": 8, "region": "CN",
}  # fmt: skip


def answer():
    law = dataclasses.replace(seed_law(), as_of=date(2026, 11, 24))
    return ask("overtime_standard", GIVEN, law=law)


def text_of(data):
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(BytesIO(data)).pages))


class TestResult:
    def test_it_is_one_page_with_everything_on_it(self):
        result = answer()
        data = render_result(find_rule("overtime_standard"), result, printing=PRINTING)
        assert len(PdfReader(BytesIO(data)).pages) == 1
        text = text_of(data)
        wanted = ["加班工资", "王𬭚SH-0187", "陈㛃打印于2026-11-2412:00:00"]
        wanted += [re.sub(r"\s", "", str(step.message)) for step in result.steps]
        wanted += list(result.articles) + [row.title for row in result.parameters]
        assert [item for item in wanted if re.sub(r"\s", "", item) not in text] == []

    @pytest.mark.parametrize("language", LOCALES)
    def test_it_speaks_the_readers_language(self, language):
        data = render_result(find_rule("overtime_standard"), answer(), printing=PRINTING, language=language)
        assert {"zh-Hans": "计算过程", "zh-Hant": "計算過程", "en": "Working"}[language] in text_of(data)

    def test_doubts_are_printed(self):
        result = dataclasses.replace(answer(), provisional=(msg("待公布"),), disputed=(msg("口径不一"),))
        text = text_of(render_result(find_rule("overtime_standard"), result, printing=PRINTING))
        assert "待公布" in text
        assert "口径不一" in text

    def test_the_same_answer_gives_the_same_bytes(self):
        one, two = (
            render_result(find_rule("overtime_standard"), answer(), printing=PRINTING) for _ in range(2)
        )
        assert one == two
