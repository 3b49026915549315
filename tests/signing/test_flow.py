"""A person signs, step by step; each way out and each attack has its defined end."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.account import Account
from models.case import Case
from models.event import Event
from models.job import Job, JobState
from models.signing import Consent, SigningCode, SigningFlow, Stage
from tests.pdf.tools import needs_openssl
from tests.signing.desk import PASSWORD, SITE, STROKE
from webapp.adapters.signing.passkey import IntentNotConfirmedError
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from webapp.domain.permissions import SYSTEM
from webapp.domain.signing import FlowState, SigningUnavailableError
from webapp.services.documents.make import make_document
from webapp.services.documents.read import download
from webapp.services.jobs.queue import lock_case
from webapp.services.signing import finish, steps, will
from webapp.services.signing.withdraw import withdraw
from webapp.services.tasks.complete import CompleteTask, complete

pytestmark = needs_openssl


class TestTheOrder:
    def test_from_notice_to_archive(self, both):
        firm = both
        task_id = firm.begin()
        case_id = firm.task(task_id).case_id
        firm.until_read("lina", task_id)
        firm.confirm("lina", task_id)
        firm.finish("lina", task_id)
        assert firm.flow(task_id).state == FlowState.CONFIRMED
        firm.worker.sweep()
        assert firm.flow(task_id).state == FlowState.SIGNED
        batch = firm.approve([firm.open(case_id)])
        for _ in range(3):
            firm.worker.sweep()
        assert firm.batch(batch) == [("done", None)]
        flow = firm.flow(task_id)
        assert (flow.state, flow.waiting_for) == (FlowState.ARCHIVED, None)
        assert flow.delivered_at is not None
        signing = [k.removeprefix("signing.") for k in firm.kinds(case_id) if k.startswith("signing.")]
        assert signing == [
            "opened", "notified", "consented", "identified", "compared", "read", "confirmed", "written",
            "signed", "seal_approved", "sealed", "archived", "delivered",
        ]  # fmt: skip
        assert firm.read(select(Case.state).where(Case.id == case_id)) == ["completed"]
        stages = [e.stage for e in firm.editions(task_id)]
        assert stages == [Stage.SIGNED, Stage.SEALED, Stage.ARCHIVED]
        last = firm.bytes_of(firm.editions(task_id)[-1].sha256)
        report = firm.doors.desk.judge(last, now=firm.house.clock.now)
        assert report.archived
        assert [f.field for f in report.findings] == ["employee", "company", "archive-1"]
        assert last.startswith(firm.bytes_of(firm.document(task_id).sha256))
        with firm.unit("lina") as work:
            assert download(work, firm.document(task_id).id)[1] == last

    def test_no_step_before_the_notice(self, firm):
        task_id = firm.begin()
        for early in (
            lambda: firm.click("lina", task_id, steps.consent, agreed=True),
            lambda: firm.click("lina", task_id, steps.identify, session_id=None, password=PASSWORD),
            lambda: firm.click("lina", task_id, steps.see_changes),
            lambda: firm.click("lina", task_id, steps.read_pages, milliseconds={1: 5}),
            lambda: firm.click("lina", task_id, will.ask_will),
            lambda: firm.click("lina", task_id, will.send_code),
            lambda: firm.click("lina", task_id, will.confirm_by_code, code="123456"),
            lambda: firm.finish("lina", task_id),
            lambda: firm.leave("lina", task_id, "refused", "不同意"),
        ):
            with pytest.raises(ConflictError):
                early()
        assert firm.read(select(SigningFlow)) == []

    def test_no_step_is_left_out(self, firm):
        task_id = firm.begin()
        firm.notice("lina", task_id)
        for step, values in (
            (steps.identify, {"session_id": None, "password": PASSWORD}),
            (steps.see_changes, {}),
            (will.ask_will, {}),
        ):
            with pytest.raises(ConflictError):
                firm.click("lina", task_id, step, **values)
        firm.click("lina", task_id, steps.consent, agreed=True)
        firm.click("lina", task_id, steps.identify, session_id=None, password=PASSWORD)
        with pytest.raises(InvalidError, match="全部"):
            firm.click("lina", task_id, will.ask_will)
        with pytest.raises(ConflictError, match="意愿"):
            firm.finish("lina", task_id)

    def test_a_press_repeated_after_a_lost_connection_changes_nothing(self, firm):
        task_id = firm.begin()
        firm.until_read("lina", task_id)
        before = firm.kinds(firm.task(task_id).case_id)
        firm.notice("lina", task_id)
        firm.click("lina", task_id, steps.consent, agreed=True)
        firm.click("lina", task_id, steps.identify, session_id=None, password="whatever")
        firm.click("lina", task_id, steps.see_changes)
        assert firm.kinds(firm.task(task_id).case_id) == before
        assert len(firm.read(select(Consent))) == 1

    def test_consent_is_never_ticked_beforehand(self, firm):
        task_id = firm.begin()
        firm.notice("lina", task_id)
        with pytest.raises(InvalidError) as caught:
            firm.click("lina", task_id, steps.consent, agreed=False)
        assert "agreed" in caught.value.fields

    def test_a_wrong_password_is_counted_and_identifies_nobody(self, firm):
        task_id = firm.begin()
        firm.notice("lina", task_id)
        firm.click("lina", task_id, steps.consent, agreed=True)
        with pytest.raises(steps.WrongPasswordError):
            firm.click("lina", task_id, steps.identify, session_id=None, password="guess")
        failed = select(Account.failed_logins).where(Account.person_id == firm.ids["lina"])
        assert firm.read(failed) == [1]
        assert firm.flow(task_id).state == FlowState.CONSENTED

    def test_time_on_a_page_is_not_believed_beyond_the_clock(self, firm):
        task_id = firm.begin()
        firm.notice("lina", task_id)
        firm.click("lina", task_id, steps.consent, agreed=True)
        firm.click("lina", task_id, steps.identify, session_id=None, password=PASSWORD)
        firm.click("lina", task_id, steps.see_changes)
        firm.pass_time(seconds=3)
        firm.click("lina", task_id, steps.read_pages, milliseconds={1: 900_000})
        assert firm.flow(task_id).pages_read == {"1": 3000}

    def test_what_was_done_is_there_when_the_person_comes_back(self, firm):
        task_id = firm.begin()
        firm.notice("lina", task_id)
        firm.click("lina", task_id, steps.consent, agreed=True)
        firm.pass_time(days=2)
        firm.click("lina", task_id, steps.identify, session_id=None, password=PASSWORD)
        assert firm.flow(task_id).state == FlowState.IDENTIFIED


class TestTheWill:
    def test_the_whole_assertion_is_in_the_log(self, firm):
        task_id = firm.begin()
        firm.until_read("lina", task_id)
        firm.confirm("lina", task_id)
        row = firm.read(select(Event).where(Event.kind == "signing.confirmed"))[0]
        with firm.house.view(SYSTEM) as work:
            said = json.loads(work.session.get(Event, row.id).payload.body)["data"]
        assert said["will"]["intent"]["doc_sha256"] == firm.document(task_id).sha256
        assert {"credential", "client_data", "authenticator_data", "signature"} < set(said["will"])

    def test_a_replay_confirms_nothing(self, firm):
        first, second = firm.begin(), firm.begin("lina", place="家里")
        firm.until_read("lina", first)
        firm.until_read("lina", second)
        answer = firm.confirm("lina", first)
        with pytest.raises(ConflictError):
            firm.click("lina", first, will.confirm_by_passkey, answer=answer, site=SITE)
        firm.click("lina", second, will.ask_will)
        with pytest.raises(IntentNotConfirmedError):
            firm.click("lina", second, will.confirm_by_passkey, answer=answer, site=SITE)

    @pytest.mark.parametrize(
        "wrong", [{"verified": False}, {"origin": "https://evil.example"}, {"rp_id": "evil"}]
    )
    def test_another_site_or_an_unlocked_key_confirms_nothing(self, firm, wrong):
        task_id = firm.begin()
        firm.until_read("lina", task_id)
        with pytest.raises(IntentNotConfirmedError):
            firm.confirm("lina", task_id, **wrong)
        assert firm.flow(task_id).state == FlowState.IDENTIFIED

    def test_anothers_passkey_confirms_nothing(self, firm):
        task_id = firm.begin()
        firm.until_read("lina", task_id)
        asked = firm.click("lina", task_id, will.ask_will)
        answer = firm.keys["wang"].answer(asked.intent.challenge())
        with pytest.raises(IntentNotConfirmedError):
            firm.click("lina", task_id, will.confirm_by_passkey, answer=answer, site=SITE)

    def test_an_old_intent_is_over(self, firm):
        task_id = firm.begin()
        firm.until_read("lina", task_id)
        asked = firm.click("lina", task_id, will.ask_will)
        firm.pass_time(minutes=11)
        answer = firm.keys["lina"].answer(asked.intent.challenge())
        with pytest.raises(ConflictError):
            firm.click("lina", task_id, will.confirm_by_passkey, answer=answer, site=SITE)

    def test_a_browser_without_passkeys_takes_a_code(self, firm):
        task_id = firm.begin()
        firm.until_read("lina", task_id)
        firm.click("lina", task_id, will.ask_will)
        firm.click("lina", task_id, will.send_code)
        code = firm.code_sent("lina")
        assert code not in json.dumps([c.digest for c in firm.read(select(SigningCode))])
        firm.click("lina", task_id, will.confirm_by_code, code=code)
        assert firm.flow(task_id).will["method"] == "code"
        assert code not in firm.kept("lina")  # used: the trial's notice says only that one was sent
        with pytest.raises(ConflictError):
            firm.click("lina", task_id, will.confirm_by_code, code=code)

    def test_five_wrong_codes_end_it(self, firm):
        task_id = firm.begin()
        firm.until_read("lina", task_id)
        firm.click("lina", task_id, will.ask_will)
        firm.click("lina", task_id, will.send_code)
        right = firm.code_sent("lina")
        wrong = "000000" if right != "000000" else "111111"
        for _ in range(5):
            with pytest.raises(will.WrongCodeError):
                firm.click("lina", task_id, will.confirm_by_code, code=wrong)
        with pytest.raises(will.WrongCodeError, match=None):
            firm.click("lina", task_id, will.confirm_by_code, code=right)
        assert firm.flow(task_id).state == FlowState.IDENTIFIED

    def test_a_code_ends_after_five_minutes_and_none_comes_twice_a_minute(self, firm):
        task_id = firm.begin()
        firm.until_read("lina", task_id)
        firm.click("lina", task_id, will.ask_will)
        firm.click("lina", task_id, will.send_code)
        with pytest.raises(InvalidError):
            firm.click("lina", task_id, will.send_code)
        code = firm.code_sent("lina")
        firm.pass_time(minutes=5)
        with pytest.raises(will.WrongCodeError):
            firm.click("lina", task_id, will.confirm_by_code, code=code)
        firm.worker.sweep()
        assert code not in firm.kept("lina")  # over: nothing to read any more

    def test_a_code_of_an_older_intent_confirms_nothing(self, firm):
        task_id = firm.begin()
        firm.until_read("lina", task_id)
        firm.click("lina", task_id, will.ask_will)
        firm.click("lina", task_id, will.send_code)
        firm.click("lina", task_id, will.ask_will)
        with pytest.raises(will.WrongCodeError):
            firm.click("lina", task_id, will.confirm_by_code, code=firm.code_sent("lina"))

    def test_outside_a_trial_no_code_goes_by_notice(self, firm):
        task_id = firm.begin()
        firm.until_read("lina", task_id)
        firm.click("lina", task_id, will.ask_will)
        firm.doors = replace(firm.doors, trial=False)
        with pytest.raises(SigningUnavailableError):
            firm.click("lina", task_id, will.send_code)


class TestOtherTexts:
    def test_a_signature_over_another_text_is_refused(self, firm):
        task_id = firm.begin()
        firm.notice("lina", task_id)
        with pytest.raises(ConflictError, match="不一致"):
            firm.click("lina", task_id, steps.consent, agreed=True, seen="0" * 64)

    def test_a_text_that_was_replaced_is_not_signed_any_more(self, firm):
        task_id = firm.begin()
        firm.until_read("lina", task_id)
        old = firm.document(task_id)
        with firm.house.unit(SYSTEM) as work:
            case = lock_case(work, old.case_id)
            values = {k: case.variables[k] for k in ("place", "pay", "effective_from", "things")}
            make_document(
                work,
                case,
                template="agreement",
                values=values,
                person=case.person,
                replaces=work.session.merge(old),
            )
        with pytest.raises(ConflictError, match="替换"):
            firm.confirm("lina", task_id)

    def test_the_worker_signs_only_the_bytes_that_were_confirmed(self, firm):
        task_id = firm.begin()
        firm.until_read("lina", task_id)
        firm.confirm("lina", task_id)
        firm.finish("lina", task_id)
        with firm.house.unit(SYSTEM) as work:
            flow = work.session.scalars(select(SigningFlow)).one()
            flow.will = {**flow.will, "intent": {**flow.will["intent"], "doc_sha256": "0" * 64}}
        firm.worker.sweep()
        assert firm.editions(task_id) == []
        assert firm.flow(task_id).state == FlowState.CONFIRMED

    def test_a_stale_page_is_refused(self, firm):
        task_id = firm.begin()
        firm.until_read("lina", task_id)
        firm.confirm("lina", task_id)
        seen = firm.document(task_id).sha256
        with pytest.raises(ConflictError, match="刷新"), firm.unit("lina") as work:
            finish.finish(work, task_id, seen=seen, version=0, stroke=STROKE)

    def test_nobody_signs_for_another(self, firm):
        task_id = firm.begin()
        for who, error in (("wang", NotFoundError), ("hr", ForbiddenError), ("head", ForbiddenError)):
            with pytest.raises(error):
                firm.notice(who, task_id)

    def test_a_task_handed_on_to_hr_is_not_signed_by_hr(self, firm):
        from webapp.services.tasks.claim import transfer

        task_id = firm.begin()
        with firm.unit("lina") as work:
            transfer(work, task_id, version=1, to_id=firm.ids["hr"], reason="代签")
        with pytest.raises(ForbiddenError, match="本人"):
            firm.notice("hr", task_id)

    def test_the_task_page_does_not_complete_it(self, firm):
        task_id = firm.begin()
        with pytest.raises(ForbiddenError), firm.unit("lina") as work:
            complete(work, CompleteTask(task_id=task_id, version=1, values={"outcome": "signed"}))

    @pytest.mark.parametrize("door", ["seal", "other"])
    def test_nor_does_another_pages_door(self, firm, door):
        task_id = firm.begin()
        with pytest.raises(ForbiddenError), firm.unit("lina") as work:
            complete(work, CompleteTask(task_id=task_id, version=1, values={"outcome": "signed"}, door=door))


class TestWaysOut:
    @pytest.mark.parametrize("outcome", ["refused", "negotiate"])
    def test_refusing_and_negotiating_take_a_reason_and_go_the_diagrams_way(self, firm, outcome):
        task_id = firm.begin()
        firm.notice("lina", task_id)
        with pytest.raises(InvalidError) as caught:
            firm.leave("lina", task_id, outcome, "  ")
        assert "reason" in caught.value.fields
        firm.leave("lina", task_id, outcome, "孩子上学，不便搬动")
        flow = firm.flow(task_id)
        assert (flow.state, flow.outcome, flow.reason) == (FlowState.REFUSED, outcome, "孩子上学，不便搬动")
        case = firm.read(select(Case).where(Case.id == flow.case_id))[0]
        assert (case.variables["answer"], case.variables["said"]) == (outcome, "孩子上学，不便搬动")
        firm.worker.sweep()
        assert firm.editions(task_id) == []

    def test_only_what_the_step_offers(self, firm):
        task_id = firm.begin()
        firm.notice("lina", task_id)
        for outcome in ("signed", "sealed", ""):
            with pytest.raises(InvalidError):
                firm.leave("lina", task_id, outcome, "原因")

    def test_it_expires(self, firm):
        task_id = firm.begin()
        firm.notice("lina", task_id)
        firm.pass_time(days=5, seconds=1)
        with pytest.raises(ConflictError, match="期限"):
            firm.click("lina", task_id, steps.consent, agreed=True)
        firm.worker.sweep()
        assert firm.flow(task_id).state == FlowState.EXPIRED
        assert "signing.expired" in firm.kinds(firm.task(task_id).case_id)

    def test_the_company_withdraws_before_its_seal_and_the_case_goes_on(self, firm):
        task_id = firm.begin()
        firm.notice("lina", task_id)
        flow = firm.flow(task_id)
        with firm.unit("hr") as work:
            withdraw(work, flow.id, reason="条款有误")
        assert firm.flow(task_id).state == FlowState.WITHDRAWN
        assert firm.task(task_id).state == "cancelled"
        with pytest.raises(ConflictError):
            firm.click("lina", task_id, steps.consent, agreed=True)

    def test_after_the_seal_nothing_is_withdrawn(self, firm):
        task_id = firm.sign()
        firm.approve(firm.waiting())
        for _ in range(3):
            firm.worker.sweep()
        with pytest.raises(ConflictError), firm.unit("hr") as work:
            withdraw(work, firm.flow(task_id).id, reason="后悔了")

    @pytest.mark.parametrize(("who", "error"), [("lina", ForbiddenError), ("far_hr", NotFoundError)])
    def test_not_everybody_withdraws(self, firm, who, error):
        task_id = firm.begin()
        firm.notice("lina", task_id)
        with pytest.raises(error), firm.unit(who) as work:
            withdraw(work, firm.flow(task_id).id, reason="x")


class Down:
    """A desk whose authorities do not answer."""

    def __getattr__(self, name):
        def ask(*_args, **_more):
            raise SigningUnavailableError

        return ask


class TestAuthoritiesDown:
    def test_everything_waits_and_goes_on_when_they_are_back(self, firm):
        desk = firm.doors.desk
        firm.doors = replace(firm.doors, desk=Down())
        task_id = firm.sign()
        case_id = firm.task(task_id).case_id
        for _ in range(8):
            firm.pass_time(hours=2)
            firm.worker.sweep()
        flow = firm.flow(task_id)
        assert (flow.state, bool(flow.waiting_for)) == (FlowState.CONFIRMED, True)
        assert firm.kinds(case_id).count("signing.delayed") == 1
        job = firm.read(select(Job).where(Job.type == "sign-document"))[0]
        assert (job.state, job.retries > 0) == (JobState.READY, True)
        firm.doors = replace(firm.doors, desk=desk)
        firm.house.clock.now = firm.house.clock.now - timedelta(
            hours=16
        )  # the authority's clock is the real one
        with firm.house.unit(SYSTEM) as work:
            work.session.get(Job, job.id).due_at = work.now
        firm.worker.sweep()
        flow = firm.flow(task_id)
        assert (flow.state, flow.waiting_for) == (FlowState.SIGNED, None)

    def test_a_job_done_twice_signs_once(self, firm):
        from webapp.services.jobs.handlers import TakenJob
        from webapp.services.signing.jobs import sign_document

        task_id = firm.sign()
        row = firm.read(select(Job).where(Job.type == "sign-document"))[0]
        job = TakenJob(id=row.id, type=row.type, key=row.idempotency_key, payload=row.payload)
        again = sign_document(lambda: firm.house.unit(SYSTEM), job)
        assert [e.sha256 for e in firm.editions(task_id)] == [again["document_sha256"]]

    def test_the_server_clock_never_stands_in(self, firm):
        task_id = firm.begin()
        firm.until_read("lina", task_id)
        firm.confirm("lina", task_id)
        firm.finish("lina", task_id)
        firm.pass_time(minutes=30)  # the server's clock is wrong
        firm.worker.sweep()
        assert firm.editions(task_id) == []
        assert "5 分钟" in firm.flow(task_id).waiting_for


class TestRenewal:
    def test_the_worker_renews_a_stamp_before_its_certificate_ends_and_only_then(self, firm, tmp_path):
        from webapp.adapters.signing import KeyFolder, open_trial
        from webapp.adapters.signing.local import Purpose, issue

        folder = KeyFolder(folder=tmp_path / "short")
        root = folder.open(now=firm.house.clock.now, organisation="云衫").root

        def stamp_by(days):
            made = issue(root, "时间戳", now=firm.house.clock.now, purpose=Purpose.STAMP, days=days)
            (folder.folder / "authority.pem").write_bytes(made.certificate)
            (folder.folder / "authority.key").write_bytes(made.key)
            firm.doors = open_trial(folder.folder, now=firm.house.clock.now, organisation="云衫")

        stamp_by(30)
        task_id = firm.sign()
        firm.approve(firm.waiting())
        for _ in range(3):
            firm.worker.sweep()
        assert firm.worker.renew_stamps() == 0  # the authority has no longer-lived certificate yet
        stamp_by(3650)
        assert [firm.worker.renew_stamps(), firm.worker.renew_stamps()] == [1, 0]
        assert [e.stage for e in firm.editions(task_id)][-2:] == [Stage.ARCHIVED, Stage.RENEWED]
        last = firm.bytes_of(firm.editions(task_id)[-1].sha256)
        assert firm.doors.desk.judge(last, now=firm.house.clock.now).archived
        assert firm.kinds(firm.task(task_id).case_id)[-1] == "signing.stamp_renewed"
