"""One posted file, and files handed out: as attachment where they could run, shown where they cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import Blueprint, Response, current_app, request

from webapp.domain.errors import InvalidError
from webapp.domain.text import msg
from webapp.services.attachments import read_attachment
from webapp.views.house import actor, edge, signed_in

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("files", __name__, url_prefix="/files")

SHOWN = frozenset({"image/png", "image/jpeg", "image/webp"})  # everything else is downloaded


def posted_file() -> tuple[str, bytes, int]:
    """Name, bytes and the limit in bytes of the posted ``file``; raises InvalidError where there is none."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise InvalidError(msg("没有收到文件，请重新选择。"))
    limit = int(current_app.config["UPLOAD_LIMIT"])
    return file.filename, file.stream.read(limit + 1), limit


@blueprint.get("/<int:attachment_id>")
@signed_in
def download(attachment_id: int) -> ResponseReturnValue:
    """Hand out a file of a case that the person may read."""
    with edge().view(actor()) as work:
        row, data = read_attachment(work, attachment_id)
    shown = row.media_type in SHOWN and not row.dangerous
    answer = Response(data, mimetype=row.media_type if shown else "application/octet-stream")
    how = "inline" if shown else "attachment"
    answer.headers["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(row.name)}"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
