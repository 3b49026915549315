"""The permit register: entered by HR of the employer, asked by day, warned of before it ends."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from models.event import Event
from models.job import Notice
from models.organisation import Entity
from models.person import Person
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from webapp.domain.permissions import SYSTEM
from webapp.services.notices import restored
from webapp.services.permits import permit_for
from webapp.services.permits.register import (
    PermitValues,
    keep_scan,
    list_permits,
    read_scan,
    readable_permit,
    save_permit,
)

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def values(company, **more):
    with company.house.view(SYSTEM) as work:
        entity = work.session.scalars(select(Entity.id).where(Entity.code == "YS")).one()
    given = {
        "number": "沪人社特〔2026〕18号",
        "entity_id": entity,
        "region": "310000",
        "system": "comprehensive",
        "posts": ("客服专员",),
        "cycle": "quarter",
        "valid_from": date(2026, 1, 1),
        "valid_to": date(2027, 1, 31),
    }
    return PermitValues(**{**given, **more})


@pytest.fixture
def permit(company):
    with company.unit("hr") as work:
        return save_permit(work, values(company)).id


class TestAsking:
    def test_it_covers_the_post_on_each_of_its_days_and_on_no_other(self, company, permit):
        with company.house.view(SYSTEM) as work:
            lina = work.session.get(Person, company.ids["lina"])
            assert permit_for(work, lina, date(2026, 1, 1)).id == permit
            assert permit_for(work, lina, date(2027, 1, 31)).id == permit
            assert permit_for(work, lina, date(2027, 2, 1)) is None
            assert permit_for(work, lina, date(2025, 12, 31)) is None
            assert (
                permit_for(work, work.session.get(Person, company.ids["stranger"]), date(2026, 6, 1)) is None
            )


class TestEntering:
    def test_only_hr_of_the_employer_enters_and_reads(self, company, permit):
        for who in ("far_hr", "lina", "owner"):
            with company.unit(who) as work, pytest.raises(ForbiddenError):
                save_permit(work, values(company, number="另一份"))
            with company.view(who) as work:
                assert list_permits(work) == []
                with pytest.raises(NotFoundError):
                    readable_permit(work, permit)
        with company.view("hr2") as work:
            assert [p.id for p in list_permits(work)] == [permit]

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"number": ""}, "number"),
            ({"posts": ()}, "posts"),
            ({"valid_to": date(2025, 1, 1)}, "valid_to"),
            ({"system": "standard"}, "system"),
            ({"cycle": None}, "cycle"),
        ],
    )
    def test_what_is_wrong_is_said_at_its_field(self, company, wrong, field):
        with company.unit("hr") as work, pytest.raises(InvalidError) as told:
            save_permit(work, values(company, **wrong))
        assert list(told.value.fields) == [field]

    def test_a_number_is_taken_once(self, company, permit):
        with company.unit("hr") as work, pytest.raises(InvalidError):
            save_permit(work, values(company))

    def test_the_second_of_two_who_change_it_is_told(self, company, permit):
        with company.unit("hr") as work:
            save_permit(work, values(company, valid_to=date(2027, 6, 30)), permit_id=permit, version=1)
        with company.unit("hr2") as work, pytest.raises(ConflictError):
            save_permit(work, values(company), permit_id=permit, version=1)
        with company.house.view(SYSTEM) as work:
            kinds = list(
                work.session.scalars(
                    select(Event.kind).where(Event.subject == f"permit/{permit}").order_by(Event.id)
                )
            )
        assert kinds == ["permit.recorded", "permit.changed"]

    def test_the_scan_is_kept_by_its_hash_and_a_program_is_refused(self, company, permit):
        with company.unit("hr") as work:
            row = keep_scan(work, permit, name="批复.png", data=PNG, version=1)
        with company.unit("hr") as work, pytest.raises(InvalidError):
            keep_scan(work, permit, name="批复.pdf", data=b"MZ" + bytes(64), version=row.version)
        with company.view("hr2") as work:
            assert read_scan(work, permit)[1] == PNG
        with company.view("lina") as work, pytest.raises(NotFoundError):
            read_scan(work, permit)


class TestWarnings:
    def notices(self, company):
        with company.house.view(SYSTEM) as work:
            return [
                (n.person_id, str(restored(n.message)))
                for n in work.session.scalars(select(Notice).order_by(Notice.id))
            ]

    def test_hr_is_told_on_each_reminder_day_once_and_when_it_is_over(self, company, permit, clock):
        seen = []
        for day in (
            date(2026, 11, 25),
            date(2026, 12, 2),
            date(2026, 12, 3),
            date(2027, 2, 1),
            date(2027, 2, 2),
        ):
            clock.now = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
            for _ in range(3):  # a missed day is caught up with, and a second look the same day says nothing
                company.worker.sweep()
            mine = [text for person, text in self.notices(company) if person == company.ids["hr"]]
            seen.append(len(mine))
        assert seen == [0, 1, 1, 2, 2]
        texts = [text for _, text in self.notices(company)]
        assert "请在 2026-12-31 前申请延续" in texts[0]
        assert "已于 2027-01-31 到期" in texts[-1]
        assert {person for person, _ in self.notices(company)} == {company.ids["hr"], company.ids["hr2"]}

    def test_a_permit_that_was_prolonged_in_the_register_is_not_warned_of(self, company, permit, clock):
        with company.unit("hr") as work:
            save_permit(
                work, replace(values(company), valid_to=date(2029, 1, 1)), permit_id=permit, version=1
            )
        clock.now = datetime(2027, 2, 1, 4, tzinfo=UTC)
        company.worker.sweep()
        assert self.notices(company) == []
