"""Who may read a document: whom it is about, HR of the scope, legal, whoever has a task in its case."""

import pytest
from sqlalchemy import select

from models.event import Event
from webapp.domain.errors import NotFoundError
from webapp.domain.permissions import SYSTEM
from webapp.services.documents.read import (
    documents_of_case,
    download,
    own_documents,
    page_picture,
    readable_document,
)


class TestReading:
    def test_the_person_hr_and_legal_read_it_and_for_others_it_does_not_exist(self, company):
        made = company.made()
        company.grant("owner", "legal")
        for who in ("lina", "hr", "hr2", "owner"):
            with company.view(who) as work:
                assert readable_document(work, made).id == made
        for who in ("wang", "head", "far_hr", "stranger"):
            with company.view(who) as work:
                assert documents_of_case(work, 1) == []
                with pytest.raises(NotFoundError):
                    readable_document(work, made)
                with pytest.raises(NotFoundError):
                    page_picture(work, made, 1)

    def test_whoever_has_a_task_in_the_case_reads_it_while_it_is_open(self, company):
        made = company.made(applicant="E0002")  # the head is asked to read
        with company.view("head") as work:
            assert readable_document(work, made).id == made

    def test_my_documents_are_those_about_me(self, company):
        made = company.made()
        company.made("wang")
        with company.view("lina") as work:
            assert [d.id for d in own_documents(work)] == [made]

    def test_a_page_that_there_is_not_is_not_found(self, company):
        made = company.made()
        with company.view("lina") as work:
            assert page_picture(work, made, 1)[8:12] == b"WEBP"
            for page in (0, 99):
                with pytest.raises(NotFoundError):
                    page_picture(work, made, page)

    def test_a_download_is_an_event_of_the_case(self, company):
        made = company.made()
        with company.unit("lina") as work:
            document, data = download(work, made)
            assert data.startswith(b"%PDF")
        with company.house.view(SYSTEM) as work:
            event = work.session.scalars(select(Event).where(Event.kind == "document.downloaded")).one()
            assert event.actor_id == company.ids["lina"]
            assert event.case_id == document.case_id
