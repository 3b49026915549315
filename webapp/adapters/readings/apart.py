"""Files are read in a process of their own: what goes wrong there cannot go wrong here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from webapp.adapters.papertext import text_of
from webapp.adapters.readings import leaves
from webapp.adapters.readings.child import LEAVES, TEXT
from webapp.adapters.readings.limits import WALL_SECONDS
from webapp.adapters.uploads.kinds import Kind
from webapp.domain import readingcopy
from webapp.domain.errors import InvalidError
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Callable

    from webapp.adapters.readings.leaves import Leaves
    from webapp.domain.readingcopy import Reading

Answer = TypeVar("Answer")
PLAIN, SET = (Kind.TEXT, Kind.CSV), (Kind.PDF, Kind.DOCX)  # whose words stand as they are; are set
ROOT = Path(__file__).resolve().parents[3]
UNREADABLE = msg("文件无法解析，未制作阅读件；原件完好保存。")
TOO_LONG = msg("解析超出时间或内存限制，未制作阅读件；原件完好保存。")


def read_apart(data: bytes, *, kind: str, media_type: str, seconds: float = WALL_SECONDS) -> Reading:
    """Read a file; raises InvalidError in words where it cannot be read within the limits."""
    return _ask(data, kind, media_type, seconds=seconds, read=readingcopy.from_json)


def leaves_apart(data: bytes, *, first: int = 0, most: int, drawn: bool) -> Leaves:
    """Pages of a PDF, ``first`` from 0, with or without their pictures; raises InvalidError as above."""
    return _ask(data, LEAVES, str(first), str(most), str(int(drawn)), read=leaves.from_json)


def words_apart(data: bytes, *, media_type: str) -> str:
    """The words of a file, for checks that read; empty for what has none or cannot be read."""
    if media_type in PLAIN:
        return text_of(data, media_type)
    if media_type not in SET:
        return ""
    try:
        return _ask(data, TEXT, media_type, read=lambda answer: answer.decode())
    except InvalidError:
        return ""


def _ask(
    data: bytes, *question: str, read: Callable[[bytes], Answer], seconds: float = WALL_SECONDS
) -> Answer:
    try:
        done = subprocess.run(  # noqa: S603  # no shell; the arguments are from our own tables
            [sys.executable, "-m", "webapp.adapters.readings.child", *question],
            input=data,
            capture_output=True,
            check=False,
            timeout=seconds,
            cwd=ROOT,
            env={"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired as error:
        raise InvalidError(TOO_LONG) from error
    if done.returncode < 0:  # killed by the limit on its time or memory
        raise InvalidError(TOO_LONG)
    if done.returncode:
        raise InvalidError(UNREADABLE)
    try:
        return read(done.stdout)
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidError(UNREADABLE) from error
