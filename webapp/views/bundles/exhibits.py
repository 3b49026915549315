"""The exhibits of a bundle: listed, added, put in order, described, looked at page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from flask import Response, flash, redirect, request, url_for

from webapp.adapters.pdf.leaves import draw_preview
from webapp.adapters.pdf.page import show_time
from webapp.adapters.uploads import delivery
from webapp.domain.custody import STEPS, Step
from webapp.domain.errors import InvalidError, NotFoundError
from webapp.domain.exhibits import FORMS, STANDS, Side
from webapp.domain.keys import read_key
from webapp.domain.text import msg
from webapp.services.evidence.bundles import access as reading
from webapp.services.evidence.bundles import collect
from webapp.services.evidence.bundles import exhibits as writing
from webapp.services.evidence.bundles.ask import requests_of
from webapp.services.evidence.bundles.counsel import comments_of, notes_of
from webapp.services.evidence.bundles.custody import chain_of, note_touch
from webapp.services.evidence.bundles.lines import opinions_of
from webapp.services.evidence.bundles.material import copy_of, is_intact, original_of
from webapp.services.evidence.bundles.review import review
from webapp.views.bundles.frame import blueprint, kinds, opened, posted_day, said, seen, shown
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import gettext
from webapp.views.uploads import posted_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from models.bundle import Bundle, Exhibit
    from webapp.domain.text import Message
    from webapp.services.evidence.bundles.review import Reviewed
    from webapp.services.work import Work

DESCRIBED = ("name", "source", "proves", "content", "weakness", "form", "kind")


@blueprint.get("/<int:bundle_id>")
@signed_in
def page(bundle_id: int) -> ResponseReturnValue:
    """Our exhibits, in their order."""
    with edge().unit(actor()) as work:
        bundle = reading.read_bundle(work, bundle_id)
        requests = requests_of(work, bundle)
        return opened(work, bundle, "page", review=review(work, bundle), requests=requests)


@blueprint.get("/<int:bundle_id>/theirs")
@signed_in
def theirs(bundle_id: int) -> ResponseReturnValue:
    """The other side's exhibits."""
    with edge().unit(actor()) as work:
        bundle = reading.read_bundle(work, bundle_id)
        rows = reading.exhibits_of(work, bundle_id, Side.THEIRS)
        return opened(work, bundle, "theirs", exhibits=rows, opinions=opinions_of(work, bundle))


@blueprint.get("/<int:bundle_id>/add")
@signed_in
def add(bundle_id: int) -> ResponseReturnValue:
    """Papers of the person's cases to choose from, and a file to bring."""
    with edge().unit(actor()) as work:
        bundle = reading.check_may_work(work, reading.read_bundle(work, bundle_id))
        return opened(work, bundle, "add", candidates=collect.candidates(work, bundle))


@blueprint.post("/<int:bundle_id>/add")
@signed_in
def take(bundle_id: int) -> ResponseReturnValue:
    """Add what was chosen."""
    keys = request.form.getlist("key")
    if not keys:
        raise InvalidError(msg("请先选择材料。"))
    with edge().unit(actor()) as work:
        added = writing.add_found(work, bundle_id, keys, version=seen())
    flash(gettext(msg("已添加 {n} 份证据。", n=len(added))), "ok")
    return redirect(url_for("bundles.page", bundle_id=bundle_id), 303)


@blueprint.post("/<int:bundle_id>/upload")
@signed_in
def upload(bundle_id: int) -> ResponseReturnValue:
    """Add a file that legal brings."""
    name, data = posted_file()
    side = Side.THEIRS if request.form.get("side") == Side.THEIRS else Side.OURS
    with edge().unit(actor()) as work:
        row = writing.upload(work, bundle_id, name=name, data=data, side=side, version=seen())
        exhibit_id = row.id
    return redirect(url_for("bundles.exhibit", bundle_id=bundle_id, exhibit_id=exhibit_id), 303)


@blueprint.post("/<int:bundle_id>/order")
@signed_in
def order(bundle_id: int) -> ResponseReturnValue:
    """Put a side's exhibits in order: all ids, or one id and a step up or down."""
    side = Side.THEIRS if request.form.get("side") == Side.THEIRS else Side.OURS
    ids = request.form.get("order", "")
    with edge().unit(actor()) as work:
        if ids:
            wanted = [key for each in ids.split(",") if (key := read_key(each)) is not None]
        else:
            wanted = _stepped(reading.exhibits_of(work, bundle_id, side))
        writing.arrange(work, bundle_id, wanted, side=side, version=seen())
        version = reading.read_bundle(work, bundle_id).version
    if request.accept_mimetypes.best == "application/json":
        return {"version": version}
    return redirect(
        url_for("bundles.page" if side is Side.OURS else "bundles.theirs", bundle_id=bundle_id), 303
    )


def _stepped(rows: list[Exhibit]) -> list[int]:
    """The order after a press on an arrow."""
    ids = [row.id for row in rows]
    moving, step = request.form.get("exhibit", 0, type=int), -1 if request.form.get("step") == "up" else 1
    if moving not in ids:
        raise NotFoundError
    place = ids.index(moving)
    ids.insert(min(max(place + step, 0), len(ids) - 1), ids.pop(place))
    return ids


@blueprint.get("/<int:bundle_id>/exhibits/<int:exhibit_id>")
@signed_in
def exhibit(bundle_id: int, exhibit_id: int) -> ResponseReturnValue:
    """One exhibit: its pages left, its columns right."""
    return exhibit_page(bundle_id, exhibit_id, errors={})


def exhibit_page(bundle_id: int, exhibit_id: int, *, errors: Mapping[str, tuple[Message, ...]]) -> str:
    """The page of an exhibit, as a refused form shows it again."""
    with edge().unit(actor()) as work:
        row = reading.read_exhibit(work, bundle_id, exhibit_id)
        bundle = reading.read_bundle(work, bundle_id)
        rows = reading.exhibits_of(work, bundle_id, Side(row.side))
        place = [each.id for each in rows].index(row.id)
        show = shown if errors else opened
        if not errors:
            note_touch(work, bundle, [row], kind=Step.OPENED)
        return show(
            work,
            bundle,
            "exhibit",
            exhibit=row,
            number=place + 1,
            total=len(rows),
            before=rows[place - 1] if place else None,
            after=rows[place + 1] if place + 1 < len(rows) else None,
            page_number=min(max(request.args.get("page", 1, type=int), 1), row.pages),
            intact=is_intact(work, row),
            checked=_checked(work, bundle, row),
            opinion=opinions_of(work, bundle).get(row.id),
            chain=chain_of(work, row),
            step_words=STEPS,
            comments=comments_of(work, bundle, row.id),
            notes=notes_of(work, bundle, row.id),
            kinds=kinds(),
            stand_choices=[(stand.value, gettext(title)) for stand, title in STANDS.items()],
            form_choices=[(form.value, gettext(title)) for form, title in FORMS.items()],
            given=request.form if errors and "name" in request.form else _given(row),
            answered=request.form if errors and "weight" in request.form else None,
            errors=said(errors),
        )


def _checked(work: Work, bundle: Bundle, row: Exhibit) -> Reviewed | None:
    """What was found about an exhibit of ours; theirs are answered, not checked."""
    if row.side != Side.OURS:
        return None
    return next(each for each in review(work, bundle).exhibits if each.exhibit.id == row.id)


def _given(row: Exhibit) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in DESCRIBED},
        "dated": "" if row.dated is None else row.dated.isoformat(),
    }


@blueprint.post("/<int:bundle_id>/exhibits/<int:exhibit_id>")
@signed_in
def describe(bundle_id: int, exhibit_id: int) -> ResponseReturnValue:
    """Write the columns, and go on to the next exhibit where that was pressed."""
    try:
        with edge().unit(actor()) as work:
            row = writing.describe(work, bundle_id, exhibit_id, said=_described(), version=seen())
            rows = [each.id for each in reading.exhibits_of(work, bundle_id, Side(row.side))]
    except InvalidError as error:
        if not error.fields:
            raise
        return exhibit_page(bundle_id, exhibit_id, errors=error.fields), 422
    place = rows.index(exhibit_id)
    if request.form.get("then") == "next" and place + 1 < len(rows):
        return redirect(url_for("bundles.exhibit", bundle_id=bundle_id, exhibit_id=rows[place + 1]), 303)
    flash(gettext(msg("已保存。")), "ok")
    return redirect(url_for("bundles.exhibit", bundle_id=bundle_id, exhibit_id=exhibit_id), 303)


def _described() -> writing.Description:
    form = request.form
    return writing.Description(
        **{name: form.get(name, "").strip() for name in DESCRIBED},
        dated=posted_day("dated"),
    )


@blueprint.post("/<int:bundle_id>/exhibits/<int:exhibit_id>/remove")
@signed_in
def remove(bundle_id: int, exhibit_id: int) -> ResponseReturnValue:
    """Take an exhibit out."""
    with edge().unit(actor()) as work:
        writing.remove(work, bundle_id, exhibit_id, version=seen())
    flash(gettext(msg("已移除；材料本身和已冻结的版本不受影响。")), "ok")
    return redirect(url_for("bundles.page", bundle_id=bundle_id), 303)


@blueprint.get("/<int:bundle_id>/exhibits/<int:exhibit_id>/pages/<int:number>")
@signed_in
def picture(bundle_id: int, exhibit_id: int, number: int) -> ResponseReturnValue:
    """A page with the reader's name and the time across it; that it was seen is an event."""
    with edge().unit(actor()) as work:
        row = reading.read_exhibit(work, bundle_id, exhibit_id)
        bundle = reading.read_bundle(work, bundle_id)
        if not 1 <= number <= row.pages:
            raise NotFoundError
        facts = {"exhibit": row.id, "name": row.name, "page": number}
        reading.tell(work, "exhibit.viewed", bundle, **facts)
        copy = copy_of(work, row).pdf
        mark = f"{work.actor.name} {show_time(work.now)}"
    answer = Response(draw_preview(copy, number, mark=mark), mimetype="image/webp")
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/<int:bundle_id>/exhibits/<int:exhibit_id>/original")
@signed_in
def original(bundle_id: int, exhibit_id: int) -> ResponseReturnValue:
    """Hand out the original, never such that a browser would run it."""
    with edge().unit(actor()) as work:
        row = reading.read_exhibit(work, bundle_id, exhibit_id)
        bundle = reading.read_bundle(work, bundle_id)
        data = original_of(work, row)
        note_touch(work, bundle, [row], kind=Step.DOWNLOADED)
        reading.tell(work, "exhibit.downloaded", bundle, name=row.name, file_sha256=row.sha256)
    headers = dict(delivery(row.name, row.media_type, dangerous=row.dangerous, download=True))
    if row.event_id is not None:
        headers = {
            "Content-Type": "application/json",
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote('event.json')}",
        }
    return Response(data, headers=headers)
