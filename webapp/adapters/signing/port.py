"""The doors to those who sign and those who state the time; each has a quiet twin for tests and trials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from webapp.adapters.signing.document import Act
    from webapp.adapters.signing.local import Identity
    from webapp.domain.signing import (
        DocumentReport,
        Edition,
        FlowStatus,
        RevocationEvidence,
        SignerRequest,
        SigningRequest,
        Token,
    )


class TimeStampAuthority(Protocol):
    """States by RFC 3161 that bytes existed at a time."""

    def stamp(self, content: bytes, *, now: datetime) -> Token:
        """Return a token over SHA-256 of ``content``; raises SigningUnavailableError, never falls back.

        ``now`` is only compared: a token that is more than five minutes away from it is refused, since
        then one of the two clocks is wrong.
        """

    def ask(self, query: bytes) -> bytes:
        """Return the reply (DER) to a request of RFC 3161; raises SigningUnavailableError."""

    def accept(self, reply: bytes, *, query: bytes, now: datetime) -> Token:
        """Check a reply against its request, the authority's root and the clock; raises as above."""


class RevocationSource(Protocol):
    """Says whether certificates were revoked, in the authority's own signed words."""

    def ask(self, certificate: bytes, *, now: datetime) -> RevocationEvidence:
        """Return what the issuer says now about a certificate (PEM); raises SigningUnavailableError."""


class CertificateAuthority(Protocol):
    """Gives people certificates, and keeps those of the companies."""

    def company(self, name: str, *, code: str, now: datetime) -> Identity:
        """Return a company's certificate and key, by its code; raises SigningUnavailableError."""

    def certify(self, name: str, *, number: str, now: datetime) -> Identity:
        """Return a person's certificate with a key made for it; raises SigningUnavailableError."""


class Sealer(Protocol):
    """Seals bytes with the organisation's certificate."""

    def sign_detached(self, content: bytes) -> bytes:
        """Return a detached CMS signature (DER) over ``content``; raises SigningUnavailableError."""


class DocumentDesk(Protocol):
    """Signs, seals and archives documents: here, or on a provider's pages."""

    def sign(self, pdf: bytes, signer: SignerRequest, act: Act, *, now: datetime) -> Edition:
        """Return the file with the person's signature; raises SigningUnavailableError until there is one."""

    def seal(self, pdf: bytes, company: SignerRequest, act: Act, *, now: datetime) -> Edition:
        """Return the file with the company's seal; raises as above."""

    def archive(self, pdf: bytes, *, now: datetime) -> Edition:
        """Return the file with revocation data and, as its last bytes, a time stamp over all of it."""

    def judge(self, pdf: bytes, *, now: datetime) -> DocumentReport:
        """Say which signatures hold."""

    def renewal_due(self, pdf: bytes, *, now: datetime, ahead: timedelta) -> bool:
        """Tell whether the last stamp's certificate ends within ``ahead``."""

    def stamp_ends(self, pdf: bytes) -> datetime | None:
        """Return when that certificate ends; None without a stamp."""


class SigningProvider(Sealer, Protocol):
    """A provider of signing flows: a licensed one in production, LocalTestCA in trials."""

    name: str
    test: bool  # True: what it makes must bear 测试 on every page

    def open_flow(self, request: SigningRequest) -> str:
        """Start a flow and return the provider's id; the same ``request.flow`` gives the same id."""

    def read_flow(self, flow_id: str) -> FlowStatus:
        """Return how far the flow is; polled, or after a webhook."""

    def withdraw(self, flow_id: str, *, reason: str) -> None:
        """Take the document back; raises ConflictError when somebody has already signed."""
