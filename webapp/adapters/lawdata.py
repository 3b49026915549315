"""Reads the seed of the law (parameter rows, official arrangements) from TOML files into frozen values."""

from __future__ import annotations

import json
import tomllib
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from webapp.domain.calendar import Calendar, YearArrangement
from webapp.domain.errors import InvalidError
from webapp.domain.examples import Example, read_examples
from webapp.domain.exhibits import Proof
from webapp.domain.law import Law
from webapp.domain.parameters import NATIONAL, Confidence, Parameter, ParameterSet, Value
from webapp.domain.text import msg

SEED = Path(__file__).resolve().parents[2] / "forms" / "law"
ROW_KEYS = frozenset(Parameter.__dataclass_fields__)


@cache
def seed_law() -> Law:
    """The law as shipped: read once a process."""
    return read_law(SEED)


@cache
def seed_proofs() -> dict[str, Proof]:
    """What each kind of paper usually proves: ``proof.toml``, by ``PaperKind``."""
    return {
        kind: Proof(proves=said["object"], content=said["content"])
        for kind, said in _load(SEED / "proof.toml").items()
    }


def read_law(folder: Path) -> Law:
    """Read ``parameters*.toml``, ``calendar-*.toml`` and ``calendar.toml`` of a folder; InvalidError."""
    rows = [row for file in sorted(folder.glob("parameters*.toml")) for row in read_parameters(file)]
    fixed = _load(folder / "calendar.toml")["fixed"]
    return Law(
        parameters=ParameterSet.of(rows),
        calendar=Calendar(
            years=tuple(read_arrangement(file) for file in sorted(folder.glob("calendar-*.toml"))),
            fixed=tuple((int(month), int(day), str(name)) for month, day, name in fixed),
        ),
    )


@cache
def seed_examples() -> tuple[Example, ...]:
    """The worked examples as shipped."""
    return read_examples(json.loads((SEED / "examples.json").read_text(encoding="utf-8")))


def read_parameters(file: Path) -> list[Parameter]:
    """The rows of one file: ``[[parameter]]`` tables with the names of ``Parameter``."""
    return [read_row(raw) for raw in _load(file)["parameter"]]


def read_row(raw: dict[str, Any]) -> Parameter:
    """One row from plain values; InvalidError for unknown or missing names."""
    unknown = sorted(set(raw) - ROW_KEYS)
    if unknown:
        raise InvalidError(msg("参数行里有未知的列：{names}。", names="、".join(unknown)))
    try:
        return Parameter(
            key=raw["key"],
            region=raw.get("region", NATIONAL),
            valid_from=raw["valid_from"],
            valid_to=raw.get("valid_to"),
            value=_value(raw["value"]),
            unit=raw.get("unit", "none"),
            title=raw["title"],
            source=raw["source"],
            confidence=Confidence(raw["confidence"]),
            disputed=raw.get("disputed", False),
            note=raw.get("note", ""),
        )
    except KeyError as missing:
        raise InvalidError(
            msg("参数“{key}”缺少列“{column}”。", key=raw.get("key", ""), column=missing.args[0])
        ) from missing


def read_arrangement(file: Path) -> YearArrangement:
    """One year's official notice, or its forecast where ``published_on`` is absent."""
    raw = _load(file)
    off: set[date] = set()
    for span in raw.get("off", []):
        days = (span["last"] - span["first"]).days
        off.update(span["first"] + timedelta(days=number) for number in range(days + 1))
    return YearArrangement(
        year=raw["year"],
        source=raw["source"],
        published_on=raw.get("published_on"),
        statutory={date.fromisoformat(day): name for day, name in raw["statutory"].items()},
        off=frozenset(off),
        makeup=frozenset(raw.get("makeup", [])),
    )


def _load(file: Path) -> dict[str, Any]:
    with file.open("rb") as stream:
        return tomllib.load(stream, parse_float=Decimal)


def _value(raw: Any) -> Value:
    if isinstance(raw, list):
        return tuple(tuple(_scalar(cell) for cell in row) for row in raw)
    return _scalar(raw)


def _scalar(raw: Any) -> Decimal | str | bool:
    if isinstance(raw, bool | str):
        return raw
    if isinstance(raw, date):
        return raw.isoformat()
    return Decimal(raw)
