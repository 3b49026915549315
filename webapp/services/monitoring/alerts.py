"""Alerts as people read them: filtered by record, with their data and their doubt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from models.monitoring import Alert, AlertState
from webapp.domain.errors import InvalidError, NotFoundError
from webapp.domain.permissions import Permission
from webapp.domain.text import Named, msg, named
from webapp.services.procedures.bundle import load_bundle
from webapp.services.scope import within

if TYPE_CHECKING:
    from webapp.services.procedures.alerts import AlertRule
    from webapp.services.work import Work

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What a list shows; empty: all."""

    state: str = ""
    rule: str = ""
    entity_id: int = 0
    before: int = 0  # ids below this one: the next page


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPage:
    """An alert with the version of the rule that spoke."""

    alert: Alert
    rule: AlertRule | None
    procedure: Named  # its title
    version: int


def list_alerts(work: Work, asked: Filter) -> list[Alert]:
    """A page of alerts, newest first, with one row more where there are more; raises InvalidError."""
    if asked.state and asked.state not in set(AlertState):
        raise InvalidError(msg("筛选条件有误。"))
    statement = select(Alert).options(
        joinedload(Alert.person, innerjoin=True), joinedload(Alert.profile, innerjoin=True)
    )
    statement = statement.where(_mine(work))
    if asked.state:
        statement = statement.where(Alert.state == asked.state)
    if asked.rule:
        statement = statement.where(Alert.rule == asked.rule)
    if asked.entity_id:
        statement = statement.where(Alert.entity_id == asked.entity_id)
    if asked.before:
        statement = statement.where(Alert.id < asked.before)
    return list(work.session.scalars(statement.order_by(Alert.id.desc()).limit(PAGE + 1)))


def counts(work: Work) -> dict[str, int]:
    """How many of each state the actor may read."""
    rows = work.session.execute(select(Alert.state, func.count()).where(_mine(work)).group_by(Alert.state))
    return {**dict.fromkeys(map(str, AlertState), 0), **{row[0]: row[1] for row in rows}}


def rule_titles(work: Work) -> list[tuple[str, Named]]:
    """The rules that spoke within the actor's scope, by key, as the newest version that spoke names them."""
    rows = work.session.execute(
        select(Alert.rule, func.max(Alert.procedure_version_id))
        .where(_mine(work))
        .group_by(Alert.rule)
        .order_by(Alert.rule)
    )
    found = []
    for key, version_id in rows:
        settings = load_bundle(work.session, version_id).settings.alerts
        rule = None if settings is None else settings.rule(key)
        found.append((key, named({} if rule is None else rule.titles, key)))
    return found


def open_alert(work: Work, alert_id: int) -> AlertPage:
    """One alert; raises NotFoundError for a missing and for a forbidden one alike."""
    alert = work.session.scalars(
        select(Alert)
        .options(
            joinedload(Alert.person, innerjoin=True),
            joinedload(Alert.profile, innerjoin=True),
            joinedload(Alert.decided_by),
            joinedload(Alert.case),
        )
        .where(Alert.id == alert_id, _mine(work))
    ).one_or_none()
    if alert is None:
        raise NotFoundError
    return _page(work, alert)


def alert_of_case(work: Work, case_id: int) -> AlertPage | None:
    """The alert that a triage is about; whoever calls has checked that the actor may read the case."""
    alert = work.session.scalars(
        select(Alert)
        .options(joinedload(Alert.person), joinedload(Alert.profile), joinedload(Alert.decided_by))
        .where(Alert.case_id == case_id)
    ).one_or_none()
    return None if alert is None else _page(work, alert)


def _page(work: Work, alert: Alert) -> AlertPage:
    bundle = load_bundle(work.session, alert.procedure_version_id)
    rule = None if bundle.settings.alerts is None else bundle.settings.alerts.rule(alert.rule)
    return AlertPage(alert=alert, rule=rule, procedure=named(bundle.settings.titles), version=bundle.number)


def _mine(work: Work) -> ColumnElement[bool]:
    """Alerts of the actor's scope, never one about themselves: their own records are asked for otherwise."""
    return within(work.actor, Permission.ALERT_READ, entity=Alert.entity_id) & (
        Alert.person_id != work.actor.person_id
    )
