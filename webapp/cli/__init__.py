"""The command line: ``hegui NOUN …``; each module of this folder registers the subcommands of one noun.

A module has ``register(commands)``: it adds its parsers and sets ``run`` (arguments in, exit code out) on
them. Keep what is slow to import inside ``run``, since every command imports every noun.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
from typing import TYPE_CHECKING, Any

from webapp.domain.errors import HeguiError
from webapp.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse names it no other way
    Run = Callable[[argparse.Namespace], int]

DONE, FAILED, MISUSED = 0, 1, 2


def build_parser() -> argparse.ArgumentParser:
    """Collect the nouns of this folder into one parser."""
    parser = argparse.ArgumentParser(prog="hegui", description="合规：人力资源合规流程后台的命令行。")
    commands = parser.add_subparsers(title="命令", metavar="命令", required=True)
    for found in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        register: Any = getattr(importlib.import_module(f"{__name__}.{found.name}"), "register", None)
        if register:
            register(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; 0: done, 1: the work was refused or failed (told in words on stderr), 2: misused."""
    try:
        arguments = build_parser().parse_args(argv)
    except SystemExit as stop:  # argparse has already said why
        return int(stop.code or 0)
    run: Run = arguments.run
    try:
        return run(arguments)
    except HeguiError as error:
        print(str(error.message), file=sys.stderr)
        return FAILED
    except (OSError, UsageError, SettingsError) as error:
        print(f"hegui: {error}", file=sys.stderr)
        return MISUSED


class UsageError(Exception):
    """The command was called with something that it cannot read; exit code 2."""
