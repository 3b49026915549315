"""A watched post of the demo company: profile, assessment, consent, a week of data, three alerts."""

from __future__ import annotations

import tomllib
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from textwrap import wrap
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from models.monitoring import Alert
from models.observation import Punch, WorkReport, WorkResult
from models.task import Task, TaskState
from webapp.adapters.pdf.scan import scan_slip
from webapp.domain.errors import InvalidError
from webapp.domain.monitoring import WEEK, last_period
from webapp.domain.monitoring import Period as Stretch
from webapp.domain.periods import add_months
from webapp.domain.permissions import SYSTEM
from webapp.services.consents.ledger import LOCATION, give
from webapp.services.consents.texts import newest_texts, seed_consents
from webapp.services.demo.jobs import perform_due
from webapp.services.monitoring.assessments import AssessmentValues, assess, confirm
from webapp.services.monitoring.evaluate import KIND
from webapp.services.monitoring.profiles import ProfileValues, save_profile
from webapp.services.people import SHANGHAI, load_actor, local_date
from webapp.services.reference.load import load_calendar
from webapp.services.tasks.complete import CompleteTask, complete

if TYPE_CHECKING:
    from pathlib import Path

    from models.person import Person
    from webapp.services.demo.leave import Stage
    from webapp.services.demo.people import Cast

TUESDAY = 1  # counted from Monday as 0


def play_watch(stage: Stage, cast: Cast, root: Path) -> list[int]:
    """Play it; ids of the alerts. The clock stands at now afterwards."""
    plan = tomllib.loads((root / "forms" / "demo" / "watch.toml").read_text(encoding="utf-8"))
    now = stage.now
    people = _people(cast, plan)
    night = _night(stage, now)
    stage.now = now - timedelta(days=plan["began_days_ago"])
    profile_id = _profile(stage, cast, plan)
    subject, silent, seller = people[:3]
    _agree(stage, root, [subject, seller])
    stage.now = _at(night, 2)
    everybody = [p for p in cast.people[plan["department"]] if p.post == plan["post"]]
    _observe(stage, profile_id, plan, people=everybody, cast=(subject, silent, seller))
    perform_due(stage, (KIND,))
    made = _settle(stage, cast, plan, people=(subject, silent, seller))
    stage.now = now
    return made


def _people(cast: Cast, plan: dict[str, Any]) -> list[Person]:
    named = {p.id for p in cast.logins.values()}
    return [p for p in cast.people[plan["department"]] if p.post == plan["post"] and p.id not in named]


def _night(stage: Stage, now: datetime) -> date:
    """The newest Tuesday after a week of five working days: no holiday changes the demo."""
    with stage.unit(SYSTEM) as work:
        calendar = load_calendar(work.session)
    today = local_date(now)
    day = today - timedelta(days=(today.weekday() - TUESDAY) % WEEK.days)
    while sum(calendar.day(d).working for d in _week(day)) < len(_week(day)) or day > today:
        day -= WEEK
    return day


def _week(day: date) -> list[date]:
    """Monday to Friday of the week before."""
    first, last = last_period(Stretch.WEEK, day)
    return [first + timedelta(days=n) for n in range((last - first).days - 1)]


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 30), SHANGHAI)


def _profile(stage: Stage, cast: Cast, plan: dict[str, Any]) -> int:
    """The head of HR writes and assesses, legal confirms."""
    today = local_date(stage.now)
    until = today + timedelta(days=365)
    values = ProfileValues(
        entity_id=cast.entities[plan["employer"]].id,
        posts=(plan["post"],),
        valid_from=today,
        valid_to=until,
        **{**plan["profile"], "watches": tuple(plan["profile"]["watches"])},
    )
    told = plan["assessment"]
    lines = [line for name in ("lawful", "impact", "measures") for line in wrap(told[name], width=27)]
    scan = scan_slip("个人信息保护影响评估报告", lines, seal="云衫")
    with stage.unit(_actor(stage, cast, "hejing")) as work:
        row = save_profile(work, values)
        report = AssessmentValues(**plan["assessment"], valid_to=until, name="影响评估报告.png", data=scan)
        assess(work, row.id, report, version=row.version)
        made = row.id, row.version
    with stage.unit(_actor(stage, cast, "linfan")) as work:
        confirm(work, made[0], version=made[1])
    return made[0]


def _actor(stage: Stage, cast: Cast, who: str) -> Any:
    with stage.unit(SYSTEM) as work:
        return load_actor(work.session, cast.logins[who].id)


def _agree(stage: Stage, root: Path, people: list[Person]) -> None:
    with stage.unit(SYSTEM) as work:
        seed_consents(work, root)
    for person in people:
        with stage.unit(SYSTEM) as work:
            actor = load_actor(work.session, person.id)
        with stage.unit(actor) as work:
            give(work, newest_texts(work)[LOCATION].id, language="zh-Hans")


def _observe(
    stage: Stage,
    profile_id: int,
    plan: dict[str, Any],
    *,
    people: list[Person],
    cast: tuple[Person, Person, Person],
) -> None:
    """A week of one who was out, one without reports, months of one whose results rose; others as usual."""
    out, silent, seller = cast
    night = local_date(stage.now)
    days = _week(night)
    until = night + timedelta(days=plan["profile"]["keep_days"])
    common = {"profile_id": profile_id, "keep_until": until}
    month = last_period(Stretch.MONTH, night)[0]
    punches = [
        {"person_id": out.id, "at": _at(day, 10), "day": day, "direction": "in", "source": "移动打卡",
         "in_zone": place > 3, **common}
        for place, day in enumerate(days)
    ]  # fmt: skip
    reports = [
        {"person_id": person.id, "day": day, "kind": kind, "source": "钉钉", **common}
        for person in people
        for place, day in enumerate(days)
        for kind in (("daily", "visit") if person is out else ("daily",))
        if person is not silent or place == 0
    ]
    results = [
        {"person_id": seller.id, "month": add_months(month, -back), "amount": Decimal(amount),
         "hours": Decimal(hours), "source": "电商后台", **common}
        for back, amount, hours in ((3, 98000, 171), (2, 104000, 168), (1, 101000, 165), (0, 163000, 109))
    ]  # fmt: skip
    with stage.unit(SYSTEM) as work:
        work.session.execute(insert(Punch), punches)
        work.session.execute(insert(WorkReport), reports)
        work.session.execute(insert(WorkResult), results)


def _settle(
    stage: Stage, cast: Cast, plan: dict[str, Any], *, people: tuple[Person, Person, Person]
) -> list[int]:
    """Settle what the stories say; where no procedure takes what is handed on, it stays open."""
    with stage.unit(SYSTEM) as work:
        rows = work.session.scalars(
            select(Alert).where(Alert.person_id.in_([p.id for p in people])).order_by(Alert.id)
        )
        found = {row.rule: (row.id, row.case_id) for row in rows}
    stage.now += timedelta(hours=9)
    for story in plan["story"]:
        if story["state"] == "open" or story["what"] not in found:
            continue
        outcome = "hand_on" if story["state"] == "handed-on" else "discard"
        with stage.unit(SYSTEM) as work:
            task = work.session.scalars(
                select(Task).where(Task.case_id == found[story["what"]][1], Task.state == TaskState.OPEN)
            ).one()
        values = {"outcome": outcome, "reason": story["reason"]}
        try:
            with stage.unit(_actor(stage, cast, "hejing")) as work:
                complete(work, CompleteTask(task_id=task.id, version=task.version, values=values))
        except InvalidError:
            continue
    perform_due(stage)
    return [number for number, _ in found.values()]
