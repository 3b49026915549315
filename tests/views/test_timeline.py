"""A long case is shown page by page and printed whole."""

import re

import pytest

from tests.company import ask
from tests.web import log_in
from webapp.adapters.pdf import render_case
from webapp.domain.permissions import SYSTEM
from webapp.services import events
from webapp.services.cases.book import case_book
from webapp.services.cases.operate import lock_readable
from webapp.services.cases.timeline import PAGE, read_timeline

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MORE = 2 * PAGE + 20


def long_case(company):
    """A case of many events; its id and how many it has."""
    case_id = ask(company)
    with company.unit("hr") as work:
        case = lock_readable(work, case_id)
        for number in range(MORE):
            events.append(work, "comment.added", {"text": f"remark-{number:04d}."}, case=case)
            work.session.flush()
    with company.house.view(SYSTEM) as work:
        return case_id, lock_readable(work, case_id).event_count


class TestTimeline:
    def test_every_event_stands_on_exactly_one_page_newest_first(self, app, company):
        case_id, _ = long_case(company)
        client = log_in(app, "lina")
        seen, url, pages = [], f"/cases/{case_id}", 0
        while url and pages < 10:
            text = client.get(url).text
            seen += re.findall(r"remark-(\d{4})\.", text)
            link = re.search(r'href="([^"]*before=\d+[^"]*)"', text)
            url, pages = link.group(1).replace("&amp;", "&") if link else None, pages + 1
        assert [int(number) for number in seen] == list(reversed(range(MORE)))
        assert pages == 3

    def test_the_drawn_path_knows_what_the_first_page_does_not_show(self, company):
        case_id, _ = long_case(company)
        with company.view("lina") as work:
            case = lock_readable(work, case_id)
            newest = read_timeline(work, case)
            assert not [e for e in newest.entries if e.passed]
            assert newest.passed
            assert newest.earlier == case.event_count - PAGE

    def test_a_task_says_that_there_is_more_and_where(self, app, company):
        case_id, count = long_case(company)
        client = log_in(app, "head")
        task = re.search(r'href="(/tasks/\d+)"', client.get(f"/cases/{case_id}").text).group(1)
        text = client.get(task).text
        assert f"更早的 {count - PAGE} 条" in text
        assert f"/cases/{case_id}?before=" in text

    def test_a_place_that_is_none_is_refused_and_not_guessed(self, app, company):
        case_id = ask(company)
        client = log_in(app, "lina")
        assert client.get(f"/cases/{case_id}?before=x").status_code == 422
        assert client.get(f"/cases/{case_id}?before=999999").status_code == 200

    def test_the_print_has_all_and_says_how_many(self, company):
        case_id, count = long_case(company)
        with company.unit("lina") as work:
            book = case_book(work, case_id, language="zh-Hans")
        assert [event.sequence for event in book.events] == list(range(1, count + 1))
        said = []

        def say(words, _language):
            said.append(str(words))
            return str(words)

        render_case(book, translate=say)
        assert f"共 {count} 条，全部列出。" in said
