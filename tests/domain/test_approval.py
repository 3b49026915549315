"""Votes become one decision: whole numbers, decided as soon as certain, signers before and after."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp.domain.approval import Ballot, Decision, Mode, OnReject, Policy, Seat, SeatKind, SeatState, Share

YES, NO = Decision.APPROVE, Decision.REJECT


def policy(mode, on_reject=OnReject.DECIDES, share="100"):
    return Policy(mode=mode, on_reject=on_reject, share=Share.read(share))


def ballot(rules, *given_votes, weights=()):
    seats = [
        Seat(
            id=number,
            order=number,
            weight=weights[number - 1] if weights else 1,
            decision=vote,
            state=SeatState.WAITING if vote is None else SeatState.DONE,
        )
        for number, vote in enumerate(given_votes, start=1)
    ]
    return Ballot(rules, seats)


def added(kind, parent, *, id_=9, decision=None):
    state = SeatState.WAITING if decision is None else SeatState.DONE
    return Seat(id=id_, kind=kind, parent=parent, decision=decision, state=state)


class TestEverybody:
    def test_agrees_when_all_have(self):
        assert ballot(policy(Mode.ALL), YES, YES, None).outcome() is None
        assert ballot(policy(Mode.ALL), YES, YES, YES).outcome() is YES

    @pytest.mark.parametrize("on_reject", OnReject)
    def test_is_refused_by_one(self, on_reject):
        assert ballot(policy(Mode.ALL, on_reject), NO, None, None).outcome() is NO


class TestAnybody:
    def test_agrees_with_the_first(self):
        assert ballot(policy(Mode.ANY), None, YES).outcome() is YES

    def test_is_refused_by_the_first_or_by_all_as_the_step_says(self):
        assert ballot(policy(Mode.ANY), NO, None).outcome() is NO
        assert ballot(policy(Mode.ANY, OnReject.COUNTS), NO, None).outcome() is None
        assert ballot(policy(Mode.ANY, OnReject.COUNTS), NO, NO).outcome() is NO


class TestInOrder:
    def test_asks_the_next_when_the_one_before_agreed(self):
        assert ballot(policy(Mode.SEQUENCE), None, None, None).due() == (1,)
        assert ballot(policy(Mode.SEQUENCE), YES, None, None).due() == (2,)
        assert ballot(policy(Mode.ALL), None, None).due() == (1, 2)


class TestShares:
    @pytest.mark.parametrize(
        ("share", "votes", "outcome"),
        [
            ("2/3", (YES, YES, None), YES),  # 0.6667 is not below two thirds
            ("67%", (YES, YES, NO), NO),  # two of three are 66.67 %: below 67 %
            ("66", (YES, YES, None), YES),
            ("60", (YES, YES, YES, None, None), YES),
            ("60", (YES, YES, None, None, None), None),
            ("60", (NO, NO, NO, None, None), NO),  # out of reach: nobody else is asked
            ("60", (NO, NO, YES, YES, None), None),
            ("100", (YES, NO), NO),
        ],
    )
    def test_are_counted_in_whole_numbers_and_decided_as_soon_as_certain(self, share, votes, outcome):
        assert ballot(policy(Mode.SHARE, OnReject.COUNTS, share), *votes).outcome() is outcome

    def test_weigh_votes(self):
        rules = policy(Mode.SHARE, OnReject.COUNTS, "60")
        assert ballot(rules, YES, None, None, weights=(3, 1, 1)).outcome() is YES
        assert ballot(rules, NO, None, None, weights=(3, 1, 1)).outcome() is NO

    @pytest.mark.parametrize("text", ["0", "101", "-1", "", "half", "3/2", "1/0", "２/３", "1.5"])
    def test_that_are_none_are_refused(self, text):
        with pytest.raises(ValueError, match=r".*"):
            Share.read(text)

    @given(
        st.lists(st.sampled_from([YES, NO]), min_size=1, max_size=6),
        st.integers(1, 100),
        st.sampled_from(list(Mode)[1:]),
        st.sampled_from(list(OnReject)),
        st.data(),
    )
    def test_never_decide_before_the_rest_could_not_change_it(self, votes, share, mode, on_reject, data):
        """A decision with votes still open is the decision of every way in which they can be given."""
        rules = policy(mode, on_reject, str(share))
        open_ones = data.draw(st.integers(0, len(votes)))
        early = ballot(rules, *votes[: len(votes) - open_ones], *[None] * open_ones).outcome()
        ends = {
            ballot(rules, *votes[: len(votes) - open_ones], *rest).outcome()
            for rest in itertools.product([YES, NO], repeat=open_ones)
        }
        assert None not in ends
        if on_reject is OnReject.COUNTS and mode in (Mode.SHARE, Mode.ANY):
            assert (early is not None) == (len(ends) == 1)
        veto = (
            on_reject is OnReject.DECIDES and early is YES
        )  # one refusal ends it only while it is undecided
        if early is not None and not veto:
            assert ends == {early}


class TestSignersAndDelegates:
    def test_before_keep_who_added_them_waiting_and_refuse_for_them(self):
        one = Seat(id=1, order=1)
        rules = policy(Mode.ALL)
        assert Ballot(rules, [one, added(SeatKind.BEFORE, 1)]).due() == (9,)
        assert Ballot(rules, [one, added(SeatKind.BEFORE, 1, decision=YES)]).due() == (1,)
        assert Ballot(rules, [one, added(SeatKind.BEFORE, 1, decision=NO)]).outcome() is NO

    def test_after_are_asked_when_who_added_them_agreed_and_hold_the_outcome(self):
        rules = policy(Mode.ANY)
        before = Ballot(rules, [Seat(id=1, order=1), added(SeatKind.AFTER, 1)])
        assert before.due() == (1,)
        agreed = Seat(id=1, order=1, decision=YES, state=SeatState.DONE)
        held = Ballot(rules, [agreed, added(SeatKind.AFTER, 1)])
        assert (held.outcome(), held.due()) == (None, (9,))
        assert Ballot(rules, [agreed, added(SeatKind.AFTER, 1, decision=YES)]).outcome() is YES
        assert Ballot(rules, [agreed, added(SeatKind.AFTER, 1, decision=NO)]).outcome() is NO

    def test_beside_are_votes_of_their_own_before_and_after_are_not(self):
        rules = policy(Mode.SHARE, OnReject.COUNTS, "50")
        mine = Seat(id=1, order=1, decision=YES, state=SeatState.DONE)
        other = Seat(id=2, order=2)
        with_after = [mine, other, added(SeatKind.AFTER, 1, decision=YES)]
        assert Ballot(rules, with_after).outcome() is YES
        with_beside = [mine, other, added(SeatKind.BESIDE, 1), added(SeatKind.BESIDE, 1, id_=8)]
        assert Ballot(rules, with_beside).outcome() is None

    def test_a_delegate_advises_and_the_owner_decides(self):
        rules = policy(Mode.ALL)
        one = Seat(id=1, order=1)
        assert Ballot(rules, [one, added(SeatKind.DELEGATE, 1)]).due() == (9,)
        told = Ballot(rules, [one, added(SeatKind.DELEGATE, 1, decision=NO)])
        assert (told.outcome(), told.due()) == (None, (1,))

    def test_signers_of_signers_come_back_one_after_the_other(self):
        rules = policy(Mode.ALL)
        seats = [Seat(id=1, order=1), added(SeatKind.DELEGATE, 1, id_=2), added(SeatKind.BEFORE, 2, id_=3)]
        assert Ballot(rules, seats).due() == (3,)
        seats[2] = added(SeatKind.BEFORE, 2, id_=3, decision=YES)
        assert Ballot(rules, seats).due() == (2,)
        seats[1] = added(SeatKind.DELEGATE, 1, id_=2, decision=NO)
        assert Ballot(rules, seats).due() == (1,)

    def test_who_was_taken_out_is_not_counted(self):
        seats = [
            Seat(id=1, order=1, decision=YES, state=SeatState.DONE),
            Seat(id=2, order=2, state=SeatState.SKIPPED),
        ]
        assert Ballot(policy(Mode.ALL), seats).outcome() is YES
