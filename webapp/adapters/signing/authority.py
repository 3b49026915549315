"""The trial authority on the network: revocation list, OCSP (RFC 6960) and time stamps (RFC 3161) by HTTP.

``make run`` starts it beside the server, so that a trial asks over the wire as production does.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from webapp.adapters.signing.timestamp import answer_query
from webapp.domain.signing import SigningUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from webapp.adapters.signing.keys import KeyFolder
    from webapp.adapters.signing.local import LocalTestCA

log = logging.getLogger(__name__)
LARGEST = 64 * 1024  # bytes of a request


class Authority(ThreadingHTTPServer):
    """Answers for one trial authority until it is shut down."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], *, ca: LocalTestCA, keys: KeyFolder) -> None:
        super().__init__(address, _Handler)
        self.ca = ca
        self.keys = keys

    def stamp(self, query: bytes) -> bytes:
        """Answer a time-stamp request by this machine's clock."""
        return answer_query(query, self.ca.authority)

    def status(self, request: bytes) -> bytes:
        """Answer an OCSP request."""
        return self.ca.answer_ocsp(request, self.keys.revoked(), now=datetime.now(UTC))

    def revocation_list(self) -> bytes:
        """The list as of now."""
        return self.ca.revocations(self.keys.revoked(), now=datetime.now(UTC))


class _Handler(BaseHTTPRequestHandler):
    server: Authority
    protocol_version = "HTTP/1.1"
    timeout = 20

    def do_GET(self) -> None:  # the base class's name
        if self.path == "/root.crl":
            self._say("application/pkix-crl", self.server.revocation_list)
        elif self.path == "/root.pem":
            self._say("application/x-pem-file", lambda: self.server.ca.root.certificate)
        else:
            self.send_error(404)

    def do_POST(self) -> None:  # the base class's name
        doors: Mapping[str, tuple[str, Callable[[bytes], bytes]]] = {
            "/tsa": ("application/timestamp-reply", self.server.stamp),
            "/ocsp": ("application/ocsp-response", self.server.status),
        }
        length = self.headers.get("Content-Length", "")
        if self.path not in doors:
            self.send_error(404)
        elif not length.isdecimal() or int(length) > LARGEST:
            self.send_error(413)
        else:
            body = self.rfile.read(int(length))
            kind, answer = doors[self.path]
            self._say(kind, lambda: answer(body))

    def _say(self, kind: str, answer: Callable[[], bytes]) -> None:
        try:
            body = answer()
        except (ValueError, SigningUnavailableError):
            self.send_error(400)
            return
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *values: Any) -> None:  # noqa: A002  # the base class's name
        log.info(format, *values)
