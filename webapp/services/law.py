"""The law that counts now: the rows as shipped, under those that two people confirmed in this house."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from models.reference import RegionParameter
from webapp.adapters.lawdata import seed_law
from webapp.domain.parameters import NATIONAL, Confidence, Parameter, ParameterSet, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from webapp.domain.law import Law
    from webapp.services.work import Work

SHANGHAI = ZoneInfo("Asia/Shanghai")
ACTIVE = "active"
# GB/T 2260 province codes as ISO 3166-2:CN, which the rows of the law use.
PROVINCES: Mapping[str, str] = {
    "11": "BJ",
    "12": "TJ",
    "13": "HE",
    "14": "SX",
    "15": "NM",
    "21": "LN",
    "22": "JL",
    "23": "HL",
    "31": "SH",
    "32": "JS",
    "33": "ZJ",
    "34": "AH",
    "35": "FJ",
    "36": "JX",
    "37": "SD",
    "41": "HA",
    "42": "HB",
    "43": "HN",
    "44": "GD",
    "45": "GX",
    "46": "HI",
    "50": "CQ",
    "51": "SC",
    "52": "GZ",
    "53": "YN",
    "54": "XZ",
    "61": "SN",
    "62": "GS",
    "63": "QH",
    "64": "NX",
    "65": "XJ",
}
CITIES: Mapping[str, str] = {"440300": "SZ", "370800": "JN"}  # cities with shipped rows of their own
WORDS: Mapping[str, bool] = {"true": True, "false": False}


def current_law(work: Work) -> Law:
    """Shipped and confirmed rows, with today (Asia/Shanghai) as the day where a question names none."""
    seed = seed_law()
    rows = work.session.scalars(select(RegionParameter).where(RegionParameter.state == ACTIVE)).all()
    titles = {row.key: row.title for row in seed.parameters.rows}
    confirmed = [_read(row, titles) for row in rows]
    parameters = ParameterSet.of(_clip((*seed.parameters.rows, *confirmed))) if rows else seed.parameters
    return replace(seed, parameters=parameters, as_of=work.now.astimezone(SHANGHAI).date())


def region_of(code: str) -> str:
    """The region of a GB/T 2260 code: 310000 is CN-SH, 440300 CN-GD-SZ; what is no such code stays."""
    province = PROVINCES.get(code[:2])
    if province is None or not code.isdigit():
        return code or NATIONAL
    if code.endswith("0000"):
        return f"{NATIONAL}-{province}"
    return f"{NATIONAL}-{province}-{CITIES.get(code, code)}"


def _read(row: RegionParameter, titles: Mapping[str, str]) -> Parameter:
    return Parameter(
        key=row.key,
        region=region_of(row.region),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        value=_value(row.value),
        unit=row.unit,
        title=titles.get(row.key, row.key),
        source=row.source,
        confidence=Confidence.CONFIRMED,
    )


def _value(raw: Any) -> Value:
    if isinstance(raw, list):
        return tuple(tuple(_scalar(cell) for cell in row) for row in raw)
    return _scalar(raw)


def _scalar(raw: Any) -> Decimal | str | bool:
    text = str(raw).strip()
    if isinstance(raw, bool) or text in WORDS:
        return raw if isinstance(raw, bool) else WORDS[text]
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def _clip(rows: Iterable[Parameter]) -> list[Parameter]:
    """A later row takes the place of an earlier one from its first day on; the last of two alike counts."""
    by_identity = {row.identity: row for row in rows}
    ordered = sorted(by_identity.values(), key=lambda row: row.identity)
    clipped = []
    for row, following in pairwise([*ordered, None]):
        assert row is not None
        same = following is not None and (following.key, following.region) == (row.key, row.region)
        if following is not None and same and row.covers(following.valid_from):
            clipped.append(replace(row, valid_to=following.valid_from - timedelta(days=1)))
        else:
            clipped.append(row)
    return clipped
