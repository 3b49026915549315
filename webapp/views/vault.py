"""The vault 证据保管库: what is kept, one item with its chain of custody, and files taken in."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from webapp.adapters.pdf.pages import MEDIA_TYPE, draw_pages
from webapp.adapters.uploads import delivery
from webapp.domain.custody import BY_HAND, METHODS, STEPS, ItemKind
from webapp.domain.errors import ForbiddenError, InvalidError, NotFoundError
from webapp.domain.permissions import Permission
from webapp.domain.reach import SHANGHAI
from webapp.domain.text import msg
from webapp.services.evidence import custody, expiry
from webapp.services.evidence.readings import reading_of, reading_pdf
from webapp.services.notices import restored
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import gettext
from webapp.views.uploads import posted_file

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from webapp.domain.text import Message

blueprint = Blueprint("vault", __name__, url_prefix="/vault")
NUMBER = re.compile(r"(?:[A-Z]{1,8}-\d{4}-)?0*(\d{1,18})")

KINDS: Mapping[str, Message] = {
    ItemKind.MAIL: msg("电子邮件"),
    ItemKind.CHAT: msg("聊天记录"),
    ItemKind.TABLE: msg("表格"),
    ItemKind.PICTURE: msg("图片"),
    ItemKind.SOUND: msg("录音"),
    ItemKind.VIDEO: msg("视频"),
    ItemKind.DOCUMENT: msg("文件"),
    ItemKind.OTHER: msg("其他"),
}


@blueprint.get("/")
@signed_in
def index() -> ResponseReturnValue:
    """Items of my scope, newest first; with ``?case=`` of one case, with ``?q=`` by words."""
    who = actor()
    if not who.may(Permission.VAULT_READ):
        raise ForbiddenError
    case_id = request.args.get("case", type=int)
    words = request.args.get("q", "")
    with edge().view(who) as work:
        rows = custody.list_items(
            work, case_id=case_id, words=words, before=request.args.get("before", type=int)
        )
        return render_template(
            "vault/list.html",
            rows=rows,
            words=words,
            case=rows[0].case if case_id and rows else None,
            case_id=case_id,
            following=url_for("vault.index", before=rows[-1].id, case=case_id, q=words or None)
            if len(rows) == custody.PAGE
            else "",
            writes=who.may(Permission.VAULT_WRITE),
            kinds=KINDS,
        )


@blueprint.get("/new")
@signed_in
def new() -> ResponseReturnValue:
    """An empty form."""
    return _form({})


@blueprint.post("/new")
@signed_in
def take_in() -> ResponseReturnValue:
    """Take a file in."""
    try:
        asked = _asked()
        with edge().unit(actor()) as work:
            row_id = custody.take_in(work, asked).id
    except InvalidError as error:
        if not error.fields:
            raise
        return _form(error.fields), 422
    return _done(row_id, msg("已收存，指纹已写入事件日志。"))


def _form(errors: Mapping[str, tuple[Message, ...]]) -> str:
    if not actor().may(Permission.VAULT_WRITE):
        raise ForbiddenError
    given: Mapping[str, str] = request.form
    if request.method == "GET":
        given = {"case": request.args.get("case", ""), "collected_by": actor().name}
    return render_template(
        "vault/new.html",
        given=given,
        methods=[(key, gettext(words)) for key, words in METHODS.items()],
        errors={key: [gettext(m) for m in messages] for key, messages in errors.items()},
    )


def _asked() -> custody.NewItem:
    form = request.form
    try:
        name, data = posted_file()
    except InvalidError as error:
        raise InvalidError(fields={"file": (error.message,)}) from error
    return custody.NewItem(
        name=name,
        data=data,
        source=form.get("source", ""),
        collected_by=form.get("collected_by", ""),
        collected_at=_moment(form.get("collected_at", "")),
        method=form.get("method", ""),
        method_note=form.get("method_note", ""),
        legality=form.get("legality", ""),
        medium=form.get("medium", ""),
        keeper=form.get("keeper", ""),
        case_id=_case_id(form.get("case", "").strip()),
        person_number=form.get("person", ""),
        keep_until=_day(form.get("keep_until", "")),
    )


@blueprint.get("/<int:item_id>")
@signed_in
def page(item_id: int) -> ResponseReturnValue:
    """One item: what it is, where from, its fingerprints and its chain."""
    return _item(item_id, {})


def _item(item_id: int, errors: Mapping[str, tuple[Message, ...]]) -> str:
    with edge().view(actor()) as work:
        row = custody.read_item(work, item_id)
        copy = reading_of(work, item_id)
        return render_template(
            "vault/item.html",
            row=row,
            steps=custody.steps(work, item_id),
            copy=copy,
            fault=restored(copy.fault) if copy is not None and copy.fault else None,
            reasons=[restored(reason) for reason in row.reasons],
            writes=actor().may_within(
                Permission.VAULT_WRITE, entity_id=row.entity_id, department_path=row.department_path
            ),
            kinds=KINDS,
            methods=METHODS,
            step_words=STEPS,
            by_hand=[(kind, gettext(STEPS[kind])) for kind in BY_HAND],
            errors={key: [gettext(m) for m in messages] for key, messages in errors.items()},
            given=request.form,
            over=actor().may(Permission.ERASE) and expiry.is_over(work, row),
            proposed=expiry.proposal_of(work, item_id),
            me=work.actor.person_id,
        )


@blueprint.get("/<int:item_id>/reading")
@signed_in
def reading(item_id: int) -> ResponseReturnValue:
    """The reading copy, page by page; that somebody looked is a link of the chain."""
    with edge().unit(actor()) as work:
        row = custody.read_item(work, item_id)
        copy = reading_of(work, item_id)
        if copy is None or copy.sha256 is None:
            raise NotFoundError
        custody.open_item(work, item_id)
        return render_template(
            "vault/reading.html", row=row, copy=copy, kinds=KINDS, at=work.now, reader=work.actor.name
        )


@blueprint.get("/<int:item_id>/pages/<int:number>")
@signed_in
def picture(item_id: int, number: int) -> ResponseReturnValue:
    """A page of the reading copy as picture; whoever asks for it past the copy's page opens it as well."""
    with edge().unit(actor()) as work:
        custody.read_item(work, item_id)
        copy = reading_of(work, item_id)
        if copy is None or not 1 <= number <= copy.pages:
            raise NotFoundError
        custody.look_on(work, item_id)
        data = reading_pdf(work, item_id)
    answer = Response(draw_pages(data, only=number)[0], mimetype=MEDIA_TYPE)
    answer.headers["Cache-Control"] = "private, max-age=300"
    return answer


@blueprint.post("/<int:item_id>/original")
@signed_in
def original(item_id: int) -> ResponseReturnValue:
    """Hand out the bytes as they came in, for a reason; never such that a browser would open them."""
    try:
        with edge().unit(actor()) as work:
            row, data = custody.hand_out(work, item_id, reason=request.form.get("reason", ""))
            headers = delivery(row.name, row.media_type, dangerous=row.dangerous, download=True)
    except InvalidError as error:
        return _item(item_id, {f"download-{key}": words for key, words in error.fields.items()}), 422
    return Response(data, headers=dict(headers))


@blueprint.post("/<int:item_id>/steps")
@signed_in
def note(item_id: int) -> ResponseReturnValue:
    """Write down a copy, a hand-over or a return."""
    form = request.form
    try:
        with edge().unit(actor()) as work:
            custody.note_step(
                work,
                item_id,
                form.get("kind", ""),
                reason=form.get("reason", ""),
                receiver=form.get("receiver", ""),
            )
    except InvalidError as error:
        if not error.fields:
            raise
        return _item(item_id, {f"step-{key}": words for key, words in error.fields.items()}), 422
    return _done(item_id, msg("已记入保管链。"))


@blueprint.post("/<int:item_id>/check")
@signed_in
def check(item_id: int) -> ResponseReturnValue:
    """Hash the bytes again."""
    with edge().unit(actor()) as work:
        same = custody.check_item(work, item_id)
    if same:
        return _done(item_id, msg("指纹一致，原件没有改变。"))
    flash(gettext(msg("指纹不一致，原件已损坏或被改动，请立即报告。")), "danger")
    return redirect(url_for("vault.page", item_id=item_id), 303)


@blueprint.post("/<int:item_id>/erasure")
@signed_in
def erase(item_id: int) -> ResponseReturnValue:
    """Propose the erasure of an item whose time is over, or decide on what another proposed."""
    act, reason = request.form.get("act", ""), request.form.get("reason", "")
    if act not in {"propose", "confirm", "refuse"}:
        raise InvalidError
    try:
        with edge().unit(actor()) as work:
            if act == "propose":
                expiry.propose(work, item_id, reason=reason)
            else:
                expiry.decide(work, item_id, confirm=act == "confirm", reason=reason)
    except InvalidError as error:
        return _item(item_id, {f"erase-{key}": words for key, words in error.fields.items()}), 422
    if act == "confirm":
        flash(gettext(msg("已确认，内容将被删除。")), "ok")
        return redirect(url_for("vault.index"), 303)
    return _done(item_id, msg("已记入保管链。"))


def _done(item_id: int, message: Message) -> ResponseReturnValue:
    flash(gettext(message), "ok")
    return redirect(url_for("vault.page", item_id=item_id), 303)


def _case_id(text: str) -> int | None:
    if not text:
        return None
    found = NUMBER.fullmatch(text.upper())
    if found is None:
        raise InvalidError(fields={"case": (msg("没有这个案件，或您无权为它收存证据。"),)})
    return int(found.group(1))


def _moment(text: str) -> datetime | None:
    """A time of the form, as clocks in Shanghai show it; None where it is none."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found.replace(tzinfo=SHANGHAI).astimezone(UTC) if found.tzinfo is None else None


def _day(text: str) -> datetime | None:
    """The end of a day in Shanghai; None where it is none."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC) + timedelta(days=1)
