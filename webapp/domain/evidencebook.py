"""What the printed book of an evidence pack shows, in the order of its pages.

The list follows 最高人民法院《关于民事诉讼证据的若干规定》 art. 19 (number, source, object and content of
proof), the system statement its art. 93 (seven factors).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from webapp.domain.casebook import CaseBook, FieldLine, FormSection, PersonLine, Words
    from webapp.domain.pack import LogEntry, PackInfo, TreeHead
    from webapp.domain.readingcopy import Reading

#: The seven factors of art. 93, in its order, as short headings.
FACTORS: tuple[Message, ...] = (
    msg("系统软硬件环境完整、可靠"),
    msg("系统运行正常"),
    msg("具备防止出错的监测、核查手段"),
    msg("保存、传输、提取的方法可靠"),
    msg("在正常业务活动中形成和存储"),
    msg("保存、传输、提取的主体适当"),
    msg("其他影响完整性和可靠性的因素"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """One item of the evidence list."""

    number: int
    name: str
    source: Words  # where it is from
    proves: Words  # object of proof
    content: Words  # what it says
    path: str  # of the original in the pack
    sha256: str
    size: int  # bytes
    cautions: tuple[Words, ...] = ()  # what is weak about it, said beside it


@dataclass(frozen=True, slots=True, kw_only=True)
class ExhibitReading:
    """The reading copy of one exhibit; without one, ``note`` says why."""

    number: int  # of the exhibit
    name: str
    reading: Reading | None
    note: Words = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyLink:
    """One link of the chain of custody."""

    at: str  # as people read it
    who: str
    what: Words
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustodyChain:
    """Where an item of the vault is from, and who touched it."""

    sha256: str  # of the original
    title: str  # number and name
    fields: tuple[FieldLine, ...]
    links: tuple[CustodyLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskLine:
    """One thing that a redacted edition leaves out."""

    what: Words
    where: Words
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceBook:
    """The book of one pack; what the reader may not see has been left out by the caller."""

    info: PackInfo
    parties: tuple[PersonLine, ...]
    exhibits: tuple[Exhibit, ...]
    identity: tuple[FormSection, ...]  # identity and will of each signer
    cases: tuple[CaseBook, ...]
    entries: tuple[LogEntry, ...]
    head: TreeHead
    head_stamped_at: str  # as the token states it, for people
    statement: tuple[Words, ...]  # one answer to each of FACTORS
    masking: Words  # what is masked and why
    verifier_sha256: str
    readings: tuple[ExhibitReading, ...] = ()
    custody: tuple[CustodyChain, ...] = ()
    masks: tuple[MaskLine, ...] = ()  # of a redacted edition
    trial: bool = False  # sealed by a trial authority: 测试 stands on every page
