"""Documents: one's own, those of a case, each with its pages, differences, hashes and file."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Blueprint, Response, render_template, request

from models.signing import Stage
from webapp.adapters.docx.document import MEDIA_TYPE as WORD
from webapp.adapters.pdf.pages import MEDIA_TYPE
from webapp.domain.text import msg
from webapp.services.contracts.read import own_contracts
from webapp.services.documents.difference import differences_of
from webapp.services.documents.read import (
    download,
    download_docx,
    editions,
    editions_of,
    own_documents,
    page_picture,
    readable_document,
    signed_picture,
)
from webapp.views.house import actor, edge, signed_in

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("documents", __name__, url_prefix="/documents")

KINDS = {
    "supplement": msg("补充协议"),
    "contract": msg("劳动合同"),
    "letter": msg("说明"),
    "notice": msg("告知书"),
    "consent": msg("同意书"),
    "electronic-form": msg("同意书"),
    "copy-statement": msg("说明"),
    "annex": msg("附件"),
    "minutes": msg("记录"),
    "application": msg("申请材料"),
    "rules": msg("规章制度"),
    "receipt": msg("签收"),
}
STAGES = {
    Stage.SIGNED: msg("员工已签"),
    Stage.SEALED: msg("双方已签"),
    Stage.ARCHIVED: msg("已归档"),
    Stage.RENEWED: msg("已续期"),
}
UNSIGNED = msg("尚未签署")


@blueprint.get("/own")
@signed_in
def own() -> ResponseReturnValue:
    """我的合同与文件: contracts with the terms in force, and every document about me."""
    with edge().view(actor()) as work:
        found = own_documents(work)
        signed = editions_of(work, [each.id for each in found])
        return render_template(
            "documents/own.html",
            documents=[(each, signed[each.id]) for each in found],
            contracts=own_contracts(work),
            kinds=KINDS,
            stages=STAGES,
            unsigned=UNSIGNED,
        )


@blueprint.get("/<int:document_id>")
@signed_in
def page(document_id: int) -> ResponseReturnValue:
    """One document: its pages, what it changes, and what proves it."""
    with edge().view(actor()) as work:
        document = readable_document(work, document_id)
        return render_template(
            "documents/page.html",
            document=document,
            editions=editions(work, document_id),
            difference=differences_of(work, document),
            kinds=KINDS,
            stages=STAGES,
            unsigned=UNSIGNED,
        )


@blueprint.get("/<int:document_id>/pages/<int:number>")
@signed_in
def picture(document_id: int, number: int) -> ResponseReturnValue:
    """A page as picture: of the text as logged, or with ``?signed`` of the newest edition."""
    with edge().view(actor()) as work:
        read = signed_picture if "signed" in request.args else page_picture
        data = read(work, document_id, number)
    answer = Response(data, mimetype=MEDIA_TYPE)
    answer.headers["Cache-Control"] = "private, max-age=300"
    return answer


@blueprint.get("/<int:document_id>.pdf")
@signed_in
def file(document_id: int) -> ResponseReturnValue:
    """The newest signed edition, free of charge; the download is logged."""
    with edge().unit(actor()) as work:
        document, data = download(work, document_id)
        name = f"{document.title} {document.number}.pdf"
    answer = Response(data, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


@blueprint.get("/<int:document_id>.docx")
@signed_in
def word(document_id: int) -> ResponseReturnValue:
    """The same words as a Word file; the download is logged."""
    with edge().unit(actor()) as work:
        document, data = download_docx(work, document_id)
        name = f"{document.title} {document.number}.docx"
    answer = Response(data, mimetype=WORD)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer
