"""The queue that wakes workers. Rows in ``job`` are the truth; a lost wake-up is found by the sweep."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from huey import PostgresHuey, SqliteHuey

if TYPE_CHECKING:
    from collections.abc import Callable

    from huey.api import Huey

    from webapp.settings import Settings

NAME = "hegui"


class HueyQueue:
    """Wakes a worker for a job row; the worker's process hands in what to do."""

    def __init__(self, huey: Huey, perform: Callable[[int], None] | None = None) -> None:
        self.huey = huey
        act = perform or _not_here

        def woken(job_id: int) -> None:
            """Huey finds a task by its function's module: here it is the same for sender and worker."""
            act(job_id)

        self._task = huey.task(name="perform_job")(woken)

    def wake(self, job_id: int) -> None:
        """Tell the workers that a job row waits."""
        self._task(job_id)


class QuietQueue:
    """Keeps the ids for tests and for one-process tools; they run the rows themselves."""

    def __init__(self) -> None:
        self.woken: list[int] = []

    def wake(self, job_id: int) -> None:
        """Remember the id."""
        self.woken.append(job_id)


def open_huey(settings: Settings) -> Huey:
    """The queue of this installation: a file beside the data, or tables in PostgreSQL."""
    if settings.queue == "postgresql":
        dsn = settings.database_url.replace("postgresql+psycopg://", "postgresql://", 1)
        return PostgresHuey(NAME, dsn=dsn)
    Path(settings.data_dir).mkdir(parents=True, exist_ok=True)
    return SqliteHuey(NAME, filename=str(Path(settings.data_dir) / "queue.sqlite"))


def _not_here(job_id: int) -> None:
    raise RuntimeError(f"job {job_id} is performed by the worker, not by the server")
