"""Search inside the exhibits of a bundle: an own table of bigrams, the rarest first, then the text itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from sqlalchemy import func, insert, select

from models.bundle import Exhibit, ExhibitPage, PageGram

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.bundle import Bundle
    from webapp.services.work import Work

MOST = 60  # pages that an answer shows
AROUND = 36  # characters on each side of what was found
GRAMS: Any = PageGram.__table__
PAGES: Any = ExhibitPage.__table__


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """One page on which the words stand."""

    exhibit: Exhibit
    page: int
    before: str
    found: str
    after: str


def fold(text: str) -> str:
    """How text is compared: full width as half, letters in one case, no white space.

    A PDF breaks lines where it likes: a word across two of them is still that word.
    """
    folded = (normalize("NFKC", char).casefold() for char in text)
    return "".join("".join(folded).split())


def _grams(folded: str) -> set[str]:
    return {folded[place : place + 2] for place in range(len(folded) - 1)}


def index_exhibit(work: Work, row: Exhibit, texts: Sequence[str]) -> None:
    """Keep what the pages of a new exhibit say."""
    said = {page: text.replace("\0", "") for page, text in enumerate(texts, 1) if text.strip()}
    pages = [{"exhibit_id": row.id, "page": page, "text": text} for page, text in said.items()]
    grams = [
        {"bundle_id": row.bundle_id, "gram": gram, "exhibit_id": row.id, "page": page}
        for page, text in said.items()
        for gram in sorted(_grams(fold(text)))
    ]
    if pages:
        work.session.execute(insert(PAGES), pages)
    if grams:
        work.session.execute(insert(GRAMS), grams)


def search(work: Work, bundle: Bundle, words: str) -> list[Hit]:
    """The pages of a bundle, which the caller has read, on which the words stand together.

    One character alone finds nothing: it would find every page.
    """
    wanted = fold(words)
    grams = _grams(wanted)
    if not grams:
        return []
    counts = dict.fromkeys(grams, 0)
    rows = work.session.execute(
        select(PageGram.gram, func.count())
        .where(PageGram.bundle_id == bundle.id, PageGram.gram.in_(grams))
        .group_by(PageGram.gram)
    )
    counts.update({gram: count for gram, count in rows})  # noqa: C416  (rows, not pairs)
    rarest = min(counts, key=lambda gram: (counts[gram], gram))
    found = work.session.execute(
        select(Exhibit, ExhibitPage)
        .join(ExhibitPage, ExhibitPage.exhibit_id == Exhibit.id)
        .join(PageGram, (PageGram.exhibit_id == ExhibitPage.exhibit_id) & (PageGram.page == ExhibitPage.page))
        .where(PageGram.bundle_id == bundle.id, PageGram.gram == rarest)
        .order_by(Exhibit.side, Exhibit.position, ExhibitPage.page)
    )
    hits = (_hit(exhibit, page, wanted) for exhibit, page in found)
    return [hit for hit in hits if hit is not None][:MOST]


def _hit(exhibit: Exhibit, page: ExhibitPage, wanted: str) -> Hit | None:
    """The words with what stands around them; None where the grams only meet by chance."""
    letters = [(char, place) for place, raw in enumerate(page.text) for char in fold(raw)]
    at = "".join(char for char, _ in letters).find(wanted)
    if at < 0:
        return None
    first, last = letters[at][1], letters[at + len(wanted) - 1][1]
    return Hit(
        exhibit=exhibit,
        page=page.page,
        before=" ".join(page.text[max(first - AROUND, 0) : first].split()),
        found=" ".join(page.text[first : last + 1].split()),
        after=" ".join(page.text[last + 1 : last + 1 + AROUND].split()),
    )
