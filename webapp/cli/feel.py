"""``hegui feel``: evaluate one expression."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from webapp.cli import DONE
from webapp.cli.rule import law_today
from webapp.cli.values import read_object, write

if TYPE_CHECKING:
    import argparse

    from webapp.cli import Commands


def register(commands: Commands) -> None:
    """Add ``hegui feel EXPR --context JSON``."""
    parser = commands.add_parser("feel", help="计算一个 FEEL 表达式")
    parser.add_argument("expression", help="FEEL 表达式，例如 1 + 年假天数")
    parser.add_argument("--context", default="{}", help="变量：JSON 对象，或 @文件名")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the value as JSON."""
    from webapp.adapters.lawfeel import Bench, law_functions
    from webapp.feel import parse

    context = read_object(arguments.context, name="--context")
    expression = parse(arguments.expression, names=tuple(context))
    functions = law_functions(Bench(law=law_today))
    print(write(expression.evaluate(context, now=datetime.now(UTC), functions=functions)))
    return DONE
