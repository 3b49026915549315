"""Three campaigns of the demo company: one that is over, one in full swing, one that waits for legal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from models.campaign import Campaign, CampaignMember
from models.case import Case
from models.person import Person, PersonFlag
from models.task import Task, TaskState
from webapp.domain.permissions import SYSTEM
from webapp.services.attachments import attach
from webapp.services.campaigns import control
from webapp.services.campaigns.create import CreateCampaign, create
from webapp.services.campaigns.population import Selection
from webapp.services.demo.jobs import fire_due, perform_due
from webapp.services.leaving import announce_leaving
from webapp.services.people import SHANGHAI, load_actor, local_date
from webapp.services.tasks.complete import CompleteTask, complete
from webapp.services.tasks.drafts import add_comment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from webapp.services.demo.leave import Stage
    from webapp.services.demo.people import Cast

PROCEDURE: Final = "contract-change"
STRIDE: Final = 7  # prime to the number of states, so that each is played once
PICTURE: Final = b"\x89PNG\r\n\x1a\n" + bytes(64)  # stands for a scanned agreement
LETTER: Final = (
    "从下月起，您的班次改为 19:00 到 23:00，在家接待顾客，不用再来公司上通宵。\n"
    "工资不变，每晚另有 30 元夜班津贴，电费和网费每月补 120 元。\n"
    "电脑和耳机由公司提供。以后任何一方提前三十天书面通知，就能恢复原来的安排。"
)


class State(StrEnum):
    """Where a person of the demo's campaigns ends up."""

    ASKED = "asked"  # 待员工答复
    QUESTION = "question"  # 待员工答复，已在页面上提问
    WISH = "wish"  # 协商中，待人事回应
    REVISED = "revised"  # 人事改了条件，待员工再答复
    KEPT = "kept"  # 人事维持原方案，待员工再答复
    AGREED = "agreed"  # 已同意，待签署
    PAPER_WAITS = "paper-waits"  # 选择纸质，待人事办理
    CHANGED = "changed"  # 纸质签署，变更完成
    REFUSED = "refused"  # 不同意，原约定继续
    TAKEN_BACK = "taken-back"  # 协商后公司撤回
    SILENT = "silent"  # 期满未答复
    LEFT = "left"  # 离职


FIRST: Final = (
    *[State.CHANGED] * 5,
    State.REFUSED,
    State.REFUSED,
    State.TAKEN_BACK,
    State.SILENT,
    State.LEFT,
)
SECOND: Final = (
    *[State.ASKED] * 11,
    *[State.QUESTION] * 2,
    *[State.WISH] * 4,
    *[State.REVISED] * 3,
    State.KEPT,
    *[State.AGREED] * 7,
    *[State.PAPER_WAITS] * 2,
    *[State.CHANGED] * 6,
    *[State.REFUSED] * 3,
)


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
        with self.stage.unit(SYSTEM) as work:
            return work.session.scalars(
                select(Task).where(
                    Task.case_id == case_id, Task.element_id == element, Task.state == TaskState.OPEN
                )
            ).one()

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
            self.answer(case_id, "answer", who=person_id, **ANSWERS[state])
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

    def _respond(self, case_id: int | None, values: dict[str, Any]) -> None:
        with self.stage.unit(SYSTEM) as work:
            from_day = work.session.get_one(Case, case_id).variables["effective_from"]
        revised = {"effective_from": from_day} if values["outcome"] == "revise" else {}
        self.answer(case_id, "counter", who=self.hr_id, **values, **revised)

    def _sign_on_paper(self, case_id: int | None) -> None:
        task = self.task(case_id, "paper")
        with self.stage.unit(self._actor(self.hr_id)) as work:
            file = attach(work, task.id, name="补充协议扫描件.png", data=PICTURE)
            scan = [{"id": str(file.id), "name": file.name}]
        day = local_date(self.stage.now).isoformat()
        where = "人事档案室 3 号柜"
        self.answer(case_id, "paper", who=self.hr_id, scan=scan, signed_on=day, original_place=where)


ANSWERS: Final[dict[State, dict[str, Any]]] = {
    State.WISH: {"outcome": "negotiate", "wish": "孩子小，希望 22:00 前下班，津贴可以少一点。"},
    State.REVISED: {"outcome": "negotiate", "wish": "希望每月能有两天回公司和同事碰面。"},
    State.KEPT: {"outcome": "negotiate", "wish": "津贴能不能到每晚 50 元？"},
    State.TAKEN_BACK: {"outcome": "negotiate", "wish": "家里没有安静的房间，不适合居家接待。"},
    State.AGREED: {"outcome": "agree"},
    State.PAPER_WAITS: {"outcome": "paper"},
    State.CHANGED: {"outcome": "paper"},
    State.REFUSED: {"outcome": "refuse", "refusal": "晚上要照顾老人，还是想上现在的班。"},
}
COUNTERS: Final[dict[State, dict[str, Any]]] = {
    State.REVISED: {
        "outcome": "revise",
        "reply": "可以。每月第一个和第三个周三到公司，交通费照报。",
        "place": "本人住所；每月两天在公司",
        "hours_system": "standard",
        "shift_start": "19:00",
        "shift_end": "23:00",
        "allowance": "夜班津贴每晚 30 元，电费、网费每月 120 元",
        "remark": "每月第一个和第三个周三到公司工作，交通费据实报销。",
    },
    State.KEPT: {"outcome": "keep", "reply": "津贴全公司一个标准，这次不能单独调整。"},
    State.TAKEN_BACK: {"outcome": "withdraw", "reply": "理解，您的班次不变，谢谢说明。"},
}
VALUES: Final[dict[str, Any]] = {
    "reason": "夜间咨询集中在 19:00 至 23:00，经协商将夜班调整为居家办公",
    "letter": LETTER,
    "place": "本人住所（附件登记的地址）",
    "hours_system": "standard",
    "shift_start": "19:00",
    "shift_end": "23:00",
    "allowance": "夜班津贴每晚 30 元，电费、网费每月 120 元",
    "return_conditions": "任何一方提前三十日书面通知，可恢复原工作地点与班次。",
    "rules_change": False,
    "answer_days": 5,
    "remind_first": 2,
    "remind_second": 4,
    "counter_days": 5,
    "sign_days": 5,
    "rounds": 3,
}


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
