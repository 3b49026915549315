"""``hegui invite NUMBER``: a link for somebody without an account; so the first administrator comes in."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from webapp.cli import Commands


def register(commands: Commands) -> None:
    """Add ``invite``."""
    parser = commands.add_parser("invite", help="为还没有账户的员工生成一次性启用链接")
    parser.add_argument("number", help="工号")
    parser.set_defaults(run=_invite)


def _invite(arguments: argparse.Namespace) -> int:
    from sqlalchemy import select

    from models.person import Person
    from webapp.adapters.secrets import with_secrets
    from webapp.domain.errors import NotFoundError
    from webapp.domain.permissions import SYSTEM
    from webapp.domain.text import msg
    from webapp.edge import open_house
    from webapp.services.identity.invite import invite
    from webapp.settings import from_environment

    house = open_house(with_secrets(from_environment()))
    with house.unit(SYSTEM) as work:
        person = work.session.scalars(select(Person).where(Person.number == arguments.number)).one_or_none()
        if person is None:
            raise NotFoundError(msg("没有工号为“{number}”的人员。", number=arguments.number))
        link = invite(work, person, key=secrets.token_hex(8), send=False)
    print(link)
    return 0
