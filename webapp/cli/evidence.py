"""``hegui log …`` and ``hegui pack …``: check the event log, write and check evidence packs."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from webapp.cli import Commands

NUMBER = re.compile(r"(?:[A-Z]{1,8}-\d{4}-)?0*(\d{1,18})")


def register(commands: Commands) -> None:
    """Add ``log verify``, ``log prove``, ``log head``, ``pack CASE``, ``pack verifier``."""
    parser = commands.add_parser("log", help="事件日志：核验、取日志头")
    log = parser.add_subparsers(required=True, metavar="动作")
    log.add_parser("verify", help="核验整个事件日志；有问题时退出码为 1").set_defaults(run=_verify)
    log.add_parser("head", help="为已提交的事件排定位置并取得加盖时间戳的日志头").set_defaults(run=_head)
    prover = log.add_parser("prove", help="输出一个事件的回执（JSON）：叶、证明、日志头与时间戳")
    prover.add_argument("event", type=int)
    prover.set_defaults(run=_prove)
    pack = commands.add_parser("pack", help="证据包：hegui pack 案件编号；hegui pack verifier 写出核验程序")
    pack.add_argument("what", metavar="案件编号|verifier", help="例如 LV-2026-000123 或 123")
    pack.add_argument("--out", type=Path, help="写到哪里；不填则为当前文件夹中以编号命名的文件")
    pack.set_defaults(run=_pack)


def _verify(_arguments: argparse.Namespace) -> int:
    from webapp.domain.permissions import SYSTEM
    from webapp.edge import open_house
    from webapp.services.log import check_log
    from webapp.settings import from_environment

    count = 0
    with open_house(from_environment()).view(SYSTEM) as work:
        for fault in check_log(work.session):
            print(str(fault), file=sys.stderr)
            count += 1
    print("事件日志完好。" if not count else f"发现 {count} 处问题。")
    return 1 if count else 0


def _prove(arguments: argparse.Namespace) -> int:
    import json

    from webapp.domain.permissions import SYSTEM
    from webapp.edge import open_house
    from webapp.services.log import receipt
    from webapp.settings import from_environment

    with open_house(from_environment()).view(SYSTEM) as work:
        print(json.dumps(receipt(work.session, arguments.event), indent=1))
    return 0


def _head(_arguments: argparse.Namespace) -> int:
    from webapp.domain.permissions import SYSTEM
    from webapp.edge import open_house
    from webapp.services.log import keep
    from webapp.settings import from_environment

    house = open_house(from_environment())
    doors = house.ports.signing()
    placed = keep(lambda: house.unit(SYSTEM), doors.tsa, head_due=True)
    print(f"新排定 {placed} 条事件，日志头已加盖时间戳。")
    return 0


def _pack(arguments: argparse.Namespace) -> int:
    from webapp.cli import UsageError

    if arguments.what == "verifier":
        return _verifier(arguments.out)
    found = NUMBER.fullmatch(arguments.what.upper())
    if found is None:
        raise UsageError(f"看不懂案件编号“{arguments.what}”。")
    out = arguments.out or Path(f"EP-{arguments.what.upper()}.zip")
    return _write(int(found.group(1)), out)


def _write(case_id: int, path: Path) -> int:
    from webapp.domain.errors import HeguiError
    from webapp.domain.permissions import SYSTEM
    from webapp.edge import open_house
    from webapp.services.evidence import export_pack
    from webapp.settings import from_environment

    house = open_house(from_environment())
    doors = house.ports.signing()
    try:
        with path.open("x+b") as out:
            exported = export_pack(lambda: house.unit(SYSTEM), case_id, out, doors=doors)
    except HeguiError:
        path.unlink()  # half a pack is no pack
        raise
    print(f"{path}\n{exported.number}\nSHA-256 {exported.sha256}\n{exported.size:,} bytes")
    if doors.trial:
        print("注意：签章使用测试证书，不具证据效力。")
    return 0


def _verifier(path: Path | None) -> int:
    from webapp.adapters.verifier import verifier_digest, verifier_text

    if path:
        path.write_bytes(verifier_text())
    print(verifier_digest())
    return 0
