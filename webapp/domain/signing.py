"""Signing as values: what is asked of a provider, how far it is, and the intent that a person confirms."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from webapp.domain.errors import ForbiddenError, InvalidError, UnavailableError
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
    READY = "ready"  # a paper of the company alone: nobody signs before its seal
    SEALED = "sealed"  # the company's seal followed, by an authorised holder
    ARCHIVED = "archived"  # revocation data and archive time stamp are the last bytes
    REFUSED = "refused"  # the person declined, with a reason
    EXPIRED = "expired"  # nobody signed in time
    WITHDRAWN = "withdrawn"  # the company took the document back before it was sealed


NO_STROKE = msg("手写签名无法识别，请清除后重写。")

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
    """Tell whether a flow in ``state`` may become ``after``.

    Step by step; out by the person or by time before the signature, by the company before its seal.
    """
    if state in ENDS:
        return False
    if state is FlowState.READY:
        return after in {FlowState.SEALED, FlowState.WITHDRAWN}
    if after is FlowState.READY:
        return False
    if after in STEPS:
        return STEPS.index(after) == STEPS.index(state) + 1
    last = FlowState.SEALED if after is FlowState.WITHDRAWN else FlowState.SIGNED
    return STEPS.index(state) < STEPS.index(last)


class SigningUnavailableError(UnavailableError):
    """The CA or the TSA did not answer as it must: the flow stays pending and is tried again."""

    default = msg("签名或时间戳服务暂时不可用，已保留为待签状态，系统会自动重试。")


class RevokedError(ForbiddenError):
    """The issuer says that the signer's certificate was revoked: nothing is signed with it."""

    default = msg("签名证书已被吊销，不能签署。")


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
class RevocationEvidence:
    """What an issuer says about a certificate at a moment: an OCSP response and a list, both DER."""

    ocsp: bytes
    crl: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What a validator says about one signature of a PDF."""

    field: str
    signer: str  # common name of the certificate; empty where it could not be read
    stamp: bool  # a document time stamp, no person's signature
    at: datetime | None  # by its time-stamp token, never by the signer's clock
    valid: bool
    whole: bool  # covers the whole file
    problem: str = ""  # the validator's own words


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentReport:
    """All signatures of a PDF in the order of the file."""

    findings: tuple[Finding, ...]
    problem: str = ""  # why the file could not be read at all

    @property
    def ok(self) -> bool:
        """Every signature holds, and the last one covers the whole file."""
        good = bool(self.findings) and all(finding.valid for finding in self.findings)
        return not self.problem and good and self.findings[-1].whole

    @property
    def archived(self) -> bool:
        """Whether a document time stamp is the last that was written."""
        return self.ok and self.findings[-1].stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A PDF with one more signature, and what the validator says about all of them."""

    pdf: bytes
    report: DocumentReport
    proof: bytes = b""  # the provider's own report on its flow (签署报告), where a provider signed


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


LINES, POINTS = 60, 6_000  # most that a hand-written name takes
SIDE = 4_000  # greatest side of the field that it was written in, in its own units
DURATION = 600_000  # milliseconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """A name written by hand on the screen (手写签名), kept as data: no signature depends on it."""

    width: int  # of the field that it was written in
    height: int
    lines: tuple[tuple[tuple[int, int, int], ...], ...]  # x and y from the upper left corner, milliseconds

    def plain(self) -> dict[str, object]:
        """The stroke as plain JSON values."""
        return {
            "width": self.width,
            "height": self.height,
            "lines": [[list(point) for point in line] for line in self.lines],
        }

    def digest(self) -> str:
        """SHA-256 of its canonical text in hex."""
        return hashlib.sha256(canonical_json(self.plain())).hexdigest()


def read_stroke(value: object) -> Stroke:
    """Read a stroke that a browser sent; raises InvalidError for what no hand has written."""
    if not isinstance(value, dict) or set(value) != {"width", "height", "lines"}:
        raise InvalidError(NO_STROKE)
    width, height, lines = value["width"], value["height"], value["lines"]
    sides = all(type(side) is int and 0 < side <= SIDE for side in (width, height))
    if not sides or not isinstance(lines, list) or not 0 < len(lines) <= LINES:
        raise InvalidError(NO_STROKE)
    read = tuple(_line(line, width=width, height=height) for line in lines)
    if not 2 < sum(map(len, read)) <= POINTS:
        raise InvalidError(NO_STROKE)
    return Stroke(width=width, height=height, lines=read)


def _line(line: object, *, width: int, height: int) -> tuple[tuple[int, int, int], ...]:
    if not isinstance(line, list) or not line:
        raise InvalidError(NO_STROKE)
    for point in line:
        if not isinstance(point, list) or len(point) != 3 or any(type(part) is not int for part in point):
            raise InvalidError(NO_STROKE)
        if not (0 <= point[0] <= width and 0 <= point[1] <= height and 0 <= point[2] <= DURATION):
            raise InvalidError(NO_STROKE)
    return tuple((point[0], point[1], point[2]) for point in line)


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
