"""Rows of the house beside those as shipped: places, order of validity, how well they are known."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from webapp.domain.parameters import NATIONAL, Confidence, Parameter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from models.reference import RegionParameter

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


def region_of(code: str) -> str:
    """The region of a GB/T 2260 code: 310000 is CN-SH, 440300 CN-GD-SZ; what is no such code stays."""
    province = PROVINCES.get(code[:2])
    if province is None or not code.isdigit():
        return code or NATIONAL
    if code.endswith("0000"):
        return f"{NATIONAL}-{province}"
    return f"{NATIONAL}-{province}-{CITIES.get(code, code)}"


def confidence_of(row: RegionParameter) -> Confidence:
    """Confirmed once a second person has looked; else as the row says."""
    return Confidence.CONFIRMED if row.confirmed_by_id is not None else Confidence(row.confidence)


def clip(rows: Iterable[Parameter]) -> list[Parameter]:
    """End each row on the day before the next of its key and region; the last of two alike counts.

    Without this a new year's row beside an open one would make every rule refuse.
    """
    by_identity = {row.identity: row for row in rows}
    ordered = sorted(by_identity.values(), key=lambda row: row.identity)
    ends = {
        row.identity: following.valid_from - timedelta(days=1)
        for row, following in pairwise(ordered)
        if (row.key, row.region) == (following.key, following.region) and row.covers(following.valid_from)
    }
    return [replace(row, valid_to=ends[row.identity]) if row.identity in ends else row for row in ordered]
