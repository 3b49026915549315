"""A hundred and eighty leave cases of the demo company, over fifteen named states, lived through in order."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import select

from models.person import Person
from webapp.adapters.pdf.scan import scan_slip
from webapp.domain.errors import InvalidError
from webapp.domain.permissions import SYSTEM
from webapp.services.attachments import attach
from webapp.services.demo.people import TEAM_LEVEL
from webapp.services.demo.steps import open_step, waiting_step
from webapp.services.jobs import timers
from webapp.services.leave.ask import AskLeave, ask
from webapp.services.leave.change import ChangeLeave, ask_change, withdraw_leave
from webapp.services.people import SHANGHAI, load_actor, local_date
from webapp.services.tasks.complete import CompleteTask, complete

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from contextlib import AbstractContextManager

    from webapp.domain.permissions import Actor
    from webapp.services.work import Work

EACH = 12  # cases of each state
TRIES = 12  # people who may turn out unable to play a story
WEEKEND = 5  # Saturday, counted from Monday as 0


class Story(StrEnum):
    """Where a demo case ends up."""

    WITH_MANAGER = "with-manager"  # 待直属主管审批
    OVERDUE = "overdue"  # 主管逾期未批，已提醒并升级
    WITH_SECOND = "with-second"  # 待上级审批
    WITH_HR = "with-hr"  # 待人事审核，可认领
    REFUSED = "refused"  # 未批准
    WITHDRAWN = "withdrawn"  # 员工撤回
    APPROVED = "approved"  # 已批准，尚未开始
    ON_LEAVE = "on-leave"  # 休假中
    TAKEN = "taken"  # 已休完
    CHANGE_ASKED = "change-asked"  # 销假待审批
    CHANGE_REFUSED = "change-refused"  # 变更未批准，仍在休
    SHORTENED = "shortened"  # 已提前销假
    CANCELLED = "cancelled"  # 已全部取消
    PROOF_OWED = "proof-owed"  # 待补交证明
    PROOF_CHECK = "proof-check"  # 证明待人事核验


class Stage(Protocol):
    """A house whose clock the demo moves."""

    now: datetime

    def unit(self, actor: Actor) -> AbstractContextManager[Work]:
        """One click at the stage's time."""


@dataclass(slots=True)
class Player:
    """Plays stories with one person after another."""

    stage: Stage
    today: date
    people: Iterator[int]
    leaders: Iterator[int]
    hr_id: int
    played: dict[Story, list[int]] = field(default_factory=dict)

    def play(self, story: Story) -> None:
        """Live one story through with the next person who can."""
        for person_id in islice(self.leaders if story is Story.WITH_SECOND else self.people, TRIES):
            try:
                case_id = PLAYS[story](self, person_id)
            except InvalidError:
                continue  # no balance yet, or nobody above: somebody else plays it
            self.played.setdefault(story, []).append(case_id)
            return

    def at(self, days: int, hour: int = 10) -> None:
        """Move the clock to a day from today, local time."""
        day = self.today + timedelta(days=days)
        self.stage.now = datetime.combine(day, time(hour), SHANGHAI)

    def weekday(self, days: int) -> date:
        """A day from today, moved behind a weekend."""
        day = self.today + timedelta(days=days)
        return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= WEEKEND else 0)

    def actor(self, person_id: int) -> Actor:
        """A person as actor."""
        with self.stage.unit(SYSTEM) as work:
            return load_actor(work.session, person_id)

    def ask(self, person_id: int, kind: str, first: int, *, days: int) -> tuple[int, int]:
        """Ask for leave; the request's and the case's id."""
        values = {
            "type": kind,
            "start_date": self.weekday(first).isoformat(),
            "end_date": (self.weekday(first) + timedelta(days=days - 1)).isoformat(),
            "part": "full",
            "reason": REASONS[kind],
        }
        with self.stage.unit(self.actor(person_id)) as work:
            asked = ask(work, AskLeave(values=values))
        return asked.request_id, asked.case_id

    def answer(self, case_id: int, element: str, **values: Any) -> None:
        """Whoever holds the step answers it; HR where it lies in a queue."""
        task = open_step(self.stage, case_id, element)
        if task is None:
            return
        holder = self.actor(task.assignee_id or self.hr_id)
        with self.stage.unit(holder) as work:
            complete(work, CompleteTask(task_id=task.id, version=task.version, values=values))

    def approve(self, case_id: int) -> None:
        """Everybody who is asked agrees."""
        for element in ("approve", "second"):
            self.answer(case_id, element, outcome="approve")
        self.answer(case_id, "hr", outcome="approve", proof_checked=True)

    def sweep(self) -> None:
        """Fire what is due at the stage's time."""
        with self.stage.unit(SYSTEM) as work:
            due = timers.due_timers(work)
        for timer in due:
            with self.stage.unit(SYSTEM) as work:
                timers.fire_timer(work, timer.id)


REASONS = {"annual": "陪家人出行", "sick": "发热就诊", "personal": "家中有事", "marriage": "结婚"}


def _with_manager(player: Player, person_id: int) -> int:
    player.at(0, 9)
    return player.ask(person_id, "personal", 9, days=1)[1]


def _overdue(player: Player, person_id: int) -> int:
    player.at(-7)
    return player.ask(person_id, "personal", 6, days=1)[1]


def _with_second(player: Player, person_id: int) -> int:
    player.at(0, 9)
    case_id = player.ask(person_id, "personal", 12, days=8)[1]
    player.answer(case_id, "approve", outcome="approve")
    return case_id


def _with_hr(player: Player, person_id: int) -> int:
    player.at(-1)
    case_id = player.ask(person_id, "sick", 0, days=3)[1]
    player.answer(case_id, "approve", outcome="approve")
    return case_id


def _refused(player: Player, person_id: int) -> int:
    player.at(-12)
    case_id = player.ask(person_id, "personal", -3, days=2)[1]
    player.answer(case_id, "approve", outcome="reject", refusal="大促期间人手不足")
    return case_id


def _withdrawn(player: Player, person_id: int) -> int:
    player.at(-9)
    request_id, case_id = player.ask(person_id, "personal", 4, days=1)
    with player.stage.unit(player.actor(person_id)) as work:
        withdraw_leave(work, request_id, reason="行程取消")
    return case_id


def _approved(player: Player, person_id: int) -> int:
    player.at(-3)
    case_id = player.ask(person_id, "annual", 13, days=2)[1]
    player.approve(case_id)
    return case_id


def _on_leave(player: Player, person_id: int, *, kind: str = "annual") -> int:
    player.at(-6)
    case_id = player.ask(person_id, kind, -1, days=4)[1]
    player.approve(case_id)
    return case_id


def _taken(player: Player, person_id: int) -> int:
    player.at(-40)
    case_id = player.ask(person_id, "annual", -30, days=2)[1]
    player.approve(case_id)
    return case_id


def _change(player: Player, person_id: int, kind: str, **answer: Any) -> int:
    player.at(-8)
    request_id, case_id = player.ask(person_id, "annual", -1, days=5)
    player.approve(case_id)
    player.at(0, 8)
    values: dict[str, Any] = {"change_kind": kind, "change_reason": "提前返岗"}
    if kind == "shorten":
        values |= {"new_end_date": (player.today + timedelta(days=1)).isoformat(), "new_end_half": "pm"}
    with player.stage.unit(player.actor(person_id)) as work:
        ask_change(work, ChangeLeave(request_id=request_id, values=values))
    if answer:
        player.answer(case_id, "decide_change", **answer)
    return case_id


def _cancelled(player: Player, person_id: int) -> int:
    player.at(-5)
    request_id, case_id = player.ask(person_id, "annual", 8, days=2)
    player.approve(case_id)
    with player.stage.unit(player.actor(person_id)) as work:
        ask_change(
            work,
            ChangeLeave(request_id=request_id, values={"change_kind": "cancel", "change_reason": "行程取消"}),
        )
    player.answer(case_id, "decide_change", outcome="approve")
    return case_id


def _proof_owed(player: Player, person_id: int) -> int:
    player.at(-5)
    case_id = player.ask(person_id, "sick", -4, days=3)[1]
    player.approve(case_id)
    return case_id


def _proof_check(player: Player, person_id: int) -> int:
    case_id = _proof_owed(player, person_id)
    player.at(-1, 15)
    task = waiting_step(player.stage, case_id, "hand_in")
    with player.stage.unit(player.actor(person_id)) as work:
        file = attach(work, task.id, name="诊断证明.png", data=_certificate())
        kept = {"id": str(file.id), "name": file.name}
    player.answer(case_id, "hand_in", proof=[kept])
    return case_id


@cache
def _certificate() -> bytes:
    """A photographed certificate; the same for everybody, it names nobody."""
    lines = (
        "姓名：________    科别：内科",
        "诊断：上呼吸道感染",
        "建议：休息三日，多饮水，不适随诊。",
        "医师签名：________",
    )
    return scan_slip("诊断证明书", lines, seal="诊断专用章")


PLAYS = {
    Story.WITH_MANAGER: _with_manager,
    Story.OVERDUE: _overdue,
    Story.WITH_SECOND: _with_second,
    Story.WITH_HR: _with_hr,
    Story.REFUSED: _refused,
    Story.WITHDRAWN: _withdrawn,
    Story.APPROVED: _approved,
    Story.ON_LEAVE: _on_leave,
    Story.TAKEN: _taken,
    Story.CHANGE_ASKED: lambda p, i: _change(p, i, "shorten"),
    Story.CHANGE_REFUSED: lambda p, i: _change(p, i, "shorten", outcome="reject", refusal="排班已定"),
    Story.SHORTENED: lambda p, i: _change(p, i, "shorten", outcome="approve"),
    Story.CANCELLED: _cancelled,
    Story.PROOF_OWED: _proof_owed,
    Story.PROOF_CHECK: _proof_check,
}
ORDER: Sequence[Story] = tuple(Story)


def play_leave(stage: Stage, *, hr_id: int, first_ids: Sequence[int], each: int = EACH) -> Player:
    """Play every story ``each`` times, then let time pass to now; the player tells which case is which."""
    now = stage.now
    with stage.unit(SYSTEM) as work:
        others = work.session.scalars(
            select(Person.id).where(Person.level == 1, Person.dispatch.is_(False)).order_by(Person.id)
        ).all()
        leaders = work.session.scalars(
            select(Person.id).where(Person.level == TEAM_LEVEL).order_by(Person.id)
        ).all()
    queue = [*first_ids, *(i for i in others if i not in set(first_ids) and i != hr_id)]
    player = Player(
        stage=stage, today=local_date(now), people=iter(queue), leaders=iter(leaders), hr_id=hr_id
    )
    for _ in range(each):
        for story in ORDER:
            player.play(story)
    stage.now = now
    player.sweep()
    return player
