"""The plan of an import of observations: what is kept, what is left out and why, row by row.

A wrong cell is a fault and stops the file. What may not be kept (another post, a day before the person was
told, a moment outside working time) is no fault of the file: the row is left out, and the plan says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from webapp.domain.hours.clock import LOCAL
from webapp.domain.hours.place import advise_moment
from webapp.domain.monitoring import Watched, refused_column
from webapp.domain.regions import parameter_region
from webapp.domain.text import Message, msg
from webapp.services.imports.columns import match
from webapp.services.imports.plan import HEADER_ROW, Fault, Plan, PlannedRow, RowState, count
from webapp.services.imports.rows import Draft, drafts, faults_of
from webapp.services.observations.columns import (
    COLUMNS,
    CONTACTS,
    CUSTOMERS,
    PUNCHES,
    REPORTS,
    RESULTS,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from models.person import Person
    from webapp.domain.law import Law
    from webapp.services.imports.existing import Existing
    from webapp.services.imports.sheet import Sheet
    from webapp.services.monitoring.inforce import Coverage
    from webapp.services.monitoring.times import WorkingTimes

WATCHED = {
    PUNCHES: Watched.PUNCH,
    REPORTS: Watched.REPORT,
    RESULTS: Watched.RESULT,
    CONTACTS: Watched.CONTACT,
}
PLACE = "在许可区域内"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What stands behind the judgement of rows: people, profiles, working time, consents, known rows."""

    existing: Existing
    people: Mapping[str, Person]  # by employee number
    coverage: Coverage
    consents: Mapping[int, datetime]  # to the check of the place: person -> since when
    law: Law
    today: date
    times: Callable[[date, date], WorkingTimes]  # read once the days of the file are known
    known: Callable[[str, list[dict[str, Any]]], set[tuple[Any, ...]]]  # keys of rows that are there already


@dataclass(slots=True, kw_only=True)
class Judged:
    """A sound row on its way into the plan."""

    draft: Draft
    values: dict[str, Any]
    kept: bool = True
    notes: tuple[tuple[str, Message], ...] = ()


def plan_observations(kind: str, sheet: Sheet, ground: Ground) -> Plan:
    """Judge a file of one kind; nothing is written."""
    columns = COLUMNS[kind]
    layout = match(sheet, columns)
    faults = _in_words(layout.faults)
    if not layout.readable:
        return Plan(kind=kind, sha256=sheet.sha256, total=len(sheet.rows), faults=faults)
    read = drafts(sheet, columns, layout, existing=ground.existing)
    for draft in read:
        for column, message in _of_one(draft, ground.today):
            draft.faults.setdefault(column, message)
    sound = [draft for draft in read if not draft.faults]
    judged = _judge(kind, sound, ground)
    rows, twice = _rows(kind, judged, ground)
    titles = {c.key: c.title for c in columns}
    notes = tuple(
        Fault(row=one.draft.row, column=titles.get(column, ""), message=message)
        for one in judged
        for column, message in one.notes
    )
    counts = dict(count(rows, total=len(read), missing=0))
    left_out = sum(1 for one in judged if not one.kept)
    counts |= {"faulty": len(read) - len(sound), "left_out": left_out + twice}
    return Plan(
        kind=kind,
        sha256=sheet.sha256,
        total=len(read),
        faults=(*faults, *faults_of(read, columns)),
        rows=rows,
        notes=notes,
        counts=counts,
    )


def _in_words(faults: tuple[Fault, ...]) -> tuple[Fault, ...]:
    """Unknown titles that betray what is never taken get the reason and the provision."""
    told = []
    for fault in faults:
        refused = refused_column(fault.column)
        if refused is None or fault.row != HEADER_ROW:
            told.append(fault)
        else:
            sentence = msg("{reason}（{article}）", reason=refused[0], article=refused[1])
            told.append(replace(fault, message=sentence))
    return tuple(told)


def _of_one(draft: Draft, today: date) -> Iterator[tuple[str, Message]]:
    for key in ("day", "month"):
        if key in draft.values and draft.values[key] > today:
            yield key, msg("日期晚于今天。")


def _judge(kind: str, sound: list[Draft], ground: Ground) -> list[Judged]:
    if kind == CUSTOMERS:
        return [Judged(draft=draft, values=dict(draft.values)) for draft in sound]
    judged = [_covered(WATCHED[kind], draft, ground) for draft in sound]
    if kind == PUNCHES:
        kept = [one for one in judged if one.kept]
        if kept:
            days = [one.values["day"] for one in kept]
            times = ground.times(min(days), max(days))
            for one in kept:
                _place(one, times, ground)
    return judged


def _covered(watched: Watched, draft: Draft, ground: Ground) -> Judged:
    """Find the profile that may take a row; none, or a day before the person was told: left out."""
    values = dict(draft.values)
    person = ground.people[values.pop("person")]
    values["person_id"] = person.id
    day = values.get("day") or values["month"]
    profile = ground.coverage.find(person.entity_id, person.post, watched)
    if profile is None:
        sentence = msg("岗位“{post}”没有生效的监测方案收集这类数据，此行不保存。", post=person.post)
        return _left_out(draft, values, sentence)
    since = ground.coverage.since(profile, person.id)
    if since is None or day < (since.replace(day=1) if watched is Watched.RESULT else since):
        return _left_out(draft, values, msg("此日期在告知本人之前，此行不保存。"))
    keep_until = day + timedelta(days=profile.keep_days)
    if keep_until < ground.today:
        return _left_out(draft, values, msg("已超过监测方案的保存天数，此行不保存。"))
    values |= {"profile_id": profile.id, "keep_until": keep_until}
    return Judged(draft=draft, values=values)


def _left_out(draft: Draft, values: dict[str, Any], message: Message) -> Judged:
    return Judged(draft=draft, values=values, kept=False, notes=(("person", message),))


def _place(one: Judged, times: WorkingTimes, ground: Ground) -> None:
    """A punch outside the person's own working time is left out; without consent its place is."""
    values = one.values
    person = ground.people[one.draft.values["person"]]
    at = datetime.combine(values["day"], values.pop("clock"), tzinfo=LOCAL)
    sessions = list(times.sessions(person.id, values["day"]))
    since = ground.consents.get(person.id)
    asked = "in_zone" in values
    region = parameter_region(person.region)
    inside = advise_moment(
        at, (s for _, s in sessions), consented=True, on=values["day"], region=region, law=ground.law
    ).value
    values |= {"at": at, "in_zone": values.get("in_zone")}
    if not inside.keep:
        one.kept = False
        reason = inside.reason if sessions or times.has_shift(person.id, values["day"]) else _NO_SHIFT
        told = msg("{reason}此行不保存（{article}）。", reason=reason, article=inside.article)
        one.notes = (("clock", told),)
        return
    values["day"] = min(sessions, key=lambda pair: abs((pair[1].start - at).total_seconds()))[0]
    if asked and (since is None or since > at):
        values["in_zone"] = None
        advice = advise_moment(at, (), consented=False, on=values["day"], region=region, law=ground.law).value
        one.notes = (("in_zone", msg("{reason}（{article}）", reason=advice.reason, article=advice.article)),)


_NO_SHIFT = msg("合同没有约定班次，无法判断是否在工作时间。")


KEYS = {
    PUNCHES: ("person_id", "at", "direction", "source"),
    REPORTS: ("person_id", "day", "kind"),
    RESULTS: ("person_id", "month"),
    CUSTOMERS: ("entity", "code"),
    CONTACTS: ("person_id", "day", "code"),
}


def key_of(kind: str, values: Mapping[str, Any]) -> tuple[Any, ...]:
    """What makes a row one row, however often a system sends it."""
    return tuple(values[name] for name in KEYS[kind])


def _rows(kind: str, judged: list[Judged], ground: Ground) -> tuple[tuple[PlannedRow, ...], int]:
    """The rows that are kept, each key once; how many were there twice in the file."""
    kept = [one for one in judged if one.kept]
    known = ground.known(kind, [one.values for one in kept])
    seen: set[tuple[Any, ...]] = set()
    rows, twice = [], 0
    for one in kept:
        key = key_of(kind, one.values)
        if key in seen:
            twice += 1
            one.notes = (*one.notes, ("", msg("与前面的一行相同，只保存一次。")))
            continue
        seen.add(key)
        state = RowState.UNCHANGED if key in known else RowState.NEW
        number = str(one.draft.values.get("person") or one.values["code"])
        rows.append(PlannedRow(row=one.draft.row, number=number, state=state, values=one.values))
    return tuple(rows), twice
