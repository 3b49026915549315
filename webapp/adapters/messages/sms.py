"""SMS through a gateway's JSON interface, each request signed by HMAC-SHA256 over time and body.

Operators' gateways differ in names, not in kind; this is the plain form that a small relay in front of any
of them can speak: POST {id, to, text} answers {id, state, reason}, GET ?id= answers the same.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from webapp.adapters.messages.web import call
from webapp.domain.reach import AddressRefusedError, ChannelUnavailableError, Receipt
from webapp.domain.text import msg

if TYPE_CHECKING:
    from webapp.domain.reach import Letter

TAKEN = ("accepted", "delivered", "failed")


def signature(secret: str, moment: str, body: bytes) -> str:
    """Hex HMAC-SHA256 over ``moment``, a line feed and the body: both ways the same."""
    return hmac.new(secret.encode(), moment.encode() + b"\n" + body, hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class SmsMessenger:
    """A gateway for short messages."""

    url: str
    account: str
    secret: str
    asks: bool = True

    def send(self, letter: Letter) -> Receipt:
        """Hand over; the gateway keys on ``id``, so that a repeat reaches the person once."""
        fields = {"id": letter.key, "to": letter.address, "text": letter.text}
        body = json.dumps(fields, ensure_ascii=False, sort_keys=True).encode()
        return self._read(call(self.url, query={}, body=body, headers=self._signed(body)))

    def status(self, provider_id: str) -> Receipt:
        """Ask what became of it."""
        return self._read(
            call(self.url, query={"id": provider_id}, headers=self._signed(provider_id.encode()))
        )

    def _signed(self, body: bytes) -> dict[str, str]:
        moment = str(int(time.time()))
        return {
            "X-Account": self.account,
            "X-Time": moment,
            "X-Signature": signature(self.secret, moment, body),
        }

    def _read(self, answer: dict[str, Any]) -> Receipt:
        state, reason = answer.get("state"), str(answer.get("reason", ""))[:200]
        if state == "refused":
            raise AddressRefusedError(msg("短信网关拒收该号码：{reason}", reason=reason or "—"))
        if state not in TAKEN or not answer.get("id"):
            raise ChannelUnavailableError
        delivered = {"accepted": None, "delivered": True, "failed": False}[str(state)]
        return Receipt(provider_id=str(answer["id"])[:100], delivered=delivered, reason=reason)
