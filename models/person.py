"""People: employees and what must be known about them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, BigId
from models.organisation import Department, Entity


class Person(Base):
    """An employee (劳动者), or a dispatched worker where ``dispatch`` is set."""

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_entity_id_number", "entity_id", "number"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True, doc="employee number (工号)")
    name: Mapped[str] = mapped_column(String(100), index=True, doc="name as in the identity document")
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"), doc="the employer")
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True, doc="where they work")
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True, doc="line manager")
    post: Mapped[str] = mapped_column(String(100), doc="post as in the contract (岗位)")
    level: Mapped[int] = mapped_column(default=1, doc="grade; tables of approvers read it")
    region: Mapped[str] = mapped_column(String(12), doc="GB/T 2260 code of the place of work")
    hours_system: Mapped[str] = mapped_column(
        String(16), default="standard", doc="standard, comprehensive or irregular (工时制度)"
    )
    hired_on: Mapped[date] = mapped_column(Date, doc="first day with this employer")
    service_from: Mapped[date] = mapped_column(
        Date, doc="cumulative service over all employers (累计工龄起算日)"
    )
    left_on: Mapped[date | None] = mapped_column(Date, doc="last day; empty while employed")
    gender: Mapped[str | None] = mapped_column(String(1), doc="f or m; retirement age and protection need it")
    born_on: Mapped[date | None] = mapped_column(Date, doc="minors and retirement need it")
    phone: Mapped[str | None] = mapped_column(String(32), doc="mobile number for notices")
    email: Mapped[str | None] = mapped_column(String(200), doc="mail for notices")
    dispatch: Mapped[bool] = mapped_column(default=False, doc="劳务派遣: another employs this person")
    language: Mapped[str] = mapped_column(String(12), default="zh-Hans", doc="language of pages and notices")
    version: Mapped[int] = mapped_column(default=1, doc="guard against two writers, and ETag")

    entity: Mapped[Entity] = relationship()
    department: Mapped[Department] = relationship(foreign_keys=[department_id])
    manager: Mapped[Person | None] = relationship(remote_side=[id])

    __mapper_args__ = {"version_id_col": version}


class PersonFlag(Base):
    """A protected fact about a person, kept for a purpose and until a date (PIPL art. 6, 19)."""

    __tablename__ = "person_flag"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True, doc="about whom")
    kind: Mapped[str] = mapped_column(String(32), doc="pregnant, nursing, medical-period, union-officer, …")
    valid_from: Mapped[date] = mapped_column(Date, doc="first day")
    valid_to: Mapped[date | None] = mapped_column(Date, doc="last day, if known")
    purpose: Mapped[str] = mapped_column(String(200), doc="why it may be kept")
    keep_until: Mapped[date] = mapped_column(Date, doc="when it is erased")
    recorded_at: Mapped[datetime] = mapped_column(doc="when it was told to the employer")


class Contract(Base):
    """A labour contract (劳动合同) as the import brings it; its versions come with contract change."""

    __tablename__ = "contract"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True, doc="the worker")
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"), doc="the employer")
    number: Mapped[str] = mapped_column(String(64), unique=True, doc="contract number")
    kind: Mapped[str] = mapped_column(
        String(16), doc="fixed, open or task (固定期限, 无固定期限, 以完成任务为期限)"
    )
    starts_on: Mapped[date] = mapped_column(Date, doc="first day")
    ends_on: Mapped[date | None] = mapped_column(Date, doc="last day of a fixed term")
    state: Mapped[str] = mapped_column(
        String(16), default="active", doc="draft, active, changed, expiring, ended"
    )


class Substitution(Base):
    """A dated, scoped stand-in (代理): does not cascade and never covers one's own case."""

    __tablename__ = "substitution"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True, doc="who is away")
    substitute_id: Mapped[int] = mapped_column(ForeignKey("person.id"), doc="who stands in")
    starts_on: Mapped[date] = mapped_column(Date, doc="first day")
    ends_on: Mapped[date] = mapped_column(Date, doc="last day")
    procedure_key: Mapped[str | None] = mapped_column(String(64), doc="only this procedure; empty: all")
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"), doc="leave that asked for it")
    revoked_at: Mapped[datetime | None] = mapped_column(doc="when it was taken back")
