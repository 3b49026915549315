"""The doors to those who sign and those who state the time; each has a quiet twin for tests and trials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime

    from webapp.domain.signing import FlowStatus, SigningRequest, Token


class TimeStampAuthority(Protocol):
    """States by RFC 3161 that bytes existed at a time."""

    def stamp(self, content: bytes, *, now: datetime) -> Token:
        """Return a token over SHA-256 of ``content``; raises SigningUnavailableError, never falls back.

        ``now`` is only compared: a token that is more than five minutes away from it is refused, since
        then one of the two clocks is wrong.
        """


class Sealer(Protocol):
    """Seals bytes with the organisation's certificate."""

    def sign_detached(self, content: bytes) -> bytes:
        """Return a detached CMS signature (DER) over ``content``; raises SigningUnavailableError."""


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
