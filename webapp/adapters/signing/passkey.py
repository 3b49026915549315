"""A person's will, confirmed by passkey: the challenge is the hash of the intent (WebAuthn section 7.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from webauthn import verify_authentication_response
from webauthn.helpers.base64url_to_bytes import base64url_to_bytes
from webauthn.helpers.bytes_to_base64url import bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException

from webapp.domain.errors import InvalidError
from webapp.domain.text import msg

if TYPE_CHECKING:
    from webapp.domain.signing import Intent


class IntentNotConfirmedError(InvalidError):
    """The passkey's answer does not confirm this intent: other document, person, site, or a replay."""

    default = msg("通行密钥确认无效，请重新确认。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """What the browser hands back; kept whole in the log, so that anybody can check it later."""

    credential: bytes
    client_data: bytes  # JSON, as the authenticator hashed it
    authenticator_data: bytes
    signature: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A registered key of a person."""

    credential: bytes
    public_key: bytes  # COSE
    count: int  # last signature counter; 0 for authenticators that keep none


def check_intent(intent: Intent, assertion: Assertion, *, passkey: Passkey, rp_id: str, origin: str) -> int:
    """Return the new counter when the passkey confirmed exactly this intent, with user verification.

    Raises IntentNotConfirmedError for another document, act, person, site or moment (all are in the
    challenge), without user verification, and for a counter that did not grow.
    """
    answer = {
        "id": bytes_to_base64url(assertion.credential),
        "rawId": bytes_to_base64url(assertion.credential),
        "type": "public-key",
        "response": {
            "clientDataJSON": bytes_to_base64url(assertion.client_data),
            "authenticatorData": bytes_to_base64url(assertion.authenticator_data),
            "signature": bytes_to_base64url(assertion.signature),
        },
    }
    if assertion.credential != passkey.credential:
        raise IntentNotConfirmedError
    try:
        verified = verify_authentication_response(
            credential=answer,
            expected_challenge=intent.challenge(),
            expected_rp_id=rp_id,
            expected_origin=origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise IntentNotConfirmedError from error
    return verified.new_sign_count


def write_field(data: bytes) -> str:
    """Write bytes for the browser, base64url."""
    return bytes_to_base64url(data)


def read_field(text: str) -> bytes:
    """Read a base64url field of the browser's answer; raises IntentNotConfirmedError."""
    try:
        return base64url_to_bytes(text)
    except ValueError as error:
        raise IntentNotConfirmedError from error
