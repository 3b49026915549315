"""Secrets of the one-command start: made once, kept beside the data, readable by their owner alone."""

from __future__ import annotations

import os
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from webapp.settings import Settings


def with_secrets(settings: Settings) -> Settings:
    """Fill in the secrets that the environment did not give."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return replace(
        settings,
        secret_key=settings.secret_key or _kept(settings.data_dir / "secret_key"),
        password_salt=settings.password_salt or _kept(settings.data_dir / "password_salt"),
    )


def _kept(path: Path) -> str:
    if not path.exists():
        made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(made, "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()
