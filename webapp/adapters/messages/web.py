"""JSON over HTTP to a channel: bounded in time and size, faults as ChannelUnavailableError."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.parse
import urllib.request
from typing import TYPE_CHECKING, Any

from webapp.domain import nesting
from webapp.domain.reach import ChannelUnavailableError

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUT = 15  # seconds
LARGEST = 256 * 1024  # bytes of an answer


def call(
    url: str, *, query: Mapping[str, str], body: bytes | None = None, headers: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """GET, or POST where ``body`` is given; returns the JSON object of the answer.

    Only http and https; raises ChannelUnavailableError for every fault, with no secret in its text.
    """
    if not url.startswith(("https://", "http://")):
        raise ChannelUnavailableError
    asked = f"{url}?{urllib.parse.urlencode(query)}" if query else url
    request = urllib.request.Request(asked, data=body, headers=dict(headers or {}))  # noqa: S310
    request.add_header("Content-Type", "application/json; charset=utf-8")
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
            found = nesting.read_json(answer.read(LARGEST))
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise ChannelUnavailableError from error
    if not isinstance(found, dict):
        raise ChannelUnavailableError
    return found
