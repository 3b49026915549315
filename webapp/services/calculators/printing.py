"""A calculation on paper: the answer, its working and its doubts, in the reader's language."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from webapp.adapters.catalog import translate
from webapp.adapters.pdf.result import Printing, render_result
from webapp.domain.rules import ask, find_rule
from webapp.services.calculators.labels import LABELS
from webapp.services.calculators.sheet import lay_out

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from webapp.domain.law import Law
    from webapp.services.calculators.values import Answer, Parts

STOPS = ("。", ".", "；", "？", "?")  # sentences stand in lines of their own, names side by side
AS_THEY_ARE = (bool, int, Decimal, date)  # the printer writes these in the reader's way


def print_calculation(
    area: str,
    raw: Mapping[str, Any],
    *,
    law: Law,
    at: datetime,
    by: str,
    organisation: str = "",
    about: str = "",
    language: str = "zh-Hans",
) -> bytes:
    """The PDF of one calculation; ``at`` and ``by`` stand in its foot, ``about`` in its head.

    Only the inputs that were given are printed. Errors: NotFoundError (area), InvalidError (inputs),
    MissingParameterError.
    """
    rule = find_rule(area)
    result = ask(area, raw, law=law)
    sheet = lay_out(rule, result, raw)
    read = dict(result.inputs)
    shown = replace(
        result,
        value={
            each.name: _printed(each, result.value[each.name], language=language) for each in sheet.answers
        },
        inputs=tuple(
            (each.name, _printed(each, read.get(each.name), language=language)) for each in sheet.inputs
        ),
    )
    printing = Printing(at=at, by=by, organisation=organisation, about=about, labels=LABELS)
    return render_result(rule, shown, printing=printing, language=language)


def _printed(answer: Answer, value: Any, *, language: str) -> Any:
    if isinstance(value, AS_THEY_ARE):
        return value
    if answer.table is None:
        lines = [_line(line, language) for line in answer.lines]
        return ("\n" if any(line.endswith(STOPS) for line in lines) else "、").join(lines)
    rows = answer.table.rows
    numbered = (" · ".join(_line(cell, language) for cell in row) for row in rows)
    if len(rows) == 1:
        return next(numbered)
    return "\n".join(f"{number}. {line}" for number, line in enumerate(numbered, 1))


def _line(parts: Parts, language: str) -> str:
    return "、".join(translate(part, language) for part in parts)
