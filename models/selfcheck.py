"""The nightly check of the log and of a sample of packs: when, over how much, what it found."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigId, JsonText


class SelfCheck(Base):
    """One run; a fault tells administrators and legal at once."""

    __tablename__ = "self_check"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    begun_at: Mapped[datetime] = mapped_column(index=True, doc="when it began")
    ended_at: Mapped[datetime | None] = mapped_column(doc="when it ended; empty: it runs, or was killed")
    events: Mapped[int] = mapped_column(default=0, doc="events read")
    packs: Mapped[int] = mapped_column(default=0, doc="packs written and verified again")
    faults: Mapped[Any] = mapped_column(JsonText, default=list, doc="sentences, at most 100")
