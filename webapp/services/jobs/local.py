"""Job types that run inside the click's own transaction: their rows and the case agree or neither exists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from webapp.services.notices import notify

if TYPE_CHECKING:
    from models.case import Case
    from webapp.engine.values import Job
    from webapp.services.work import Work

LocalJob = Callable[["Work", "Case", "Job"], Mapping[str, Any]]

LOCAL: dict[str, LocalJob] = {"notify": notify}
