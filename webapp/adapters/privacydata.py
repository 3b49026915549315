"""The shipped register of processing: ``forms/privacy/register.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from webapp.domain.processing import Register, read_register

FILE = Path(__file__).resolve().parents[2] / "forms" / "privacy" / "register.toml"


@cache
def shipped_register() -> Register:
    """Read once a process."""
    return read_register(tomllib.loads(FILE.read_text(encoding="utf-8")))
