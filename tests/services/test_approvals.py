"""Approvals by several people in the house: one engine task, votes in rows, the engine told once."""

import re
import shutil
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from models import metadata
from models.account import Grant
from models.approval import Ballot, Vote
from models.case import Case, Timer
from models.event import Event
from models.organisation import Department
from models.person import Person, Substitution
from models.procedure import Procedure
from models.session import open_engine
from models.task import Task, TaskState
from tests.company import Company
from tests.conftest import Clock
from tests.engine.drawing import (
    boundary,
    diagram,
    end,
    mapping,
    par,
    path,
    pictured,
    start,
    timer,
    user,
    zeebe,
)
from webapp.adapters.blobs import MemoryBlobs
from webapp.adapters.queue import QuietQueue
from webapp.domain.errors import ConflictError, ForbiddenError, HeguiError, InvalidError
from webapp.domain.permissions import SYSTEM, Role
from webapp.edge import open_edge
from webapp.services.approvals.verbs import AddVote, add_vote, remove_vote, retract_vote
from webapp.services.cases.migrate import move
from webapp.services.cases.operate import cancel, operable
from webapp.services.cases.start import StartCase
from webapp.services.cases.start import start as begin
from webapp.services.procedures.files import read_folder, read_settings
from webapp.services.procedures.shipped import append_release
from webapp.services.tasks.claim import transfer
from webapp.services.tasks.complete import CompleteTask, complete
from webapp.services.tasks.returns import send_back
from webapp.services.work import Ports
from webapp.worker import Worker

HR = zeebe("assignmentDefinition", candidateGroups="hr")
SETTINGS = """
key = "{key}"
prefix = "AP"
owner_role = "process-owner"
start_roles = ["employee", "hr"]
retention_years = 2
[titles]
zh-Hans = "审批"
en = "Approval"
zh-Hant = "審批"
"""
THREE = '=["E0001", "E0002", "E0007"]'
OUT = mapping(outputs={"decision": "=outcome", "votes": "=votes"})


def approval(name, *, assignee=None, **given):
    rows = "".join(
        zeebe("property", name="approval." + re.sub("_(.)", lambda m: m[1].upper(), key), value=value)
        for key, value in given.items()
    )
    who = zeebe("assignmentDefinition", assignee=assignee) if assignee else ""
    return user(name, ext=who + OUT + f"<zeebe:properties>{rows}</zeebe:properties>")


def voted(**given):
    return diagram(
        start(), user("write", ext=HR), approval("vote", **{"mode": "all", "approvers": THREE, **given}),
        user("next", ext=HR), end(), path("s > write > vote > next > e"), name="p",
    )  # fmt: skip


DIAGRAMS = {
    "all": voted(),
    "any": voted(mode="any"),
    "patient": voted(mode="any", on_reject="counts"),
    "sequence": voted(mode="sequence"),
    "share": voted(mode="share", share="2/3"),
    "weighed": voted(mode="share", share="60", weights='={"E0001": 3}'),
    "line": voted(approvers="=[manager, department_head, second_manager]"),
    "role": voted(mode="any", approvers='=["E9999"]', empty_assignee="legal"),
    "single": diagram(
        start(), user("write", ext=HR), approval("vote", mode="single", assignee="=manager"), user("next", ext=HR), end(),
        path("s > write > vote > next > e"), name="p",
    ),
    "chosen": voted(mode="sequence", approvers="=chosen"),
    "late": diagram(
        start(), user("write", ext=HR), approval("vote", mode="all", approvers=THREE),
        boundary("urge", "vote", timer("P1D"), cancels=False), user("remind", ext=HR), end("e2"), user("next", ext=HR),
        end(), path("s > write > vote > next > e"), path("urge > remind > e2"), name="p",
    ),
    "branches": diagram(
        start(), user("write", ext=HR), par("f"), approval("vote", mode="all", approvers=THREE), user("b", ext=HR),
        par("j"), user("next", ext=HR), end(), path("s > write > f > vote > j > next > e"), path("f > b > j"), name="p",
    ),
    "again": diagram(
        start(), user("write", ext=HR), approval("vote", mode="single", assignee="E0002"),
        approval("second", mode="all", approvers='=["E0002", "E0001"]', same_approver="skip"), user("next", ext=HR), end(),
        path("s > write > vote > second > next > e"), name="p",
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The company with all these procedures in a SQLite file that each test copies; its people.

    What differs between the two databases, races, is in test_approval_races.py.
    """
    root = tmp_path_factory.mktemp("installed")
    for key, xml in DIAGRAMS.items():
        folder = root / "bpmn" / key
        folder.mkdir(parents=True)
        (folder / f"{key}.bpmn").write_bytes(pictured(xml))
        (folder / "procedure.toml").write_text(SETTINGS.format(key=key))
    engine = open_engine(f"sqlite:///{root / 'installed.sqlite'}")
    with engine.execution_options(hegui_write=True).begin() as connection:
        metadata.create_all(connection)
    made = Company(open_edge(engine, Ports(blobs=MemoryBlobs(), wake=QuietQueue().wake), Clock()), root)
    engine.dispose()
    return root, made.ids


@pytest.fixture
def engine(installed, tmp_path):
    root, _ = installed
    shutil.copy(root / "installed.sqlite", tmp_path / "approvals.sqlite")
    copied = open_engine(f"sqlite:///{tmp_path / 'approvals.sqlite'}")
    yield copied
    copied.dispose()


@pytest.fixture
def company(house, installed):
    made = Company.__new__(Company)
    made.house, made.ids = house, dict(installed[1])
    return made


class Room:
    """One case at its vote, and the people round it."""

    def __init__(self, company, key, who="lina", **variables):
        self.company = company
        with company.unit(who) as work:
            command = StartCase(
                procedure_key=key, person_id=company.ids[who], title="采购", variables=variables
            )
            self.case_id = begin(work, command).id
        self.press("hr", element="write")

    def tasks(self, element="vote"):
        with self.company.house.view(SYSTEM) as work:
            rows = work.session.scalars(
                select(Task)
                .where(Task.case_id == self.case_id, Task.state == TaskState.OPEN, Task.element_id == element)
                .order_by(Task.id)
            )
            return list(rows)

    @property
    def asked(self):
        """Who has the vote's task now; a queue by its role."""
        names = {person_id: who for who, person_id in self.company.ids.items()}
        return [
            names[t.assignee_id] if t.assignee_id else (t.queue or "").split("@")[0] for t in self.tasks()
        ]

    @property
    def open(self):
        with self.company.house.view(SYSTEM) as work:
            rows = work.session.scalars(
                select(Task.element_id).where(Task.case_id == self.case_id, Task.state == TaskState.OPEN)
            )
            return sorted(set(rows))

    def task_of(self, who, element="vote"):
        mine = self.company.ids[who]
        found = self.tasks(element)
        return next((t for t in found if t.assignee_id == mine), None) or next(
            t for t in found if t.assignee_id is None
        )

    def press(self, who, outcome=None, *, element="vote", **values):
        task = self.task_of(who, element)
        given = {**({} if outcome is None else {"outcome": outcome}), **values}
        with self.company.unit(who) as work:
            complete(work, CompleteTask(task_id=task.id, version=task.version, values=given))

    def add(self, who, kind, whom, reason="请把关"):
        task = self.task_of(who)
        with self.company.unit(who) as work:
            add_vote(
                work,
                AddVote(
                    task_id=task.id,
                    version=task.version,
                    kind=kind,
                    person_id=self.company.ids[whom],
                    reason=reason,
                ),
            )

    def hand_on(self, who, to):
        task = self.task_of(who)
        with self.company.unit(who) as work:
            transfer(work, task.id, version=task.version, to_id=self.company.ids[to], reason="出差")

    def vote_of(self, who, *, last=True):
        with self.company.house.view(SYSTEM) as work:
            order = Vote.id.desc() if last else Vote.id
            return work.session.scalars(
                select(Vote)
                .join(Ballot)
                .where(Ballot.case_id == self.case_id, Vote.person_id == self.company.ids[who])
                .order_by(order)
            ).first()

    @property
    def case(self):
        with self.company.house.view(SYSTEM) as work:
            return work.session.get_one(Case, self.case_id)

    def remove(self, who, whom):
        with self.company.unit(who) as work:
            remove_vote(work, self.vote_of(whom).id, seen=self.case.version, reason="不必了")

    def retract(self, who):
        with self.company.unit(who) as work:
            retract_vote(work, self.vote_of(who).id, seen=self.case.version)

    def kinds(self):
        with self.company.house.view(SYSTEM) as work:
            return list(
                work.session.scalars(
                    select(Event.kind).where(Event.case_id == self.case_id).order_by(Event.sequence)
                )
            )


class TestModes:
    def test_everybody_is_asked_at_once_and_all_must_agree(self, company):
        room = Room(company, "all")
        assert room.asked == ["boss", "head", "owner"]
        room.press("boss", "approve")
        room.press("owner", "approve", comment="可以")
        assert room.open == ["vote"]
        room.press("head", "approve")
        assert room.open == ["next"]
        assert room.case.variables["decision"] == "approve"
        assert [vote["decision"] for vote in room.case.variables["votes"]] == ["approve"] * 3
        assert room.kinds().count("vote.cast") == 3
        assert room.kinds().count("approval.decided") == 1

    def test_one_refusal_ends_it_and_takes_the_task_from_the_others(self, company):
        room = Room(company, "all")
        room.press("head", "reject", comment="超预算")
        assert room.open == ["next"]
        assert room.case.variables["decision"] == "reject"

    def test_whoever_is_first_decides(self, company):
        room = Room(company, "any")
        room.press("owner", "approve")
        assert room.open == ["next"]

    def test_where_a_refusal_only_counts_the_others_are_still_asked(self, company):
        room = Room(company, "patient")
        room.press("owner", "reject")
        assert room.asked == ["boss", "head"]
        room.press("head", "approve")
        assert room.case.variables["decision"] == "approve"

    def test_in_order_the_next_is_asked_when_the_one_before_agreed(self, company):
        room = Room(company, "sequence")
        for who in ("boss", "head", "owner"):
            assert room.asked == [who]
            room.press(who, "approve")
        assert room.open == ["next"]

    def test_weights_count(self, company):
        room = Room(company, "weighed")
        room.press("boss", "approve")
        assert room.open == ["next"]

    def test_only_agreement_or_refusal_is_a_vote(self, company):
        room = Room(company, "all")
        for outcome in (None, "maybe"):
            with pytest.raises(InvalidError):
                room.press("boss", outcome)
        assert room.asked == ["boss", "head", "owner"]

    def test_who_agreed_before_is_not_asked_again_where_the_step_says_so(self, company):
        room = Room(company, "again")
        room.press("head", "approve")
        assert [t.assignee_id for t in room.tasks("second")] == [company.ids["boss"]]
        room.press("boss", "approve", element="second")
        assert room.open == ["next"]

    def test_a_vote_that_the_case_goes_on_without_is_closed_with_its_step(self, company):
        room = Room(company, "all")
        room.press("boss", "approve")
        with company.unit("hr") as work:
            cancel(work, room.case_id, reason="x")
        with company.house.view(SYSTEM) as work:
            assert work.session.scalars(select(Ballot.state)).all() == ["cancelled"]
            assert sorted(work.session.scalars(select(Vote.state))) == ["done", "skipped", "skipped"]


class TestTheElevenCases:
    """What peers get wrong (reference, section 3), in its order."""

    def test_1_return_inside_a_branch_leaves_the_other_alone_and_the_join_waits(self, company):
        room = Room(company, "branches")
        room.press("hr", element="b")
        room.press("boss", "approve")
        task = room.task_of("head")
        with company.unit("head") as work:
            send_back(work, task.id, version=task.version, element="write", reason="材料不全")
        assert room.open == ["write"]
        room.press("hr", element="write")
        assert room.open == ["b", "vote"]
        assert room.asked == ["boss", "head", "owner"]  # a new round: nobody's old vote counts
        for who in ("boss", "head", "owner"):
            room.press(who, "approve")
        assert room.open == ["b"]
        room.press("hr", element="b")
        assert room.open == ["next"]

    def test_2_a_delegate_s_signer_comes_back_to_the_delegate_then_to_the_owner(self, company):
        room = Room(company, "single")
        room.add("head", "delegate", "wang")
        assert room.asked == ["wang"]
        room.add("wang", "before", "owner")
        assert room.asked == ["owner"]
        room.press("owner", "approve")
        assert room.asked == ["wang"]
        room.press("wang", "approve", comment="建议同意")
        assert room.asked == ["head"]
        room.press("head", "approve")
        assert room.open == ["next"]

    def test_2_after_a_transfer_the_signer_comes_back_to_who_added_them(self, company):
        room = Room(company, "single")
        room.hand_on("head", "boss")
        room.add("boss", "before", "owner")
        room.press("owner", "approve")
        assert room.asked == ["boss"]

    def test_3_a_delegate_only_advises(self, company):
        room = Room(company, "single")
        room.add("head", "delegate", "wang")
        room.press("wang", "reject", comment="建议不同意")
        assert room.asked == ["head"]
        assert room.case.variables.get("decision") is None
        room.press("head", "approve")
        assert room.case.variables["decision"] == "approve"
        assert "vote.advised" in room.kinds()
        other = Room(company, "single")
        other.add("head", "delegate", "wang")
        with pytest.raises(InvalidError, match="填写有误"):
            other.add("wang", "beside", "owner")

    def test_3_and_may_not_send_the_case_back_either(self, company):
        room = Room(company, "single")
        room.add("head", "delegate", "wang")
        task = room.task_of("wang")
        with pytest.raises(ForbiddenError, match="只提意见"), company.unit("wang") as work:
            send_back(work, task.id, version=task.version, element="write", reason="x")

    def test_4_every_verb_checks_who_acts(self, company):
        room = Room(company, "all")
        room.add("boss", "before", "wang")
        boss = room.vote_of("boss")
        with company.house.view(SYSTEM) as work:
            closed = work.session.get_one(Task, boss.task_id)
        for who in ("boss", "hr", "stranger", "lina"):  # nobody acts on a task that waits, its holder neither
            with pytest.raises(HeguiError), company.unit(who) as work:
                complete(
                    work,
                    CompleteTask(task_id=closed.id, version=closed.version, values={"outcome": "approve"}),
                )
        head = room.task_of("head")
        for who in ("hr", "owner", "lina", "stranger"):
            with pytest.raises(HeguiError), company.unit(who) as work:
                add_vote(
                    work,
                    AddVote(
                        task_id=head.id,
                        version=head.version,
                        kind="before",
                        person_id=company.ids["hr2"],
                        reason="x",
                    ),
                )
        for who in ("owner", "lina", "head"):
            with pytest.raises(HeguiError):
                room.remove(who, "wang")
        room.press("owner", "approve")
        for who in ("boss", "hr", "lina"):
            with pytest.raises(ForbiddenError), company.unit(who) as work:
                retract_vote(work, room.vote_of("owner").id, seen=room.case.version)
        assert room.asked == ["head", "wang"]

    def test_5_who_has_left_is_not_asked_and_who_leaves_hands_over(self, company):
        with company.house.unit(SYSTEM) as work:
            work.session.get_one(Person, company.ids["head"]).left_on = date(2026, 1, 1)
        room = Room(company, "all")
        assert room.asked == ["boss", "owner"]  # the head's line manager votes already: once, not twice

    def test_6_the_head_of_the_own_department_starts_and_duplicates_fold_in_order(self, company):
        room = Room(company, "line")
        assert room.asked == ["head", "boss"]
        own = Room(company, "line", who="head")
        assert own.asked == ["boss"]  # their own vote goes to the line above, which votes already

    def test_7_two_of_three_are_two_thirds(self, company):
        room = Room(company, "share")
        room.press("boss", "approve")
        assert room.open == ["vote"]
        room.press("head", "approve")
        assert room.open == ["next"]
        assert room.case.variables["decision"] == "approve"

    def test_7_and_out_of_reach_is_refused_before_the_last_votes(self, company):
        room = Room(company, "share")
        room.press("boss", "reject")
        assert room.open == ["vote"]
        room.press("head", "reject")
        assert room.case.variables["decision"] == "reject"

    def test_8_timers_of_the_step_are_armed_again_after_a_return(self, company, clock):
        room = Room(company, "late")
        with company.house.view(SYSTEM) as work:
            first = work.session.scalars(select(Timer.due_at)).one()
        task = room.task_of("head")
        clock.now += timedelta(hours=5)
        with company.unit("head") as work:
            send_back(work, task.id, version=task.version, element="write", reason="重写")
        room.press("hr", element="write")
        with company.house.view(SYSTEM) as work:
            assert work.session.scalars(select(Timer.due_at)).one() == first + timedelta(hours=5)
        clock.now += timedelta(days=1, minutes=1)
        worker = Worker(company.house)
        while worker.sweep():
            pass
        assert room.open == ["remind", "vote"]
        assert room.asked == ["boss", "head", "owner"]

    def test_10_approvers_chosen_by_the_case_may_be_chosen_anew_after_a_return(self, company):
        from webapp.services.cases.mend import edit_variables

        room = Room(company, "chosen", chosen=["E0001"])
        assert room.asked == ["boss"]
        task = room.task_of("boss")
        with company.unit("boss") as work:
            send_back(work, task.id, version=task.version, element="write", reason="换人")
        with company.unit("hr") as work:
            edit_variables(work, room.case_id, variables={"chosen": ["E0007", "E0002"]}, reason="换人")
        room.press("hr", element="write")
        assert room.asked == ["owner"]

    def test_11_a_step_whose_approver_left_before_the_return_asks_the_one_above(self, company):
        room = Room(company, "single")
        room.press("head", "approve")
        with company.house.unit(SYSTEM) as work:
            work.session.get_one(Person, company.ids["head"]).left_on = date(2026, 1, 1)
        (task,) = room.tasks("next")
        with company.unit("hr") as work:
            send_back(work, task.id, version=task.version, element="vote", reason="再审")
        assert room.asked == ["boss"]


class TestSendingBack:
    def test_straight_back_does_the_step_alone_and_asks_all_voters_anew(self, company):
        room = Room(company, "all")
        room.press("boss", "approve")
        task = room.task_of("head")
        with company.unit("head") as work:
            send_back(work, task.id, version=task.version, element="write", reason="补材料", straight=True)
        assert room.open == ["write"]
        room.press("hr", element="write")
        assert room.asked == ["boss", "head", "owner"]


class TestSigners:
    def test_before_sign_first_and_the_owner_decides_after_them(self, company):
        room = Room(company, "all")
        room.add("head", "before", "wang")
        assert sorted(room.asked) == ["boss", "owner", "wang"]
        room.press("wang", "approve")
        assert sorted(room.asked) == ["boss", "head", "owner"]

    def test_before_who_refuses_refuses_for_the_owner(self, company):
        room = Room(company, "all")
        room.add("head", "before", "wang")
        room.press("wang", "reject")
        assert room.case.variables["decision"] == "reject"

    def test_after_are_asked_when_the_owner_has_agreed(self, company):
        room = Room(company, "any")
        room.add("head", "after", "wang")
        room.press("head", "approve")
        assert room.open == ["vote"]
        assert sorted(room.asked) == ["boss", "owner", "wang"]
        room.press("wang", "approve")
        assert room.open == ["next"]

    def test_beside_make_a_single_approval_one_of_two(self, company):
        room = Room(company, "single")
        room.add("head", "beside", "wang")
        assert room.asked == ["head", "wang"]
        room.press("head", "approve")
        assert room.open == ["vote"]
        room.press("wang", "approve")
        assert room.open == ["next"]

    def test_are_nobody_twice_not_the_applicant_not_oneself_not_a_leaver(self, company):
        room = Room(company, "all")
        with company.house.unit(SYSTEM) as work:
            work.session.get_one(Person, company.ids["hr2"]).left_on = date(2026, 1, 1)
        for whom in ("boss", "lina", "head", "hr2"):
            with pytest.raises(InvalidError):
                room.add("head", "before", whom)
        with pytest.raises(InvalidError):
            room.add("head", "before", "wang", reason=" ")
        with pytest.raises(InvalidError):
            room.hand_on("head", "boss")

    def test_are_taken_out_by_who_added_them_and_the_owner_has_the_task_again(self, company):
        room = Room(company, "single")
        room.add("head", "before", "wang")
        room.remove("head", "wang")
        assert room.asked == ["head"]
        room.press("head", "approve")
        assert room.open == ["next"]

    def test_taken_out_last_decide_what_was_only_waiting_for_them(self, company):
        room = Room(company, "single")
        room.add("head", "after", "wang")
        room.press("head", "approve")
        assert room.asked == ["wang"]
        room.remove("head", "wang")
        assert room.open == ["next"]

    def test_the_last_of_a_step_is_not_taken_out(self, company):
        room = Room(company, "chosen", chosen=["E0001"])
        with pytest.raises(ConflictError, match="最后一位"):
            room.remove("hr", "boss")

    def test_a_stale_page_is_told_who_was_faster(self, company):
        room = Room(company, "all")
        room.add("boss", "beside", "wang")
        seen = room.case.version
        room.press("head", "approve")
        with pytest.raises(ConflictError, match="陈思远"), company.unit("boss") as work:
            remove_vote(work, room.vote_of("wang").id, seen=seen, reason="x")


class TestTakingBack:
    def test_a_vote_is_taken_back_while_the_step_is_undecided(self, company):
        room = Room(company, "all")
        room.press("boss", "approve")
        room.retract("boss")
        assert sorted(room.asked) == ["boss", "head", "owner"]
        assert room.kinds()[-1] == "vote.retracted"

    def test_in_order_the_next_waits_again_unless_they_have_acted(self, company):
        room = Room(company, "sequence")
        room.press("boss", "approve")
        assert room.asked == ["head"]
        room.retract("boss")
        assert room.asked == ["boss"]
        room.press("boss", "approve")
        room.press("head", "approve")
        with pytest.raises(ConflictError, match="已经表决"):
            room.retract("boss")

    def test_not_after_the_outcome(self, company):
        room = Room(company, "any")
        room.press("boss", "approve")
        with pytest.raises(ConflictError, match="已有结果"):
            room.retract("boss")


class TestStandIns:
    def test_stand_for_one_and_vote_once_with_both_weights(self, company, clock):
        with company.house.unit(SYSTEM) as work:
            work.session.add(
                Substitution(
                    person_id=company.ids["boss"],
                    substitute_id=company.ids["head"],
                    starts_on=date(2026, 11, 1),
                    ends_on=date(2026, 12, 31),
                )
            )
        room = Room(company, "weighed")
        assert room.asked == ["head", "owner"]
        assert room.vote_of("head").weight == 4


def test_where_nobody_is_found_the_step_s_own_resort_is_asked(company):
    with company.house.unit(SYSTEM) as work:
        work.session.add(Grant(person_id=company.ids["hr2"], role=Role.LEGAL))
    room = Room(company, "role")
    assert room.asked == ["legal"]
    room.press("hr2", "approve")
    assert room.open == ["next"]
    with company.house.view(SYSTEM) as work:
        assert work.session.scalar(select(func.count()).select_from(Ballot)) == 1
        assert work.session.scalars(select(Department.id)).first() is not None


class TestMigration:
    def test_a_vote_that_is_open_moves_with_its_case_and_goes_on_where_it_was(self, company, tmp_path):
        room = Room(company, "all")
        room.press("boss", "approve")
        room.add("head", "before", "wang")
        changed = pictured(DIAGRAMS["all"]).replace(b'id="vote"', 'id="vote" name="新名"'.encode())
        folder = tmp_path / "bpmn" / "all"
        folder.mkdir(parents=True)
        (folder / "all.bpmn").write_bytes(changed)
        (folder / "procedure.toml").write_text(SETTINGS.format(key="all"))
        files = read_folder(tmp_path, "all")
        with company.house.unit(SYSTEM) as work:
            procedure = work.session.scalars(select(Procedure).where(Procedure.key == "all")).one()
            version = append_release(
                work, procedure, settings=read_settings("all", files), files=files, number=2
            )
            work.session.flush()
            version_id = version.id
        with company.unit("hr") as work:
            move(work, operable(work, room.case_id), version_id=version_id, facts={})
        assert {t.names["zh-Hans"] for t in room.tasks()} == {"新名"}
        room.press("wang", "approve")
        room.press("head", "approve")
        assert room.asked == ["owner"]
        assert {t.names["zh-Hans"] for t in room.tasks()} == {"新名"}
        room.press("owner", "approve")
        assert room.open == ["next"]
