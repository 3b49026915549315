"""One port for all channels, and its quiet twin."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Protocol

from webapp.domain.reach import Receipt

if TYPE_CHECKING:
    from webapp.domain.reach import Letter

log = logging.getLogger(__name__)


class Messenger(Protocol):
    """Takes one message to one person."""

    @property
    def asks(self) -> bool:
        """Whether ``status`` says later what became of a message."""

    def send(self, letter: Letter) -> Receipt:
        """Hand the message over; the same ``letter.key`` reaches the person once.

        Raises AddressRefusedError where this address will never work and ChannelUnavailableError where
        another try may.
        """

    def status(self, provider_id: str) -> Receipt:
        """Ask what became of a message; raises ChannelUnavailableError."""


class QuietMessenger:
    """Keeps letters instead of sending them, and says so: for tests and for the trial company."""

    asks = False

    def __init__(self) -> None:
        self.letters: dict[str, Letter] = {}

    def send(self, letter: Letter) -> Receipt:
        """Keep the letter under its key."""
        log.warning("not sent, no channel is configured: message %s", letter.key)
        self.letters[letter.key] = letter
        return Receipt(provider_id=f"quiet-{letter.key}")

    def status(self, provider_id: str) -> Receipt:
        """Nothing is known of a letter that was not sent."""
        return Receipt(provider_id=provider_id)
