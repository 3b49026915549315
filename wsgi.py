"""The start. ``wsgi:app`` is for a server; ``python wsgi.py`` is ``make run``: everything in one command."""

from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

from webapp.adapters import logs
from webapp.adapters.secrets import with_secrets
from webapp.app import create_app
from webapp.settings import child_environment, from_environment

if TYPE_CHECKING:
    from flask import Flask

ADDRESS = "127.0.0.1:8000"


def make_app() -> Flask:
    """The application as the environment configures it."""
    settings = with_secrets(from_environment())
    logs.configure(settings.log_level)
    return create_app(settings)


def __getattr__(name: str) -> Any:
    """Build ``app`` when a server asks for it, not when the file is read."""
    if name == "app":
        return make_app()
    raise AttributeError(name)


def main() -> int:
    """Migrate, load the demo company, then serve the pages with a worker until interrupted."""
    for command in (["db", "upgrade"], ["demo"]):
        done = subprocess.run([sys.executable, "-m", "webapp.cli", *command], check=False)  # noqa: S603
        if done.returncode:
            return done.returncode
    settings = from_environment()
    env = child_environment(authority_url=f"http://127.0.0.1:{settings.signing.authority_port}")
    authority = subprocess.Popen([sys.executable, "-m", "webapp.cli", "authority", "serve"], env=env)
    worker = subprocess.Popen([sys.executable, "-m", "webapp.worker"], env=env)
    server = subprocess.Popen(  # noqa: S603
        [
            sys.executable,
            "-m",
            "gunicorn",
            "--bind",
            ADDRESS,
            "--threads",
            "8",
            "--log-level",
            "warning",
            "wsgi:app",
        ],
        env=env,
    )
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    try:
        return server.wait()
    except KeyboardInterrupt:
        server.send_signal(signal.SIGTERM)
        return server.wait()
    finally:
        for helper in (worker, authority):
            helper.terminate()
            helper.wait(20)


if __name__ == "__main__":
    raise SystemExit(main())
