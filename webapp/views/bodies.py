"""JSON bodies of requests."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.json.provider import DefaultJSONProvider

from webapp.domain import nesting
from webapp.domain.errors import InvalidError


class BoundedJson(DefaultJSONProvider):
    """JSON as Flask reads and writes it, a body that is nested too deep being none at all."""

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Read JSON; raises ValueError."""
        return nesting.read_json(s, **kwargs)


def json_body() -> dict[str, Any]:
    """What a script of ours sent; raises InvalidError for what is no object."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise InvalidError
    return body
