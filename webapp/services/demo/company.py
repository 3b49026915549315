"""Load the demo company once, into an empty installation."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from models.person import Person
from webapp.services import events
from webapp.services.demo.papers import make_papers
from webapp.services.demo.people import Maker
from webapp.services.people import local_date

if TYPE_CHECKING:
    from pathlib import Path

    from webapp.services.demo.people import Cast
    from webapp.services.work import Work


def read_plan(root: Path) -> dict[str, Any]:
    """``forms/demo/company.toml``."""
    return tomllib.loads((root / "forms" / "demo" / "company.toml").read_text(encoding="utf-8"))


def is_empty(work: Work) -> bool:
    """Whether nobody is in the installation yet; the demo never enters a real one."""
    return not work.session.scalar(select(func.count()).select_from(select(Person.id).limit(1).subquery()))


def load_people(work: Work, plan: dict[str, Any]) -> Cast:
    """Write entities, departments, people, log-ins, contracts with their terms, permits."""
    cast = Maker(work.session, plan, today=local_date(work.now)).make()
    make_papers(work, plan, cast)
    events.append(work, "demo.loaded", {"seed": plan["seed"]}, subject="installation")
    return cast
