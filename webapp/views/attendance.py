"""The month's attendance: who is on leave when; a page of people, and a file."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, render_template, request, url_for

from webapp.domain.errors import InvalidError
from webapp.domain.permissions import Permission
from webapp.domain.text import msg
from webapp.services.leave.asked import MINUTES
from webapp.services.leave.kinds import kind_name
from webapp.services.leave.month import EXPORT, read_month
from webapp.services.people import local_date
from webapp.services.tables.export import guarded
from webapp.views.house import actor, edge, signed_in
from webapp.views.shell import gettext

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from webapp.services.leave.month import Month, PersonMonth

blueprint = Blueprint("attendance", __name__, url_prefix="/attendance")


@blueprint.get("/")
@signed_in
def month() -> ResponseReturnValue:
    """A month, fifty people a page."""
    first = _first()
    text = request.args.get("q", "").strip()[:40]
    absent = "absent" in request.args
    with edge().view(actor()) as work:
        page = read_month(work, first, after=request.args.get("after", ""), text=text, absent=absent)
        today = local_date(work.now)
    kept: dict[str, Any] = {"q": text or None, "absent": "1" if absent else None}
    return render_template(
        "attendance/month.html",
        page=page,
        today=today,
        text=text,
        absent=absent,
        before=url_for("attendance.month", month=f"{first - timedelta(days=1):%Y-%m}", **kept),
        behind=url_for("attendance.month", month=f"{first + timedelta(days=32):%Y-%m}", **kept),
        following=url_for("attendance.month", month=f"{first:%Y-%m}", after=page.following, **kept)
        if page.following
        else "",
        switch=url_for(
            "attendance.month", month=f"{first:%Y-%m}", q=text or None, absent=None if absent else "1"
        ),
        export=url_for("attendance.export", month=f"{first:%Y-%m}"),
        kind_name=kind_name,
        hours=hours,
        may_adjust=actor().may(Permission.LEAVE_ADJUST),
    )


@blueprint.get("/export.csv")
@signed_in
def export() -> ResponseReturnValue:
    """The month as a file: a line for each person's day that is planned or on leave; no cell is a formula."""
    with edge().view(actor()) as work:
        body = _csv(read_month(work, _first(), most=EXPORT))
    answer = Response(body, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="attendance-{_first():%Y-%m}.csv"'
    return answer


def _csv(page: Month) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out)
    heads = (
        msg("工号"),
        msg("姓名"),
        msg("部门"),
        msg("日期"),
        msg("假期类型"),
        msg("小时"),
        msg("应出勤小时"),
    )
    writer.writerow([gettext(h) for h in heads])
    for person in page.people:
        for line in _lines(person, page.first):
            writer.writerow([guarded(cell) for cell in line])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _lines(person: PersonMonth, first: date) -> list[tuple[str, ...]]:
    who = (person.number, person.name, person.department)
    return [
        (*who, first.replace(day=day).isoformat(), *_leave_of(person, day), hours(person.planned.get(day, 0)))
        for day in sorted(person.planned.keys() | person.leave.keys())
    ]


def _leave_of(person: PersonMonth, day: int) -> tuple[str, str]:
    row = person.leave.get(day)
    return ("", "") if row is None else (gettext(kind_name(row.leave_kind or "")), hours(row.leave_minutes))


def hours(minutes: int) -> str:
    """Minutes as hours, without idle zeros: 8, 4, 1.5."""
    return f"{minutes / MINUTES:g}"


def _first() -> date:
    text = request.args.get("month", "")
    if not text:
        with edge().view(actor()) as work:
            return local_date(work.now).replace(day=1)
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise InvalidError(msg("请选择有效的月份，例如 2026-12。")) from error
