"""The job behind ``seal-case``: done once the click that asked for it stands in the chain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from webapp.services.jobs.handlers import HANDLERS, TakenJob, Units
from webapp.services.jobs.queue import lock_case
from webapp.services.log import take_head
from webapp.services.log.closing import CHAIN, close_chain

if TYPE_CHECKING:
    from collections.abc import Mapping


def seal_chain(units: Units, job: TakenJob) -> Mapping[str, Any]:
    """Close a case's chain with a count and take the head over it, which the keeper stamps next."""
    with units() as work:
        close_chain(work, lock_case(work, int(job.payload["case"])))
        take_head(work)
    return {}


HANDLERS[CHAIN] = seal_chain
