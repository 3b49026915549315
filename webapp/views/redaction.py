"""A redacted edition 遮盖版 of a case's pack: choose what is left out, say why, take it away."""

from __future__ import annotations

import re
import tempfile
from typing import TYPE_CHECKING, BinaryIO, cast

from flask import Blueprint, render_template, request

from webapp.domain.errors import InvalidError
from webapp.domain.redaction import Mask
from webapp.domain.text import msg
from webapp.services.evidence.export import export_pack
from webapp.services.evidence.maskable import open_maskable
from webapp.views.evidence import hand_out
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import gettext

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask.typing import ResponseReturnValue

    from webapp.domain.text import Message

blueprint = Blueprint("redaction", __name__)
PAGES = re.compile(r"\s*\d{1,4}(\s*[,，、]\s*\d{1,4})*\s*")


@blueprint.get("/cases/<int:case_id>/evidence/redacted")
@signed_in
def page(case_id: int) -> ResponseReturnValue:
    """Every event with what it says, every original: tick what shall not be shown."""
    return _page(case_id, {})


def _page(case_id: int, errors: Mapping[str, tuple[Message, ...]]) -> str:
    with edge().view(actor()) as work:
        return render_template(
            "evidence/redacted.html",
            page=open_maskable(work, case_id),
            chosen=request.form.getlist("mask"),
            given=request.form,
            errors={key: [gettext(m) for m in messages] for key, messages in errors.items()},
        )


@blueprint.post("/cases/<int:case_id>/evidence/redacted.zip")
@signed_in
def pack(case_id: int) -> ResponseReturnValue:
    """Write the edition and hand it out; a mask that cannot be made is said above the list."""
    who, house = actor(), edge()
    out = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115  # closed with the answer
    try:
        masks = _masks()
        exported = export_pack(
            lambda: house.unit(who), case_id, out, doors=house.ports.signing(), masks=masks
        )
    except InvalidError as error:
        out.close()
        return _page(case_id, error.fields or {"mask": (error.message,)}), 422
    except BaseException:
        out.close()
        raise
    return hand_out(out, exported)


def _masks() -> tuple[Mask, ...]:
    """What was ticked; raises InvalidError where nothing was, or no reason is given."""
    masks = tuple(_ticked())
    if not masks:
        raise InvalidError(fields={"mask": (msg("请先选择要遮盖的内容。"),)})
    return masks


def _ticked() -> Iterator[Mask]:
    """Boxes: ``event.7``, ``field.7.values.reason``, ``file.<sha256>`` with its pages."""
    reason = request.form.get("reason", "").strip()[:500]
    chosen = request.form.getlist("mask")
    if chosen and not reason:
        raise InvalidError(fields={"reason": (msg("请写明遮盖的原因，它会印在遮盖说明里。"),)})
    fields: dict[int, list[str]] = {}
    for each in chosen:
        kind, _, rest = each.partition(".")
        if kind == "file":
            yield Mask(sha256=rest, pages=_pages(request.form.get(f"pages.{rest}", "")), reason=reason)
            continue
        number, _, place = rest.partition(".")
        if not number.isdecimal() or len(number) > 9 or kind not in ("event", "field"):
            raise InvalidError
        fields.setdefault(int(number), []).append(place if kind == "field" else "")
    for sequence, places in fields.items():
        whole = "" in places
        yield Mask(sequence=sequence, fields=() if whole else tuple(places), reason=reason)


def _pages(text: str) -> tuple[int, ...]:
    if not text.strip():
        return ()
    if not PAGES.fullmatch(text):
        raise InvalidError(fields={"mask": (msg("页码请写成 2、5 的样子。"),)})
    return tuple(sorted({int(number) for number in re.findall(r"\d+", text)}))
