"""Bundles: who may read them, how they are filled, and that each act is an event."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from models.account import Grant
from models.bundle import Bundle, Exhibit
from models.event import Event
from models.person import Person
from tests.bundles.conftest import FAR_LEGAL, LEGAL, SQLITE, pdf
from webapp.domain.custody import Step
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from webapp.domain.exhibits import Side
from webapp.domain.permissions import SYSTEM, Role
from webapp.services.evidence.bundles import exhibits as writing
from webapp.services.evidence.bundles.access import list_bundles, read_bundle, read_exhibit
from webapp.services.evidence.bundles.collect import find_people
from webapp.services.evidence.bundles.create import Facts, create_bundle, let_in, shut_out
from webapp.services.evidence.bundles.custody import chain_of, note_touch
from webapp.services.evidence.bundles.material import copy_of, is_intact
from webapp.services.evidence.bundles.search import search
from webapp.services.evidence.custody import NewItem, take_in


def kinds_of(company, bundle_id):
    """Kinds of the events about a bundle, oldest first, with what they say."""
    with company.house.view(SYSTEM) as work:
        rows = work.session.scalars(
            select(Event).where(Event.subject == f"bundle/{bundle_id}").order_by(Event.id)
        )
        return [(row.kind, json.loads(row.payload.body)["data"]) for row in rows]


class TestWhoMayRead:
    def test_legal_of_the_scope_alone(self, company, filled):
        for who in ("lina", "hr", "head", FAR_LEGAL):
            with company.view(who) as work:
                assert list_bundles(work) == []
                with pytest.raises(NotFoundError):
                    read_bundle(work, filled)
        with company.view(LEGAL) as work:
            assert [bundle.id for bundle in list_bundles(work)] == [filled]

    def test_those_whom_legal_lets_in_read_and_do_not_write(self, company, filled):
        with company.unit(LEGAL) as work:
            let_in(work, filled, "E0005", version=company.version(filled))
        exhibit = company.rows(filled)[0].id
        with company.unit("hr") as work:
            assert read_exhibit(work, filled, exhibit).id == exhibit
            with pytest.raises(ForbiddenError):
                writing.remove(work, filled, exhibit, version=company.version(filled))
        with company.unit(LEGAL) as work:
            shut_out(work, filled, company.ids["hr"], version=company.version(filled))
        with company.view("hr") as work, pytest.raises(NotFoundError):
            read_exhibit(work, filled, exhibit)
        with company.unit(LEGAL) as work, pytest.raises(InvalidError):  # whom it is about, never
            let_in(work, filled, "E0003", version=company.version(filled))

    def test_a_number_of_another_employer_is_answered_as_one_that_nobody_has(self, company, filled):
        answers = {}
        for number in ("E0101", "E9999"):
            with company.unit(LEGAL) as work, pytest.raises(InvalidError) as refused:
                let_in(work, filled, number, version=company.version(filled))
            answers[number] = str(refused.value.fields).replace(number, "")
        assert len(set(answers.values())) == 1
        with company.house.unit(SYSTEM) as work:
            counsel = company.ids["stranger"]  # who has a role with this employer is its own
            entity = work.session.get_one(Person, company.ids["lina"]).entity_id
            work.session.add(Grant(person_id=counsel, role=Role.LEGAL, entity_id=entity))
        with company.unit(LEGAL) as work:
            let_in(work, filled, "E0101", version=company.version(filled))

    def test_nobody_begins_one_outside_their_scope(self, company):
        with company.unit(LEGAL) as work:
            assert find_people(work, "黄伟") == []
            with pytest.raises(NotFoundError):
                create_bundle(work, company.ids["stranger"], Facts(title="黄伟"), collect=True)
        with company.unit("hr") as work, pytest.raises(ForbiddenError):
            create_bundle(work, company.ids["lina"], Facts(title="李娜"), collect=True)


@SQLITE
class TestFilling:
    def test_documents_and_files_are_collected_with_the_columns_of_the_list(self, company, whole):
        rows = company.rows(whole)
        assert [row.name for row in rows][1:] == ["送达回执.pdf", "工会函.pdf"]
        assert [row.kind for row in rows][1:] == ["service", "union_letter"]
        assert rows[1].proves == "文书已经送达"
        assert rows[1].pages == 2
        assert "赵敏" in rows[1].source
        assert rows[0].document_id is not None

    def test_only_papers_of_the_days_asked_for_are_collected(self, company, clock):
        case_id = company.begin()
        company.file(case_id, "早.pdf", pdf("early"))
        clock.now += timedelta(days=3)
        company.file(case_id, "晚.pdf", pdf("late"))
        late = company.bundle(first_day=date(2026, 11, 26))
        assert company.names(late) == ["晚.pdf"]
        early = company.bundle(last_day=date(2026, 11, 24))
        assert "晚.pdf" not in company.names(early)

    def test_an_act_of_the_log_is_added_once_with_a_page_of_its_own_and_papers_of_others_never(
        self, company, filled
    ):
        with company.house.view(SYSTEM) as work:
            event = work.session.scalars(select(Event).where(Event.kind == "case.started")).one()
        with company.unit(LEGAL) as work:
            key = f"event-{event.id}"
            [row] = writing.add_found(work, filled, [key], version=company.version(filled))
            assert row.sha256 == event.leaf
            assert is_intact(work, row)
            assert search(work, work.session.get(Bundle, filled), "经办人")[0].exhibit.id == row.id
        number = company.file(company.begin("wang"), "别人的.pdf", pdf("of another"))
        with company.unit(LEGAL) as work:
            assert writing.add_found(work, filled, [key], version=company.version(filled)) == []
        with company.unit(LEGAL) as work, pytest.raises(NotFoundError):
            writing.add_found(work, filled, [f"attachment-{number}"], version=company.version(filled))


@SQLITE
class TestOrder:
    def test_numbers_follow_the_order_without_a_gap(self, company, filled):
        ids = [row.id for row in company.rows(filled)]
        with company.unit(LEGAL) as work:
            writing.arrange(work, filled, ids[::-1], side=Side.OURS, version=company.version(filled))
        assert [row.id for row in company.rows(filled)] == ids[::-1]
        for wrong in (ids[1:], [*ids, ids[0]], [*ids[1:], 10**6]):
            with company.unit(LEGAL) as work, pytest.raises(ConflictError):
                writing.arrange(work, filled, wrong, side=Side.OURS, version=company.version(filled))
        with company.unit(LEGAL) as work:
            writing.remove(work, filled, ids[1], version=company.version(filled))
        assert [row.position for row in company.rows(filled)] == [1]


class TestWriting:
    def test_a_stale_page_hears_who_was_faster(self, company, filled):
        company.grant("head", "legal")
        seen = company.version(filled)
        exhibit = company.rows(filled)[0].id
        with company.unit("head") as work:
            writing.remove(work, filled, exhibit, version=seen)
        with company.unit(LEGAL) as work, pytest.raises(ConflictError, match="陈思远"):
            writing.arrange(work, filled, [], side=Side.OURS, version=seen)

    def test_every_act_is_an_event_and_names_the_file(self, company, filled):
        said = kinds_of(company, filled)
        assert [kind for kind, _ in said] == ["bundle.created", *["exhibit.added"] * 2]
        assert {data["file_sha256"] for kind, data in said if kind == "exhibit.added"} == {
            row.sha256 for row in company.rows(filled)
        }

    def test_each_wrong_field_has_its_sentence(self, company, filled):
        row = company.rows(filled)[0]
        wrong = writing.Description(
            name=" ", source="x" * 301, proves="", content="", form="stone", kind="poem"
        )
        with company.unit(LEGAL) as work, pytest.raises(InvalidError) as refused:
            writing.describe(work, filled, row.id, said=wrong, version=company.version(filled))
        assert set(refused.value.fields) == {"name", "source", "form", "kind"}


@SQLITE
class TestOriginals:
    def test_the_chain_of_custody_of_a_vault_item_goes_on_in_the_bundle(self, company):
        case_id = company.begin()
        with company.unit(LEGAL) as work:
            item = take_in(
                work,
                NewItem(
                    name="门禁记录.txt",
                    data="李娜 08:59 进入".encode(),
                    source="门禁系统",
                    collected_by="孙倩",
                    collected_at=work.now,
                    method="export",
                    legality="公司门禁公示在先，只限本案",
                    case_id=case_id,
                ),
            ).id
        bundle_id = company.bundle()
        [row] = company.rows(bundle_id)
        assert "门禁系统；孙倩" in row.source
        assert row.custody_id == item
        with company.unit(LEGAL) as work:
            note_touch(work, read_bundle(work, bundle_id), [row], kind=Step.DOWNLOADED)
            assert [step.kind for step in chain_of(work, row)] == ["taken", "downloaded"]

    def test_a_changed_file_is_noticed(self, company, filled):
        row = company.rows(filled)[0]
        with company.house.unit(SYSTEM) as work:
            assert is_intact(work, row)
            work.session.execute(update(Exhibit).where(Exhibit.id == row.id).values(sha256="0" * 64))
        with company.house.view(SYSTEM) as work:
            assert not is_intact(work, work.session.get_one(Exhibit, row.id))

    def test_an_active_file_is_kept_and_never_opened(self, company):
        case_id = company.begin()
        data = pdf("do not open")
        company.file(case_id, "宏.pdf", data, dangerous=True)
        bundle_id = company.bundle()
        row = company.rows(bundle_id)[0]
        with company.house.view(SYSTEM) as work:
            assert work.ports.blobs.get(row.sha256) == data
            assert b"do not open" not in copy_of(work, row).pdf
            assert search(work, work.session.get(Bundle, bundle_id), "open") == []
            assert search(work, work.session.get(Bundle, bundle_id), "活动内容")


@SQLITE
class TestSearch:
    def test_words_are_found_with_their_page_whatever_their_case_and_spaces(self, company, filled):
        with company.view(LEGAL) as work:
            bundle = read_bundle(work, filled)
            [hit] = search(work, bundle, "SECOND  Page")
            assert (hit.exhibit.name, hit.page, hit.found) == ("送达回执.pdf", 2, "second page")
            assert search(work, bundle, "page of nothing") == []
            assert search(work, bundle, "e") == []
