"""Chains of custody in a pack's book: where each item of the vault is from, and who touched it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.adapters.pdf.page import show_time
from webapp.domain.casebook import FieldLine
from webapp.domain.custody import METHODS, STEPS
from webapp.domain.evidencebook import CustodyChain, CustodyLink
from webapp.domain.text import msg
from webapp.services.evidence.custody import links_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from models.custody import Custody
    from webapp.services.work import Work


def custody_chains(work: Work, items: Iterable[Custody]) -> tuple[CustodyChain, ...]:
    """Where each item of the vault is from, and its chain of custody."""
    return tuple(
        CustodyChain(
            sha256=item.sha256,
            title=f"{item.number}　{item.name}",
            fields=_fields(item),
            links=_links(work, item),
        )
        for item in items
    )


def _fields(item: Custody) -> tuple[FieldLine, ...]:
    lines = (
        (msg("来源"), item.source),
        (msg("收集方式"), METHODS[item.method]),
        (msg("收集人"), item.collected_by),
        (msg("收集时间"), show_time(item.collected_at)),
        (msg("收集经过"), item.method_note or "—"),
        (msg("合法性说明"), item.legality),
        (msg("原始载体"), item.medium or "—"),
        (msg("载体保管人（收存时）"), item.keeper or "—"),
        (msg("SHA-256 指纹"), item.sha256),
        (msg("SM3 指纹"), item.sm3 or msg("本机无法计算")),
    )
    wide = (msg("收集经过").key, msg("合法性说明").key, msg("SHA-256 指纹").key, msg("SM3 指纹").key)
    return tuple(FieldLine(label=label, value=value, wide=label.key in wide) for label, value in lines)


def _links(work: Work, item: Custody) -> tuple[CustodyLink, ...]:
    return tuple(
        CustodyLink(
            at=show_time(row.at),
            who=row.by.name if row.by is not None else "Hegui",
            what=STEPS[row.kind],
            detail="；".join(filter(None, (row.receiver, row.reason))),
        )
        for row in links_of(work, item.id)
    )
