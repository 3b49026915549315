"""The texts that people are asked to agree to: shipped as data, each change of wording a new edition."""

from __future__ import annotations

import hashlib
import tomllib
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.consent import ConsentText
from webapp.domain.errors import InvalidError
from webapp.domain.text import msg
from webapp.services import events

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from webapp.services.work import Work

FILE = "consents.toml"  # below forms/privacy
LANGUAGES = ("zh-Hans", "en", "zh-Hant")
NAMES = ("chinese", "english", "traditional")  # the same, as a template's expressions call them


def seed_consents(work: Work, root: Path) -> int:
    """Take in the shipped texts; one whose Chinese wording differs becomes the next edition; how many."""
    shipped = tomllib.loads((root / "forms" / "privacy" / FILE).read_text(encoding="utf-8"))
    newest = newest_texts(work)
    count = 0
    for raw in shipped["consent"]:
        body = raw["body"]
        digest = hashlib.sha256(body["zh-Hans"].encode()).hexdigest()
        old = newest.get(raw["purpose"])
        if old is not None and old.sha256 == digest:
            continue
        _add(work, raw, edition=1 if old is None else old.edition + 1, digest=digest)
        count += 1
    return count


def _add(work: Work, raw: Mapping[str, Any], *, edition: int, digest: str) -> None:
    work.session.add(
        ConsentText(
            purpose=str(raw["purpose"]),
            edition=edition,
            titles={n: raw["title"][n] for n in LANGUAGES},
            bodies={n: raw["body"][n] for n in LANGUAGES},
            article=str(raw["article"]),
            sha256=digest,
            on_demand=bool(raw.get("on_demand", False)),
            made_at=work.now,
        )
    )
    work.session.flush()
    told = {"purpose": raw["purpose"], "edition": edition, "text_sha256": digest}
    events.append(work, "consent.worded", told, subject=f"consent/{raw['purpose']}")


def newest_texts(work: Work) -> dict[str, ConsentText]:
    """The edition that is asked now, by purpose."""
    rows = work.session.scalars(select(ConsentText).order_by(ConsentText.purpose, ConsentText.edition))
    return {row.purpose: row for row in rows}


def paper_values(work: Work, purpose: str) -> dict[str, Any]:
    """What a paper that asks for a purpose says: the text that is asked now, line by line in all languages.

    Raises InvalidError for an unknown purpose.
    """
    text = newest_texts(work).get(purpose)
    if text is None:
        raise InvalidError(msg("没有名为“{purpose}”的同意文本。", purpose=purpose))
    bodies = [text.bodies[tag].splitlines() for tag in LANGUAGES]
    lines = [dict(zip(NAMES, each, strict=True)) for each in zip(*bodies, strict=True)]
    titles = dict(zip(NAMES, (text.titles[tag] for tag in LANGUAGES), strict=True))
    return {
        "text": str(text.id),
        "title": titles,
        "edition": text.edition,
        "article": text.article,
        "text_sha256": text.sha256,
        "lines": lines,
    }
