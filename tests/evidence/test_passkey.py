"""A passkey confirms one document, act, person, site and moment: anything else is refused."""

import hashlib
import json
import struct
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers.bytes_to_base64url import bytes_to_base64url

from webapp.adapters.signing.passkey import (
    Assertion,
    IntentNotConfirmedError,
    Passkey,
    check_intent,
    read_field,
)
from webapp.domain.signing import Intent

SITE, ORIGIN = "hr.example.cn", "https://hr.example.cn"
INTENT = Intent(
    flow="f1", doc_sha256="a" * 64, signer="SH-0187", role="employee", act="sign", text="我已阅读并同意变更",
    nonce="n1", time="2026-11-24T00:00:00Z",
)  # fmt: skip


class Authenticator:
    """Signs as a phone does: P-256 over authenticator data and the hash of the client data."""

    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.count = 4
        numbers = self.key.public_key().public_numbers()
        x, y = numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")
        # COSE: kty EC2, alg ES256, crv P-256, x, y
        cose = b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20" + x + b"\x22\x58\x20" + y
        self.passkey = Passkey(credential=b"key-1", public_key=cose, count=self.count)

    def answer(self, intent, *, site=SITE, origin=ORIGIN, verified=True, kind="webauthn.get", grow=1):
        self.count += grow
        client = {"type": kind, "challenge": bytes_to_base64url(intent.challenge()), "origin": origin}
        client_data = json.dumps(client).encode()
        flags = 0x05 if verified else 0x01
        data = hashlib.sha256(site.encode()).digest() + bytes([flags]) + struct.pack(">I", self.count)
        signature = self.key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        return Assertion(
            credential=b"key-1", client_data=client_data, authenticator_data=data, signature=signature
        )


@pytest.fixture
def phone():
    return Authenticator()


def check(intent, assertion, passkey):
    return check_intent(intent, assertion, passkey=passkey, rp_id=SITE, origin=ORIGIN)


class TestIntent:
    def test_a_confirmation_is_accepted_and_moves_the_counter(self, phone):
        assert check(INTENT, phone.answer(INTENT), phone.passkey) == 5

    @pytest.mark.parametrize(
        "field", ["flow", "doc_sha256", "signer", "role", "act", "text", "nonce", "time"]
    )
    def test_it_holds_for_nothing_else(self, phone, field):
        with pytest.raises(IntentNotConfirmedError):
            check(replace(INTENT, **{field: "other"}), phone.answer(INTENT), phone.passkey)

    @pytest.mark.parametrize(
        "changes",
        [{"verified": False}, {"origin": "https://evil.example"}, {"site": "evil.example"}, {"kind": "webauthn.create"}, {"grow": 0}, {"grow": -2}],
        ids=["no user verification", "other origin", "other site", "a registration", "same counter", "lower counter"],
    )  # fmt: skip
    def test_an_answer_from_elsewhere_or_replayed_is_refused(self, phone, changes):
        with pytest.raises(IntentNotConfirmedError):
            check(INTENT, phone.answer(INTENT, **changes), phone.passkey)

    def test_another_persons_key_is_refused(self, phone):
        with pytest.raises(IntentNotConfirmedError):
            check(INTENT, Authenticator().answer(INTENT), phone.passkey)
        with pytest.raises(IntentNotConfirmedError):
            check(INTENT, replace(phone.answer(INTENT), credential=b"key-2"), phone.passkey)

    @pytest.mark.parametrize("field", ["client_data", "authenticator_data", "signature"])
    @pytest.mark.parametrize("value", [b"", b"x", b"{}", b"\xff" * 80])
    def test_rubbish_is_refused_in_words(self, phone, field, value):
        with pytest.raises(IntentNotConfirmedError, match="通行密钥"):
            check(INTENT, replace(phone.answer(INTENT), **{field: value}), phone.passkey)

    def test_a_field_that_is_no_base64_is_refused(self):
        assert read_field("aGk") == b"hi"
        with pytest.raises(IntentNotConfirmedError):
            read_field("中")
