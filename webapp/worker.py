"""The worker: takes jobs, fires due timers. Any number may run, on any number of machines."""

from __future__ import annotations

import logging
import os
import secrets
import signal
import threading
from datetime import timedelta
from typing import TYPE_CHECKING

from webapp.adapters import logs
from webapp.adapters.queue import HueyQueue, open_huey
from webapp.adapters.secrets import with_secrets
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, UnavailableError
from webapp.domain.permissions import SYSTEM
from webapp.edge import open_house
from webapp.services import idempotency
from webapp.services import log as event_log
from webapp.services.cases import messages, triggers
from webapp.services.jobs import queue, timers
from webapp.services.jobs.handlers import TakenJob
from webapp.services.jobs.registry import HANDLERS
from webapp.services.leave.newyear import ask_new_year
from webapp.services.log import nightly
from webapp.services.people import local_date
from webapp.services.retention import periods
from webapp.services.signing.jobs import due_renewals, renew_stamp
from webapp.settings import from_environment

if TYPE_CHECKING:
    from datetime import date, datetime

    from webapp.edge import Edge
    from webapp.settings import Settings

log = logging.getLogger(__name__)

SWEEP_SECONDS = 5.0  # how late a timer or a job with a lost wake-up may be
HEAD_EVERY = timedelta(minutes=5)  # between two stamped heads of the event log
FORGET_EVERY = timedelta(hours=1)  # between two sweeps of keys of old presses


class Worker:
    """Performs jobs and timers on one edge."""

    def __init__(self, edge: Edge, name: str | None = None) -> None:
        self.edge = edge
        self.name = name or f"{os.getpid()}-{secrets.token_hex(4)}"
        self.last_head: datetime | None = None
        self.last_forgotten: datetime | None = None
        self.reached: timers.Due | None = None  # the last timer tried, while more are due behind it
        self.year: int | None = None  # whose turn was asked for already
        self.night: date | None = None  # whose ends of retention were asked for already

    def perform(self, job_id: int) -> None:
        """Take one job, do it, write its end; a failure is written down and tried again later."""
        with self.edge.unit(SYSTEM) as work:
            row = queue.take(work, job_id, worker=self.name, kinds=HANDLERS.keys())
            if row is None:
                return
            job = TakenJob(id=row.id, type=row.type, key=row.idempotency_key, payload=row.payload)
        try:
            result = HANDLERS[job.type](lambda: self.edge.unit(SYSTEM), job)
            with self.edge.unit(SYSTEM) as work:
                queue.finish(work, job.id, worker=self.name, result=result)
        except ConflictError:
            log.info("job %s went to another worker", job.id)
        except UnavailableError as error:
            log.warning("job %s waits: %s", job.id, error)
            self._fail(job.id, str(error), outside=True)
        except queue.BpmnThrow as thrown:
            self._throw(job.id, thrown)
        except Exception as error:
            log.exception("job %s failed", job.id)
            self._fail(job.id, f"{type(error).__name__}: {error}")

    def _throw(self, job_id: int, thrown: queue.BpmnThrow) -> None:
        try:
            with self.edge.unit(SYSTEM) as work:
                queue.throw(work, job_id, worker=self.name, thrown=thrown)
        except ConflictError:
            log.info("job %s went to another worker", job_id)
        except Exception as error:
            log.exception("job %s threw what nobody catches", job_id)
            self._fail(job_id, f"{type(error).__name__}: {error}")

    def _fail(self, job_id: int, error: str, *, outside: bool = False) -> None:
        try:
            with self.edge.unit(SYSTEM) as work:
                queue.fail(work, job_id, worker=self.name, error=error, outside=outside)
        except ConflictError:  # the lease ran out meanwhile: the other worker writes the end
            log.info("job %s went to another worker", job_id)

    def sweep(self) -> int:
        """Fire a batch of due timers and perform due jobs once; the number of things done."""
        with self.edge.view(SYSTEM) as work:
            waiting = timers.due_timers(work, after=self.reached)
            jobs = queue.due_jobs(work, tuple(HANDLERS))
            early = messages.waiting_cases(work)
            late = messages.any_expired(work)
            starts = triggers.due_starts(work)
            kept = messages.startable_messages(work)
        if late:
            with self.edge.unit(SYSTEM) as work:
                messages.sweep_buffered(work)
        self.reached = waiting[-1] if len(waiting) == timers.BATCH else None
        done = sum(self._fire(t.id) for t in waiting) + sum(self._deliver(c) for c in early)
        done += sum(self._start(t) for t in starts) + sum(self._start_by(m) for m in kept)
        for job_id in jobs:
            self.perform(job_id)
        return done + len(jobs)

    def _fire(self, timer_id: int) -> bool:
        try:
            with self.edge.unit(SYSTEM) as work:
                return timers.fire_timer(work, timer_id)
        except Exception:
            log.exception("timer %s failed; it is tried again at the next sweep", timer_id)
            return False

    def keep_log(self) -> int:
        """Give committed events their places; every five minutes take a head and stamp it.

        A fault of the time-stamp authority leaves the head pending until the next is due.
        """
        now = self.edge.clock()
        due = self.last_head is None or now - self.last_head >= HEAD_EVERY
        with self.edge.view(SYSTEM) as work:
            if not due and not event_log.waiting(work):
                return 0
        self.last_head = now if due else self.last_head
        doors = self.edge.ports.doors
        tsa = doors().tsa if doors else None
        return event_log.keep(lambda: self.edge.unit(SYSTEM), tsa, head_due=due)

    def turn_year(self) -> None:
        """Ask for the leave of a year once it has begun; a year asked for already costs no statement."""
        year = local_date(self.edge.clock()).year
        if year == self.year:
            return
        try:
            with self.edge.unit(SYSTEM) as work:
                ask_new_year(work)
        except ConflictError:
            log.info("the turn of the year was asked for by another worker")
        self.year = year

    def end_periods(self) -> None:
        """Ask once a day for the ends that the register names; a day asked for costs no statement."""
        day = local_date(self.edge.clock())
        if day == self.night:
            return
        try:
            with self.edge.unit(SYSTEM) as work:
                periods.ask_for_night(work)
        except ConflictError:
            log.info("the night's ends were asked for by another worker")
        self.night = day

    def forget_keys(self) -> int:
        """Once an hour take away the keys of presses that nobody repeats any more; how many went."""
        now = self.edge.clock()
        if self.last_forgotten is not None and now - self.last_forgotten < FORGET_EVERY:
            return 0
        self.last_forgotten = now
        with self.edge.unit(SYSTEM) as work:
            return idempotency.forget_old(work)

    def renew_stamps(self) -> int:
        """Renew archive time stamps before their certificates end; the number renewed."""
        with self.edge.view(SYSTEM) as work:
            due = due_renewals(work)
        return sum(self._renew(flow_id) for flow_id in due)

    def _renew(self, flow_id: int) -> bool:
        try:
            return renew_stamp(lambda: self.edge.unit(SYSTEM), flow_id)
        except Exception:
            log.exception("stamp of flow %s was not renewed; it is tried again", flow_id)
            return False

    def check_night(self) -> None:
        """Once a night read the whole log and a sample of packs again; any worker, one of them."""
        with self.edge.view(SYSTEM) as work:
            if not nightly.is_due(work):
                return
        doors = self.edge.ports.doors
        nightly.run(lambda: self.edge.unit(SYSTEM), doors() if doors else None)

    def _deliver(self, case_id: int) -> int:
        try:
            with self.edge.unit(SYSTEM) as work:
                return messages.deliver_buffered(work, queue.lock_case(work, case_id))
        except Exception:
            log.exception("message for case %s failed; it is tried again at the next sweep", case_id)
            return 0

    def _start(self, trigger_id: int) -> bool:
        """Begin the case of a timer start event; one that cannot begin is put off to its next time."""
        try:
            try:
                with self.edge.unit(SYSTEM) as work:
                    return triggers.fire_start(work, trigger_id) is not None
            except (ForbiddenError, InvalidError, NotFoundError) as error:
                with self.edge.unit(SYSTEM) as work:
                    triggers.put_off(work, trigger_id, error.message)
        except Exception:
            log.exception("start %s failed; it is tried again at the next sweep", trigger_id)
        return False

    def _start_by(self, message_id: int) -> bool:
        try:
            try:
                with self.edge.unit(SYSTEM) as work:
                    return messages.start_buffered(work, message_id) is not None
            except (ForbiddenError, InvalidError, NotFoundError) as error:
                with self.edge.unit(SYSTEM) as work:
                    messages.refuse_buffered(work, message_id, error.message)
        except Exception:
            log.exception("message %s failed; it is tried again at the next sweep", message_id)
        return False

    def run(self, stop: threading.Event, seconds: float = SWEEP_SECONDS) -> None:
        """Sweep until told to stop: at once where more timers are due, else every few seconds."""
        while not stop.wait(0 if self.reached else seconds):
            try:
                self.turn_year()
                self.end_periods()
                self.sweep()
                self.keep_log()
                self.renew_stamps()
                self.check_night()
                self.forget_keys()
            except Exception:
                log.exception("sweep failed")


def serve(edge: Edge, settings: Settings) -> None:
    """Run until SIGTERM or SIGINT: a Huey consumer for wake-ups beside the sweep."""
    worker = Worker(edge)
    huey = open_huey(settings)
    HueyQueue(huey, worker.perform)
    stop = threading.Event()
    consumer = huey.create_consumer(workers=2, periodic=False, check_worker_health=True)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    consumer.start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    log.info("worker %s started", worker.name)
    worker.run(stop)
    consumer.stop(graceful=True)
    log.info("worker %s stopped", worker.name)


def main() -> None:
    """``python -m webapp.worker``: one more worker for this installation."""
    settings = with_secrets(from_environment())
    logs.configure(settings.log_level)
    serve(open_house(settings), settings)


if __name__ == "__main__":
    main()
