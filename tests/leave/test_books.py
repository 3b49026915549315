"""Ledger, attendance and request agree, whatever is done with a leave."""

import pytest

from models.leave import LeaveState
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from webapp.services.cases.operate import cancel, resume, suspend, withdraw

DAY = 480


class TestApproval:
    def test_a_pending_request_books_nothing(self, leave):
        request_id = leave.ask()
        assert leave.request(request_id).state == LeaveState.PENDING
        assert leave.ledger(request_id) == {}
        assert leave.attendance() == {}

    def test_approval_books_in_the_same_click(self, leave):
        request_id = leave.approved(first="2026-12-01", last="2026-12-02")
        assert leave.request(request_id).state == LeaveState.APPROVED
        assert leave.agree(request_id) == 2 * DAY
        assert leave.attendance() == {"2026-12-01": (DAY, "annual"), "2026-12-02": (DAY, "annual")}
        assert leave.events(request_id)[:4] == [
            "case.started",
            "leave.requested",
            "leave.booked",
            "task.completed",
        ]

    def test_refusal_gives_back_what_was_held(self, leave):
        request_id = leave.ask(first="2026-12-01", last="2026-12-03")
        leave.decide("head", request_id, outcome="reject", refusal="busy", comment="当天有大促")
        assert leave.request(request_id).state == LeaveState.REJECTED
        assert leave.ledger(request_id) == {}
        assert "leave.released" in leave.events(request_id)
        leave.ask(first="2026-12-01", last="2026-12-03")


class TestWithdrawal:
    def test_before_booking_it_ends_the_case_and_frees_the_days(self, leave):
        request_id = leave.ask(first="2026-12-01", last="2026-12-03")
        leave.withdraw(request_id)
        assert leave.request(request_id).state == LeaveState.CANCELLED
        assert leave.tasks(request_id) == {}
        assert leave.events(request_id)[-2:] == ["leave.cancelled", "case.withdrawn"]
        leave.ask(first="2026-12-01", last="2026-12-03")

    def test_after_booking_it_is_too_late(self, leave):
        request_id = leave.approved()
        with pytest.raises(ConflictError, match="变更"):
            leave.withdraw(request_id)
        assert leave.agree(request_id) == DAY

    def test_nobody_else_may(self, leave, company):
        request_id = leave.ask()
        with pytest.raises(NotFoundError):
            leave.withdraw(request_id, "wang")
        with pytest.raises(ForbiddenError), company.unit("head") as work:
            withdraw(work, leave.request(request_id).case_id)

    def test_hr_ends_a_booked_case_and_the_books_are_reversed(self, leave, company):
        request_id = leave.approved(first="2026-12-01", last="2026-12-02")
        with company.unit("hr") as work:
            cancel(work, leave.request(request_id).case_id, reason="员工已离职")
        assert leave.request(request_id).state == LeaveState.CANCELLED
        assert leave.ledger(request_id) == {}
        assert leave.attendance() == {}

    def test_a_suspended_case_moves_again_after_resuming(self, leave, company):
        request_id = leave.ask()
        case_id = leave.request(request_id).case_id
        with company.unit("hr") as work:
            suspend(work, case_id, reason="核对中")
        with pytest.raises(ConflictError):
            leave.decide("head", request_id)
        with company.unit("hr") as work:
            resume(work, case_id)
        leave.decide("head", request_id)
        assert leave.agree(request_id) == DAY


class TestChange:
    def test_coming_back_early_gives_days_back(self, leave):
        request_id = leave.approved(first="2026-12-01", last="2026-12-03")
        leave.change(request_id, change_kind="shorten", new_end_date="2026-12-02", new_end_half="am")
        assert leave.request(request_id).state == LeaveState.CANCEL_PENDING
        assert leave.agree(request_id) == 3 * DAY
        leave.decide("head", request_id, "decide_change")
        assert leave.request(request_id).state == LeaveState.APPROVED
        assert leave.agree(request_id) == 720
        assert leave.attendance() == {"2026-12-01": (DAY, "annual"), "2026-12-02": (240, "annual")}
        assert leave.lines(request_id) == [("annual", "book", -1440), ("annual", "reverse", 720)]

    def test_moving_frees_the_old_days(self, leave):
        request_id = leave.approved(first="2026-12-01", last="2026-12-02")
        leave.change(
            request_id,
            change_kind="move",
            new_start_date="2026-12-08",
            new_end_date="2026-12-08",
            new_end_half="pm",
        )
        leave.decide("head", request_id, "decide_change")
        assert leave.agree(request_id) == DAY
        assert list(leave.attendance()) == ["2026-12-08"]

    def test_extending_draws_more_and_holds_it_meanwhile(self, leave):
        request_id = leave.approved(first="2026-12-01", last="2026-12-02")
        leave.approved(first="2026-12-14", last="2026-12-18")
        leave.change(request_id, change_kind="extend", new_end_date="2026-12-04", new_end_half="pm")
        with pytest.raises(InvalidError):  # 10 days a year: 7 booked, 2 held for the change
            leave.ask(first="2026-12-21", last="2026-12-22")
        leave.decide("head", request_id, "decide_change")
        assert -sum(leave.ledger(request_id).values()) == 4 * DAY

    def test_cancelling_all_reverses_and_ends_the_case(self, leave):
        request_id = leave.approved(first="2026-12-01", last="2026-12-02")
        leave.change(request_id, change_kind="cancel")
        leave.decide("head", request_id, "decide_change")
        assert leave.request(request_id).state == LeaveState.CANCELLED
        assert leave.ledger(request_id) == {}
        assert leave.attendance() == {}
        assert leave.tasks(request_id) == {}

    def test_a_refused_change_leaves_all_as_it_was(self, leave):
        request_id = leave.approved(first="2026-12-01", last="2026-12-02")
        leave.change(request_id, change_kind="cancel")
        leave.decide(
            "head", request_id, "decide_change", outcome="reject", refusal="other", comment="请按原计划"
        )
        assert leave.request(request_id).state == LeaveState.APPROVED
        assert leave.agree(request_id) == 2 * DAY
        leave.change(request_id, change_kind="shorten", new_end_date="2026-12-01", new_end_half="pm")

    def test_a_second_change_waits_for_the_first(self, leave):
        request_id = leave.approved(first="2026-12-01", last="2026-12-02")
        leave.change(request_id, change_kind="cancel")
        with pytest.raises(ConflictError, match="审批中"):
            leave.change(request_id, change_kind="cancel")

    def test_of_others_looks_as_if_it_did_not_exist(self, leave):
        request_id = leave.approved()
        with pytest.raises(NotFoundError) as foreign:
            leave.change(request_id, "wang", change_kind="cancel")
        with pytest.raises(NotFoundError) as forged:
            leave.change(999_999, "wang", change_kind="cancel")
        assert str(foreign.value) == str(forged.value)
