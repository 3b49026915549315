"""A document is made once, by a worker, from frozen values; its hashes are in the log before anybody signs."""

import hashlib
import json

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from models.case import Case
from models.document import Document
from models.event import Event
from models.job import Job, JobState
from models.person import Person
from models.task import Task
from tests.documents.conftest import VALUES
from webapp.domain.errors import InvalidError
from webapp.domain.permissions import SYSTEM
from webapp.services.documents.job import make_document_job
from webapp.services.documents.make import make_document
from webapp.services.jobs.handlers import TakenJob
from webapp.services.jobs.queue import lock_case


def read(company, query):
    with company.house.view(SYSTEM) as work:
        return list(work.session.scalars(query))


class TestTheJob:
    def test_the_case_goes_on_with_id_hash_and_title(self, company):
        document_id = company.made()
        with company.house.view(SYSTEM) as work:
            document = work.session.get(Document, document_id)
            case = work.session.get(Case, document.case_id)
            assert case.variables["document"] == str(document_id)
            assert case.variables["document_sha256"] == document.sha256
            assert case.variables["document_title"] == "变更协议"
            assert [t.element_id for t in work.session.scalars(select(Task))] == ["read"]

    def test_the_hashes_are_in_the_chain_before_the_task_opens(self, company):
        document_id = company.made()
        with company.house.view(SYSTEM) as work:
            document = work.session.get(Document, document_id)
            kinds = list(
                work.session.scalars(
                    select(Event.kind).where(Event.case_id == document.case_id).order_by(Event.sequence)
                )
            )
            made = work.session.scalars(select(Event).where(Event.kind == "document.made")).one()
            said = json.loads(made.payload.body)["data"]["document"]
            assert kinds.index("document.made") < kinds.index("job.completed")
            assert said["sha256"] == document.sha256
            assert said["text_sha256"] == hashlib.sha256(document.text.encode()).hexdigest()
            assert hashlib.sha256(work.ports.blobs.get(document.sha256)).hexdigest() == document.sha256
            assert [
                hashlib.sha256(work.ports.blobs.get(p)).hexdigest() for p in said["pictures"]
            ] == document.pictures
            assert len(document.pictures) == document.pages == said["pages"]

    def test_a_worker_killed_after_keeping_makes_no_second_document(self, company):
        case_id = company.begin()
        with company.house.unit(SYSTEM) as work:
            row = work.session.scalars(select(Job).where(Job.case_id == case_id)).one()
            job = TakenJob(id=row.id, type=row.type, key=row.idempotency_key, payload=row.payload)
        first = make_document_job(lambda: company.house.unit(SYSTEM), job)
        company.worker.sweep()  # the same row is still ready: done again, from the start
        assert [str(i) for i in read(company, select(Document.id))] == [first["document"]]
        assert [e.kind for e in read(company, select(Event).where(Event.kind == "document.made"))] == [
            "document.made"
        ]

    def test_a_value_that_is_missing_fails_in_words_and_is_tried_again(self, company):
        company.begin(pay=None)
        company.worker.sweep()
        job = read(company, select(Job))[0]
        assert job.state == JobState.READY
        assert "agreement.md 第" in job.error
        assert "money(pay)" in job.error
        assert read(company, select(Document)) == []

    def test_values_that_the_template_does_not_declare_are_not_kept(self, company):
        document_id = company.made(secret="与文书无关")
        with company.house.view(SYSTEM) as work:
            kept = work.session.get(Document, document_id).values
        assert set(kept) == {*VALUES, "employee", "employer", "contract", "current", "permit", "document"}


class TestTheRow:
    def test_nobody_changes_a_document(self, company):
        document_id = company.made()
        with (
            pytest.raises(DBAPIError, match="documents never change"),
            company.house.engine.begin() as connection,
        ):
            connection.execute(update(Document).where(Document.id == document_id).values(title="别的"))

    def test_a_person_who_reads_english_gets_the_translation_below_the_chinese(self, company):
        with company.house.unit(SYSTEM) as work:
            work.session.get(Person, company.ids["lina"]).language = "en"
        with company.house.view(SYSTEM) as work:
            document = work.session.get(Document, company.made())
            assert document.language == "zh-Hans+en"
            assert "the monthly wage is CNY 6,000.00" in document.text
            assert "月工资为6,000.00元" in document.text

    def test_made_inside_a_click_it_has_the_same_text(self, company):
        made = company.made()
        with company.house.unit(SYSTEM) as work:
            first = work.session.get(Document, made)
            again = make_document(
                work,
                lock_case(work, first.case_id),
                template="agreement.md",
                values=VALUES,
                person=work.session.get(Person, company.ids["lina"]),
                replaces=first,
            )
            assert again.text == first.text
            assert again.number.endswith("-D2")
            assert again.replaces_id == first.id

    def test_a_template_that_is_not_there_is_named(self, company):
        made = company.made()
        with company.house.unit(SYSTEM) as work, pytest.raises(InvalidError, match="nothing"):
            make_document(
                work,
                lock_case(work, work.session.get(Document, made).case_id),
                template="nothing",
                values=VALUES,
                person=work.session.get(Person, company.ids["lina"]),
            )


class TestConditions:
    def test_a_clause_whose_condition_does_not_hold_is_left_out_and_the_rest_is_numbered_on(self, company):
        low, high = company.made(), company.made(pay=9000)
        with company.house.view(SYSTEM) as work:
            texts = [work.session.get(Document, i).text for i in (low, high)]
        assert "第二条　其他约定" in texts[0]
        assert "加薪" not in texts[0]
        assert "第二条　加薪" in texts[1]
        assert "第三条　其他约定" in texts[1]
