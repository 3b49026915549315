"""``hegui tck``: run the DMN compatibility kit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from webapp.cli import DONE, FAILED, UsageError

if TYPE_CHECKING:
    import argparse

    from webapp.cli import Commands
    from webapp.decisions.tck import Outcome


def register(commands: Commands) -> None:
    """Add ``hegui tck DIR``."""
    parser = commands.add_parser("tck", help="运行 DMN 兼容性测试集（TCK）")
    parser.add_argument("directory", type=Path, help="测试集所在的文件夹")
    parser.add_argument("--only", default="", help="只运行名称中含有此文字的测试组")
    parser.add_argument(
        "--passed",
        type=Path,
        help="通过的用例清单：清单中的用例若不再通过则报错，否则更新此文件",
    )
    parser.add_argument("--reasons", action="store_true", help="写出每个失败的期望值与实际值")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the suites, the failures by id, and on the last line the whole.

    1 where a case failed, or with ``--passed`` only where one left the list of those that passed.
    """
    from webapp.decisions.tck import run_kit

    if not arguments.directory.is_dir():
        raise UsageError(f"{arguments.directory} 不是文件夹。")
    outcomes = list(run_kit(arguments.directory, only=arguments.only))
    failed = [outcome for outcome in outcomes if not outcome.passed]
    print(*(line for line in _count_suites(outcomes)), sep="\n")
    for outcome in failed:
        print(f"FAILED {outcome.id}" + (f"  {outcome.reason}" if arguments.reasons else ""))
    lost = _renew(arguments.passed, outcomes) if arguments.passed else [outcome.id for outcome in failed]
    for level in sorted({outcome.level for outcome in outcomes}):
        print(_count(level, [outcome for outcome in outcomes if outcome.level == level]))
    counted = [outcome for outcome in outcomes if outcome.level != "non-compliant"]
    print(_count("total without non-compliant", counted))
    return FAILED if lost else DONE


def _renew(path: Path, outcomes: list[Outcome]) -> list[str]:
    """Write the list of passed cases; but keep it, and give the cases that left it, where there are any."""
    passed = {outcome.id for outcome in outcomes if outcome.passed}
    before = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    lost = sorted(set(before) - passed)
    if not lost:
        path.write_text("".join(f"{case}\n" for case in sorted(passed)), encoding="utf-8")
    for case in lost:
        print(f"LOST {case}")
    return lost


def _count_suites(outcomes: list[Outcome]) -> list[str]:
    suites: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        suites.setdefault(outcome.suite, []).append(outcome)
    return [_count(suite, found) for suite, found in suites.items()]


def _count(name: str, outcomes: list[Outcome]) -> str:
    passed = sum(outcome.passed for outcome in outcomes)
    return f"{name}: {passed} passed, {len(outcomes) - passed} failed, {len(outcomes)} total"
