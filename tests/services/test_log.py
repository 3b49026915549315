"""The log's tree: every committed row gets one place; proofs hold; any change in the tables is found."""

import hashlib
import threading

import pytest
from pymerkle import InmemoryTree
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from models.event import Event
from models.log import LogHead, LogNode
from tests.plans import Plans
from webapp.domain.errors import NotFoundError
from webapp.domain.evidence import verify_inclusion
from webapp.domain.permissions import SYSTEM
from webapp.domain.signing import SigningUnavailableError, Token
from webapp.services import events
from webapp.services.log import (
    check_log,
    keep,
    log_entries,
    receipt,
    sequence,
    stamp_heads,
    take_head,
    waiting,
)


def write(house, count, start=0):
    with house.unit(SYSTEM) as work:
        for number in range(start, start + count):
            events.append(work, "thing.happened", {"number": number}, subject="thing/1")


def read(house, ask):
    with house.view(SYSTEM) as work:
        return ask(work)


def faults(house):
    return read(house, lambda work: [str(fault) for fault in check_log(work.session)])


class Authority:
    """States whatever time the test gives, or fails."""

    def __init__(self, fails=False):
        self.fails, self.asked = fails, []

    def stamp(self, content, *, now):
        self.asked.append(content)
        if self.fails:
            raise SigningUnavailableError
        return Token(reply=b"token " + content, at=now)


class TestPlaces:
    def test_rows_get_them_in_order_without_gaps_over_several_batches(self, house):
        write(house, 7)
        with house.unit(SYSTEM) as work:
            assert waiting(work) == 7
            assert (sequence(work, limit=4), sequence(work, limit=4), sequence(work, limit=4)) == (4, 3, 0)
        write(house, 5, start=7)
        with house.unit(SYSTEM) as work:
            sequence(work)
        places = read(
            house, lambda work: list(work.session.scalars(select(Event.position).order_by(Event.id)))
        )
        assert places == list(range(12))

    def test_a_rolled_back_act_leaves_no_trace(self, house):
        write(house, 2)
        with house.unit(SYSTEM) as work:
            events.append(work, "thing.happened", {}, subject="thing/1")
            work.session.rollback()
        with house.unit(SYSTEM) as work:
            assert take_head(work).size == 2

    def test_sequencers_at_once_make_neither_gap_nor_fork(self, house):
        write(house, 60)

        def run():
            for _ in range(4):
                with house.unit(SYSTEM) as work:
                    sequence(work, limit=5)

        threads = [threading.Thread(target=run) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        places = read(house, lambda work: sorted(work.session.scalars(select(Event.position))))
        assert places == list(range(60))
        assert faults(house) == []


class TestHeads:
    def test_the_root_is_that_of_another_implementation(self, house):
        other = InmemoryTree(algorithm="sha256")
        for number in range(5):
            write(house, number + 1, start=number * 10)
            with house.unit(SYSTEM) as work:
                head = take_head(work)
            payloads = read(
                house,
                lambda work: [
                    event.payload.salt + event.payload.body.encode()
                    for event in work.session.scalars(select(Event).order_by(Event.position))
                ],
            )
            for entry in payloads[other.get_size() :]:
                other.append_entry(entry)
            assert head.root == other.get_root().hex()

    def test_a_size_has_one_head(self, house):
        write(house, 3)
        with house.unit(SYSTEM) as work:
            first = take_head(work).id
        with house.unit(SYSTEM) as work:
            assert take_head(work).id == first

    def test_an_authority_that_fails_leaves_heads_pending_and_they_are_stamped_later(self, house):
        write(house, 3)
        with pytest.raises(SigningUnavailableError):
            keep(lambda: house.unit(SYSTEM), Authority(fails=True), head_due=True)
        pending = read(house, lambda work: work.session.scalars(select(LogHead)).one())
        assert (pending.size, pending.token, pending.stamped_at) == (3, None, None)
        assert stamp_heads(lambda: house.unit(SYSTEM), Authority()) == 1
        stamped = read(house, lambda work: work.session.scalars(select(LogHead)).one())
        assert stamped.token.startswith(b"token {")
        assert stamp_heads(lambda: house.unit(SYSTEM), Authority()) == 0

    def test_what_is_stamped_is_the_same_text_when_read_again(self, house):
        write(house, 1)
        authority = Authority()
        keep(lambda: house.unit(SYSTEM), authority, head_due=True)
        from webapp.services.log.sequencer import head_value

        row = read(house, lambda work: work.session.scalars(select(LogHead)).one())
        assert authority.asked == [head_value(row).text()]

    def test_without_a_due_head_only_places_are_given(self, house):
        write(house, 2)
        assert keep(lambda: house.unit(SYSTEM), Authority(), head_due=False) == 2
        assert read(house, lambda work: work.session.scalar(select(func.count()).select_from(LogHead))) == 0


class TestProofs:
    def test_each_event_of_a_case_is_proved_under_the_head(self, company):
        from tests.services.test_click import ask

        house = company.house
        cases = [ask(company, "lina"), ask(company, "wang")]
        with house.unit(SYSTEM) as work:
            head = take_head(work)
        for case in cases:
            entries = read(house, lambda work, case=case: log_entries(work.session, case, size=head.size))
            assert [entry.sequence for entry in entries] == list(range(1, len(entries) + 1))
            for entry in entries:
                leaf = hashlib.sha256(b"\0" + bytes.fromhex(entry.salt) + entry.payload.encode()).digest()
                assert verify_inclusion(
                    leaf, [bytes.fromhex(step) for step in entry.proof],
                    index=entry.position, size=head.size, root=bytes.fromhex(head.root),
                )  # fmt: skip

    def test_events_after_the_head_are_left_out(self, company):
        from tests.services.test_click import ask

        case = ask(company)
        with company.house.unit(SYSTEM) as work:
            size = take_head(work).size
        ask(company, "wang")
        assert read(company.house, lambda work: len(log_entries(work.session, case, size=size))) > 0


class TestReceipts:
    def test_one_proves_an_event_to_whoever_holds_payload_and_salt(self, house):
        write(house, 5)
        keep(lambda: house.unit(SYSTEM), Authority(), head_due=True)
        write(house, 2)
        with house.view(SYSTEM) as work:
            event = work.session.scalars(select(Event).where(Event.position == 3)).one()
            given = receipt(work.session, event.id)
            leaf = hashlib.sha256(b"\0" + event.payload.salt + event.payload.body.encode())
        assert given["leaf"] == leaf.hexdigest()
        assert verify_inclusion(
            leaf.digest(), [bytes.fromhex(step) for step in given["proof"]],
            index=given["position"], size=given["head"]["size"], root=bytes.fromhex(given["head"]["root"]),
        )  # fmt: skip
        assert bytes.fromhex(given["token"]).startswith(b"token {")

    def test_its_proof_is_looked_up_and_no_table_of_the_tree_is_read_whole(self, house, engine):
        write(house, 21)
        keep(lambda: house.unit(SYSTEM), Authority(), head_due=True)
        with house.view(SYSTEM) as work, Plans(engine) as plans:
            event_id = work.session.scalars(select(Event.id).where(Event.position == 13)).one()
            assert len(receipt(work.session, event_id)["proof"]) == 5
        assert any("log_node" in statement for statement, _ in plans.seen)
        assert plans.whole("log_node") == []

    def test_an_event_that_no_stamped_head_covers_has_none_yet(self, house):
        write(house, 1)
        with house.view(SYSTEM) as work, pytest.raises(NotFoundError, match="日志头"):
            receipt(work.session, work.session.scalars(select(Event.id)).one())


def unguarded(engine, *statements):
    """A database administrator with bad intentions: the guards are taken away first."""
    with engine.execution_options(hegui_write=True).begin() as connection:
        for table in ("event", "event_payload", "log_node", "log_head"):
            for name in (f"{table}_keep", f"{table}_stay"):
                if engine.dialect.name == "sqlite":
                    connection.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
                else:
                    connection.execute(text(f"DROP TRIGGER IF EXISTS {name} ON {table}"))
        for statement in statements:
            connection.execute(text(statement))


@pytest.fixture
def filled(company):
    """A company with a case and a head."""
    from tests.services.test_click import ask

    ask(company)
    write(company.house, 6)
    with company.house.unit(SYSTEM) as work:
        take_head(work)
    write(company.house, 3)
    with company.house.unit(SYSTEM) as work:
        sequence(work)
    return company.house


class TestCheck:
    def test_an_untouched_log_holds(self, filled):
        assert faults(filled) == []

    @pytest.mark.parametrize(
        ("statement", "fault"),
        [
            ("UPDATE event_payload SET body = replace(body, 'thing', 'theft') WHERE event_id = (SELECT max(id) FROM event)", "内容与指纹不符"),
            ("UPDATE event_payload SET body = NULL WHERE event_id = (SELECT max(id) FROM event)", "没有删除记录"),
            ("UPDATE event SET previous = leaf WHERE case_id IS NOT NULL AND sequence = 1", "事件链不连续"),
            ("UPDATE event SET link = leaf WHERE case_id IS NOT NULL AND sequence = 1", "链值被改动"),
            ("UPDATE event SET position = 99 WHERE position = 2", "树中位置 2 缺失"),
            ("UPDATE log_node SET digest = (SELECT digest FROM log_node WHERE level = 0 AND place = 0) WHERE level = 1 AND place = 1", "被改动"),
            ("UPDATE log_head SET root = '0000'", "与树根不符"),
            ("UPDATE log_head SET size = 999", "超出现有事件"),
            ("DELETE FROM log_node WHERE level = 0 AND place = 3", "被改动"),
        ],
    )  # fmt: skip
    def test_what_a_database_administrator_changes_is_found(self, filled, engine, statement, fault):
        unguarded(engine, statement)
        assert any(fault in found for found in faults(filled))

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE log_node SET level = 9",
            "DELETE FROM log_node",
            "UPDATE log_head SET root = 'x'",
            "DELETE FROM log_head",
        ],
    )
    def test_accidents_are_refused_by_the_guards(self, filled, engine, statement):
        with pytest.raises(DBAPIError), engine.execution_options(hegui_write=True).begin() as connection:
            connection.execute(text(statement))

    def test_a_head_is_stamped_once(self, filled, engine):
        stamp_heads(lambda: filled.unit(SYSTEM), Authority())
        with pytest.raises(DBAPIError), engine.execution_options(hegui_write=True).begin() as connection:
            connection.execute(text("UPDATE log_head SET token = 'x'"))


class TestCost:
    def test_nodes_are_twice_the_rows_less_the_open_edge(self, house):
        write(house, 13)
        with house.unit(SYSTEM) as work:
            take_head(work)
        count = read(house, lambda work: work.session.scalar(select(func.count()).select_from(LogNode)))
        assert count == 2 * 13 - (13).bit_count()


class TestWorker:
    def make(self, house, authority):
        from dataclasses import replace

        from webapp.adapters.signing import Doors
        from webapp.worker import Worker

        doors = Doors(sealer=None, tsa=authority, trust=lambda _: {}, trial=True)
        return Worker(replace(house, ports=replace(house.ports, doors=lambda: doors)))

    def test_it_places_events_at_once_and_stamps_a_head_every_five_minutes(self, house, clock):
        from datetime import timedelta

        authority = Authority()
        worker = self.make(house, authority)
        write(house, 2)
        assert (worker.keep_log(), len(authority.asked)) == (2, 1)
        write(house, 3)
        clock.now += timedelta(minutes=4)
        assert (worker.keep_log(), len(authority.asked)) == (3, 1)
        clock.now += timedelta(minutes=1)
        assert (worker.keep_log(), len(authority.asked)) == (0, 2)

    def test_an_idle_log_is_left_alone(self, house):
        worker = self.make(house, Authority())
        write(house, 1)
        worker.keep_log()
        assert worker.keep_log() == 0

    def test_a_fault_of_the_authority_is_tried_again_when_the_next_head_is_due(self, house, clock):
        from datetime import timedelta

        authority = Authority(fails=True)
        worker = self.make(house, authority)
        write(house, 1)
        with pytest.raises(SigningUnavailableError):
            worker.keep_log()
        worker.keep_log()
        assert len(authority.asked) == 1
        authority.fails = False
        clock.now += timedelta(minutes=5)
        worker.keep_log()
        with house.view(SYSTEM) as work:
            assert work.session.scalars(select(LogHead.token)).one() is not None
