"""Search and the inbox's lists: whatever is asked, an index is walked and no table is read from end to end."""

import pytest
from sqlalchemy import select, update

from models.account import Grant
from models.person import Person
from models.task import SearchGram, Task
from tests.bench.load import COMMON, SELDOM, load
from tests.company import Company, ask, open_task
from tests.conftest import START, Clock, make_database
from tests.plans import Plans
from tests.services.test_click import approve
from webapp.domain.permissions import SYSTEM, Role
from webapp.services.cases.mend import edit_variables
from webapp.services.inbox.pages import InboxFilter, read_page
from webapp.services.inbox.tabs import CAP, Tab, counts, read_reach
from webapp.services.people import load_actor
from webapp.services.search import RARE, grams, read_words, task_grams
from webapp.services.tables.catalogue import PEOPLE
from webapp.services.tables.write import save_row

BIG = ("task", "case", "search_gram", "task_candidate", "person", "timer")


def found(company, who, text, tab=Tab.ALL):
    """Names of the people whom the tasks found are about."""
    with company.view(who) as work:
        return [line.person for line in read_page(work, tab, InboxFilter(q=text)).tasks]


class TestWhoFindsWhat:
    @pytest.mark.parametrize(
        ("who", "text"),
        [
            ("head", "李娜"),  # whose task it is
            ("lina", "李娜"),  # about herself, though the task is her manager's
            ("boss", "李娜"),  # line manager of who has the task
            ("hr", "李娜"),  # by scope
            ("hr", "e0003"),
            ("hr", "探亲"),
            ("hr", "年休假"),
            ("hr", "ＬＶ－２０２６"),  # full width
            ("hr", "李娜 探亲"),
        ],
    )
    def test_the_search_box_finds_what_a_person_may_see(self, company, who, text):
        ask(company)
        ask(company, "wang", reason="搬家")
        assert "李娜" in found(company, who, text)

    @pytest.mark.parametrize(
        ("who", "text"),
        [("stranger", "李娜"), ("far_hr", "李娜"), ("wang", "李娜"), ("hr", "李探"), ("hr", "娜李")],
    )
    def test_and_nothing_else(self, company, who, text):
        ask(company)
        assert found(company, who, text) == []

    def test_a_queue_without_a_scope_is_searched_too(self, company):
        with company.house.unit(SYSTEM) as work:
            task = open_task(company, ask(company))
            work.session.execute(update(Task).values(assignee_id=None, queue=f"union@{task.entity_id}"))
            work.session.add(Grant(person_id=company.ids["wang"], role=Role.UNION, entity_id=task.entity_id))
        assert found(company, "wang", "李娜") == ["李娜"]
        assert found(company, "wang", "李娜", Tab.CLAIMABLE) == ["李娜"]
        assert found(company, "wang", "王芳") == []

    def test_a_done_task_is_found_among_the_done_alone(self, company):
        task = open_task(company, ask(company))
        approve(company, "head", task)
        assert "李娜" in found(company, "head", "李娜", Tab.DONE)
        assert found(company, "head", "李娜", Tab.MINE) == []
        with company.house.view(SYSTEM) as work:
            states = set(work.session.scalars(select(SearchGram.state).where(SearchGram.task_id == task.id)))
        assert states == {"completed"}

    def test_a_value_that_the_step_hides_is_not_betrayed(self, company):
        task = open_task(company, ask(company, reason="住院"))
        with company.house.view(SYSTEM) as work:
            seen = work.session.get_one(Task, task.id)
            assert "住院" in task_grams(work, seen, variables=seen.case.variables)
            seen.properties = {**seen.properties, "fields.hidden": "reason"}
            assert "住院" not in task_grams(work, seen, variables=seen.case.variables)

    def test_no_index_row_lacks_its_task(self, company):
        approve(company, "head", open_task(company, ask(company)))
        ask(company, "wang")
        with company.house.view(SYSTEM) as work:
            rows = {(r.task_id, r.gram) for r in work.session.scalars(select(SearchGram))}
            assert rows == {(t.id, g) for t in work.session.scalars(select(Task)) for g in t.grams}


class TestRenamed:
    def test_a_person_is_found_by_the_new_name_and_not_by_the_old(self, company):
        approve(company, "head", open_task(company, ask(company)))
        ask(company)
        with company.unit("hr") as work:
            row = work.session.get_one(Person, company.ids["lina"])
            values = {f.name: str(getattr(row, f.name) or "") for f in PEOPLE.fields if not f.fixed}
            values |= {"name": "李静姝", "department_id": "YS-CS", "manager_id": "E0002", "entity_id": "YS"}
            values = {f.name: values[f.name] for f in PEOPLE.fields if not f.fixed}
            save_row(work, PEOPLE, values, key=str(row.id), version=row.version)
        assert found(company, "hr", "静姝") == ["李静姝"]
        assert found(company, "hr", "李娜") == []
        assert "李静姝" in found(company, "head", "静姝", Tab.DONE)
        with company.house.view(SYSTEM) as work:
            versions = work.session.scalars(select(Task.version).where(Task.state == "open")).all()
        assert set(versions) == {1}  # an open page of the task is not stale


class TestCorrected:
    def test_a_task_is_found_by_the_corrected_value_and_not_by_the_old(self, company):
        case_id = ask(company, reason="回乡探亲")
        assert found(company, "head", "探亲") == ["李娜"]
        with company.unit("hr") as work:
            edit_variables(work, case_id, variables={"reason": "参加婚礼"}, reason="写错")
        assert found(company, "head", "婚礼") == ["李娜"]
        assert found(company, "head", "探亲") == []


class TestWords:
    def test_pairs_lie_within_words_and_a_lone_character_is_itself(self):
        assert grams("李小娜 A1  王") == {"李小", "小娜", "a1", "王"}
        assert grams("  ") == frozenset()

    def test_the_rarest_pair_comes_first_and_one_statement_counts_them(self, company, engine):
        ask(company)
        ask(company, "wang", reason="探母")
        with Plans(engine) as plans, company.view("hr") as work:
            plans.seen.clear()
            words = read_words(work.session, "年休假 探母")
            asked = len(plans.seen)
        assert words.pairs[0] == "探母"
        assert words.rare
        assert asked == 1
        assert RARE == CAP


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def full(request, tmp_path_factory):
    """The company with two thousand tasks, as the bench loads a million; read only."""
    from models import metadata
    from models.session import open_engine
    from webapp.adapters.blobs import MemoryBlobs
    from webapp.adapters.queue import QuietQueue
    from webapp.edge import open_edge
    from webapp.services.work import Ports

    engine = open_engine(make_database(request.param, request, tmp_path_factory))
    with engine.execution_options(hegui_write=True).begin() as connection:
        metadata.create_all(connection)
    house = open_edge(engine, Ports(blobs=MemoryBlobs(), wake=QuietQueue().wake), Clock(START))
    company = Company(house)
    company.loaded = load(company, tasks=2_000, seldom=20, common=400)
    yield company
    engine.dispose()


def act(full, who):
    """A person of the full company."""
    with full.house.view(SYSTEM) as work:
        return load_actor(work.session, getattr(full.loaded, who))


class TestLists:
    @pytest.mark.parametrize("tab", list(Tab))
    @pytest.mark.parametrize("who", ["hr", "head", "legal", "employee"])
    def test_pages_show_each_task_once_forth_and_back(self, full, who, tab):
        with full.house.view(act(full, who)) as work:
            pages = [read_page(work, tab)]
            while pages[-1].following:
                pages.append(read_page(work, tab, cursor=pages[-1].following))
            ids = [line.id for page in pages for line in page.tasks]
            assert len(ids) == len(set(ids))
            back = [pages[-1]]
            while back[-1].previous:
                back.append(read_page(work, tab, cursor=back[-1].previous))
            assert [line.id for page in reversed(back) for line in page.tasks] == ids
            number = counts(work, read_reach(work)).get(tab)
            assert number is None or number == min(len(ids), CAP)

    @pytest.mark.parametrize("text", ["", SELDOM, COMMON, f"{COMMON}靖", f"{COMMON}靖 探亲"])
    @pytest.mark.parametrize("who", ["hr", "head", "legal", "employee"])
    def test_no_table_is_read_whole(self, full, who, text):
        actor = act(full, who)
        with Plans(full.house.engine) as plans, full.house.view(actor) as work:
            reach = read_reach(work)
            for tab in Tab:
                page = read_page(work, tab, InboxFilter(q=text), reach=reach)
                if page.following:
                    read_page(work, tab, InboxFilter(q=text), reach=reach, cursor=page.following)
            counts(work, reach)
        assert plans.whole(*BIG) == []

    def test_a_page_is_one_statement_two_with_words_and_the_counts_one(self, full):
        actor = act(full, "hr")
        with Plans(full.house.engine) as plans, full.house.view(actor) as work:
            reach = read_reach(work)
            assert len(plans.seen) == 1
            for tab in Tab:
                read_page(work, tab, reach=reach)
            assert len(plans.seen) == 1 + len(Tab)
            read_page(work, Tab.ALL, InboxFilter(q=COMMON), reach=reach)
            assert len(plans.seen) == 1 + len(Tab) + 2
            counts(work, reach)
            assert len(plans.seen) == 1 + len(Tab) + 3

    def test_a_search_walks_the_grams_in_the_order_of_the_list(self, full):
        with Plans(full.house.engine) as plans, full.house.view(act(full, "hr")) as work:
            page = read_page(work, Tab.TEAM, InboxFilter(q=COMMON))
        assert len(page.tasks) == 50
        assert {line.person for line in page.tasks} == {f"{COMMON}靖"}
        lines = "\n".join(plans.lines())
        key = "gram=? AND scope=? AND state=?" if "SEARCH" in lines else "pk_search_gram"
        assert key in lines

    def test_behind_a_cursor_tasks_without_a_deadline_are_not_walked_through(self, full):
        with Plans(full.house.engine) as plans, full.house.view(act(full, "hr")) as work:
            page = read_page(work, Tab.CLAIMABLE)
            plans.seen.clear()
            read_page(work, Tab.CLAIMABLE, cursor=page.following)
        assert page.tasks[0].due_at is None
        lines = "\n".join(plans.lines())
        assert "ix_task_free" in lines
        if full.house.engine.dialect.name == "sqlite":
            assert "sort_at=? AND id>?" in lines

    def test_the_filters_narrow(self, full):
        with full.house.view(act(full, "hr")) as work:
            everything = read_page(work, Tab.TEAM).tasks
            other = read_page(work, Tab.TEAM, InboxFilter(entity_id=99_999)).tasks
            leave = read_page(work, Tab.TEAM, InboxFilter(procedure="leave")).tasks
            none = read_page(work, Tab.TEAM, InboxFilter(procedure="other")).tasks
            late = read_page(work, Tab.TEAM, InboxFilter(due="overdue")).tasks
            rest = read_page(work, Tab.TEAM, InboxFilter(due="later", q=COMMON)).tasks
        assert everything == leave
        assert other == none == late == ()
        assert len(rest) == 50
