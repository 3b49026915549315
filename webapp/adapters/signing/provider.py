"""A licensed provider's HTTP interface (电子签名法 art. 16): JSON, each request signed by HMAC-SHA256.

What e签宝, 法大大 and 腾讯电子签 have in common: open a flow, ask how far it is, fetch file and report, take
it back; the provider calls back, signed the same way. What it says is never enough: the file is judged.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from webapp.adapters.signing.fetch import Refused, Request, fetch
from webapp.domain import nesting
from webapp.domain.errors import ConflictError, ForbiddenError
from webapp.domain.signing import FlowState, FlowStatus, SigningUnavailableError
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from webapp.domain.signing import SigningRequest

SKEW = timedelta(minutes=5)  # of a callback's time against our clock
LARGEST_FILE = 64 * 1024 * 1024  # bytes
LARGEST_CALL = 64 * 1024
APP, TIME, NONCE, SIGNATURE, DIGEST = "X-App", "X-Time", "X-Nonce", "X-Signature", "X-Content-SHA256"


class CallbackRefusedError(ForbiddenError):
    """A call that the provider did not sign, or not now."""

    default = msg("回调签名无效。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Where a provider answers, and what an installation shares with it."""

    url: str  # https://…, without a slash at the end
    app: str
    secret: bytes
    timeout: float = 20.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """What a provider called about; ``nonce`` makes a repeat known."""

    flow: str  # our key, as we gave it
    state: FlowState
    nonce: str
    at: datetime


def sign_message(secret: bytes, *parts: str) -> str:
    """HMAC-SHA256 (hex) over the parts, one a line."""
    return hmac.new(secret, "\n".join(parts).encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpProvider:
    """See SigningProvider."""

    access: Access
    callback_url: str
    name: str = "provider"
    test: bool = False
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def open_flow(self, request: SigningRequest) -> str:
        """See SigningProvider: the provider keeps one flow a key, however often it is asked."""
        body = {
            "flow": request.flow,
            "title": request.title,
            "document": base64.b64encode(request.document).decode(),
            "document_sha256": hashlib.sha256(request.document).hexdigest(),
            "signers": [
                {"number": s.number, "name": s.name, "role": s.role, "phone": s.phone}
                for s in request.signers
            ],
            "expires_at": request.expires_at.isoformat(),
            "callback": self.callback_url,
        }
        found = self._json("POST", "/flows", body).get("id")
        if not isinstance(found, str) or not found:
            raise SigningUnavailableError(msg("签署平台的回复无法读取。"))
        return found

    def read_flow(self, flow_id: str) -> FlowStatus:
        """See SigningProvider."""
        said = self._json("GET", f"/flows/{quote(flow_id, safe='')}")
        try:
            return FlowStatus(state=FlowState(said["state"]), reason=str(said.get("reason", "")))
        except (KeyError, ValueError) as error:
            raise SigningUnavailableError(msg("签署平台的回复无法读取。")) from error

    def fetch_document(self, flow_id: str) -> bytes:
        """The file as it stands; its hash must be what the provider says beside it."""
        return self._file(f"/flows/{quote(flow_id, safe='')}/document")

    def fetch_report(self, flow_id: str) -> bytes:
        """The provider's own evidence report (签署报告)."""
        return self._file(f"/flows/{quote(flow_id, safe='')}/report")

    def seal_flow(self, flow_id: str, *, reason: str) -> None:
        """Have the company's seal put on it, as a holder approved."""
        self._json("POST", f"/flows/{quote(flow_id, safe='')}/seal", {"reason": reason})

    def withdraw(self, flow_id: str, *, reason: str) -> None:
        """See SigningProvider."""
        try:
            self._json("POST", f"/flows/{quote(flow_id, safe='')}/withdraw", {"reason": reason})
        except Refused as refused:
            if refused.status == 409:
                raise ConflictError(msg("已有人签署，不能撤回。")) from refused
            raise

    def sign_detached(self, content: bytes) -> bytes:
        """See Sealer."""
        said = self._json("POST", "/cms", {"content": base64.b64encode(content).decode()})
        try:
            return base64.b64decode(said["signature"], validate=True)
        except (KeyError, TypeError, ValueError) as error:
            raise SigningUnavailableError(msg("签署平台的回复无法读取。")) from error

    def accept_call(self, headers: Mapping[str, str], body: bytes, *, path: str, now: datetime) -> Callback:
        """Check a callback's signature and time; raises CallbackRefusedError for every other one."""
        stated, nonce = headers.get(TIME, ""), headers.get(NONCE, "")
        if len(body) > LARGEST_CALL or not nonce or len(nonce) > 64 or headers.get(APP) != self.access.app:
            raise CallbackRefusedError
        wanted = sign_message(self.access.secret, "POST", path, stated, nonce, _digest(body))
        if not hmac.compare_digest(wanted.encode(), headers.get(SIGNATURE, "").encode()):
            raise CallbackRefusedError
        try:
            at = datetime.fromisoformat(stated)
            said = nesting.read_json(body)
            call = Callback(flow=str(said["flow"]), state=FlowState(said["state"]), nonce=nonce, at=at)
            late = abs(now - at) > SKEW
        except (ValueError, KeyError, TypeError) as error:
            raise CallbackRefusedError from error
        if late:
            raise CallbackRefusedError
        return call

    def _json(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        data = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        answer = self._ask(method, path, data=data)
        try:
            said = nesting.read_json(answer)
        except ValueError as error:
            raise SigningUnavailableError(msg("签署平台的回复无法读取。")) from error
        if not isinstance(said, dict):
            raise SigningUnavailableError(msg("签署平台的回复无法读取。"))
        return said

    def _file(self, path: str) -> bytes:
        said = self._json("GET", path)
        try:
            content = base64.b64decode(said["content"], validate=True)
            whole = hmac.compare_digest(_digest(content), str(said["sha256"]))
        except (KeyError, TypeError, ValueError) as error:
            raise SigningUnavailableError(msg("签署平台的回复无法读取。")) from error
        if not whole:
            raise SigningUnavailableError(msg("签署平台返回的文件与其指纹不符。"))
        return content

    def _ask(self, method: str, path: str, *, data: bytes | None) -> bytes:
        url = self.access.url + path
        stated, nonce = self.clock().isoformat(timespec="seconds"), secrets.token_hex(16)
        parts = (method, urlsplit(url).path, stated, nonce, _digest(data or b""))
        headers = {
            "Content-Type": "application/json",
            APP: self.access.app,
            TIME: stated,
            NONCE: nonce,
            SIGNATURE: sign_message(self.access.secret, *parts),
        }
        return fetch(
            Request(
                url=url,
                data=data,
                headers=headers,
                method=method,
                timeout=self.access.timeout,
                largest=LARGEST_FILE,
            )
        )


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
