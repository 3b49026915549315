"""The observations that an alert rests on, each as a line that a page shows in the reader's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from webapp.domain.hours.clock import LOCAL
from webapp.domain.monitoring import Watch, Watched
from webapp.domain.text import Message, msg
from webapp.services.notices import stored

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

MOST = 60  # lines; the figures stand beside them


def found_lines(watch: Watch, watched: Collection[Watched]) -> list[dict[str, Any]]:
    """What a rule looked at, as stored sentences."""
    lines = [line for kind in sorted(watched) for line in LINES[kind](watch)]
    return [stored(line) for line in lines[:MOST]]


def _punches(watch: Watch) -> Iterator[Message]:
    for one in watch.punches or ():
        if not one.in_zone:
            at = one.at.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M")
            yield msg("{at} 打卡，不在许可区域内（{source}）", at=at, source=one.source)


def _reports(watch: Watch) -> Iterator[Message]:
    for day in sorted(watch.working_days - set(watch.daily or ())) if watch.daily is not None else ():
        yield msg("{day} 是工作日，没有日报", day=day.isoformat())


def _results(watch: Watch) -> Iterator[Message]:
    for month, (amount, hours) in sorted((watch.results or {}).items()):
        values = {"month": f"{month:%Y-%m}", "amount": f"{amount:,.2f}", "hours": f"{hours:,.1f}"}
        yield msg("{month}：业绩 {amount}，工时 {hours} 小时", **values)


def _customers(watch: Watch) -> Iterator[Message]:
    for code, known in dict(watch.customers or ()).items():
        if not known:
            yield msg("客户 {code} 不在公司名单中", code=code)


LINES = {
    Watched.PUNCH: _punches,
    Watched.REPORT: _reports,
    Watched.RESULT: _results,
    Watched.CONTACT: _customers,
}
