"""Tasks: what a person has to do, with drafts, comments and files."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, BigId, JsonText
from models.case import Case
from models.person import Person


class TaskState(StrEnum):
    """Where a task stands."""

    OPEN = "open"  # somebody has to act
    COMPLETED = "completed"  # done by completed_by
    CANCELLED = "cancelled"  # the case went on without it


class Task(Base):
    """A user task that was opened by a case. The engine's key is (element instance, round)."""

    __tablename__ = "task"
    __table_args__ = (
        UniqueConstraint("case_id", "element_instance", "round", "seat"),
        # mine, claimable, team, done: each tab is one index walked from its end
        Index("ix_task_assignee", "assignee_id", "state", "sort_at", "id"),
        Index(
            "ix_task_free",
            "queue",
            "state",
            "sort_at",
            "id",
            "assignee_id",
            sqlite_where=text("assignee_id IS NULL"),
            postgresql_where=text("assignee_id IS NULL"),
        ),
        # the last column lets a list and its count leave the reader's own tasks out without reading the rows
        Index("ix_task_entity", "entity_id", "state", "sort_at", "id", "assignee_id"),
        Index("ix_task_department", "department_path", "state", "sort_at", "id", "assignee_id"),
        Index("ix_task_done", "completed_by_id", "completed_at", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True, doc="which case")
    element_instance: Mapped[str] = mapped_column(String(64), doc="engine key")
    round: Mapped[int] = mapped_column(doc="engine key, second half: a return opens the next round")
    seat: Mapped[int] = mapped_column(
        default=0, server_default="0", doc="sitting of a ballot's vote; 0 where one person decides"
    )
    element_id: Mapped[str] = mapped_column(String(128), doc="BPMN id of the user task")
    names: Mapped[Any] = mapped_column(JsonText, doc="language tag -> label")
    state: Mapped[str] = mapped_column(String(16), doc="see TaskState")
    assignee_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id"), doc="whose it is; empty: claimable"
    )
    owner_id: Mapped[int | None] = mapped_column(
        ForeignKey("person.id"), doc="whom the diagram named, where a stand-in or transfer holds it now"
    )
    queue: Mapped[str | None] = mapped_column(
        String(64), doc="role@entity that may claim it while nobody has it"
    )
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"), doc="data scope")
    department_path: Mapped[str] = mapped_column(String(200), doc="data scope")
    due_at: Mapped[datetime | None] = mapped_column(doc="deadline, if any")
    sort_at: Mapped[datetime] = mapped_column(doc="deadline or the far future: what lists are ordered by")
    follow_up_at: Mapped[datetime | None] = mapped_column(doc="resubmission date (跟进)")
    priority: Mapped[int] = mapped_column(default=50, doc="0 to 100")
    form_id: Mapped[str | None] = mapped_column(String(128), doc="form of the pinned version")
    variables: Mapped[Any] = mapped_column(JsonText, doc="inputs of the node when it opened")
    properties: Mapped[Any] = mapped_column(JsonText, doc="zeebe:property of the node")
    outcome: Mapped[str | None] = mapped_column(String(64), doc="approve, reject, …: what was decided")
    result: Mapped[Any] = mapped_column(JsonText, nullable=True, doc="values that the form accepted")
    opened_at: Mapped[datetime] = mapped_column(doc="when it opened")
    completed_at: Mapped[datetime | None] = mapped_column(doc="when it closed")
    completed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), doc="who did it")
    reminded_at: Mapped[datetime | None] = mapped_column(doc="last urging or reminder")
    grams: Mapped[Any] = mapped_column(
        JsonText,
        default=list,
        deferred=True,
        doc="list of the pairs that index it: how its rows in search_gram are found again",
    )
    version: Mapped[int] = mapped_column(default=1, doc="guard against two writers, and ETag")

    case: Mapped[Case] = relationship()
    assignee: Mapped[Person | None] = relationship(foreign_keys=[assignee_id])
    completed_by: Mapped[Person | None] = relationship(foreign_keys=[completed_by_id])

    __mapper_args__ = {"version_id_col": version}


class TaskCandidate(Base):
    """A person who may claim a task, beside those of its queue."""

    __tablename__ = "task_candidate"
    __table_args__ = (Index("ix_task_candidate_person", "person_id", "sort_at", "task_id"),)

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True, doc="which task")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, doc="who may claim")
    sort_at: Mapped[datetime] = mapped_column(
        doc="copied from the task; row goes when the task is taken or done"
    )


class TaskQueue(Base):
    """A further queue of a task that several roles may claim; the first stands in the task itself."""

    __tablename__ = "task_queue"
    __table_args__ = (Index("ix_task_queue_walk", "queue", "sort_at", "task_id"),)

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True, doc="which task")
    queue: Mapped[str] = mapped_column(String(64), primary_key=True, doc="role@entity that may claim it")
    sort_at: Mapped[datetime] = mapped_column(
        doc="copied from the task; row goes when the task is taken or done"
    )


class TaskDraft(Base):
    """What a person has typed and not yet submitted (暂存); one a task and person."""

    __tablename__ = "task_draft"

    task_id: Mapped[int] = mapped_column(ForeignKey("task.id"), primary_key=True, doc="which task")
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, doc="whose draft")
    values: Mapped[Any] = mapped_column(JsonText, doc="form values as typed")
    saved_at: Mapped[datetime] = mapped_column(doc="last save")


class Comment(Base):
    """A remark on a case; never changed, only added to."""

    __tablename__ = "comment"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True, doc="which case")
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"), doc="at which task")
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"), doc="who wrote it")
    text: Mapped[str] = mapped_column(Text, doc="plain text, at most 4,000 characters")
    written_at: Mapped[datetime] = mapped_column(doc="when")

    author: Mapped[Person] = relationship()


class Attachment(Base):
    """A file on a case. The bytes lie in the blob store under their hash."""

    __tablename__ = "attachment"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int | None] = mapped_column(
        ForeignKey("case.id"), index=True, doc="which case; empty: a draft's"
    )
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"), doc="at which task")
    field: Mapped[str | None] = mapped_column(String(128), doc="form field that holds it")
    name: Mapped[str] = mapped_column(String(200), doc="file name as shown")
    media_type: Mapped[str] = mapped_column(String(100), doc="found from the content, not from the name")
    size: Mapped[int] = mapped_column(doc="bytes")
    sha256: Mapped[str] = mapped_column(String(64), index=True, doc="of the bytes; their place in the store")
    dangerous: Mapped[bool] = mapped_column(default=False, doc="active content: kept, flagged, never opened")
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"), doc="who brought it")
    uploaded_at: Mapped[datetime] = mapped_column(doc="when")

    uploaded_by: Mapped[Person] = relationship()


class SavedFilter(Base):
    """A named filter of the inbox; shared ones are seen by everybody with the same role."""

    __tablename__ = "saved_filter"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True, doc="who made it")
    name: Mapped[str] = mapped_column(String(60), doc="what it is called")
    query: Mapped[Any] = mapped_column(JsonText, doc="fields of the filter row")
    shared_role: Mapped[str | None] = mapped_column(String(32), index=True, doc="role that sees it too")


class SearchGram(Base):
    """Two neighbouring characters of a task's searchable text; rarest grams are read first.

    The whole row is the key, in the order in which a search walks it: on SQLite the table is that index and
    nothing else. There is no foreign key: rows are made from ``task.grams`` and never outlive their task.
    """

    __tablename__ = "search_gram"
    __table_args__ = ({"sqlite_with_rowid": False},)

    gram: Mapped[str] = mapped_column(String(2), primary_key=True, doc="two characters, folded")
    scope: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False, doc="entity id")
    state: Mapped[str] = mapped_column(String(16), primary_key=True, doc="task's state")
    sort_at: Mapped[datetime] = mapped_column(primary_key=True, doc="task's order")
    task_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False, doc="which task")
