"""The demo company behind a real server: one database a story, one phone that its people hand to each other.

A context of Chromium costs a second, a log-in another: so all share one, which takes on the session of whoever
is to act, and everybody logs in once, in the database that each story's is copied from.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models import metadata
from models.account import Account, Passkey
from models.session import open_engine
from tests.browser import Desk, serve
from tests.company import ROOT
from tests.conftest import Clock
from tests.databases import share_statements
from tests.journeys.stamps import Authority
from tests.signing.desk import SoftKey
from tests.signing.test_browser import give_key
from tests.web import PASSWORD, log_in, make_web
from webapp.adapters.blobs import MemoryBlobs
from webapp.adapters.passwords import hash_password
from webapp.adapters.queue import QuietQueue
from webapp.cli.demo import Stage
from webapp.domain.permissions import SYSTEM
from webapp.edge import open_edge
from webapp.services.demo.company import load_people, read_plan
from webapp.services.procedures.bundle import forget_bundles
from webapp.services.procedures.shipped import install_shipped
from webapp.services.reference.seed import seed_reference
from webapp.services.work import Ports

if TYPE_CHECKING:
    from pathlib import Path

FEW = 3  # people a department, of 1,200
ACTORS = ("zhaomin", "hejing", "linfan", "yinxin", "gongyan", "zhouli", "lina")
SIGNER = "lina"  # whose passkey the phone holds
HIRED = datetime(
    2026, 1, 5, 1, 0, tzinfo=UTC
)  # by then all have come, and have logged in: before every story
#: What a player waits for: how often htmx has drawn this page's form anew. Drafts have tests of their own: here one
#: that is on its way while its form is handed in would be refused, or not, as the machine is fast or slow.
ASIDE = """
window.drawn = 0;
document.addEventListener('htmx:afterSettle', e => { if (e.detail.target.id === 'form-fields') window.drawn += 1; });
const real = window.fetch;
window.fetch = (url, ...more) => String(url).endsWith('/draft')
    ? Promise.resolve(Response.json({saved_at: new Date().toISOString()})) : real(url, ...more);
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Where one story is played: a house, its clock and authority, and the phone."""

    house: Any
    clock: Any
    authority: Authority
    logins: dict[str, int]  # ids of people by log-in name
    folder: Path
    at: Any  # at(who): the phone in this person's hand

    @property
    def stage(self):
        """What reads stories, and moves their clock."""
        return Stage(self.house, self.clock)


class Theatre:
    """The company as ``forms/demo`` describes it, smaller."""

    def __init__(self, chromium, folder):
        self.folder, self.logins, self.sessions = folder, {}, {}
        self.key = SoftKey(b"key-of-" + SIGNER.encode())
        self.holder, self.played, self.app = "", 0, None
        house = self._open("company.sqlite", Clock(HIRED))
        with house.engine.execution_options(hegui_write=True).begin() as connection:
            metadata.create_all(connection)
        with house.unit(SYSTEM) as work:
            install_shipped(work, ROOT)
            seed_reference(work)
            self._people(work)
        app = make_web(SimpleNamespace(house=house, ids={}), folder)
        for who in ACTORS:
            client = log_in(app, who)
            self.sessions[who] = [(c.key, c.value) for c in client._cookies.values()]
        with house.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        house.engine.dispose()
        self.desk = Desk(chromium, "", phone=True, reduced_motion="reduce")
        self.desk.context.add_init_script(ASIDE)
        give_key(self.desk, self.key)

    def _open(self, name, clock):
        forget_bundles()  # the story before had versions of the same ids
        engine = share_statements(open_engine(f"sqlite:///{self.folder / name}"))
        return open_edge(engine, Ports(blobs=MemoryBlobs(), wake=QuietQueue().wake), clock)

    def _people(self, work):
        plan = read_plan(ROOT)
        small = [{**row, "people": min(row["people"], FEW), **({"teams": 1} if "teams" in row else {})}
                 for row in plan["department"]]  # fmt: skip
        cast = load_people(work, {**plan, "department": small})
        self.logins |= {who: person.id for who, person in cast.logins.items()}
        password = hash_password(PASSWORD)
        times = {"create_datetime": work.now, "lastuse_datetime": work.now}
        for account in work.session.scalars(select(Account)):
            account.password = password
            if account.username == SIGNER:
                account.passkeys.append(
                    Passkey(
                        credential_id=self.key.credential, public_key=self.key.cose(), name="手机", **times
                    )
                )

    @contextmanager
    def serve(self):
        """Answer at one address, whichever story is on: what the browser has read of it stays read."""
        with serve(lambda environ, start: self.app(environ, start)) as address:
            self.desk.address = address
            yield self
            self.desk.context.close()
        assert self.desk.complaints == []

    @contextmanager
    def story(self):
        """A copy of the company at a clock of its own."""
        self.played, self.holder = self.played + 1, ""
        name = f"{self.played}.sqlite"
        shutil.copy(self.folder / "company.sqlite", self.folder / name)
        clock = Clock(HIRED)
        house = self._open(name, clock)
        authority = Authority(self.folder / f"authority-{self.played}", clock)
        object.__setattr__(house.ports, "doors", authority)
        self.app = make_web(SimpleNamespace(house=house, ids={}), self.folder)
        try:
            yield Story(
                house=house, clock=clock, authority=authority, logins=self.logins, folder=self.folder, at=self._hand_to,
            )  # fmt: skip
        finally:
            self.desk.page.goto("about:blank")
            house.engine.dispose()

    def _hand_to(self, who):
        """The phone, in the hand of a person."""
        if self.holder != who:
            self.holder = who
            self.desk.context.clear_cookies()
            self.desk.context.add_cookies(
                [
                    {"name": name, "value": value, "url": self.desk.address}
                    for name, value in self.sessions[who]
                ]
            )
        return self.desk
