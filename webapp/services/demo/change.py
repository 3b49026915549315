"""Three campaigns of the demo company: one that is over, one in full swing, one that waits for legal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from models.campaign import Campaign, CampaignMember
from models.case import Case
from models.contract import PersonDetail
from models.document import Document
from models.person import Person, PersonFlag
from webapp.adapters.pdf.scan import scan_signed
from webapp.domain.permissions import SYSTEM
from webapp.services.attachments import attach
from webapp.services.campaigns import control
from webapp.services.campaigns.create import CreateCampaign, create
from webapp.services.campaigns.population import Selection
from webapp.services.demo.jobs import fire_due, perform_due
from webapp.services.demo.signing import sign
from webapp.services.demo.states import ANSWERS, COUNTERS, FIRST, SECOND, VALUES, State
from webapp.services.demo.steps import waiting_step
from webapp.services.leaving import announce_leaving
from webapp.services.people import SHANGHAI, load_actor, local_date
from webapp.services.tasks.complete import CompleteTask, complete
from webapp.services.tasks.drafts import add_comment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.task import Task
    from webapp.services.demo.leave import Stage
    from webapp.services.demo.people import Cast
    from webapp.services.work import Work

PROCEDURE: Final = "contract-change"
STRIDE: Final = 7  # prime to the number of states, so that each is played once


@dataclass(slots=True)
class Office:
    """HR and legal at work on the demo's campaigns."""

    stage: Stage
    hr_id: int
    legal_id: int
    now: datetime

    def at(self, days: int, hour: int = 10) -> None:
        """Move the clock to a day from today, local time."""
        day = local_date(self.now) + timedelta(days=days)
        self.stage.now = datetime.combine(day, time(hour), SHANGHAI)

    def make(self, title: str, people: Sequence[str]) -> int:
        """A campaign, everybody checked; its id."""
        month = local_date(self.now).replace(day=1) + timedelta(days=62)
        command = CreateCampaign(
            procedure_key=PROCEDURE,
            title=title,
            selection=Selection(numbers=tuple(people)),
            values={**VALUES, "effective_from": month.replace(day=1).isoformat()},
        )
        with self.stage.unit(self._actor(self.hr_id)) as work:
            made = create(work, command)
        perform_due(self.stage)
        self._launch(made)
        return made

    def _launch(self, campaign_id: int) -> None:
        with self.stage.unit(self._actor(self.hr_id)) as work:
            control.launch(work, campaign_id)
        perform_due(self.stage)

    def approve(self, campaign_id: int) -> None:
        """Legal approves the text, HR sets it going."""
        with self.stage.unit(SYSTEM) as work:
            case_id = work.session.get_one(Campaign, campaign_id).case_id
        self.answer(case_id, "legal", who=self.legal_id, outcome="approve")
        self._launch(campaign_id)

    def _actor(self, person_id: int) -> Any:
        with self.stage.unit(SYSTEM) as work:
            return load_actor(work.session, person_id)

    def task(self, case_id: int | None, element: str) -> Task:
        """The open task of a case at an element."""
        return waiting_step(self.stage, case_id, element)

    def answer(self, case_id: int | None, element: str, *, who: int, **values: Any) -> None:
        """Somebody completes a step; the worker does what follows."""
        task = self.task(case_id, element)
        with self.stage.unit(self._actor(who)) as work:
            complete(work, CompleteTask(task_id=task.id, version=task.version, values=values))
        perform_due(self.stage)

    def play(self, member: CampaignMember, state: State) -> None:
        """Bring one person to a state."""
        case_id, person_id = member.case_id, member.person_id
        if state is State.QUESTION:
            with self.stage.unit(self._actor(person_id)) as work:
                add_comment(work, case_id or 0, text="网费补贴是打到工资里，还是要贴发票？")
        elif state in ANSWERS:
            self.answer(case_id, "answer", who=person_id, **self._home(person_id, ANSWERS[state]))
        if state is State.SIGNED:
            sign(self.stage, self.task(case_id, "sign"), self._actor(person_id))
        if state in COUNTERS:
            self._respond(case_id, COUNTERS[state])
        elif state is State.CHANGED:
            self._sign_on_paper(case_id)
        elif state is State.LEFT:
            with self.stage.unit(SYSTEM) as work:
                person = work.session.get_one(Person, person_id)
                person.left_on = local_date(work.now) - timedelta(days=1)
                announce_leaving(work, person)
            perform_due(self.stage)

    def _home(self, person_id: int, answer: dict[str, Any]) -> dict[str, Any]:
        """An answer with the address on record, which the person finds filled in, where it is a yes."""
        if answer["outcome"] not in ("agree", "paper"):
            return answer
        with self.stage.unit(SYSTEM) as work:
            return {**answer, "home_place": work.session.get_one(PersonDetail, person_id).address}

    def _respond(self, case_id: int | None, values: dict[str, Any]) -> None:
        with self.stage.unit(SYSTEM) as work:
            from_day = work.session.get_one(Case, case_id).variables["effective_from"]
        revised = {"effective_from": from_day} if values["outcome"] == "revise" else {}
        self.answer(case_id, "counter", who=self.hr_id, **values, **revised)

    def _sign_on_paper(self, case_id: int | None) -> None:
        task = self.task(case_id, "paper")
        with self.stage.unit(self._actor(self.hr_id)) as work:
            file = attach(work, task.id, name="补充协议扫描件.png", data=_scan(work, case_id))
            scan = [{"id": str(file.id), "name": file.name}]
        day = local_date(self.stage.now).isoformat()
        self.answer(
            case_id,
            "paper",
            who=self.hr_id,
            scan=scan,
            signed_on=day,
            original_place="人事档案室 3 号柜",
            original_keeper="档案员 李敏",
            as_original=True,
            compared_by="赵敏",
            compared_on=day,
        )


def _scan(work: Work, case_id: int | None) -> bytes:
    """The page of the case's agreement with its signatures, as it comes back from the scanner."""
    case = work.session.get_one(Case, case_id)
    document = work.session.get_one(Document, int(case.variables["document"]))
    page = max(int(field["page"]) for field in document.fields)
    fields = {field["name"]: tuple(field["rect"]) for field in document.fields if field["page"] == page}
    return scan_signed(
        work.ports.blobs.get(document.sha256), page=page, fields=fields, company=case.person.entity.name
    )


def play_change(
    stage: Stage, cast: Cast, *, first: Sequence[State] = FIRST, second: Sequence[State] = SECOND
) -> tuple[int, int, int]:
    """Play the three campaigns, their ids; the clock stands at now afterwards."""
    now = stage.now
    office = Office(stage=stage, hr_id=cast.logins["zhaomin"].id, legal_id=cast.logins["linfan"].id, now=now)
    few, many, next_ones = _people(cast)
    _protect(stage, many[-1])
    office.at(-24, 9)
    done = office.make("居家夜班补充协议（试点）", few[: len(first)])
    office.at(-23, 15)
    office.approve(done)
    office.at(-21)
    _play_all(office, done, first)
    office.at(-12)
    fire_due(stage)  # reminders, and the end of the time to answer
    perform_due(stage)
    office.at(-4, 9)
    running = office.make("居家夜班补充协议（第二批）", [*many[: len(second)], *many[-2:]])
    office.at(-4, 16)
    office.approve(running)
    office.at(-1)
    _play_all(office, running, second)
    office.at(-1, 16)
    waiting = office.make("居家夜班补充协议（第三批）", next_ones)
    stage.now = now
    fire_due(stage)
    perform_due(stage)
    return done, running, waiting


def _play_all(office: Office, campaign_id: int, states: Sequence[State]) -> None:
    with office.stage.unit(SYSTEM) as work:
        members = work.session.scalars(
            select(CampaignMember)
            .where(CampaignMember.campaign_id == campaign_id, CampaignMember.case_id.is_not(None))
            .order_by(CampaignMember.id)
        ).all()
    for place, member in enumerate(members):  # neighbours differ, so that every employer has all states
        office.play(member, states[place * STRIDE % len(states)])


def _people(cast: Cast) -> tuple[list[str], list[str], list[str]]:
    """Numbers for the three campaigns; Li Na, who logs in on a phone, is asked in the second."""
    lina = cast.logins["lina"]
    teams = {key: [p for p in people if p.level == 1] for key, people in cast.people.items()}
    few = [p.number for p in teams["SH-CS-03"][:10]]
    own = [p.number for p in teams["SH-CS-01"] if p is not lina][-14:]
    far = [p.number for key in ("GZ-CS-01", "ZZ-CS-01") for p in teams[key][:12]]
    lent = [p.number for p in teams["QH-CS-01"][:1]]
    protected = [next(p.number for p in teams["HZ-CS-01"] if p.gender == "f")]
    next_ones = [p.number for p in teams["SH-CS-05"][:20]]
    return few, [lina.number, *own, *far, *lent, *protected], next_ones


def _protect(stage: Stage, number: str) -> None:
    """One person of the second campaign has told HR of a late pregnancy: the shift may not be offered."""
    with stage.unit(SYSTEM) as work:
        person = work.session.scalars(select(Person).where(Person.number == number)).one()
        today = local_date(work.now)
        work.session.add(
            PersonFlag(
                person_id=person.id,
                kind="pregnant",
                valid_from=today - timedelta(days=230),
                purpose="女职工特殊保护",
                keep_until=today + timedelta(days=700),
                recorded_at=work.now,
            )
        )
