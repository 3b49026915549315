"""Cases that begin by themselves: by message, by timer, by signal; never twice, never while suspended."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from models.case import BufferedMessage, Case
from models.event import Event
from models.job import Job, Notice
from models.person import Person
from models.procedure import Procedure, ProcedureVersion
from models.trigger import StartTrigger
from tests.company import Company
from tests.engine.drawing import (
    catch,
    diagram,
    end,
    event,
    message,
    path,
    signal,
    start,
    throw,
    user,
    zeebe,
)
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError
from webapp.domain.permissions import SYSTEM
from webapp.services.cases.messages import correlate
from webapp.services.cases.operate import cancel
from webapp.services.cases.start import StartCase
from webapp.services.cases.start import start as begin
from webapp.services.cases.triggers import fire_start
from webapp.services.jobs.handlers import TakenJob
from webapp.services.jobs.routing import broadcast
from webapp.services.procedures.check import check_version
from webapp.services.procedures.files import read_folder, read_settings
from webapp.services.procedures.pause import resume_procedure, suspend_procedure
from webapp.services.procedures.shipped import append_release
from webapp.worker import Worker

HR = zeebe("assignmentDefinition", candidateGroups="hr")
ROOTS = message("m", "hired", "=contract") + message("n", "answer", "=contract") + signal("g", "typhoon")
SETTINGS = """
key = "{key}"
prefix = "{prefix}"
owner_role = "process-owner"
start_roles = ["employee", "hr"]
retention_years = 2
[titles]
zh-Hans = "{title}"
en = "{title}"
zh-Hant = "{title}"
"""


def properties(**given):
    rows = "".join(
        zeebe("property", name=name.replace("_", "."), value=value) for name, value in given.items()
    )
    return f"<zeebe:properties>{rows}</zeebe:properties>"


def timed(name, kind, text, about="E0003"):
    definition = f"<bpmn:timerEventDefinition><bpmn:{kind}>{text}</bpmn:{kind}></bpmn:timerEventDefinition>"
    return start(name, definition, ext=properties(start_about=about) if about else "")


def starter(*starts, label="a"):
    flows = [path(f"{s.split('id=')[1].split(chr(34))[1]} > a") for s in starts]
    return diagram(
        *starts, user("a", ext=HR, name=label), end(), *flows, path("a > e"), roots=ROOTS, name="own"
    )


BY_MESSAGE = start("hired", event("message", "m"))
BY_SIGNAL = start("storm", event("signal", "g"), ext=properties(start_about="E0004"))
DAILY = timed("daily", "timeCycle", "R/P1D")
ONCE = timed("once", "timeDate", "2026-11-26T09:00")
TELLER = diagram(
    start(), throw("t", event("signal", "g")), user("told", ext=HR), end(), path("s > t > told > e"), roots=ROOTS,
    name="teller",
)  # fmt: skip


@pytest.fixture
def root(tmp_path):
    for key, title, xml in (
        ("own", "入职", starter(BY_MESSAGE, BY_SIGNAL, DAILY, ONCE)),
        ("teller", "告知", TELLER),
    ):
        folder = tmp_path / "bpmn" / key
        folder.mkdir(parents=True)
        (folder / f"{key}.bpmn").write_bytes(xml)
        (folder / "procedure.toml").write_text(SETTINGS.format(key=key, prefix=key[:2].upper(), title=title))
    return tmp_path


@pytest.fixture
def company(house, root):
    return Company(house, root)


def release(company, root, xml):
    """The next version of the procedure, released; its id."""
    (root / "bpmn" / "own" / "own.bpmn").write_bytes(xml)
    files = read_folder(root, "own")
    with company.house.unit(SYSTEM) as work:
        procedure = work.session.scalars(select(Procedure).where(Procedure.key == "own")).one()
        last = work.session.scalars(
            select(ProcedureVersion.number)
            .where(ProcedureVersion.procedure_id == procedure.id)
            .order_by(ProcedureVersion.number.desc())
        ).first()
        version = append_release(
            work, procedure, settings=read_settings("own", files), files=files, number=last + 1
        )
        work.session.flush()
        return version.id


def sweep(company):
    worker = Worker(company.house)
    while worker.sweep():
        pass


def send(company, key="C1", *, message_id=None, **variables):
    with company.house.unit(SYSTEM) as work:
        case = correlate(
            work,
            "hired",
            key=key,
            variables={"employee": "E0004", **variables},
            message_id=message_id,
        )
        return None if case is None else case.id


def cases(company):
    with company.house.view(SYSTEM) as work:
        return list(work.session.scalars(select(Case).where(Case.procedure_key == "own").order_by(Case.id)))


def due(company):
    with company.house.view(SYSTEM) as work:
        rows = work.session.execute(select(StartTrigger.element_id, StartTrigger.due_at))
        return {element: moment for element, moment in rows if moment is not None}


class TestMessages:
    def test_begin_a_case_about_the_person_they_name(self, company):
        case_id = send(company, contract="K7", title="王芳入职")
        with company.house.view(SYSTEM) as work:
            case = work.session.get_one(Case, case_id)
            assert (case.title, case.person_id) == ("王芳入职", company.ids["wang"])
            assert case.variables["contract"] == "K7"
            assert case.variables["manager"] == "E0002"

    def test_cannot_say_who_the_manager_is(self, company):
        case_id = send(company, manager="E0004", applicant="E0001")
        with company.house.view(SYSTEM) as work:
            case = work.session.get_one(Case, case_id)
            assert (case.variables["manager"], case.variables["applicant"]) == ("E0002", "E0004")

    def test_of_one_key_run_one_case_at_a_time_and_the_next_begins_when_it_has_ended(self, company):
        first = send(company)
        assert send(company) is None
        assert [case.id for case in cases(company)] == [first]
        with company.unit("hr") as work:
            cancel(work, first, reason="完")
        sweep(company)
        assert len(cases(company)) == 2
        with company.house.view(SYSTEM) as work:
            assert work.session.scalars(select(BufferedMessage.id)).all() == []

    def test_of_other_keys_and_without_key_do_not_wait(self, company):
        assert None not in {send(company), send(company, "C2"), send(company, None), send(company, None)}
        assert len(cases(company)) == 4

    def test_repeated_under_one_id_begin_one_case_however_late(self, company):
        first = send(company, message_id="hr-system-1")
        with company.unit("hr") as work:
            cancel(work, first, reason="完")
        assert send(company, message_id="hr-system-1") == first
        assert len(cases(company)) == 1

    def test_go_to_the_case_that_waits_before_they_begin_another(self, company, root):
        waiting = diagram(
            start(), catch("c", event("message", "m")), user("a", ext=HR), end(), path("s > c > a > e"),
            BY_MESSAGE, path("hired > a"), roots=ROOTS, name="own",
        )  # fmt: skip
        release(company, root, waiting)
        with company.unit("lina") as work:
            case = begin(
                work,
                StartCase(
                    procedure_key="own",
                    person_id=company.ids["lina"],
                    title="等",
                    variables={"contract": "C1"},
                ),
            ).id
        assert send(company) == case
        assert send(company) != case

    def test_about_nobody_are_refused_and_begin_nothing(self, company):
        with pytest.raises(InvalidError, match="没有给出在职人员的工号"), company.house.unit(SYSTEM) as work:
            correlate(work, "hired", key="x", variables={"employee": "E9999"})
        assert cases(company) == []

    def test_that_came_before_the_release_begin_their_case_after_it(self, company, root):
        release(company, root, starter(DAILY))
        assert send(company) is None
        release(company, root, starter(DAILY, BY_MESSAGE))
        sweep(company)
        assert [case.person_id for case in cases(company)] == [company.ids["wang"]]

    def test_kept_about_nobody_are_dropped_with_their_reason(self, company, root, clock):
        release(company, root, starter(DAILY))
        assert send(company, employee="E9999") is None
        release(company, root, starter(DAILY, BY_MESSAGE))
        sweep(company)
        assert cases(company) == []
        with company.house.view(SYSTEM) as work:
            assert work.session.scalars(select(BufferedMessage.id)).all() == []
            assert work.session.scalars(select(Event).where(Event.kind == "message.refused")).one()

    def test_whose_time_to_live_is_over_are_forgotten(self, company, root, clock):
        release(company, root, starter(DAILY))
        assert send(company) is None
        clock.now += timedelta(hours=2)
        sweep(company)
        with company.house.view(SYSTEM) as work:
            assert work.session.scalars(select(BufferedMessage.id)).all() == []


class TestTimers:
    def test_are_rows_with_their_next_time(self, company, clock):
        assert due(company) == {
            "daily": clock.now + timedelta(days=1),
            "once": datetime(2026, 11, 26, 1, tzinfo=UTC),
        }

    def test_begin_a_case_when_their_time_has_come_and_not_before(self, company, clock):
        sweep(company)
        assert cases(company) == []
        clock.now += timedelta(days=1)
        sweep(company)
        assert [(c.title, c.person_id, c.starter_id) for c in cases(company)] == [
            ("入职 李娜", company.ids["lina"], company.ids["lina"])
        ]
        assert due(company)["daily"] == clock.now + timedelta(days=1)

    def test_missed_while_the_worker_was_away_begin_one_case_and_a_date_begins_once(self, company, clock):
        clock.now += timedelta(days=10, hours=3)
        sweep(company)
        assert len(cases(company)) == 2
        assert due(company) == {"daily": clock.now + timedelta(hours=21)}
        sweep(company)
        assert len(cases(company)) == 2

    def test_fired_by_two_workers_begin_one_case(self, company, clock):
        clock.now += timedelta(days=1)
        with company.house.view(SYSTEM) as work:
            row = work.session.scalars(
                select(StartTrigger.id).where(StartTrigger.element_id == "daily")
            ).one()
        for _ in range(2):
            with company.house.unit(SYSTEM) as work:
                fire_start(work, row)
        assert len(cases(company)) == 1

    def test_that_can_begin_nothing_tell_their_owner_and_go_on(self, company, clock):
        with company.house.unit(SYSTEM) as work:
            work.session.get_one(Person, company.ids["lina"]).left_on = clock.now.date()
        clock.now += timedelta(days=1)
        sweep(company)
        assert cases(company) == []
        assert due(company)["daily"] > clock.now
        with company.house.view(SYSTEM) as work:
            assert work.session.scalars(select(Notice.person_id)).all() == [company.ids["owner"]]
            assert work.session.scalars(select(Event).where(Event.kind == "procedure.start_failed")).one()


class TestReleases:
    def test_move_registrations_over_and_keep_the_rhythm_of_what_did_not_change(self, company, root, clock):
        before = due(company)
        clock.now += timedelta(hours=5)
        version = release(company, root, starter(BY_MESSAGE, DAILY, label="b"))
        assert due(company) == {"daily": before["daily"]}
        assert send(company) is not None
        assert [case.procedure_version_id for case in cases(company)] == [version]

    def test_count_a_changed_cycle_from_the_release(self, company, root, clock):
        clock.now += timedelta(hours=5)
        release(company, root, starter(timed("daily", "timeCycle", "R/PT12H")))
        assert due(company) == {"daily": clock.now + timedelta(hours=12)}

    def test_without_the_start_event_let_its_message_wait(self, company, root):
        release(company, root, starter(DAILY))
        assert send(company) is None
        assert cases(company) == []

    def test_whose_timer_gives_no_time_are_refused(self, company, root):
        with pytest.raises(InvalidError, match="算不出时间"):
            release(company, root, starter(timed("daily", "timeCycle", "=nothing")))

    def test_of_an_older_hegui_are_registered_at_the_next_upgrade(self, company, root):
        from webapp.services.procedures.shipped import install_shipped

        with company.house.unit(SYSTEM) as work:
            for row in work.session.scalars(select(StartTrigger)):
                work.session.delete(row)
        with company.house.unit(SYSTEM) as work:
            install_shipped(work, root)
        assert set(due(company)) == {"daily", "once"}

    @pytest.mark.parametrize(
        ("about", "told"), [(None, "定时开始的案件关于谁"), ("E9999", "没有工号为“E9999”")]
    )
    def test_must_say_whom_a_timed_case_is_about(self, company, root, about, told):
        (root / "bpmn" / "own" / "own.bpmn").write_bytes(starter(timed("daily", "timeCycle", "R/P1D", about)))
        with company.house.view(SYSTEM) as work:
            problems = check_version(work.session, "own", read_folder(root, "own"))
        assert any(p.element == "daily" and told in str(p.message) for p in problems if p.error)


class TestSignals:
    def test_begin_cases_once_even_when_the_worker_dies_before_its_end(self, company):
        with company.unit("lina") as work:
            begin(work, StartCase(procedure_key="teller", person_id=company.ids["lina"], title="台风"))
        with company.house.view(SYSTEM) as work:
            row = work.session.scalars(select(Job).where(Job.type == "broadcast-signal")).one()
            job = TakenJob(id=row.id, type=row.type, key=row.idempotency_key, payload=row.payload)
        for _ in range(3):
            broadcast(lambda: company.house.unit(SYSTEM), job)
        assert [case.person_id for case in cases(company)] == [company.ids["wang"]]


class TestSuspendedProcedures:
    def test_begin_nothing_in_any_way(self, company, clock):
        with company.unit("owner") as work:
            suspend_procedure(work, "own", reason="新规未定")
        clock.now += timedelta(days=1)
        assert send(company) is None
        sweep(company)
        with pytest.raises(ConflictError, match="暂停发起"), company.unit("lina") as work:
            begin(work, StartCase(procedure_key="own", person_id=company.ids["lina"], title="x"))
        assert cases(company) == []

    def test_take_up_kept_messages_and_skip_missed_times_when_resumed(self, company, clock):
        with company.unit("owner") as work:
            suspend_procedure(work, "own", reason="新规未定")
        clock.now += timedelta(days=3)
        send(company)
        with company.unit("owner") as work:
            resume_procedure(work, "own")
        sweep(company)
        assert [case.person_id for case in cases(company)] == [company.ids["wang"]]
        assert due(company) == {"daily": clock.now + timedelta(days=1)}

    def test_are_their_owner_s_affair_and_need_a_reason(self, company):
        with pytest.raises(ForbiddenError), company.unit("hr") as work:
            suspend_procedure(work, "own", reason="x")
        with pytest.raises(InvalidError), company.unit("owner") as work:
            suspend_procedure(work, "own", reason=" ")
        with company.unit("owner") as work:
            suspend_procedure(work, "own", reason="x")
        with pytest.raises(ConflictError), company.unit("owner") as work:
            suspend_procedure(work, "own", reason="x")
