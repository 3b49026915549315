"""The rules by which a bundle has gaps, as first rows of their table; never overwrites what legal wrote."""

from __future__ import annotations

import tomllib
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.counsel import GapRule
from webapp.adapters.lawdata import SEED

if TYPE_CHECKING:
    from webapp.services.work import Work


@cache
def shipped_rules() -> tuple[dict[str, Any], ...]:
    """``forms/law/gap-rules.toml`` as columns of the table."""
    rows = tomllib.loads((SEED / "gap-rules.toml").read_text(encoding="utf-8"))["rule"]
    return tuple(
        {("for_kind" if name == "for" else name): value for name, value in row.items()} for row in rows
    )


def seed_gap_rules(work: Work) -> int:
    """Add rules whose code is unknown, and the language that a sentence of ours lacks; how many rows."""
    known = {row.code: row for row in work.session.scalars(select(GapRule))}
    said = 0
    for shipped in shipped_rules():
        row = known.get(shipped["code"])
        if row is not None and not row.sentence_zh_hant and row.sentence == shipped["sentence"]:
            row.sentence_zh_hant = shipped["sentence_zh_hant"]
            said += 1
    rows = [GapRule(**row) for row in shipped_rules() if row["code"] not in known]
    work.session.add_all(rows)
    work.session.flush()
    return len(rows) + said
