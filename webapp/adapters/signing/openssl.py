"""The ``openssl`` program, run in a folder of its own: what CMS and RFC 3161 need and Python lacks."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from webapp.domain.signing import SigningUnavailableError
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

from contextlib import contextmanager

LIMIT = 30  # seconds; a call takes milliseconds


class Openssl:
    """A scratch folder with named files in which commands run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, content: bytes) -> None:
        """Put a file into the folder."""
        (self.folder / name).write_bytes(content)

    def read(self, name: str) -> bytes:
        """Read a file that a command wrote."""
        return (self.folder / name).read_bytes()

    def run(self, *arguments: str) -> tuple[bool, str]:
        """Run ``openssl`` with the arguments; whether it succeeded, and all that it said."""
        done = subprocess.run(  # noqa: S603  # fixed program, arguments are ours, no shell
            [_program(), *arguments],
            cwd=self.folder,
            capture_output=True,
            check=False,
            timeout=LIMIT,
            stdin=subprocess.DEVNULL,
        )
        return done.returncode == 0, (done.stdout + done.stderr).decode(errors="replace")

    def must(self, *arguments: str) -> str:
        """Run and raise SigningUnavailableError when it fails."""
        good, said = self.run(*arguments)
        if not good:
            raise SigningUnavailableError(msg("openssl 执行失败：{detail}", detail=said.strip()[-300:]))
        return said


def _program() -> str:
    found = shutil.which("openssl")
    if found is None:
        raise SigningUnavailableError(msg("服务器没有安装 openssl。"))
    return found


def scratch(files: Mapping[str, bytes] | None = None) -> AbstractContextManager[Openssl]:
    """Open a scratch folder that holds ``files``; gone with everything in it afterwards."""
    return _scratch(files or {})


@contextmanager
def _scratch(files: Mapping[str, bytes]) -> Iterator[Openssl]:
    with tempfile.TemporaryDirectory(prefix="hegui-openssl-") as folder:
        tool = Openssl(Path(folder))
        for name, content in files.items():
            tool.write(name, content)
        yield tool
