"""Calculators for who works in HR: the permission and the law that counts today, around what is stateless."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.domain.errors import ForbiddenError
from webapp.domain.permissions import Permission
from webapp.services.calculators.catalogue import describe, list_groups
from webapp.services.calculators.forms import read_form
from webapp.services.calculators.printing import print_calculation
from webapp.services.calculators.sheet import calculate
from webapp.services.people import local_date
from webapp.services.reference.load import current_law

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.domain.law import Law
    from webapp.services.calculators.values import Calculator, Group, Sheet
    from webapp.services.work import Work

READERS = (Permission.PERSON_READ, Permission.REFERENCE_READ)  # nothing about a person is shown here


def open_desk(work: Work) -> tuple[Group, ...]:
    """All calculators in groups. ForbiddenError for who reads neither people nor reference data."""
    _check(work)
    return list_groups()


def open_calculator(work: Work, area: str) -> Calculator:
    """One calculator. Errors: ForbiddenError, NotFoundError."""
    _check(work)
    return describe(area)


def work_out(work: Work, area: str, form: Mapping[str, str]) -> Sheet:
    """Answer a filled-in form; nothing is kept. Errors: as ``calculate``, and ForbiddenError."""
    _check(work)
    return calculate(area, read_form(area, form), law=law_today(work))


def print_out(work: Work, area: str, form: Mapping[str, str], *, language: str) -> bytes:
    """The same on paper, a PDF. Errors: as ``work_out``."""
    _check(work)
    raw = read_form(area, form)
    return print_calculation(
        area, raw, law=law_today(work), at=work.now, by=work.actor.name, language=language
    )


def law_today(work: Work) -> Law:
    """The law of the house as of today in Shanghai."""
    return current_law(work.session, local_date(work.now))


def _check(work: Work) -> None:
    if not any(work.actor.may(each) for each in READERS):
        raise ForbiddenError
