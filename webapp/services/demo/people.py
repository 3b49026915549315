"""Entities, departments and 1,200 people of the demo company."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from models.account import Account, Grant
from models.organisation import Department, Entity
from models.person import Contract, Person
from webapp.adapters.passwords import hash_password

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

HEAD_LEVEL, TEAM_LEVEL, TOP_LEVEL = 7, 5, 9


@dataclass(slots=True)
class Cast:
    """Who plays in the demo, by user name, and everybody by department code."""

    people: dict[str, list[Person]] = field(default_factory=dict)
    logins: dict[str, Person] = field(default_factory=dict)
    entities: dict[str, Entity] = field(default_factory=dict)
    departments: dict[str, Department] = field(default_factory=dict)


class Maker:
    """Makes the company from its description; a fixed seed gives the same people."""

    def __init__(self, session: Session, plan: Mapping[str, Any], *, today: date) -> None:
        self.session = session
        self.plan = plan
        self.today = today
        self.random = random.Random(plan["seed"])  # noqa: S311  (a demo, not a secret)
        self.cast = Cast()
        self.count = 0
        self.waiting = [dict(one) for one in plan["login"]]

    def make(self) -> Cast:
        """Write all rows and return who is who."""
        for row in self.plan["entity"]:
            self._entity(row)
        for row in self.plan["department"]:
            self._department(row)
        self._accounts()
        self.session.flush()
        return self.cast

    def _entity(self, row: Mapping[str, Any]) -> None:
        parent = self.cast.entities.get(row.get("parent", ""))
        entity = Entity(
            code=row["code"],
            kind=row["kind"],
            name=row["name"],
            region=row["region"],
            credit_code=row.get("credit_code"),
            parent_id=parent.id if parent else None,
        )
        self.session.add(entity)
        self.session.flush()
        self.cast.entities[row["code"]] = entity

    def _department(self, row: Mapping[str, Any]) -> None:
        parent = self.cast.departments.get(row.get("parent", ""))
        department = self._room(row["code"], row["name"], entity=row["entity"], parent=parent)
        boss = self._boss(parent)
        level = HEAD_LEVEL if parent else TOP_LEVEL
        head = self._person(
            department, post="负责人", boss=boss, level=level, login=self._login(row["code"], head=True)
        )
        department.head_id = head.id
        if "teams" in row:
            self._teams(row, department, head)
        else:
            for _ in range(row["people"]):
                login = self._login(row["code"])
                self._person(department, post=row.get("post", "经理"), boss=head, login=login)

    def _teams(self, row: Mapping[str, Any], centre: Department, head: Person) -> None:
        size, rest = divmod(row["people"] - row["teams"], row["teams"])
        for number in range(1, row["teams"] + 1):
            code = f"{row['code']}-{number:02d}"
            team = self._room(code, f"{row['name']}{number}组", entity=row["entity"], parent=centre)
            leader = self._person(
                team,
                post="夜班组长",
                boss=head,
                level=TEAM_LEVEL,
                login=self._login(row["code"], team=number, head=True),
            )
            team.head_id = leader.id
            for _ in range(size + (1 if number <= rest else 0)):
                login = self._login(row["code"], team=number)
                self._person(
                    team, post=row["post"], boss=leader, login=login, dispatch=row.get("dispatch", False)
                )

    def _room(self, code: str, name: str, *, entity: str, parent: Department | None) -> Department:
        department = Department(
            entity_id=self.cast.entities[entity].id,
            code=code,
            name=name,
            parent_id=parent.id if parent else None,
        )
        self.session.add(department)
        self.session.flush()
        department.path = f"{parent.path if parent else '/'}{department.id}/"
        self.cast.departments[code] = department
        return department

    def _boss(self, parent: Department | None) -> Person | None:
        if parent is not None:
            return next(p for p in self.cast.people[parent.code] if p.id == parent.head_id)
        top = self.cast.departments.get("SH")
        return next((p for p in self.cast.people.get("SH", []) if top and p.id == top.head_id), None)

    def _login(self, code: str, *, team: int | None = None, head: bool = False) -> dict[str, Any] | None:
        for one in self.waiting:
            if one["at"] == code and one.get("team") == team and bool(one.get("head")) == head:
                self.waiting.remove(one)
                return one
        return None

    def _person(
        self,
        department: Department,
        *,
        post: str,
        boss: Person | None,
        level: int = 1,
        login: Mapping[str, Any] | None = None,
        dispatch: bool = False,
    ) -> Person:
        self.count += 1
        entity = next(e for e in self.cast.entities.values() if e.id == department.entity_id)
        hired = self.today - timedelta(days=self.random.randint(60, 3600))
        female = self.random.random() < 0.62
        person = Person(
            number=f"YS{self.count:05d}",
            name=login["name"] if login else self._name(),
            entity_id=department.entity_id,
            department_id=department.id,
            manager_id=boss.id if boss else None,
            post=post,
            level=level,
            region=entity.region,
            hours_system="comprehensive" if "夜" in post else "standard",
            hired_on=hired,
            service_from=hired - timedelta(days=self.random.choice((0, 0, 400, 1500, 3000))),
            gender="f" if female else "m",
            born_on=date(
                self.random.randint(1972, 2004), self.random.randint(1, 12), self.random.randint(1, 28)
            ),
            phone=f"139{self.random.randint(0, 99_999_999):08d}",
            dispatch=dispatch,
        )
        self.session.add(person)
        self.session.flush()
        self.cast.people.setdefault(department.code, []).append(person)
        if login:
            self.cast.logins[login["username"]] = person
        self._contract(person)
        return person

    def _contract(self, person: Person) -> None:
        years = self.random.choice((2, 3, 3, 5))
        ends = date(self.today.year + years - 1, self.random.randint(1, 12), 28)
        self.session.add(
            Contract(
                person_id=person.id,
                entity_id=person.entity_id,
                number=f"HT-{person.number}",
                kind="fixed",
                starts_on=person.hired_on,
                ends_on=ends,
                state="active",
            )
        )

    def _name(self) -> str:
        names = self.plan["names"]
        return str(self.random.choice(names["family"])) + str(self.random.choice(names["given"]))

    def _accounts(self) -> None:
        password = hash_password(self.plan["password"])
        for row in self.plan["login"]:
            person = self.cast.logins[row["username"]]
            self.session.add(
                Account(
                    person_id=person.id,
                    username=row["username"],
                    email=f"{row['username']}@demo.example",
                    password=password,
                    fs_uniquifier=self.random.randbytes(24).hex(),
                    mf_recovery_codes=[],
                )
            )
            if row["role"] not in ("employee", "manager"):
                scope = self.cast.entities.get(row.get("scope", ""))
                self.session.add(
                    Grant(person_id=person.id, role=row["role"], entity_id=scope.id if scope else None)
                )
