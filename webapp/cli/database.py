"""``hegui db …``: migrations, and the first rows of an installation."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from webapp.cli import Commands


def register(commands: Commands) -> None:
    """Add ``db upgrade``, ``db check`` and ``migration``."""
    parser = commands.add_parser("db", help="数据库：升级或检查")
    inner = parser.add_subparsers(required=True, metavar="动作")
    inner.add_parser("upgrade", help="升级到最新结构并装入随附的流程").set_defaults(run=_upgrade)
    inner.add_parser("check", help="检查结构是否最新").set_defaults(run=_check)
    writer = commands.add_parser("migration", help="把模型的变化写成迁移文件（开发用）")
    writer.add_argument("--slug", required=True)
    writer.set_defaults(run=_write)


def _upgrade(_arguments: argparse.Namespace) -> int:
    from webapp.adapters.database import upgrade
    from webapp.adapters.secrets import with_secrets
    from webapp.domain.permissions import SYSTEM
    from webapp.edge import open_house
    from webapp.services.consents.texts import seed_consents
    from webapp.services.examples import seed_worked_examples
    from webapp.services.procedures.shipped import install_shipped
    from webapp.services.reference.seed import seed_reference
    from webapp.settings import from_environment

    settings = with_secrets(from_environment())
    house = open_house(settings)
    upgrade(house.engine)
    with house.unit(SYSTEM) as work:
        installed = install_shipped(work, settings.root)
        seed_reference(work)
        seed_consents(work, settings.root)
        seed_worked_examples(work)
    print("数据库已是最新。" + (f"装入流程：{'、'.join(installed)}" if installed else ""))
    return 0


def _check(_arguments: argparse.Namespace) -> int:
    from models.session import open_engine
    from webapp.adapters.database import is_current
    from webapp.settings import from_environment

    current = is_current(open_engine(from_environment().database_url))
    print("结构是最新的。" if current else "结构不是最新的：请运行 hegui db upgrade。")
    return 0 if current else 1


def _write(arguments: argparse.Namespace) -> int:
    from models.session import open_engine
    from webapp.adapters.database import upgrade, write_migration

    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'scratch.sqlite'}")
        upgrade(engine)
        write_migration(engine, arguments.slug, arguments.slug)
    return 0
