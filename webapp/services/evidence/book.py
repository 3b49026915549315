"""The book that lies in a pack, filled from what the log and the case say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.case import Case
from webapp.adapters.pdf.page import show_time
from webapp.adapters.verifier import verifier_digest
from webapp.domain.evidencebook import EvidenceBook
from webapp.domain.papers import PaperKind
from webapp.domain.text import Message, msg
from webapp.services.cases.book import case_book
from webapp.services.evidence.chains import custody_chains
from webapp.services.evidence.exhibits import case_items, exhibit_of
from webapp.services.evidence.identity import signer_sections
from webapp.services.evidence.papers import check_case
from webapp.services.evidence.proofs import case_proofs, usual_proof, written_proofs

if TYPE_CHECKING:
    from datetime import datetime

    from webapp.adapters.pack import PackContents
    from webapp.domain.casebook import CaseBook
    from webapp.services.evidence.files import NamedFile
    from webapp.services.work import Work


def evidence_book(
    work: Work,
    case_id: int,
    *,
    contents: PackContents,
    files: tuple[NamedFile, ...],
    stamped_at: datetime,
    trial: bool,
) -> EvidenceBook:
    """Fill the book of a pack whose other contents are gathered already."""
    row = work.session.get_one(Case, case_id)
    case = case_book(work, case_id, language="zh-Hans")
    checked = check_case(work, row)
    proofs = case_proofs(work, row) | written_proofs(work, row)
    items = case_items(work, case_id)
    return EvidenceBook(
        info=contents.info,
        parties=case.people[:2],
        exhibits=tuple(
            exhibit_of(
                work,
                file,
                items.get(file.sha256),
                proof=proofs.get(file.sha256) or usual_proof(PaperKind.OTHER),
                cautions=checked.cautions(file.sha256),
            )
            for file in files
        ),
        identity=signer_sections(work, case_id),
        cases=(case,),
        entries=contents.entries,
        head=contents.head,
        head_stamped_at=show_time(stamped_at),
        statement=_statement(work, case, size=contents.head.size, trial=trial),
        masking=msg("本册只打印制作人有权查看的内容；未打印的内容以其指纹列于事件链，证明不受影响。"),
        verifier_sha256=verifier_digest(),
        custody=custody_chains(work, items.values()),
        trial=trial,
    )


def _statement(work: Work, case: CaseBook, *, size: int, trial: bool) -> tuple[Message, ...]:
    """One answer to each of the seven factors; only what the system itself can vouch for."""
    store = work.session.get_bind().dialect.name
    return (
        msg("事件与业务数据在同一数据库事务（{store}）中写入，要么同时存在，要么都不存在。", store=store),
        msg("制作本册前，全部已提交的事件（{size} 条）均已编入默克尔树，树根已加盖时间戳。", size=size),
        msg("每个事件带盐计算指纹，案内首尾相连；数据库触发器拒绝修改和删除，任何人可用公开程序重算核验。"),
        msg("原件按 SHA-256 存放，写入后不再改变；证据包逐字节登记，并由清单、签章与时间戳保护。"),
        msg("事件由各经办人在办理“{procedure}”流程时逐条产生，不是事后补录。", procedure=case.procedure),
        msg(
            "本册由 {person} 提取；交出时，本册和证据包的指纹记入本案事件链，以后的证据包可以证明。",
            person=case.printed_by,
        ),
        msg("签章与时间戳由测试机构签发，仅供演练，不具证据效力。") if trial else msg("无。"),
    )
