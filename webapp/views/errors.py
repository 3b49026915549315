"""The one place that maps errors to HTTP statuses, and answers in the reader's language."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from flask import jsonify, render_template, request
from werkzeug.exceptions import HTTPException

from webapp.domain import errors
from webapp.domain.text import msg
from webapp.views.shell import gettext

if TYPE_CHECKING:
    from flask import Flask, Response
    from flask.typing import ResponseReturnValue

    from webapp.domain.text import Message

log = logging.getLogger(__name__)

STATUSES: tuple[tuple[type[errors.HeguiError], int], ...] = (
    (errors.NotFoundError, 404),
    (errors.ForbiddenError, 403),
    (errors.ConflictError, 409),
    (errors.InvalidError, 422),
    (errors.UnavailableError, 503),
    (errors.HeguiError, 500),
)
SENTENCES = {
    400: msg("请求有误，未作任何更改。请刷新页面后再试。"),
    403: msg("您无权进行此操作。"),
    404: msg("没有找到，或您无权查看。"),
    405: msg("不支持这种操作。"),
    413: msg("上传的内容太大。"),
    429: msg("操作太频繁，请稍后再试。"),
    500: msg("出了点问题，请稍后再试。"),
}


def status_of(error: errors.HeguiError) -> int:
    """The HTTP status of an error of ours."""
    return next(status for kind, status in STATUSES if isinstance(error, kind))


def install_errors(app: Flask) -> None:
    """Answer every error in words."""

    @app.errorhandler(errors.HeguiError)
    def _ours(error: errors.HeguiError) -> ResponseReturnValue:
        fields = getattr(error, "fields", {})
        return _answer(status_of(error), error.message, {k: list(v) for k, v in fields.items()})

    @app.errorhandler(HTTPException)
    def _theirs(error: HTTPException) -> ResponseReturnValue:
        if error.response is not None:
            return error.response
        code = error.code or 500
        return _answer(code, SENTENCES.get(code, SENTENCES[500]), {})

    @app.errorhandler(Exception)
    def _unknown(error: Exception) -> ResponseReturnValue:
        log.error("unhandled", exc_info=error)
        return _answer(500, SENTENCES[500], {})


def wants_json() -> bool:
    """Whether the caller is a script of ours rather than a page."""
    return request.is_json or request.accept_mimetypes.best == "application/json"


def _answer(status: int, message: Message, fields: dict[str, list[Message]]) -> tuple[Response | str, int]:
    if wants_json():
        told = {k: [gettext(m) for m in v] for k, v in fields.items()}
        return jsonify(message=gettext(message), errors=told), status
    return render_template("error.html", status=status, message=message, fields=fields), status
