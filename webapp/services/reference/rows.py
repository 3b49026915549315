"""Rows of the house beside those as shipped: order of validity, how well they are known."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from webapp.domain.parameters import Confidence, Parameter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models.reference import RegionParameter


def confidence_of(row: RegionParameter) -> Confidence:
    """Confirmed once a second person has looked; else as the row says. A choice of the house stays one."""
    known = Confidence(row.confidence)
    if row.confirmed_by_id is not None and known is not Confidence.POLICY:
        return Confidence.CONFIRMED
    return known


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
