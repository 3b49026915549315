"""What every use case is handed: session, actor, time, doors to the world, what to do after the commit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from typing import TYPE_CHECKING, Protocol

from webapp.adapters.messages import Messenger, QuietMessenger
from webapp.domain.reach import Channel, QuietHours
from webapp.domain.signing import SigningUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from webapp.adapters.signing import Doors
    from webapp.domain.permissions import Actor


class Blobs(Protocol):
    """The store of bytes, addressed by SHA-256."""

    def put(self, data: bytes) -> str:
        """Keep the bytes for good and return their SHA-256 in hex."""

    def get(self, sha256: str) -> bytes:
        """Return the bytes; raise NotFoundError where the store has none of that hash."""

    def forget(self, sha256: str) -> None:
        """Take bytes away for good: retention alone does so."""

    def generation(self) -> str:
        """Another text after each forgetting, in whichever process: what was made of bytes is old then."""


NIGHT = QuietHours(start=time(22), end=time(8))


def _quiet() -> Mapping[Channel, Messenger]:
    return {Channel.SMS: QuietMessenger()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Doors to the world that use cases need; tests hand in quiet twins."""

    blobs: Blobs
    wake: Callable[[int], None]  # tell the queue that a job row waits; called after the commit
    doors: Callable[[], Doors] | None = None  # sealer and time-stamp authority, opened at the first need
    channels: Mapping[Channel, Messenger] = field(default_factory=_quiet)  # ways to people outside
    quiet: QuietHours = NIGHT  # when nobody is disturbed
    public_url: str = "http://127.0.0.1:8000"  # what links in messages begin with

    def signing(self) -> Doors:
        """Sealer and time-stamp authority; raises SigningUnavailableError where there is none."""
        if self.doors is None:
            raise SigningUnavailableError
        return self.doors()


@dataclass(slots=True, kw_only=True)
class Work:
    """One unit of work: one click, one transaction, one commit (by the edge)."""

    session: Session
    actor: Actor
    now: datetime
    ports: Ports
    after_commit: list[Callable[[], None]] = field(default_factory=list)

    @property
    def person_id(self) -> int:
        """The acting person's id.

        Raises ValueError where the system itself acts: such a use case needs a person.
        """
        if self.actor.person_id is None:
            raise ValueError("this use case needs a person")
        return self.actor.person_id
