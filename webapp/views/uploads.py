"""One posted file, and files handed out: never such that a browser would run them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request

from webapp.adapters.uploads import delivery
from webapp.domain.errors import InvalidError
from webapp.domain.text import msg
from webapp.services.attachments import NewFile, read_attachment
from webapp.views.house import actor, edge, signed_in

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

FILE_FIELD = "_file."  # before the name of a form's field

blueprint = Blueprint("files", __name__, url_prefix="/files")


def posted_file() -> tuple[str, bytes]:
    """Name and bytes of the posted ``file``; raises InvalidError where there is none."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise InvalidError(msg("没有收到文件，请重新选择。"))
    return file.filename, file.stream.read()  # the server's own limit on a request has been checked


def posted_files() -> list[NewFile]:
    """What a form without scripts brings: files under ``_file.`` and the name of their field."""
    return [
        NewFile(field=field.removeprefix(FILE_FIELD), name=file.filename, data=file.stream.read())
        for field, file in request.files.items(multi=True)
        if field.startswith(FILE_FIELD) and file.filename
    ]


@blueprint.get("/<int:attachment_id>")
@signed_in
def download(attachment_id: int) -> ResponseReturnValue:
    """Hand out a file of a case that the person may read."""
    with edge().view(actor()) as work:
        row, data = read_attachment(work, attachment_id)
    headers = delivery(row.name, row.media_type, dangerous=row.dangerous, download="download" in request.args)
    return Response(data, headers=dict(headers))
