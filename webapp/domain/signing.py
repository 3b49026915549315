"""Signing as values: what is asked of a provider, how far it is, and the intent that a person confirms."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from webapp.domain.errors import UnavailableError
from webapp.domain.evidence import canonical_json
from webapp.domain.text import msg

if TYPE_CHECKING:
    from datetime import datetime


class FlowState(StrEnum):
    """How far a signing flow is; the order of the steps is 《电子劳动合同订立指引》's."""

    PENDING = (
        "pending"  # asked of the provider or waiting for a CA or TSA: tried again, never signed "anyway"
    )
    NOTIFIED = "notified"  # the person saw the notice (its text's hash and version are logged)
    CONSENTED = "consented"  # the person agreed to the electronic form and to this method
    IDENTIFIED = "identified"  # the provider confirmed who the person is
    CONFIRMED = "confirmed"  # the person confirmed the intent over the document's hash
    SIGNED = "signed"  # the person's own certificate signed
    SEALED = "sealed"  # the company's seal followed, by an authorised holder
    ARCHIVED = "archived"  # revocation data and archive time stamp are the last bytes
    REFUSED = "refused"  # the person declined, with a reason
    EXPIRED = "expired"  # nobody signed in time
    WITHDRAWN = "withdrawn"  # the company took the document back before it was signed


STEPS = (
    FlowState.PENDING,
    FlowState.NOTIFIED,
    FlowState.CONSENTED,
    FlowState.IDENTIFIED,
    FlowState.CONFIRMED,
    FlowState.SIGNED,
    FlowState.SEALED,
    FlowState.ARCHIVED,
)
ENDS = frozenset({FlowState.ARCHIVED, FlowState.REFUSED, FlowState.EXPIRED, FlowState.WITHDRAWN})


def may_follow(state: FlowState, after: FlowState) -> bool:
    """Tell whether a flow in ``state`` may become ``after``: step by step, or out before the seal."""
    if state in ENDS:
        return False
    if after in STEPS:
        return STEPS.index(after) == STEPS.index(state) + 1
    return STEPS.index(state) < STEPS.index(FlowState.SIGNED)


class SigningUnavailableError(UnavailableError):
    """The CA or the TSA did not answer as it must: the flow stays pending and is tried again."""

    default = msg("签名或时间戳服务暂时不可用，已保留为待签状态，系统会自动重试。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A time-stamp token of RFC 3161: the whole reply in DER, and the time that it states."""

    reply: bytes
    at: datetime  # aware, UTC; by the authority's clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A detached CMS signature (RFC 5652, DER) over some bytes and a token over both."""

    signature: bytes
    token: Token


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What a person confirms by passkey: the challenge is the hash of its canonical text."""

    flow: str
    doc_sha256: str
    signer: str  # the person's number, not the name
    role: str
    act: str  # sign, refuse, seal
    text: str  # the sentence that stood above the button
    nonce: str
    time: str  # ISO 8601, UTC

    def challenge(self) -> bytes:
        """SHA-256 over RFC 8785 of all fields: bound to one document, person, act and moment."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        return hashlib.sha256(canonical_json(fields)).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerRequest:
    """Somebody who shall sign."""

    number: str
    name: str
    role: str  # employee, company
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningRequest:
    """A document to be signed, the person before the company."""

    flow: str  # idempotency key: the same flow is opened once
    title: str
    document: bytes
    signers: tuple[SignerRequest, ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowStatus:
    """What the provider says about a flow."""

    state: FlowState
    reason: str = ""
    document: bytes | None = None  # the signed file once archived
