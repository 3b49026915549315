"""``hegui demo``: load the demo company into an empty installation and print its log-ins."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse
    from contextlib import AbstractContextManager

    from webapp.cli import Commands
    from webapp.domain.permissions import Actor
    from webapp.edge import Edge
    from webapp.services.work import Work


class Clock:
    """A clock that the demo moves through the weeks before today."""

    def __init__(self) -> None:
        self.now = datetime.now(UTC)

    def __call__(self) -> datetime:
        """The demo's time."""
        return self.now


class Stage:
    """The house with its movable clock, as the demo's player wants it."""

    def __init__(self, house: Edge, clock: Clock) -> None:
        self._house = house
        self._clock = clock

    @property
    def now(self) -> datetime:
        """The demo's time."""
        return self._clock.now

    @now.setter
    def now(self, moment: datetime) -> None:
        self._clock.now = moment

    def unit(self, actor: Actor) -> AbstractContextManager[Work]:
        """One click at that time."""
        return self._house.unit(actor)


def register(commands: Commands) -> None:
    """Add ``demo``."""
    parser = commands.add_parser("demo", help="装入演示公司并列出演示账号")
    parser.set_defaults(run=_run)


def _run(_arguments: argparse.Namespace) -> int:
    from webapp.adapters.secrets import with_secrets
    from webapp.domain.permissions import SYSTEM
    from webapp.edge import open_house, utc_now
    from webapp.services.demo.bundle import play_bundle, read_bundle_plan
    from webapp.services.demo.change import play_change
    from webapp.services.demo.company import is_empty, load_people, read_plan
    from webapp.services.demo.leave import play_leave
    from webapp.services.demo.stories import play_stories
    from webapp.services.demo.vault import play_vault
    from webapp.services.demo.watch import play_watch
    from webapp.settings import from_environment

    settings = with_secrets(from_environment())
    clock = Clock()
    house = open_house(settings, clock=clock)
    plan = read_plan(settings.root)
    with house.view(SYSTEM) as work:
        empty = is_empty(work)
    if empty:
        print("正在装入演示公司……", flush=True)
        clock.now = utc_now()
        with house.unit(SYSTEM) as work:
            cast = load_people(work, plan)
        lead = cast.logins["chensiyuan"]
        team = [p.id for p in cast.people["SH-CS-01"] if p.id not in (lead.id, cast.logins["lina"].id)]
        play_leave(Stage(house, clock), hr_id=cast.logins["zhaomin"].id, first_ids=team)
        done, _, _ = play_change(Stage(house, clock), cast)
        logins = {name: person.id for name, person in cast.logins.items()}
        play_stories(Stage(house, clock), logins, password=plan["password"])
        play_watch(Stage(house, clock), cast, settings.root)
        play_vault(Stage(house, clock), cast, settings.root)
        play_bundle(Stage(house, clock), cast, done, plan=read_bundle_plan(settings.root))
    print(f"\n演示账号（密码都是 {plan['password']}）：")
    for row in plan["login"]:
        print(f"  {row['username']:<12} {row['name']}  {row['says']}")
    print(f"\n打开 {settings.public_url}\n", flush=True)
    return 0
