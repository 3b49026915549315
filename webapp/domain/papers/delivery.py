"""Were papers served where and how it was agreed (劳办发〔1995〕179号)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.domain.notices import Attempt, Delivery, Method, find_flaw, same_address
from webapp.domain.papers.values import CaseFile, Defect, Finding, Paper, PaperKind
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Iterator

REMEDY = msg("按约定地址和顺序重新送达，并保存证明。")


def check_delivery(file: CaseFile) -> Iterator[Finding]:
    """Each record of service against the agreed addresses and the ladder; only attempts before it count."""
    delivery = Delivery(
        attempts=(), addresses=file.addresses, electronic_agreed=file.electronic_agreed, region=file.region
    )
    records = [(paper, paper.attempt) for paper in file.of(PaperKind.SERVICE) if paper.attempt is not None]
    records.sort(key=lambda record: (record[1].on, record[0].key))
    for number, (paper, attempt) in enumerate(records):
        before = tuple(earlier for _, earlier in records[:number])
        yield from _check_attempt(paper, attempt, before=before, delivery=delivery)


def _check_attempt(
    paper: Paper, attempt: Attempt, *, before: tuple[Attempt, ...], delivery: Delivery
) -> Iterator[Finding]:
    flaw = find_flaw(attempt, before=before, delivery=delivery)
    if flaw is None:
        return
    elsewhere = (
        attempt.method is not Method.PUBLIC_NOTICE
        and bool(attempt.address and delivery.addresses)
        and not any(same_address(attempt.address, agreed) for agreed in delivery.addresses)
    )
    yield Finding(
        defect=Defect.ADDRESS_DIFFERS if elsewhere else Defect.SERVICE_FLAWED,
        paper=paper.key,
        article=flaw.article,
        message=msg("《{title}》：{reason}", title=paper.title, reason=flaw.reason),
        remedy=REMEDY,
        excerpt=attempt.address,
    )
