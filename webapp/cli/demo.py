"""``hegui demo``: load the demo company into an empty installation and print its log-ins."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from webapp.cli import Commands


def register(commands: Commands) -> None:
    """Add ``demo``."""
    parser = commands.add_parser("demo", help="装入演示公司并列出演示账号")
    parser.set_defaults(run=_run)


def _run(_arguments: argparse.Namespace) -> int:
    from webapp.adapters.secrets import with_secrets
    from webapp.domain.permissions import SYSTEM
    from webapp.edge import open_house
    from webapp.services.demo.company import is_empty, load_people, read_plan
    from webapp.settings import from_environment

    settings = with_secrets(from_environment())
    house = open_house(settings)
    plan = read_plan(settings.root)
    with house.view(SYSTEM) as work:
        empty = is_empty(work)
    if empty:
        print("正在装入演示公司……", flush=True)
        with house.unit(SYSTEM) as work:
            load_people(work, plan)
    print(f"\n演示账号（密码都是 {plan['password']}）：")
    for row in plan["login"]:
        print(f"  {row['username']:<12} {row['name']}  {row['says']}")
    print(f"\n打开 {settings.public_url}\n", flush=True)
    return 0
