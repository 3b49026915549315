"""Who is where: group, legal entities and branches, departments."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, BigId


class EntityKind(StrEnum):
    """What an entity is in law."""

    GROUP = "group"  # 集团: holds the others, employs nobody by itself
    COMPANY = "company"  # 法人: the employer
    BRANCH = "branch"  # 分公司: employs with a licence of its own
    VENDOR = "vendor"  # 外包方: its people work here, another employs them


class Entity(Base):
    """A legal entity or branch (用人单位)."""

    __tablename__ = "entity"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("entity.id"), doc="the group above, if any")
    kind: Mapped[str] = mapped_column(String(16), doc="see EntityKind")
    code: Mapped[str] = mapped_column(String(32), unique=True, doc="short code that imports name it by")
    name: Mapped[str] = mapped_column(String(200), doc="registered name (名称)")
    region: Mapped[str] = mapped_column(String(12), doc="GB/T 2260 code of the place whose rules hold")
    credit_code: Mapped[str | None] = mapped_column(String(18), doc="统一社会信用代码")


class Department(Base):
    """A department; ``path`` holds the ids from the top, so that a subtree is one index range."""

    __tablename__ = "department"
    __table_args__ = (Index("ix_department_path", "path"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id"), index=True, doc="the employer")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), doc="the department above")
    code: Mapped[str] = mapped_column(String(32), unique=True, doc="short code that imports name it by")
    name: Mapped[str] = mapped_column(String(200), doc="name as people say it")
    path: Mapped[str] = mapped_column(String(200), default="", doc="/1/7/31/: ids from the top, itself last")
    head_id: Mapped[int | None] = mapped_column(
        BigId,
        index=True,
        doc="person who heads it (部门负责人); no key, as both tables would need the other first",
    )

    entity: Mapped[Entity] = relationship()
