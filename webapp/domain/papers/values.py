"""Papers, the case that they belong to, and what a check finds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from webapp.domain.parameters import NATIONAL

if TYPE_CHECKING:
    from webapp.domain.notices import Attempt
    from webapp.domain.text import Message


class PaperKind(StrEnum):
    """What a paper is."""

    CONTRACT = "contract"  # 劳动合同
    SUPPLEMENT = "supplement"  # 变更协议、补充协议
    RULES = "rules"  # 规章制度
    RULES_RECEIPT = "rules_receipt"  # 规章制度签收
    ADDRESS_CONFIRMATION = "address_confirmation"  # 送达地址确认书
    INTERVIEW = "interview"  # 询问笔录
    DEMAND = "demand"  # 限期改正通知书
    UNION_LETTER = "union_letter"  # 通知工会函
    UNION_REPLY = "union_reply"  # 工会意见
    DECISION = "decision"  # 解除决定、审批
    NOTICE = "notice"  # 解除（终止）劳动合同通知书
    SERVICE = "service"  # 送达记录
    CERTIFICATE = "certificate"  # 解除、终止证明
    TRANSFER = "transfer"  # 档案和社会保险关系转移
    SETTLEMENT = "settlement"  # 结算单、协商解除协议
    OTHER = "other"  # anything else; only the person is checked


class Defect(StrEnum):
    """What a check names."""

    OTHER_PERSON = "other_person"  # the person in the text is not the person of the case
    UNION_MISSING = "union_missing"  # no letter to the union before a unilateral dismissal
    UNION_LATE = "union_late"  # the letter is dated after the decision
    GROUND_DIFFERS = "ground_differs"  # the ground differs from that of the notice
    ADDRESS_DIFFERS = "address_differs"  # served at another address than agreed
    SERVICE_FLAWED = "service_flawed"  # the attempt does not count
    DEADLINE_MISSED = "deadline_missed"  # done after, or before, the day that counts
    CONTENT_MISSING = "content_missing"  # mandatory content is missing
    VOID_CLAUSE = "void_clause"  # a clause that the law does not honour
    RULES_NOT_RECEIVED = "rules_not_received"  # the person never received the version cited


@dataclass(frozen=True, kw_only=True, slots=True)
class Paper:
    """One paper: its text, and the fields of its form where it has one; empty or None is unknown.

    ``person`` and ``id_number`` as the form names them; ``ground`` a code such as ``39(4)``; ``dated``
    the day on it, ``done_on`` the day of the act that it proves, ``due`` a last day that it sets;
    ``version`` of rules.
    """

    key: str
    kind: PaperKind
    title: str
    text: str = ""
    dated: date | None = None
    person: str = ""
    id_number: str = ""
    ground: str = ""
    done_on: date | None = None
    due: date | None = None
    version: str = ""
    attempt: Attempt | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseFile:
    """The case and its papers, in any order."""

    person: str
    papers: tuple[Paper, ...]
    id_number: str = ""
    colleagues: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    electronic_agreed: bool = False
    ended_on: date | None = None
    pay_in_lieu: bool = False
    region: str = NATIONAL

    def of(self, *kinds: PaperKind) -> tuple[Paper, ...]:
        """The papers of these kinds, oldest first, undated last."""
        chosen = (paper for paper in self.papers if paper.kind in kinds)
        return tuple(sorted(chosen, key=lambda paper: (paper.dated or date.max, paper.key)))

    @property
    def ground(self) -> str:
        """The ground named first in a notice, which is frozen; else in a decision; else empty."""
        for kind in (PaperKind.NOTICE, PaperKind.DECISION):
            for paper in self.of(kind):
                if paper.ground:
                    return paper.ground
        return ""

    @property
    def decided_on(self) -> date | None:
        """The first day of a decision or notice."""
        dates = (paper.dated for paper in self.of(PaperKind.DECISION, PaperKind.NOTICE))
        return min((on for on in dates if on), default=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One defect: the paper, the article, what is wrong, what to do, and the words that betray it."""

    defect: Defect
    paper: str
    article: str
    message: Message
    remedy: Message
    excerpt: str = ""
