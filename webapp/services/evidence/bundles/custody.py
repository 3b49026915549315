"""Exhibits that lie in the vault: their chain of custody, which goes on while they are in a bundle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.custody import Custody
from webapp.services.evidence.custody import add_step, links_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from models.bundle import Bundle, Exhibit
    from models.custody import CustodyStep
    from webapp.domain.custody import Step
    from webapp.services.work import Work


def chain_of(work: Work, exhibit: Exhibit) -> Sequence[CustodyStep]:
    """The chain of custody of an exhibit that the caller has read, oldest link first; empty for others."""
    return links_of(work, exhibit.custody_id)


def note_touch(work: Work, bundle: Bundle, exhibits: Iterable[Exhibit], *, kind: Step) -> None:
    """Write into the chain of each vault item among the exhibits that it was opened or handed out."""
    for exhibit in exhibits:
        if exhibit.custody_id is not None:
            item = work.session.get_one(Custody, exhibit.custody_id)
            add_step(work, item, kind, reason=f"{bundle.number} {bundle.title}"[:500])
