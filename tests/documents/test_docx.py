"""Every document also as a Word file: the same words, the same bytes each time, only for who may read it."""

from io import BytesIO

import docx
import pytest
from sqlalchemy import select

from models.event import Event
from webapp.domain.errors import NotFoundError
from webapp.domain.permissions import SYSTEM
from webapp.services.documents.read import download_docx, readable_document


def words(data):
    """All text of a Word file in its order: paragraphs and cells."""
    found = docx.Document(BytesIO(data))
    cells = [cell.text for table in found.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in found.paragraphs), *cells])


def test_the_word_file_holds_every_word_of_the_document(company):
    made = company.made()
    with company.unit("lina") as work:
        document, data = download_docx(work, made)
    text = words(data)
    missing = [
        part
        for line in document.text.splitlines()
        for part in line.replace("　", "｜").split("｜")
        if part and part not in text
    ]
    assert missing == []
    with company.unit("hr") as work:
        assert download_docx(work, made)[1] == data
    foot = docx.Document(BytesIO(data)).sections[0].footer.paragraphs[0].text
    assert foot.endswith(document.text_sha256)
    with company.house.view(SYSTEM) as work:
        payloads = [
            event.actor_id
            for event in work.session.scalars(select(Event))
            if event.kind == "document.downloaded"
        ]
    assert payloads == [company.ids["lina"], company.ids["hr"]]


def test_for_others_it_does_not_exist(company):
    made = company.made()
    with company.unit("stranger") as work, pytest.raises(NotFoundError):
        download_docx(work, made)
    with company.view("lina") as work:
        assert readable_document(work, made).id == made
