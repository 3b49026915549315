"""A message from the act to the person, with every fault on the way."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from models.delivery import Contact, Delivery, DeliveryState
from models.event import Event
from models.job import Job
from webapp.domain.errors import ConflictError, InvalidError, NotFoundError
from webapp.domain.permissions import SYSTEM
from webapp.domain.reach import Channel, Receipt
from webapp.services.messages import follow
from webapp.services.messages.ask import TRIES, Secret
from webapp.services.messages.deliver import receive


def rows(company):
    with company.house.view(SYSTEM) as work:
        return list(work.session.scalars(select(Delivery).order_by(Delivery.id)))


def kinds(company):
    with company.house.view(SYSTEM) as work:
        return list(
            work.session.scalars(select(Event.kind).where(Event.kind.like("message.%")).order_by(Event.id))
        )


class TestSending:
    def test_a_message_is_handed_over_once_and_every_step_is_an_event(self, company, say, world):
        say()
        company.worker.sweep()
        company.worker.sweep()
        [row] = rows(company)
        assert (row.state, row.channel, row.attempts) == (DeliveryState.SENT, "sms", 1)
        assert world.taken == {"k1": "请查看补充协议。"}
        assert kinds(company) == ["message.asked", "message.sent"]

    def test_at_night_it_waits_for_the_morning(self, company, say, world, clock):
        clock.now = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai
        say()
        company.worker.sweep()
        assert world.taken == {}
        clock.now = datetime(2026, 11, 25, 0, 0, tzinfo=UTC)
        company.worker.sweep()
        assert list(world.taken) == ["k1"]

    def test_a_code_does_not_wait(self, company, say, world, clock):
        clock.now = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
        say(urgent=True)
        company.worker.sweep()
        assert list(world.taken) == ["k1"]

    def test_a_gateway_that_is_away_is_tried_again_with_the_same_id(self, company, say, world, clock):
        world.broken = 1
        say()
        company.worker.sweep()
        assert [r.state for r in rows(company)] == [DeliveryState.WAITING]
        clock.now += timedelta(minutes=1)
        company.worker.sweep()
        [row] = rows(company)
        assert (row.state, row.attempts, row.key) == (DeliveryState.SENT, 2, "k1")

    def test_a_worker_that_dies_after_the_gateway_answered_repeats_the_same_id(
        self, company, say, world, clock
    ):
        number = say()
        from webapp.services.jobs import queue
        from webapp.services.messages import deliver

        with company.house.unit(SYSTEM) as work:
            job = work.session.scalars(select(Job).where(Job.type == "send-letter")).one()
            queue.take(work, job.id, worker="dead")
            taken = deliver.TakenJob(id=job.id, type=job.type, key=job.idempotency_key, payload=job.payload)
        door = company.house.ports.channels[Channel.SMS]
        with company.house.unit(SYSTEM) as work:  # what the dead worker did before it died
            row = work.session.get_one(Delivery, number)
            row.attempts += 1
            door.send(
                deliver.Letter(key=row.key, address=row.address, name="李娜", subject="", text=row.body)
            )
        assert taken.payload["delivery"] == number
        clock.now += timedelta(minutes=6)  # its lease is over
        company.worker.sweep()
        [row] = rows(company)
        assert (row.state, row.attempts) == (DeliveryState.SENT, 2)
        assert len(world.taken) == 1

    def test_the_channel_says_later_that_it_arrived(self, company, say, world, clock):
        say()
        company.worker.sweep()
        world.reached["k1"] = "delivered"
        clock.now += timedelta(minutes=5)
        company.worker.sweep()
        [row] = rows(company)
        assert row.state == DeliveryState.DELIVERED
        assert kinds(company)[-1] == "message.delivered"

    def test_what_a_channel_does_not_know_is_never_called_delivered(self, company, say, clock):
        say()
        for _ in range(9):
            company.worker.sweep()
            clock.now += timedelta(hours=2)
        [row] = rows(company)
        assert (row.state, row.delivered_at) == (DeliveryState.SENT, None)


class TestDeadAddresses:
    def test_the_next_channel_goes_on_and_the_number_is_remembered_as_dead(self, company, say, world, post):
        world.refused.add("13800138000")
        say()
        company.worker.sweep()
        company.worker.sweep()
        first, second = rows(company)
        assert (first.state, second.state, second.channel) == ("settled", "sent", "mail")
        assert second.replaces_id == first.id
        assert len(post.taken) == 1
        say(key="k2", text="第二条。")
        company.worker.sweep()
        assert rows(company)[-1].channel == "mail"  # the dead number is not asked again

    def test_a_failed_receipt_tries_the_next_channel_too(self, company, say, world, post, clock):
        say()
        company.worker.sweep()
        world.reached["k1"] = "failed"
        clock.now += timedelta(minutes=5)
        company.worker.sweep()
        company.worker.sweep()
        assert [r.channel for r in rows(company)] == ["sms", "mail"]
        assert len(post.taken) == 1

    def test_where_nothing_works_it_stands_on_the_list_of_hr(self, company, say, world, post):
        world.refused.add("13800138000")
        post.refused["lina@example.cn"] = "550 no such mailbox"
        say()
        company.worker.sweep()
        company.worker.sweep()
        with company.view("hr") as work:
            assert [r.channel for r in follow.unreached(work)] == ["mail"]
            assert follow.count_unreached(work) == 1

    def test_a_channel_that_stays_away_gives_way_to_the_next_but_is_not_dead(
        self, company, say, world, post, clock
    ):
        world.broken = 99
        say()
        for _ in range(TRIES + 1):
            company.worker.sweep()
            clock.now += timedelta(hours=2)
            while not 1 <= clock.now.hour <= 12:
                clock.now += timedelta(hours=1)
        assert len(post.taken) == 1
        with company.house.view(SYSTEM) as work:
            assert work.session.scalars(select(Contact)).all() == []

    def test_a_person_without_any_address_is_on_the_list_at_once(self, company, say):
        say(who="wang")
        with company.view("hr") as work:
            [row] = follow.unreached(work)
            assert (row.state, row.address) == (DeliveryState.FAILED, "")


class TestFollowingUp:
    @pytest.fixture
    def failed(self, say):
        return say(who="wang")

    def test_a_new_number_sends_again(self, company, failed, world):
        with company.unit("hr") as work:
            follow.correct(work, failed, channel="sms", address="13900139000")
        company.worker.sweep()
        assert [r.state for r in rows(company)] == ["settled", "sent"]
        assert len(world.taken) == 1

    def test_a_number_that_is_none_is_refused_at_the_field_and_nothing_changes(self, company, failed):
        with pytest.raises(InvalidError) as refused, company.unit("hr") as work:
            follow.correct(work, failed, channel="sms", address="123")
        assert "address" in refused.value.fields
        assert [r.state for r in rows(company)] == ["failed"]

    @pytest.mark.parametrize("channel", ["pigeon", "dingtalk", ""])
    def test_a_channel_that_is_not_there_is_refused(self, company, failed, channel):
        with pytest.raises(InvalidError) as refused, company.unit("hr") as work:
            follow.correct(work, failed, channel=channel, address="13900139000")
        assert "channel" in refused.value.fields

    def test_told_on_paper_is_kept_as_evidence(self, company, failed):
        with company.unit("hr") as work:
            follow.settle(work, failed, how="当面交付，本人签收。")
        assert kinds(company)[-1] == "message.settled"
        with company.view("hr") as work:
            assert follow.count_unreached(work) == 0

    def test_the_second_of_two_reads_that_somebody_was_faster(self, company, failed):
        with company.unit("hr") as work:
            follow.settle(work, failed, how="当面交付，本人签收。")
        with pytest.raises(ConflictError), company.unit("hr2") as work:
            follow.correct(work, failed, channel="sms", address="13900139000")

    @pytest.mark.parametrize("who", ["far_hr", "lina", "head", "owner"])
    def test_others_see_nothing_and_change_nothing(self, company, failed, who):
        with company.view(who) as work:
            assert list(follow.unreached(work)) == []
            assert list(follow.sent(work)) == []
        with pytest.raises(NotFoundError), company.unit(who) as work:
            follow.settle(work, failed, how="不归我管。")


class TestOneTimeCodes:
    """The text of a code is kept no longer than it is good for."""

    def code(self, clock):
        ends = clock.now + timedelta(minutes=5)
        return {
            "text": "验证码 123456",
            "urgent": True,
            "secret": Secret(masked="验证码 ••••••", ends_at=ends),
        }

    def test_once_handed_over_the_row_shows_dots_and_the_hash_of_what_was_said(
        self, company, say, world, clock
    ):
        say(**self.code(clock))
        assert rows(company)[0].body == "验证码 123456"
        company.worker.sweep()
        [row] = rows(company)
        assert world.taken == {"k1": "验证码 123456"}
        assert (row.body, row.state) == ("验证码 ••••••", DeliveryState.SENT)
        assert row.sha256 == hashlib.sha256("验证码 123456".encode()).hexdigest()

    def test_a_dead_number_hands_it_on_to_mail_and_keeps_it_nowhere(self, company, say, world, post, clock):
        world.refused.add("13800138000")
        say(**self.code(clock))
        company.worker.sweep()
        company.worker.sweep()
        assert [row.body for row in rows(company)] == ["验证码 ••••••"] * 2
        [(_to, letter)] = post.taken.values()
        assert "123456" in letter.get_body().get_content()

    def test_one_that_lapsed_before_it_could_go_is_not_sent_and_not_kept(self, company, say, world, clock):
        world.broken = 1
        say(**self.code(clock))
        company.worker.sweep()
        assert rows(company)[0].body == "验证码 123456"  # the next try needs it
        clock.now += timedelta(minutes=5)
        company.worker.sweep()
        [row] = rows(company)
        assert (world.taken, row.body, row.state) == ({}, "验证码 ••••••", DeliveryState.SETTLED)
        with company.view("hr") as work:
            assert list(follow.unreached(work)) == []  # nothing for HR: another code is asked for

    def test_a_receipt_that_it_did_not_arrive_sends_no_dots(self, company, say, world, clock):
        say(**self.code(clock))
        company.worker.sweep()
        with company.house.unit(SYSTEM) as work:
            row = work.session.scalars(select(Delivery)).one()
            receive(work, row, Receipt(provider_id=row.provider_id, delivered=False, reason="关机"))
        company.worker.sweep()
        assert [row.state for row in rows(company)] == [DeliveryState.FAILED]
