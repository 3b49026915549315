"""Job types that run inside the click's own transaction: their rows and the case agree or neither exists."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from webapp.services.campaigns.approval import decide_campaign
from webapp.services.campaigns.begin import start_campaign
from webapp.services.contracts.eligibility import check_eligibility_job
from webapp.services.contracts.posts import check_posts_job
from webapp.services.contracts.record import personal_record
from webapp.services.contracts.terms import apply_terms
from webapp.services.documents.receipts import acknowledged_documents, record_receipt
from webapp.services.jobs.vault import take_in_files
from webapp.services.leave.absence import find_absence
from webapp.services.leave.booking import book_leave
from webapp.services.leave.follow import follow_leave
from webapp.services.log.closing import seal_case
from webapp.services.messages.ask import send_message
from webapp.services.monitoring.settle import settle_alert
from webapp.services.notices import notify
from webapp.services.permits.job import end_permit, record_permit
from webapp.services.retention.jobs import lift_hold, place_hold

if TYPE_CHECKING:
    from models.case import Case
    from webapp.engine.values import Job
    from webapp.services.work import Work

LocalJob = Callable[["Work", "Case", "Job"], Mapping[str, Any]]
Follower = Callable[..., None]  # (work, case, *, command, advance)

LOCAL: dict[str, LocalJob] = {
    "notify": notify,
    "book-leave": book_leave,
    "apply-terms": apply_terms,
    "check-eligibility": check_eligibility_job,
    "decide-campaign": decide_campaign,
    "find-absence": find_absence,
    "personal-record": personal_record,
    "send-message": send_message,
    "check-posts": check_posts_job,
    "record-permit": record_permit,
    "end-permit": end_permit,
    "record-receipt": record_receipt,
    "acknowledged-documents": acknowledged_documents,
    "start-campaign": start_campaign,
    "place-hold": place_hold,
    "lift-hold": lift_hold,
    "seal-case": seal_case,
    "settle-alert": settle_alert,
    "take-in": take_in_files,
}

#: Records beside a case, brought in line after each command: ``follow`` in procedure.toml names one.
FOLLOW: dict[str, Follower] = {"leave": follow_leave}
