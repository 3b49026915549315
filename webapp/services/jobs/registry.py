"""Every kind of job that our own workers do: importing this module is what fills the table."""

from __future__ import annotations

from webapp.services import leaving
from webapp.services.campaigns import chunks, correct
from webapp.services.evidence import expiry, papersjob, seal
from webapp.services.identity import invite
from webapp.services.jobs import routing
from webapp.services.jobs.handlers import HANDLERS
from webapp.services.messages import deliver
from webapp.services.monitoring import evaluate
from webapp.services.privacy import package
from webapp.services.retention import erase, periods
from webapp.services.signing import hiding

#: Rooms whose import adds their handlers.
ROOMS = (
    chunks,
    correct,
    deliver,
    erase,
    expiry,
    hiding,
    evaluate,
    invite,
    leaving,
    package,
    papersjob,
    periods,
    routing,
    seal,
)

__all__ = ["HANDLERS", "ROOMS"]
