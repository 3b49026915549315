"""The nightly look: rules are asked about the newest week and month; what speaks opens a triage, and no more.

Done twice it finds its alerts there already: a rule speaks once about a person and a period.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.job import Job
from models.monitoring import Alert, AlertState, MonitoringProfile
from models.person import Person
from webapp.domain.errors import InvalidError
from webapp.domain.explain import Working
from webapp.domain.monitoring import Facts, Measure, Watch, facts_of, last_period, narrowed
from webapp.domain.regions import parameter_region
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.cases.start import StartCase, start_pinned
from webapp.services.jobs.handlers import HANDLERS, TakenJob, Units
from webapp.services.jobs.later import enqueue_at
from webapp.services.monitoring.found import found_lines
from webapp.services.monitoring.inforce import in_force, people_of, read_coverage
from webapp.services.monitoring.purge import purge
from webapp.services.monitoring.told import tell_people
from webapp.services.monitoring.watch import Look, read_watches
from webapp.services.people import SHANGHAI, local_date
from webapp.services.procedures.bundle import load_bundle, version_to_start
from webapp.services.reference.load import current_law

if TYPE_CHECKING:
    from webapp.services.procedures.alerts import AlertRule, AlertSettings
    from webapp.services.procedures.bundle import Bundle
    from webapp.services.work import Work

KIND = "watch-posts"
HOUR = time(2)  # local time at which a night's look is due
CHUNK = 25  # people of one transaction


def look_nightly(work: Work, day: date) -> None:
    """Make sure that posts are looked at on a day: one row a day, however often this is asked."""
    key = f"{KIND}-{day.isoformat()}"
    if work.session.scalar(select(Job.id).where(Job.idempotency_key == key)) is None:
        enqueue_at(work, KIND, {}, key=key, at=datetime.combine(day, HOUR, SHANGHAI))


def watch_posts(units: Units, _job: TakenJob) -> Mapping[str, Any]:
    """The job ``watch-posts``: delete what is over, tell newcomers, ask the rules, ask for tomorrow."""
    with units() as work:
        today = local_date(work.now)
        look_nightly(work, today + timedelta(days=1))
        gone = purge(work)
        profiles = list(
            work.session.scalars(
                select(MonitoringProfile.id).where(in_force(today)).order_by(MonitoringProfile.id)
            )
        )
    found = sum(_look_at(units, profile_id, today) for profile_id in profiles)
    return {"profiles": len(profiles), "alerts": found, "deleted": gone}


def _look_at(units: Units, profile_id: int, today: date) -> int:
    with units() as work:
        profile = work.session.get_one(MonitoringProfile, profile_id)
        tell_people(work, profile)
        ids = list(work.session.scalars(select(Person.id).where(people_of(profile)).order_by(Person.id)))
    found = 0
    for chunk in (ids[i : i + CHUNK] for i in range(0, len(ids), CHUNK)):
        with units() as work:
            found += _look_at_people(work, profile_id, chunk, today=today)
    return found


def _look_at_people(work: Work, profile_id: int, ids: list[int], *, today: date) -> int:
    profile = work.session.get_one(MonitoringProfile, profile_id)
    bundle = load_bundle(work.session, version_to_start(work.session, profile.procedure_key))
    settings = bundle.settings.alerts
    if settings is None:
        raise InvalidError(msg("流程“{key}”没有预警规则。", key=profile.procedure_key))
    people = list(work.session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.id)))
    coverage = read_coverage(work, [profile.entity_id])
    law = current_law(work.session, today)
    measure = Measure.of(Working(law, region=parameter_region(profile.entity.region), on=today))
    made = 0
    for period in dict.fromkeys(rule.period for rule in settings.rules):
        first, last = last_period(period, today)
        look = Look(
            profile=profile, people=people, coverage=coverage, first=first, last=last, measure=measure
        )
        watches = read_watches(work, look)
        spoken = _spoken(work, ids, first)
        for rule in (r for r in settings.rules if r.period is period and r.watches <= set(profile.watches)):
            for person in (p for p in people if p.id in watches and (rule.key, p.id) not in spoken):
                ask = Question(profile=profile, person=person, rule=rule, watch=watches[person.id])
                made += _ask(work, bundle, ask, measure=measure)
    return made


def _spoken(work: Work, ids: list[int], first: date) -> set[tuple[str, int]]:
    """Rules that spoke about these people and this period before."""
    rows = work.session.execute(
        select(Alert.rule, Alert.person_id).where(Alert.person_id.in_(ids), Alert.first_day == first)
    )
    return {(rule, person_id) for rule, person_id in rows}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One rule about one person's period."""

    profile: MonitoringProfile
    person: Person
    rule: AlertRule
    watch: Watch


def _ask(work: Work, bundle: Bundle, ask: Question, *, measure: Measure) -> bool:
    """Ask the table; True where it spoke."""
    facts = facts_of(narrowed(ask.watch, ask.rule.watches), measure)
    speaks, fired = decide(bundle, ask.rule.decision, facts, now=work.now)
    if speaks is not True:
        return False
    settings = bundle.settings.alerts
    assert settings is not None
    keys, _ = decide(bundle, settings.doubts, facts, now=work.now)
    _open(work, bundle, ask, alert=_alert(work, bundle, ask, facts=facts, fired=fired, doubts=keys or ()))
    return True


def decide(bundle: Bundle, decision: str, facts: Facts, *, now: datetime) -> tuple[Any, tuple[str, ...]]:
    """A table's answer to the figures, and the rows that gave it; raises a DecisionError."""
    model = next((m for m in bundle.models if decision in m.decision_ids), None)
    if model is None:
        raise InvalidError(msg("这个流程版本中没有决策表“{id}”。", id=decision))
    given = {k: None if v is None else Decimal(v) for k, v in asdict(facts).items()}
    answer = model.evaluate(decision, given, now=now)
    value = answer.value["alert"] if isinstance(answer.value, Mapping) else answer.value
    return value, tuple(f.rule_id for f in answer.fired)


def _alert(
    work: Work, bundle: Bundle, ask: Question, *, facts: Facts, fired: tuple[str, ...], doubts: Any
) -> Alert:
    settings: AlertSettings | None = bundle.settings.alerts
    assert settings is not None
    figures = asdict(facts)
    shown = {k: "—" if v is None else str(v) for k, v in figures.items()}
    alert = Alert(
        profile_id=ask.profile.id,
        person_id=ask.person.id,
        entity_id=ask.profile.entity_id,
        procedure_version_id=bundle.version_id,
        rule=ask.rule.key,
        fired=list(fired),
        first_day=ask.watch.first,
        last_day=ask.watch.last,
        titles={language: text.format(**shown) for language, text in ask.rule.says.items()},
        facts={k: v for k, v in figures.items() if v is not None},
        found=found_lines(ask.watch, ask.rule.watches),
        doubts=[dict(settings.explains[key]) for key in doubts if key in settings.explains],
        state=AlertState.OPEN,
        made_at=work.now,
    )
    work.session.add(alert)
    work.session.flush()
    return alert


def _open(work: Work, bundle: Bundle, ask: Question, *, alert: Alert) -> None:
    """Begin the triage: a person looks. Nothing about the one concerned is changed here."""
    title = msg("{rule}：{name}", rule=ask.rule.titles["zh-Hans"], name=ask.person.name)
    case = start_pinned(
        work,
        StartCase(
            procedure_key=bundle.settings.key,
            person_id=ask.person.id,
            title=str(title),
            starter_id=ask.profile.recorded_by_id,
            variables={
                "person": str(ask.person.id),
                "alert": str(alert.id),
                "rule": ask.rule.key,
                "rule_title": ask.rule.titles["zh-Hans"],
                "first_day": alert.first_day.isoformat(),
                "last_day": alert.last_day.isoformat(),
                "summary": alert.titles["zh-Hans"],
            },
        ),
        bundle,
    )
    alert.case_id = case.id
    events.append(
        work,
        "alert.raised",
        {
            "alert": alert.id,
            "rule": alert.rule,
            "rows": alert.fired,
            "first_day": alert.first_day.isoformat(),
            "last_day": alert.last_day.isoformat(),
            "profile": ask.profile.id,
            "edition": ask.profile.edition,
        },
        case=case,
    )
    work.session.flush()


HANDLERS[KIND] = watch_posts
