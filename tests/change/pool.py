"""Workers in processes of their own that are killed at random while a campaign runs (kill -9)."""

from __future__ import annotations

import multiprocessing
import time
from collections import Counter
from datetime import time as clock_time
from datetime import timedelta

from sqlalchemy import and_, func, or_, select, update

from models.job import Job, JobState
from models.session import open_engine
from webapp.adapters.blobs import BlobStore
from webapp.adapters.pdf.fonts import Face, pick_glyph
from webapp.adapters.queue import QuietQueue
from webapp.adapters.signing import open_trial
from webapp.domain.permissions import SYSTEM
from webapp.domain.reach import AddressRefusedError, Channel, QuietHours, Receipt
from webapp.domain.text import msg
from webapp.edge import open_edge, utc_now
from webapp.services.jobs.queue import retry
from webapp.services.jobs.registry import HANDLERS
from webapp.services.work import Ports
from webapp.worker import Worker

DEAD = "13999999999"
PAUSE = 0.2  # seconds between two looks
RATE = 0.03  # of a worker's death at a look
FORK = multiprocessing.get_context("fork")


class Outbox:
    """A gateway for several processes: each message handed over is a line of a file."""

    asks = False

    def __init__(self, path):
        self.path = path
        path.touch()

    def send(self, letter):
        if letter.address == DEAD:
            raise AddressRefusedError(msg("空号"))
        with self.path.open("a") as file:
            file.write(f"{letter.key}\n")
        return Receipt(provider_id=letter.key)

    @property
    def keys(self):
        return Counter(self.path.read_text().split())


def open_place(url, folder, clock):
    """The house of one process over the shared database, blobs, keys and outbox."""
    doors = open_trial(folder / "ca", now=utc_now(), organisation="云衫")
    ports = Ports(
        blobs=BlobStore(folder / "blobs"),
        wake=QuietQueue().wake,
        doors=lambda: doors,
        channels={Channel.SMS: Outbox(folder / "outbox")},
        quiet=QuietHours(start=clock_time(0), end=clock_time(0)),  # none
    )
    return open_edge(open_engine(url), ports, clock)


def _run(url, folder, name):
    worker = Worker(open_place(url, folder, utc_now), name)
    while True:
        if not worker.sweep():
            time.sleep(PAUSE)


class Pool:
    """So many workers; whoever is killed is followed by another, and its leases end."""

    def __init__(self, house, url, folder, *, count, chance):
        self.house, self.url, self.folder, self.chance = house, url, folder, chance
        self.kills = self.born = self.retried = 0
        for face in Face:
            pick_glyph(" ", face)  # loaded once, for all who are forked off
        self.alive = [self._spawn() for _ in range(count)]

    def _spawn(self):
        self.house.engine.dispose()  # a child must not share a connection
        self.born += 1
        name = f"w{self.born}"
        process = FORK.Process(target=_run, args=(self.url, self.folder, name), daemon=True)
        process.start()
        return name, process

    def drain(self, look):
        """Wait until nothing is due any more, killing now and then; operations retry what died three times."""
        while self._due() or self._retry():
            if self.chance.random() < RATE:
                self.kill()
            look()
            time.sleep(PAUSE)

    def kill(self):
        place = self.chance.randrange(len(self.alive))
        name, process = self.alive[place]
        process.kill()
        process.join()
        self.kills += 1
        with self.house.unit(SYSTEM) as work:  # as if the lease's five minutes were over
            work.session.execute(
                update(Job)
                .where(Job.state == JobState.LEASED, Job.leased_by == name)
                .values(leased_until=work.now - timedelta(seconds=1))
            )
        self.alive[place] = self._spawn()

    def _due(self):
        with self.house.view(SYSTEM) as work:
            waits = or_(
                Job.state == JobState.LEASED, and_(Job.state == JobState.READY, Job.due_at <= work.now)
            )
            return work.session.scalar(select(func.count()).where(waits, Job.type.in_(tuple(HANDLERS))))

    def _retry(self):
        with self.house.view(SYSTEM) as work:
            failed = list(work.session.scalars(select(Job.id).where(Job.state == JobState.FAILED)))
        for job_id in failed:
            with self.house.unit(SYSTEM) as work:
                retry(work, job_id)
        self.retried += len(failed)
        return len(failed)

    def close(self):
        for _name, process in self.alive:
            process.kill()
            process.join()
