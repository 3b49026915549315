"""Finding in a bundle: the timeline over all its cases, and words in the pages of its exhibits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from webapp.domain.exhibits import Side
from webapp.services.evidence.bundles import access as reading
from webapp.services.evidence.bundles.collect import cases_of
from webapp.services.evidence.bundles.search import search as find
from webapp.services.evidence.bundles.timeline import Filter
from webapp.services.evidence.bundles.timeline import timeline as read_timeline
from webapp.views.bundles.frame import blueprint, opened, posted_day
from webapp.views.house import actor, edge, signed_in

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue


@blueprint.get("/<int:bundle_id>/timeline")
@signed_in
def timeline(bundle_id: int) -> ResponseReturnValue:
    """What happened, over all cases of the bundle, by words, case and days."""
    wanted = Filter(
        words=request.args.get("q", "").strip()[:100],
        case_id=request.args.get("case", type=int),
        first=posted_day("first"),
        last=posted_day("last"),
        kind=request.args.get("kind", ""),
    )
    with edge().unit(actor()) as work:
        bundle = reading.read_bundle(work, bundle_id)
        return opened(
            work,
            bundle,
            "timeline",
            wanted=wanted,
            moments=read_timeline(work, bundle, wanted),
            case_options=[(case.id, f"{case.title}（{case.number}）") for case in cases_of(work, bundle)],
        )


@blueprint.get("/<int:bundle_id>/search")
@signed_in
def search(bundle_id: int) -> ResponseReturnValue:
    """Words in the pages of all exhibits."""
    words = request.args.get("q", "").strip()[:100]
    with edge().unit(actor()) as work:
        bundle = reading.read_bundle(work, bundle_id)
        numbers = {
            row.id: number
            for side in Side
            for number, row in enumerate(reading.exhibits_of(work, bundle_id, side), 1)
        }
        return opened(work, bundle, "search", words=words, hits=find(work, bundle, words), numbers=numbers)
