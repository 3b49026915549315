"""``hegui authority …``: the trial's own certification and time-stamp authority, for trials only."""

from __future__ import annotations

import signal
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from webapp.adapters.signing import KeyFolder
    from webapp.cli import Commands
    from webapp.settings import Settings


def register(commands: Commands) -> None:
    """Add ``authority serve`` and ``authority revoke``."""
    parser = commands.add_parser("authority", help="测试签发机构：吊销名单、OCSP 与时间戳")
    inner = parser.add_subparsers(required=True, metavar="动作")
    inner.add_parser("serve", help="在本机端口上应答，直到被终止").set_defaults(run=_serve)
    revoke = inner.add_parser("revoke", help="吊销一张测试证书")
    revoke.add_argument("serial", type=int, help="证书序列号（十进制）")
    revoke.set_defaults(run=_revoke)


def _keys(settings: Settings) -> KeyFolder:
    from webapp.adapters.signing import KeyFolder
    from webapp.edge import TRIAL_KEYS

    url = settings.signing.authority_url or f"http://127.0.0.1:{settings.signing.authority_port}"
    return KeyFolder(folder=settings.data_dir / TRIAL_KEYS, url=url)


def _serve(_arguments: argparse.Namespace) -> int:
    from webapp.adapters.signing import Authority
    from webapp.settings import from_environment

    settings = from_environment()
    keys = _keys(settings)
    ca = keys.open(now=datetime.now(UTC), organisation="Hegui")
    with Authority(("127.0.0.1", settings.signing.authority_port), ca=ca, keys=keys) as server:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        print(f"测试签发机构：{keys.url}", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


def _revoke(arguments: argparse.Namespace) -> int:
    from webapp.settings import from_environment

    _keys(from_environment()).revoke(arguments.serial, now=datetime.now(UTC))
    print(f"已吊销：{arguments.serial}")
    return 0
