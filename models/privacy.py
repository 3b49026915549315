"""Answers to requests of people about their own data (个人信息保护法 art. 45)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, BigId
from models.case import Case
from models.person import Person


class DataPackage(Base):
    """A copy of a person's data, made for them alone; the bytes go when its time is over."""

    __tablename__ = "data_package"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True, doc="the request")
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), index=True, doc="whose data; who may fetch it"
    )
    key: Mapped[str] = mapped_column(String(128), unique=True, doc="key of the job that made it")
    name: Mapped[str] = mapped_column(String(200), doc="file name as shown")
    size: Mapped[int] = mapped_column(doc="bytes")
    sha256: Mapped[str] = mapped_column(String(64), doc="of the ZIP; its place in the store")
    rows: Mapped[int] = mapped_column(doc="how many records are in it")
    withheld: Mapped[int] = mapped_column(doc="how many were left out by the decision on the request")
    made_at: Mapped[datetime] = mapped_column(doc="when")
    keep_until: Mapped[date] = mapped_column(Date, doc="last day on which it can be fetched")

    case: Mapped[Case] = relationship()
    person: Mapped[Person] = relationship()
