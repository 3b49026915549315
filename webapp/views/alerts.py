"""Alerts: a list with filters, and one with its data, its doubt and the rule that spoke."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request, url_for

from models.monitoring import AlertState
from webapp.domain.errors import ForbiddenError
from webapp.domain.permissions import Permission
from webapp.domain.text import Message, msg, named
from webapp.services.monitoring import alerts
from webapp.services.notices import restored
from webapp.views.house import actor, edge, signed_in

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

blueprint = Blueprint("alerts", __name__, url_prefix="/alerts")

STATES: dict[str, tuple[Message, str]] = {
    AlertState.OPEN: (msg("待研判"), "warn"),
    AlertState.DISCARDED: (msg("已排除"), "ok"),
    AlertState.HANDED_ON: (msg("已移交"), "info"),
}
FIGURES: dict[str, Message] = {
    "working_days": msg("期间的工作日"),
    "leave_days": msg("请假天数"),
    "days_at_post": msg("在岗天数"),
    "punches": msg("工作时间内核对过地点的打卡"),
    "punch_sources": msg("打卡来源数"),
    "outside": msg("不在许可区域内的打卡"),
    "outside_days": msg("不在许可区域内的天数"),
    "same_hours_days": msg("同一时段在外的天数"),
    "reports": msg("有日报的工作日"),
    "missing_reports": msg("缺日报的工作日"),
    "visits": msg("有拜访记录的天数"),
    "outside_without_visit": msg("在外且没有拜访记录的天数"),
    "baseline_months": msg("可比较的月数"),
    "result_change": msg("业绩变化（%）"),
    "hours_change": msg("工时变化（%）"),
    "customers": msg("往来客户数"),
    "unknown_customers": msg("名单外的客户数"),
    "unknown_share": msg("名单外客户占比（%）"),
}


@blueprint.get("/")
@signed_in
def index() -> ResponseReturnValue:
    """The alerts of my scope, newest first."""
    if not actor().may(Permission.ALERT_READ):
        raise ForbiddenError
    asked = alerts.Filter(
        state=request.args.get("state", ""),
        rule=request.args.get("rule", "")[:64],
        before=request.args.get("before", 0, int),
    )
    with edge().view(actor()) as work:
        found = alerts.list_alerts(work, asked)
        rows = found[: alerts.PAGE]
        more = len(found) > alerts.PAGE
        return render_template(
            "alerts/list.html",
            rows=[(row, named(row.titles)) for row in rows],
            asked=asked,
            counts=alerts.counts(work),
            rules=alerts.rule_titles(work),
            states=STATES,
            following=url_for("alerts.index", state=asked.state, rule=asked.rule, before=rows[-1].id)
            if more
            else "",
        )


@blueprint.get("/<int:alert_id>")
@signed_in
def page(alert_id: int) -> ResponseReturnValue:
    """One alert."""
    with edge().view(actor()) as work:
        return render_template("alerts/page.html", **shown(alerts.open_alert(work, alert_id)))


def shown(found: alerts.AlertPage) -> dict[str, object]:
    """An alert as its page and the panel of its triage show it."""
    alert = found.alert
    return {
        "found": found,
        "alert": alert,
        "title": named(alert.titles),
        "rule": named(found.rule.titles) if found.rule else alert.rule,
        "figures": [(FIGURES[key], value) for key, value in alert.facts.items() if key in FIGURES],
        "lines": [restored(line) for line in alert.found],
        "doubts": [named(texts) for texts in alert.doubts],
        "states": STATES,
    }
