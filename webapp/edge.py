"""The edge: begins, commits or rolls back. The only place that commits."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from sqlalchemy import event
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from models.session import make_sessions, open_engine
from webapp.adapters.blobs import BlobStore
from webapp.adapters.messages import open_channels
from webapp.adapters.queue import HueyQueue, QuietQueue, open_huey
from webapp.adapters.signing import Access, HttpTsa, OutsideTsa, open_provider, open_trial
from webapp.domain.errors import ConflictError, InvalidError, UnavailableError
from webapp.domain.reach import QuietHours
from webapp.domain.text import msg
from webapp.services.work import Ports, Work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Engine
    from sqlalchemy.orm import Session, sessionmaker

    from webapp.adapters.signing import Doors
    from webapp.domain.permissions import Actor
    from webapp.settings import Settings

log = logging.getLogger(__name__)
TRIAL_KEYS = "trial-ca"  # below the data folder


def utc_now() -> datetime:
    """The server's clock, aware."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Makes units of work on one database."""

    engine: Engine
    reads: sessionmaker[Session]
    writes: sessionmaker[Session]
    ports: Ports
    clock: Callable[[], datetime] = utc_now

    @contextmanager
    def unit(self, actor: Actor, *, keep: tuple[type[Exception], ...] = ()) -> Iterator[Work]:
        """One click: commit when the block ends well, roll back when it raises.

        An exception listed in ``keep`` commits and is raised all the same: a refused log-in must be counted.
        """
        session = self.writes()
        work = Work(session=session, actor=actor, now=self.clock(), ports=self.ports)
        try:
            with _in_words():  # a flush in the middle of the block may be the one that loses a race
                try:
                    yield work
                except keep:
                    session.commit()
                    raise
                session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.close()
        run_after(work)

    @contextmanager
    def view(self, actor: Actor) -> Iterator[Work]:
        """One page: reads only; whatever was changed by mistake is thrown away."""
        session = self.reads()
        try:
            with _in_words():
                yield Work(session=session, actor=actor, now=self.clock(), ports=self.ports)
        finally:
            session.close()  # rolls back, and leaves what was read readable


def open_edge(engine: Engine, ports: Ports, clock: Callable[[], datetime] = utc_now) -> Edge:
    """An edge over a database; on SQLite its writing sessions begin IMMEDIATE, so that nobody deadlocks."""
    writing = engine.execution_options(hegui_write=True)
    return Edge(
        engine=engine,
        reads=make_sessions(engine),
        writes=make_sessions(writing),
        ports=ports,
        clock=clock,
    )


def open_house(settings: Settings, *, clock: Callable[[], datetime] = utc_now) -> Edge:
    """Everything below Flask for an installation: database, blobs, queue."""
    engine = open_engine(settings.database_url)
    queue = QuietQueue() if settings.queue == "immediate" else HueyQueue(open_huey(settings))

    @cache
    def doors() -> Doors:
        return _open_doors(settings, now=clock())

    ports = Ports(
        blobs=BlobStore(settings.data_dir / "blobs"),
        wake=queue.wake,
        doors=doors,
        channels=open_channels(settings.channels),
        quiet=QuietHours(start=settings.channels.quiet[0], end=settings.channels.quiet[1]),
        public_url=settings.public_url,
    )
    return open_edge(engine, ports, clock)


def _open_doors(settings: Settings, *, now: datetime) -> Doors:
    """A licensed provider where one is set, else the trial authority."""
    signing = settings.signing
    outside = None
    if signing.tsa_url and signing.tsa_roots is not None:
        outside = OutsideTsa(url=signing.tsa_url, roots=signing.tsa_roots.read_bytes())
    if signing.provider_url and signing.provider_roots is not None and outside is not None:
        return open_provider(
            Access(
                url=signing.provider_url, app=signing.provider_app, secret=signing.provider_secret.encode()
            ),
            callback_url=f"{settings.public_url}/sign/callback",
            tsa=HttpTsa(url=outside.url, roots=outside.roots),
            roots=signing.provider_roots.read_bytes() + outside.roots,
        )
    folder = settings.data_dir / TRIAL_KEYS
    return open_trial(folder, now=now, organisation="Hegui", url=signing.authority_url, outside=outside)


@contextmanager
def _in_words() -> Iterator[None]:
    try:
        yield
    except StaleDataError as error:
        raise ConflictError from error
    except IntegrityError as error:
        raise ConflictError(msg("与已有内容冲突，未作任何更改。请刷新后再试。")) from error
    except OperationalError as error:
        raise UnavailableError(msg("数据库繁忙，未作任何更改。请再试一次。")) from error
    except (DataError, OverflowError) as error:  # a number or text that no column holds
        raise InvalidError(msg("提交的内容有误，请刷新页面后再试。")) from error


def run_after(work: Work) -> None:
    """Tell the world; one listener's failure neither undoes the act nor stops the next."""
    for job in work.after_commit:
        try:
            job()
        except Exception:
            log.exception("after-commit listener failed")


def count_statements(engine: Engine, seen: list[str]) -> Callable[[], None]:
    """Write every SQL statement of an engine into ``seen`` until the returned function is called."""

    def listen(_c: object, _cur: object, statement: str, _p: object, _ctx: object, _many: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", listen)
    return lambda: event.remove(engine, "before_cursor_execute", listen)
