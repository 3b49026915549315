"""One request to an authority or provider by HTTP; every fault means: not now, ask again."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from webapp.domain.signing import SigningUnavailableError
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Mapping

TIMEOUT = 20.0  # seconds
LARGEST = 1024 * 1024  # bytes of a reply of an authority


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked: GET without ``data``, POST with it."""

    url: str
    data: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str | None = None
    timeout: float = TIMEOUT
    largest: int = LARGEST


class Refused(SigningUnavailableError):  # noqa: N818  # said of the service, not of us
    """The service answered, and refused; ``status`` is HTTP's."""

    def __init__(self, status: int) -> None:
        super().__init__(msg("签名或时间戳服务拒绝了请求（{status}）。", status=status))
        self.status = status


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """An authority answers where it was asked: what it was sent goes nowhere else."""

    def redirect_request(self, *_: object) -> None:
        """Refuse."""


_OPENER = urllib.request.build_opener(_NoRedirects, urllib.request.ProxyHandler())


def fetch(request: Request) -> bytes:
    """Return the body of a good answer (2xx); raises SigningUnavailableError for everything else."""
    if not request.url.startswith(("https://", "http://")):
        raise SigningUnavailableError(msg("签名或时间戳服务地址有误：{url}", url=request.url))
    wire = urllib.request.Request(  # noqa: S310  # the scheme is checked above
        request.url, data=request.data, headers=dict(request.headers), method=request.method
    )
    try:
        with _OPENER.open(wire, timeout=request.timeout) as reply:
            body: bytes = reply.read(request.largest + 1)
    except urllib.error.HTTPError as error:
        error.close()
        raise Refused(error.code) from error
    except (OSError, http.client.HTTPException) as error:
        raise SigningUnavailableError from error
    if len(body) > request.largest:
        raise SigningUnavailableError(msg("签名或时间戳服务的回复过大。"))
    return body
