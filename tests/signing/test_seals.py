"""The seal: who holds it, one approval over a list, each document with its own end."""

import pytest
from sqlalchemy import delete, select, update

from models.account import Grant
from models.event import Event
from models.person import Person
from models.signing import SealBatch, SigningFlow
from tests.pdf.tools import needs_openssl
from tests.signing.desk import PASSWORD, SITE
from webapp.adapters.signing.passkey import IntentNotConfirmedError
from webapp.domain.errors import ConflictError, InvalidError, NotFoundError
from webapp.domain.permissions import SYSTEM, Role
from webapp.domain.signing import FlowState
from webapp.services.signing import seals
from webapp.services.signing.steps import WrongPasswordError

pytestmark = needs_openssl


def listed(firm):
    with firm.unit("boss") as work:
        return seals.list_batch(work, firm.waiting()).id


class TestBatches:
    def test_many_with_one_approval_and_a_list_of_what_is_sealed(self, firm):
        tasks = [firm.sign("lina"), firm.sign("wang")]
        batch = firm.approve(firm.waiting())
        for _ in range(3):
            firm.worker.sweep()
        assert firm.batch(batch) == [("done", None)] * 2
        assert [firm.flow(t).state for t in tasks] == [FlowState.ARCHIVED] * 2
        assert len(firm.read(select(Event).where(Event.kind == "seal.approved"))) == 1
        assert len(firm.read(select(Event).where(Event.kind == "signing.seal_approved"))) == 2
        assert firm.waiting() == []

    def test_a_holder_dismissed_meanwhile_seals_nothing_and_the_documents_wait_for_another(self, firm):
        task_id = firm.sign()
        batch = firm.approve(firm.waiting())
        with firm.house.unit(SYSTEM) as work:
            work.session.execute(delete(Grant).where(Grant.role == Role.SEAL_HOLDER))
            entity = work.session.get(Person, firm.ids["head"]).entity_id
            work.session.add(Grant(person_id=firm.ids["head"], role=Role.SEAL_HOLDER, entity_id=entity))
        firm.worker.sweep()
        ((state, problem),) = firm.batch(batch)
        assert state == "failed"
        assert problem
        assert firm.flow(task_id).state == FlowState.SIGNED
        assert len(firm.waiting("head")) == 1

    def test_a_holder_who_has_left_seals_nothing(self, firm):
        firm.sign()
        batch = firm.approve(firm.waiting())
        with firm.house.unit(SYSTEM) as work:
            gone = work.now.date().replace(year=2025)
            work.session.execute(update(Person).where(Person.id == firm.ids["boss"]).values(left_on=gone))
        firm.worker.sweep()
        assert firm.batch(batch) == [("failed", "{name}已不再持有印章，这份文书没有盖章。")]

    def test_one_that_was_withdrawn_stops_no_other(self, both):
        firm = both
        from webapp.services.signing.withdraw import withdraw

        kept, lost = firm.sign("lina"), firm.sign("wang")
        batch = firm.approve(firm.waiting())
        with firm.unit("hr") as work:
            withdraw(work, firm.flow(lost).id, reason="条款有误")
        for _ in range(3):
            firm.worker.sweep()
        assert sorted(state for state, _ in firm.batch(batch)) == ["done", "failed"]
        assert firm.flow(kept).state == FlowState.ARCHIVED
        assert firm.flow(lost).state == FlowState.WITHDRAWN

    def test_a_document_that_changed_after_the_list_is_not_sealed(self, firm):
        firm.sign()
        batch = firm.approve(firm.waiting())
        with firm.house.unit(SYSTEM) as work:
            for item in work.session.get(SealBatch, batch).items:
                item.file_sha256 = "0" * 64
        firm.worker.sweep()
        assert [state for state, _ in firm.batch(batch)] == ["failed"]


class TestApproval:
    def test_the_password_again_instead_of_a_passkey(self, firm):
        firm.sign()
        batch = listed(firm)
        with pytest.raises(WrongPasswordError), firm.unit("boss") as work:
            seals.approve_by_password(work, batch, password="guess")
        with firm.unit("boss") as work:
            seals.approve_by_password(work, batch, password=PASSWORD)
        assert firm.read(select(SealBatch.method)) == ["password"]

    def test_a_list_is_approved_once_and_in_time(self, firm):
        firm.sign()
        batch = listed(firm)
        firm.pass_time(minutes=11)
        with pytest.raises(ConflictError), firm.unit("boss") as work:
            seals.approve_by_password(work, batch, password=PASSWORD)
        batch = listed(firm)
        with firm.unit("boss") as work:
            seals.approve_by_password(work, batch, password=PASSWORD)
        with pytest.raises(ConflictError), firm.unit("boss") as work:
            seals.approve_by_password(work, batch, password=PASSWORD)

    def test_a_passkey_over_another_list_approves_nothing(self, firm):
        firm.sign()
        first, second = listed(firm), listed(firm)
        with firm.view("boss") as work:
            challenge = seals.batch_intent(seals.read_batch(work, first)).challenge()
        answer = firm.keys["boss"].answer(challenge)
        with pytest.raises(IntentNotConfirmedError), firm.unit("boss") as work:
            seals.approve_by_passkey(work, second, answer=answer, site=SITE)

    def test_nobody_else_sees_the_desk_or_the_list(self, firm):
        firm.sign()
        batch = listed(firm)
        for who in ("hr", "lina"):
            with pytest.raises(NotFoundError), firm.view(who) as work:
                seals.waiting(work)
            with pytest.raises(NotFoundError), firm.view(who) as work:
                seals.read_batch(work, batch)

    def test_an_empty_choice_is_told(self, firm):
        with pytest.raises(InvalidError), firm.unit("boss") as work:
            seals.list_batch(work, [])

    def test_sent_back_unsealed_with_a_reason(self, firm):
        task_id = firm.sign()
        waits = firm.waiting()[0]
        with pytest.raises(InvalidError), firm.unit("boss") as work:
            seals.decline(work, waits, version=1, reason=" ")
        with firm.unit("boss") as work:
            seals.decline(work, waits, version=firm.task(waits).version, reason="附件缺页")
        assert firm.flow(task_id).state == FlowState.SIGNED
        assert "signing.seal_declined" in firm.kinds(firm.task(task_id).case_id)

    def test_no_seal_without_an_approval(self, firm):
        task_id = firm.sign()
        with firm.house.unit(SYSTEM) as work:
            flow = work.session.scalars(select(SigningFlow)).one()
            assert flow.approved_by_id is None
        assert firm.flow(task_id).state == FlowState.SIGNED

    def test_the_document_is_seen_by_its_holder_alone(self, firm):
        firm.sign()
        waits = firm.waiting()[0]
        with firm.view("boss") as work:
            assert seals.sealable_document(work, waits).id
        with pytest.raises(NotFoundError), firm.view("hr") as work:
            seals.sealable_document(work, waits)
