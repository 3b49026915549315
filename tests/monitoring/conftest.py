"""A company that watches its sales posts by the book: profile, assessment, notice, consent."""

from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy import select

from models.account import Grant
from models.consent import ConsentText
from models.contract import ContractTerms
from models.monitoring import Alert, MonitoringProfile
from models.organisation import Entity
from models.person import Contract, Person
from tests.company import ROOT, Company, shipped_alone
from webapp.domain.permissions import SYSTEM, Role
from webapp.services.consents.ledger import give
from webapp.services.consents.texts import seed_consents
from webapp.services.imports.store import carry_out, dry_run
from webapp.services.monitoring.assessments import AssessmentValues, assess, confirm
from webapp.services.monitoring.profiles import ProfileValues, save_profile
from webapp.services.reference.seed import seed_reference
from webapp.worker import Worker

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
POST = "客服专员"
LEARNT = "核对过目的、必要性与影响，结论写在签字的报告里。"
FIRST = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)  # a Monday, 09:00 in Shanghai
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)  # a Tuesday three weeks later


class Watch(Company):
    """Who watches, who is watched, and the worker of the night."""

    def __init__(self, house, clock):
        super().__init__(house, root=shipped_alone("alert-triage"))
        self.clock, self.worker = clock, Worker(house)
        self.begin_with("law", seed_reference)
        self.begin_with("texts of consent", lambda work: seed_consents(work, ROOT))
        self.entity = self.begin_with("who watches whom", self._staff)

    def _staff(self, work):
        entity = work.session.scalars(select(Entity).where(Entity.code == "YS")).one()
        self.entity = entity.id
        for who, role in (("hr2", Role.HR_HEAD), ("boss", Role.LEGAL), ("owner", Role.AUDITOR)):
            work.session.add(Grant(person_id=self.ids[who], role=role, entity_id=entity.id))
        for who in ("lina", "wang"):
            self._terms(work.session, self.ids[who])
        return entity.id

    def _terms(self, session, person_id):
        contract = Contract(
            person_id=person_id, entity_id=self.entity, number=f"HT-{person_id}", kind="open",
            starts_on=date(2024, 1, 1),
        )  # fmt: skip
        session.add(contract)
        session.flush()
        session.add(
            ContractTerms(
                contract_id=contract.id, person_id=person_id, number=1, hours_system="standard",
                shift_start=time(9), shift_end=time(18), pay=[], effective_from=date(2024, 1, 1),
                recorded_at=FIRST,
            )
        )  # fmt: skip

    def values(self, **more):
        given = {
            "entity_id": self.entity,
            "title": "客服专员外勤核对",
            "posts": (POST,),
            "watches": ("punch", "report", "result", "contact"),
            "purpose": "证明约定地点的工时，发现需要了解的外出",
            "necessity": "岗位约定在门店服务，没有其他办法证明工时",
            "zones": "南京西路门店、徐家汇门店",
            "keep_days": 90,
            "procedure_key": "alert-triage",
            "valid_from": date(2026, 11, 2),
            "valid_to": date(2027, 10, 31),
        }
        return ProfileValues(**{**given, **more})

    def write(self, who="hr2", **more):
        with self.unit(who) as work:
            return save_profile(work, self.values(**more)).id

    def version(self, profile_id):
        with self.house.view(SYSTEM) as work:
            return work.session.get(MonitoringProfile, profile_id).version

    def assess(self, profile_id, who="hr2", **more):
        given = {
            "lawful": LEARNT, "impact": LEARNT, "measures": LEARNT, "valid_to": date(2027, 10, 31),
            "name": "影响评估.pdf", "data": PDF,
        }  # fmt: skip
        with self.unit(who) as work:
            assess(work, profile_id, AssessmentValues(**{**given, **more}), version=self.version(profile_id))

    def confirm(self, profile_id, who="boss"):
        with self.unit(who) as work:
            return confirm(work, profile_id, version=self.version(profile_id))

    def profile(self, **more):
        """A profile in force since 2 November."""
        self.clock.now = FIRST
        made = self.write(**more)
        self.assess(made)
        self.confirm(made)
        self.clock.now = NOW
        return made

    def text(self, purpose="location"):
        with self.house.view(SYSTEM) as work:
            return work.session.scalars(
                select(ConsentText).where(ConsentText.purpose == purpose).order_by(ConsentText.edition.desc())
            ).first().id  # fmt: skip

    def agrees(self, who):
        now, self.clock.now = self.clock.now, FIRST
        with self.unit(who) as work:
            give(work, self.text(), language="zh-Hans")
        self.clock.now = now

    def tried(self, kind, *lines, who="hr"):
        with self.view(who) as work:
            return dry_run(work, kind, "\n".join(lines).encode(), name="a.csv")

    def brings(self, kind, *lines, who="hr"):
        data = "\n".join(lines).encode()
        with self.unit(who) as work:
            plan = dry_run(work, kind, data, name="a.csv")
            return carry_out(work, kind, data, name="a.csv", sha256=plan.sha256)

    def outside(self, *days, number="E0003", at="10:05", zone="否"):
        lines = [f"{number},{day},{at},签到,考勤机,{zone}" for day in days]
        return self.brings("punches", "工号,日期,时间,方向,来源,在许可区域内", *lines)

    def night(self, day=24):
        """The worker of a night in November."""
        self.clock.now = datetime(2026, 11, day - 1, 19, 0, tzinfo=UTC)
        self.worker.sweep()
        self.clock.now = NOW

    def alerts(self):
        with self.house.view(SYSTEM) as work:
            return list(work.session.scalars(select(Alert).order_by(Alert.id)))

    def person(self, who="lina"):
        with self.house.view(SYSTEM) as work:
            return work.session.get(Person, self.ids[who])


@pytest.fixture
def watch(house, clock):
    return Watch(house, clock)
