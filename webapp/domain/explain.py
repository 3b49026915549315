"""Results that show their working: what was used, each step with its figure, its articles and its doubts."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum, StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from webapp.domain.parameters import reached
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.domain.law import Law
    from webapp.domain.parameters import Parameter, Table

T = TypeVar("T")


class Unit(StrEnum):
    """What a figure counts."""

    NONE = "none"  # a word, a yes or no
    YUAN = "yuan"  # money, CNY
    YUAN_PER_HOUR = "yuan_per_hour"
    YUAN_PER_DAY = "yuan_per_day"
    YUAN_PER_MONTH = "yuan_per_month"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"  # whatever the day basis of the subject is
    WORKING_DAYS = "working_days"
    CALENDAR_DAYS = "calendar_days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"
    DATE = "date"
    PEOPLE = "people"
    TIMES = "times"  # a multiplier
    PERCENT = "percent"


UNIT_NAMES: Mapping[Unit, Message] = {
    Unit.NONE: msg("无单位"),
    Unit.YUAN: msg("元"),
    Unit.YUAN_PER_HOUR: msg("元/小时"),
    Unit.YUAN_PER_DAY: msg("元/天"),
    Unit.YUAN_PER_MONTH: msg("元/月"),
    Unit.MINUTES: msg("分钟"),
    Unit.HOURS: msg("小时"),
    Unit.DAYS: msg("天"),
    Unit.WORKING_DAYS: msg("工作日"),
    Unit.CALENDAR_DAYS: msg("自然日"),
    Unit.WEEKS: msg("周"),
    Unit.MONTHS: msg("个月"),
    Unit.YEARS: msg("年"),
    Unit.DATE: msg("日期"),
    Unit.PEOPLE: msg("人"),
    Unit.TIMES: msg("倍"),
    Unit.PERCENT: msg("百分比"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One line of the working: a sentence, its figure with unit, the articles it rests on."""

    message: Message
    figure: Any = None
    unit: Unit = Unit.NONE
    articles: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Result(Generic[T]):
    """A value with everything that a reader needs to check it."""

    value: T
    inputs: tuple[tuple[str, Any], ...] = ()
    steps: tuple[Step, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    provisional: tuple[Message, ...] = ()  # why a later publication may change the answer
    disputed: tuple[Message, ...] = ()  # where practice or courts differ

    @property
    def unconfirmed(self) -> tuple[Parameter, ...]:
        """The parameters used that nobody has checked against a source yet."""
        return tuple(row for row in self.parameters if row.unconfirmed)

    @property
    def articles(self) -> tuple[str, ...]:
        """All articles of the steps, each once, in order of first use."""
        return tuple(dict.fromkeys(article for step in self.steps for article in step.articles))

    def plain(self) -> dict[str, Any]:
        """The whole explanation as plain JSON values: for evidence packs, PDFs and the command line."""
        return {
            "value": plain(self.value),
            "inputs": {name: plain(given) for name, given in self.inputs},
            "steps": [_plain_step(step) for step in self.steps],
            "parameters": [plain_parameter(row) for row in self.parameters],
            "provisional": [str(reason) for reason in self.provisional],
            "disputed": [str(reason) for reason in self.disputed],
            "unconfirmed": [row.key for row in self.unconfirmed],
        }


class Working:
    """Collects the working of one calculation; looks parameters up so that none is used unseen."""

    def __init__(self, law: Law, *, region: str, on: date) -> None:
        """``on`` is the date whose parameter rows count, ``region`` a code such as ``CN-SH``."""
        self.law = law
        self.region = region
        self.on = on
        self._inputs: dict[str, Any] = {}
        self._steps: list[Step] = []
        self._parameters: dict[tuple[str, str, date], Parameter] = {}
        self._provisional: dict[str, Message] = {}
        self._disputed: dict[str, Message] = {}

    def given(self, **inputs: Any) -> None:
        """Note inputs as they were used."""
        self._inputs.update(inputs)

    def step(
        self, message: Message, figure: Any = None, *, unit: Unit = Unit.NONE, articles: tuple[str, ...] = ()
    ) -> None:
        """Write one line of the working."""
        self._steps.append(Step(message=message, figure=figure, unit=unit, articles=articles))

    def parameter(self, key: str, *, on: date | None = None, region: str | None = None) -> Parameter:
        """Look a row up and note that it was used; raises MissingParameterError."""
        return self.note(self.law.parameters.lookup(key, region=region or self.region, on=on or self.on))

    def note(self, row: Parameter) -> Parameter:
        """Note a row that was found elsewhere."""
        self._parameters[row.identity] = row
        if row.disputed:
            self.dispute(
                msg("参数“{title}”在实务中有争议：{note}", title=Message(row.title, {}), note=row.note)
            )
        return row

    def number(self, key: str, *, on: date | None = None, region: str | None = None) -> Decimal:
        """The row's number; raises MissingParameterError, or InvalidError if the row holds none."""
        return self.parameter(key, on=on, region=region).number

    def whole(self, key: str, *, on: date | None = None, region: str | None = None) -> int:
        """The row's whole number."""
        return self.parameter(key, on=on, region=region).whole

    def word(self, key: str, *, on: date | None = None, region: str | None = None) -> str:
        """The row's word, e.g. a choice of policy."""
        return self.parameter(key, on=on, region=region).word

    def switch(self, key: str, *, on: date | None = None, region: str | None = None) -> bool:
        """The row's yes or no."""
        return self.parameter(key, on=on, region=region).switch

    def table(self, key: str, *, on: date | None = None, region: str | None = None) -> Table:
        """The row's scale, a tuple of rows."""
        return self.parameter(key, on=on, region=region).table

    def numbers(
        self, key: str, *, on: date | None = None, region: str | None = None
    ) -> tuple[tuple[Decimal, ...], ...]:
        """The row's scale of numbers."""
        return self.parameter(key, on=on, region=region).numbers

    def scale(self, key: str, amount: Decimal, *, on: date | None = None) -> Decimal | None:
        """What the row's scale grants at the amount; None under its lowest bound."""
        return reached(self.numbers(key, on=on), amount)

    def provision(self, reason: Message) -> None:
        """Mark the answer provisional; the same reason is noted once."""
        self._provisional[str(reason)] = reason

    def dispute(self, reason: Message) -> None:
        """Mark the answer disputed; the same reason is noted once."""
        self._disputed[str(reason)] = reason

    def take(self, other: Result[T]) -> T:
        """Adopt the working of a part and go on with its value."""
        self._inputs.update(other.inputs)
        self._steps.extend(other.steps)
        for row in other.parameters:
            self._parameters[row.identity] = row
        for reason in other.provisional:
            self.provision(reason)
        for reason in other.disputed:
            self.dispute(reason)
        return other.value

    def result(self, value: T) -> Result[T]:
        """Close the working over its value."""
        return Result(
            value=value,
            inputs=tuple(self._inputs.items()),
            steps=tuple(self._steps),
            parameters=tuple(self._parameters.values()),
            provisional=tuple(self._provisional.values()),
            disputed=tuple(self._disputed.values()),
        )


def plain(value: Any) -> Any:
    """Turn a value into JSON values: Decimal to an exact string, dates to ISO, values to objects."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Message):
        return str(value)
    return _plain_container(value)


def _plain_container(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, dict):
        return {str(plain(name)): plain(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, frozenset | set):
        return sorted(plain(item) for item in value)
    return value


def plain_number(value: Any) -> Any:
    """As ``plain``, but a Decimal becomes a JSON number: for answers that programs compare."""
    if isinstance(value, Decimal):
        text = format(value, "f")
        return float(text) if "." in text else int(text)
    if isinstance(value, dict):
        return {str(plain(name)): plain_number(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain_number(item) for item in value]
    return plain(value)


def _plain_step(step: Step) -> dict[str, Any]:
    return {
        "text": str(step.message),
        "message": {"key": step.message.key, "values": plain(dict(step.message.values))},
        "figure": plain(step.figure),
        "unit": step.unit.value,
        "articles": list(step.articles),
    }


def plain_parameter(row: Parameter) -> dict[str, Any]:
    """A parameter row as JSON values, with what a reader needs to doubt it."""
    return {**plain(row), "unconfirmed": row.unconfirmed}
