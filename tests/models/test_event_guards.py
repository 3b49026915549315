"""Events are append-only in the database itself."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from webapp.domain.permissions import SYSTEM
from webapp.services import events


@pytest.fixture
def event(house):
    with house.unit(SYSTEM) as work:
        row = events.append(work, "thing.done", {"n": 1}, subject="thing/1")
        work.session.flush()
    return row


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET kind = 'x'",
        "UPDATE event SET position = 1, kind = 'x'",
        "DELETE FROM event_payload",
        "DELETE FROM event",
        "UPDATE event_payload SET body = '{}'",
        "UPDATE event_payload SET erased_at = '2026-01-01 00:00:00', body = NULL",
    ],
)
def test_changes_are_refused(engine, event, statement):
    with pytest.raises(DBAPIError), engine.execution_options(hegui_write=True).begin() as connection:
        connection.execute(text(statement))


def test_a_place_in_the_tree_is_given_once(engine, event):
    writing = engine.execution_options(hegui_write=True)
    with writing.begin() as connection:
        connection.execute(text("UPDATE event SET position = 0"))
    with pytest.raises(DBAPIError), writing.begin() as connection:
        connection.execute(text("UPDATE event SET position = 1"))


def test_a_payload_is_erased_once_and_whole(engine, event):
    writing = engine.execution_options(hegui_write=True)
    with writing.begin() as connection:
        connection.execute(
            text("UPDATE event_payload SET erased_at = '2026-01-01 00:00:00', body = NULL, salt = NULL")
        )
    with pytest.raises(DBAPIError), writing.begin() as connection:
        connection.execute(text("UPDATE event_payload SET erased_at = '2026-01-02 00:00:00'"))
