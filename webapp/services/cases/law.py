"""The law as a case's expressions call it: as of the case's day and place, read only where somebody asks."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from webapp.adapters.lawfeel import Bench, law_functions
from webapp.domain.errors import InvalidError
from webapp.domain.explain import plain, plain_number
from webapp.domain.regions import parameter_region
from webapp.domain.text import msg
from webapp.engine.expressions import Library
from webapp.engine.values import FiredRule
from webapp.services.people import local_date
from webapp.services.reference.load import current_law

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from models.case import Case
    from webapp.domain.explain import Result
    from webapp.domain.law import Law
    from webapp.domain.parameters import Parameter
    from webapp.engine.values import Advance
    from webapp.feel import Function
    from webapp.services.scenarios import Scenario

MOST_QUESTIONS = 500  # of one command: each costs about a millisecond


class LawDesk:
    """Answers the questions of one command, and keeps what it answered for the case's event.

    One law serves the whole command: parameter rows and calendar as they stand now, those valid on the day on
    which the case began. A question that names a day or a region gets the rows of these.
    """

    def __init__(self, session: Session, *, began: datetime, region: Callable[[], str | None]) -> None:
        self._session = session
        self._began = began
        self._region = region
        self._element = ""
        self._asked = 0
        self.answers: list[FiredRule] = []

    @classmethod
    def of_case(cls, session: Session, case: Case) -> LawDesk:
        """The desk of a running case: its start, and the place of the person whom it is about."""

        def region() -> str:
            return parameter_region(str((case.variables or {}).get("region") or case.person.region))

        return cls(session, began=case.started_at, region=region)

    @classmethod
    def of_story(cls, session: Session, scenario: Scenario) -> LawDesk:
        """The desk of a scenario: its moment and its region, if it gives one."""

        def region() -> str | None:
            given = scenario.given.get("region")
            return parameter_region(given) if isinstance(given, str) else None

        return cls(session, began=scenario.now, region=region)

    @cached_property
    def functions(self) -> Mapping[str, Function]:
        """What expressions and decision tables are handed."""
        return law_functions(Bench(law=self._ask, region=self._region, heard=self._hear))

    @property
    def library(self) -> Library:
        """The functions as the engine takes them."""
        return Library(functions=self.functions, at=self.at)

    def _ask(self) -> Law:
        """The law for one more question; InvalidError for a diagram that asks without end."""
        self._asked += 1
        if self._asked > MOST_QUESTIONS:
            raise InvalidError(
                msg("一次操作向法规提问超过 {most} 次，可能有不停的循环。", most=MOST_QUESTIONS)
            )
        return self._law

    @cached_property
    def _law(self) -> Law:
        return current_law(self._session, local_date(self._began))

    def at(self, element_id: str) -> None:
        """The element that asks from now on."""
        self._element = element_id

    def put_down(self, advance: Advance) -> Advance:
        """The engine's answer with the law's beside the decision tables'."""
        if not self.answers:
            return advance
        found = replace(advance, fired=(*advance.fired, *self.answers))
        self.answers = []
        return found

    def _hear(self, area: str, inputs: Mapping[str, Any], result: Result[dict[str, Any]]) -> None:
        answer = FiredRule(
            element_id=self._element,
            decision_id=area,
            inputs=plain_number(dict(inputs)),
            output=plain_number(result.value),
            rules=result.articles,
            law=True,
            parameters=tuple(_row(row) for row in result.parameters),
        )
        if answer not in self.answers:  # a condition is asked at every step
            self.answers.append(answer)


def _row(row: Parameter) -> dict[str, Any]:
    """Which row answered, so that it can be found again after others have followed it."""
    return {
        "key": row.key,
        "region": row.region,
        "valid_from": row.valid_from.isoformat(),
        "value": plain(row.value),
        "source": row.source,
        "unconfirmed": row.unconfirmed,
    }
