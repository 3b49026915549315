"""Worked examples that a lawyer signs, in the format of the examples file, and whether the product agrees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from webapp.domain.errors import HeguiError, InvalidError
from webapp.domain.explain import plain_number
from webapp.domain.parameters import MissingParameterError
from webapp.domain.rules import ask
from webapp.domain.schema import Input, Kind, read
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.domain.explain import Result
    from webapp.domain.law import Law

COLUMNS = (
    Input(name="id", kind=Kind.WORD, title=msg("编号")),
    Input(name="area", kind=Kind.WORD, title=msg("规则")),
    Input(name="inputs", kind=Kind.RECORD, title=msg("输入")),
    Input(name="expected", kind=Kind.RECORD, title=msg("应得结果")),
    Input(name="basis", kind=Kind.WORD, title=msg("依据"), required=False, default=""),
    Input(
        name="confidence",
        kind=Kind.WORD,
        title=msg("把握程度"),
        required=False,
        default="medium",
        choices=("high", "medium", "low"),
    ),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """One worked example as it stands in the file."""

    id: str
    area: str
    inputs: Mapping[str, Any]
    expected: Mapping[str, Any]
    basis: str = ""
    confidence: str = "medium"


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """A value that differs: what the example expects and what the product says (None: nothing)."""

    name: str
    expected: Any
    found: Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """Whether the product agrees with an example."""

    example: Example
    differences: tuple[Difference, ...] = ()
    refused: Message | None = None  # the product would not answer
    missing: MissingParameterError | None = None  # … since this row is not there
    result: Result[dict[str, Any]] | None = None

    @property
    def agrees(self) -> bool:
        """Every expected value was found, exactly."""
        return self.refused is None and not self.differences


def read_example(raw: Mapping[str, Any]) -> Example:
    """One example from plain values; InvalidError names what is wrong."""
    example = Example(**read(COLUMNS, raw))
    if not example.expected:
        raise InvalidError(msg("例子“{id}”没有写应得结果。", id=example.id))
    return example


def read_examples(raw: Any) -> tuple[Example, ...]:
    """All examples of a file (a list of objects); two with one id are refused."""
    if not isinstance(raw, list) or not all(isinstance(each, dict) for each in raw):
        raise InvalidError(msg("例子文件应为对象的列表。"))
    examples = tuple(_numbered(number, each) for number, each in enumerate(raw, 1))
    seen: set[str] = set()
    for example in examples:
        if example.id in seen:
            raise InvalidError(msg("例子编号“{id}”重复。", id=example.id))
        seen.add(example.id)
    return examples


def _numbered(number: int, raw: Mapping[str, Any]) -> Example:
    try:
        return read_example(raw)
    except InvalidError as error:
        raise InvalidError(msg("第 {n} 个例子：{reason}", n=number, reason=error.message)) from error


def judge(example: Example, *, law: Law) -> Verdict:
    """Compare key for key; a key that the answer lacks is a difference, keys not expected are ignored."""
    try:
        result = ask(example.area, example.inputs, law=law)
    except HeguiError as error:
        missing = error if isinstance(error, MissingParameterError) else None
        return Verdict(example=example, refused=error.message, missing=missing)
    answer = plain_number(result.value)
    differences = tuple(
        Difference(name=name, expected=expected, found=answer.get(name))
        for name, expected in example.expected.items()
        if name not in answer or answer[name] != expected
    )
    return Verdict(example=example, differences=differences, result=result)
