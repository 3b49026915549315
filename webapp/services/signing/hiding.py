"""The job ``hide-signing-code``: a code that nobody used in its five minutes stands nowhere any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.signing import SigningFlow
from webapp.services.jobs.handlers import HANDLERS
from webapp.services.signing.codes import HIDE, hide_codes
from webapp.services.signing.will import last_code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.services.jobs.handlers import TakenJob, Units


def hide_signing_code(units: Units, job: TakenJob) -> Mapping[str, Any]:
    """Hide what is over; a newer code that still holds is left to its own job."""
    with units() as work:
        flow = work.session.get(SigningFlow, int(job.payload["flow"]))
        newest = None if flow is None else last_code(work, flow)
        if flow is None or (newest is not None and newest.used_at is None and newest.ends_at > work.now):
            return {}
        return {"hidden": hide_codes(work, flow)}


HANDLERS[HIDE] = hide_signing_code
