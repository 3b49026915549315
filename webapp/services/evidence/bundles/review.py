"""The verdict on a bundle: what would lose the case first, then what is missing; a hash proves neither."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.bundle import ExhibitPage
from models.counsel import GapRule
from models.document import Document
from models.signing import SignedEdition, SigningFlow, Stage
from webapp.domain.exhibits import Form, Side
from webapp.domain.gaps import Fact, Gap, Known, Rule, find_gaps
from webapp.domain.papers import Paper, PaperKind
from webapp.domain.text import Message, msg
from webapp.services.evidence.bundles.access import exhibits_of
from webapp.services.evidence.bundles.collect import cases_of
from webapp.services.evidence.bundles.material import is_intact
from webapp.services.evidence.papers import PaperCheck, case_file, check_file, step_papers
from webapp.services.people import local_date

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.bundle import Bundle, Exhibit
    from webapp.domain.papers import Finding
    from webapp.services.work import Work

YES = "yes"
SEALED = frozenset({Stage.SEALED, Stage.ARCHIVED, Stage.RENEWED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """One exhibit with what holds about it and what does not, side by side."""

    exhibit: Exhibit
    intact: bool
    strengths: tuple[Message, ...]
    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A bundle, checked now."""

    exhibits: tuple[Reviewed, ...]  # ours, in their order
    gaps: tuple[Gap, ...]
    others: tuple[Finding, ...]  # about papers of the cases that are no exhibits: records of steps
    refused: Message | None  # why the checks of the law could not be made

    @property
    def findings(self) -> int:
        """How many weaknesses of content."""
        return len(self.others) + sum(len(each.findings) for each in self.exhibits)

    @property
    def weaknesses(self) -> int:
        """The same, and those that legal wrote down itself."""
        return self.findings + sum(bool(each.exhibit.weakness.strip()) for each in self.exhibits)

    @property
    def changed(self) -> int:
        """How many originals are not what was added."""
        return sum(not each.intact for each in self.exhibits)

    @property
    def pages(self) -> int:
        """Printed pages of our exhibits."""
        return sum(each.exhibit.pages for each in self.exhibits)

    @property
    def tone(self) -> str:
        """How the verdict is coloured: content outranks every hash."""
        if self.findings or self.changed:
            return "danger"
        return "warn" if self.gaps or self.refused or not self.exhibits else "ok"

    @property
    def verdict(self) -> Message:
        """The sentence that stands first."""
        if self.changed:
            return msg("有 {n} 份原件与添加时不同，不要提交", n=self.changed)
        if self.findings:
            return msg("内容有 {n} 处弱点会影响案件结果，先补救再提交", n=self.findings)
        if not self.exhibits:
            return msg("还没有证据")
        if self.gaps:
            return msg("还缺 {n} 项", n=len(self.gaps))
        if self.refused:
            return msg("未能核查内容")
        return msg("未发现弱点和缺口")


def review(work: Work, bundle: Bundle) -> Review:
    """Check our exhibits of a bundle that the caller has read: content, gaps, bytes."""
    rows = exhibits_of(work, bundle.id, Side.OURS)
    papers = {paper.key: paper for paper in _papers(work, rows)}
    checked, ground = _check(work, bundle, tuple(papers.values()))
    intact = {row.id: is_intact(work, row) for row in rows}
    known = _known(work, rows, intact)
    gaps = find_gaps(_rules(work), known, ground=ground)
    by_key = {paper.key: paper for paper in checked.papers}
    return Review(
        exhibits=tuple(
            Reviewed(
                exhibit=row,
                intact=intact[row.id],
                strengths=by_key[_key(row)].strengths,
                findings=by_key[_key(row)].findings,
                gaps=tuple(gap for gap in gaps if gap.exhibit == str(row.id)),
            )
            for row in rows
        ),
        gaps=gaps,
        others=tuple(found for key, paper in by_key.items() if key not in papers for found in paper.findings),
        refused=checked.refused,
    )


def _key(row: Exhibit) -> str:
    return f"exhibit/{row.id}"


def _papers(work: Work, rows: Sequence[Exhibit]) -> list[Paper]:
    ids = [row.document_id for row in rows if row.document_id is not None]
    said = work.session.execute(select(Document.id, Document.text).where(Document.id.in_(ids)))
    texts = {number: text for number, text in said}  # noqa: C416  (rows, not pairs)
    read: dict[int, list[str]] = {}
    pages = (
        select(ExhibitPage)
        .where(ExhibitPage.exhibit_id.in_([row.id for row in rows]))
        .order_by(ExhibitPage.exhibit_id, ExhibitPage.page)
    )
    for page in work.session.scalars(pages):
        read.setdefault(page.exhibit_id, []).append(page.text)
    return [
        Paper(
            key=_key(row),
            kind=PaperKind(row.kind),
            title=row.name,
            text=_text(row, texts, read),
            dated=row.dated,
        )
        for row in rows
    ]


def _text(row: Exhibit, texts: Mapping[int, str], read: Mapping[int, list[str]]) -> str:
    """What the exhibit itself says: the words of a slip or of a log's page are ours, not the paper's."""
    if row.document_id is not None:
        return texts[row.document_id]
    if row.event_id is not None or row.dangerous:
        return ""
    return "\n".join(read.get(row.id, ()))


def _check(work: Work, bundle: Bundle, papers: tuple[Paper, ...]) -> tuple[PaperCheck, str]:
    """The law's checks and the ground of the dismissal; forms of steps are read beside the exhibits."""
    cases = cases_of(work, bundle)
    facts: dict[str, Any] = {}
    for case in cases:
        facts |= case.variables or {}
    steps = step_papers(work, [case.id for case in cases])
    file = case_file(work, bundle.person, papers=(*papers, *steps), facts=facts)
    on = max((local_date(case.started_at) for case in cases), default=local_date(work.now))
    return check_file(work, file, on=on), file.ground


def _rules(work: Work) -> list[Rule]:
    rows = work.session.scalars(select(GapRule).where(GapRule.active == YES).order_by(GapRule.id))
    return [
        Rule(
            code=row.code,
            for_kind=row.for_kind,
            needs=row.needs,
            sentences=row.sentences,
            article=row.article,
            ground=row.ground or "",
        )
        for row in rows
    ]


def _known(work: Work, rows: Sequence[Exhibit], intact: Mapping[int, bool]) -> list[Known]:
    ids = [row.document_id for row in rows if row.document_id is not None]
    signed = _signing_facts(work, ids)
    documents = select(Document).where(Document.id.in_(ids))
    to_sign = {row.id for row in work.session.scalars(documents) if row.fields}
    return [
        Known(
            key=str(row.id),
            number=number,
            name=row.name,
            kind=row.kind,
            facts=_facts(row, intact=intact[row.id]) | signed.get(row.document_id or 0, frozenset()),
            house_made=row.document_id in to_sign,
        )
        for number, row in enumerate(rows, 1)
    ]


def _facts(row: Exhibit, *, intact: bool) -> frozenset[str]:
    said = {
        Fact.ORIGINAL: row.form != Form.COPY,
        Fact.SOURCE: bool(row.source.strip()),
        Fact.OBJECT: bool(row.proves.strip() and row.content.strip()),
        Fact.INTACT: intact,
        Fact.READABLE: row.printable,
    }
    return frozenset(fact.value for fact, holds in said.items() if holds)


def _signing_facts(work: Work, ids: Sequence[int]) -> dict[int, frozenset[str]]:
    """What the signing of each document left behind."""
    found: dict[int, set[str]] = {number: set() for number in ids}
    for flow in work.session.scalars(select(SigningFlow).where(SigningFlow.document_id.in_(ids))):
        said = {
            Fact.IDENTITY: flow.identity,
            Fact.WILL: flow.will,
            Fact.DELIVERED: flow.delivered_at,
        }
        found[flow.document_id] |= {fact.value for fact, value in said.items() if value}
    for edition in work.session.scalars(select(SignedEdition).where(SignedEdition.document_id.in_(ids))):
        found[edition.document_id] |= {Fact.SIGNED.value, Fact.STAMPED.value}
        if edition.stage in SEALED:
            found[edition.document_id].add(Fact.SEALED.value)
    return {number: frozenset(facts) for number, facts in found.items()}
