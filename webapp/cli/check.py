"""``hegui check``: what is wrong with a DMN file, before it is published."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from webapp.cli import DONE, FAILED

if TYPE_CHECKING:
    import argparse

    from webapp.cli import Commands
    from webapp.decisions import Problem


def register(commands: Commands) -> None:
    """Add ``hegui check FILE``."""
    parser = commands.add_parser("check", help="检查 DMN 文件：表达式、类型、规则的遗漏与冲突")
    parser.add_argument("file", type=Path, help=".dmn 文件；同一文件夹里的其他 .dmn 可被导入")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print a line for each problem, with its place; 1 where one is an error."""
    from webapp.adapters.lawfeel import CHECKED
    from webapp.decisions import Severity, check, load_file

    problems = check(load_file(arguments.file), functions=CHECKED)
    for problem in problems:
        print(_write(problem))
    return FAILED if any(problem.severity is Severity.ERROR for problem in problems) else DONE


def _write(problem: Problem) -> str:
    cell = f" 行{problem.row}列{problem.column}" if problem.row or problem.column else ""
    place = f" {problem.line}:{problem.offset}" if problem.line else ""
    return f"{problem.severity} {problem.decision_id or problem.element_id}{cell}{place} {problem.message}"
