"""Every end that the register of processing names is carried out, or says why not; a hold stops them all."""

import importlib
import inspect
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from models import metadata
from models.account import Grant
from models.event import Event
from models.person import Person
from tests.company import Company
from tests.retention.rows import make_row
from tests.web import log_in, make_web
from webapp.adapters.privacydata import shipped_register
from webapp.domain.permissions import SYSTEM, Role
from webapp.domain.processing import LANGUAGES, NIGHTLY, EndBy
from webapp.services.jobs import registry
from webapp.services.jobs.handlers import HANDLERS
from webapp.services.reference.load import seed_law
from webapp.services.retention import hold, periods
from webapp.services.retention.erase import GO, STAY
from webapp.services.retention.periods import KIND, list_periods, nightly_tables
from webapp.worker import Worker

ROWS = {table.name: table for _, table in shipped_register().tables()}
LEFT = date(2022, 6, 30)  # the last day of whoever left long ago
OLD, NEW = datetime(2021, 5, 1, tzinfo=UTC), datetime(2027, 5, 1, tzinfo=UTC)


def hanging_on(names):
    """Tables whose rows go with those of these tables, since they point at them."""
    found = set(names)
    while True:
        more = {
            t.name for t in metadata.sorted_tables for f in t.foreign_keys if f.column.table.name in found
        }
        if more <= found:
            return found
        found |= more


class TestEveryRowOfTheRegister:
    def test_that_has_a_date_is_ended_by_the_nightly_job(self):
        dated = {name for name, table in ROWS.items() if table.end.by in NIGHTLY}
        assert {table.name for table in nightly_tables()} == dated
        for name in dated:
            end, columns = ROWS[name].end, metadata.tables[name].c
            assert all(columns[each].nullable for each in end.mask), name
            assert {end.column, end.without} - {""} <= set(columns.keys()), name

    def test_that_goes_with_its_case_is_reached_when_a_case_is_erased(self):
        gone = hanging_on(GO) | {"case", "task_draft"}  # the case itself and its tasks are blanked
        assert {n for n, t in ROWS.items() if t.end.by is EndBy.CASE} <= gone

    def test_that_another_place_ends_names_that_place_truly(self):
        for name, table in ROWS.items():
            if table.end.by is EndBy.OWN:
                place = importlib.import_module(f"webapp.services.{table.end.place}")
                source = inspect.getsource(place)
                model = next(m.class_ for m in Person.registry.mappers if m.local_table.name == name)
                assert model.__name__ in source, name
                assert "delete(" in source, name

    def test_that_stays_says_why_in_three_languages(self):
        named = {n: t.end for n, t in ROWS.items() if t.end.by in {EndBy.KEPT, EndBy.PEOPLE}}
        assert set(named) == {"custody", "legal_hold", "bundle", "bundle_reader"}
        assert all(end.why[tag] for end in named.values() for tag in LANGUAGES)
        assert {"legal_hold", "bundle"} <= set(STAY)

    def test_is_never_ended_before_the_law_lets_it(self):
        rows = seed_law().parameters.rows
        for name in ("contract", "contract_terms", "attendance_day"):
            years = {int(r.value) for r in rows if r.key == ROWS[name].end.least}
            assert years, name
            assert ROWS[name].end.months >= 12 * max(years), name


@pytest.fixture
def company(house):
    """王芳 left years ago, 李娜 works here; 孙倩 is legal."""
    company = Company(house)
    company.begin_with("who left, and legal", lambda work: _left(work, company.ids))
    return company


def _left(work, ids):
    entity = work.session.scalars(select(Grant.entity_id).where(Grant.person_id == ids["hr"])).one()
    work.session.add(Grant(person_id=ids["hr2"], role=Role.LEGAL, entity_id=entity))
    work.session.execute(
        update(Person).where(Person.id == ids["wang"]).values(left_on=LEFT, phone="13800000001")
    )
    work.session.execute(update(Person).where(Person.id == ids["lina"]).values(phone="13800000002"))


def moment(table, column, at):
    kind = metadata.tables[table].c[column].type
    return at.date() if kind.python_type is date else at


@pytest.fixture
def rows(company):
    """Of every table that the night ends: rows that are over, and rows that are not; (table, key, over)."""
    ids, made = company.ids, []
    wang, lina = ids["wang"], ids["lina"]
    with company.house.unit(SYSTEM) as work:
        accounts = {person: make_row(work.session, "account", person_id=person) for person in (wang, lina)}
        texts = [make_row(work.session, "consent_text", purpose=p, edition=1) for p in ("location", "other")]
        for table in nightly_tables():
            name, end = table.name, table.end
            cases = [(wang, {}, True), (lina, {}, False)]
            if end.by in {EndBy.AGE, EndBy.DAY}:
                cases = [(lina, {end.column: moment(name, end.column, at)}, at == OLD) for at in (OLD, NEW)]
            if end.by is EndBy.CONSENT:
                cases = [(person, {"text_id": texts[0], "act": "given"}, over) for person, _, over in cases]
                said = [{"text_id": texts[1], "act": act, "at": OLD} for act in ("given", "withdrawn")]
                cases += [(lina, given, True) for given in said]
            for person, given, over in cases:
                if name in {"person", "account"}:
                    made.append((name, person if name == "person" else accounts[person], over))
                    continue
                through = "account_id" if name in {"passkey", "login_session"} else "person_id"
                own = {through: accounts[person] if through == "account_id" else person}
                filled = {column: [{"code": "x"}] for column in end.mask}
                made.append((name, make_row(work.session, name, **own, **given, **filled), over))
    return made


def there(company, rows):
    """Of these rows those that stand as they stood."""
    with company.house.view(SYSTEM) as work:
        found = []
        for row in rows:
            table = metadata.tables[row[0]]
            (key,) = table.primary_key.columns
            line = work.session.execute(select(table).where(key == row[1])).one_or_none()
            mask = ROWS[row[0]].end.mask
            if line is not None and (not mask or any(getattr(line, name) is not None for name in mask)):
                found.append(row)
        return found


def night(company, clock):
    """The worker asks for the night's ends and, once it is time, carries them out."""
    worker = Worker(company.house, "w1")
    clock.now += timedelta(days=1)
    worker.end_periods()
    clock.now = clock.now.replace(hour=21)
    worker.sweep()


def test_in_the_night_what_is_over_goes_with_its_event_and_nothing_else(company, clock, rows):
    night(company, clock)
    assert there(company, rows) == [row for row in rows if not row[2]]
    with company.house.view(SYSTEM) as work:
        bodies = [
            e.payload.body for e in work.session.scalars(select(Event).where(Event.kind == "retention.ended"))
        ]
        names = {table.name for table in nightly_tables()}
        assert {n for n in names if any(f'"table":"{n}"' in b for b in bodies)} == names
        assert work.session.get_one(Person, company.ids["wang"]).name == "王芳"  # cases still name somebody
    night(company, clock)  # a second night finds nothing
    with company.house.view(SYSTEM) as work:
        again = work.session.scalars(select(Event.id).where(Event.kind == "retention.ended")).all()
    assert len(again) == len(bodies)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_hold_stops_the_night_and_the_list_says_so(company, clock, rows):
    with company.unit("hr2") as work:
        for number in ("E0003", "E0004"):
            hold.place(work, hold.NewHold(person_number=number, reason="劳动仲裁 2026-118"))
    with company.unit("hr2") as work:
        listed = {each.table.name: each for each in list_periods(work)}
    assert listed["person_detail"].held == 1
    assert [listed[n].rows for n in ("person", "contact", "notice")] == [0, 0, 0]
    night(company, clock)
    assert there(company, rows) == rows
    with company.unit("far_hr") as work:  # another employer's people are nobody's business here
        assert sum(each.rows + each.held for each in list_periods(work)) == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_operator_sees_beforehand_what_the_night_will_do_and_everybody_the_rule(company, tmp_path):
    app = make_web(company, tmp_path)
    page = log_in(app, "hr2").get("/retention/").text
    for words in ("个人信息到期清理", "劳动关系结束 24 个月后清空", "因保全或未结案件保留", "王芳 E0004 · 1"):
        assert words in page
    with company.house.view(SYSTEM) as work:
        assert work.session.get_one(Person, company.ids["wang"]).phone == "13800000001"  # nothing was done
    shown = log_in(app, "lina").get("/privacy/register").text
    for words in ("证件与住址", "劳动关系结束 6 个月后删除", "到期由系统自动删除"):
        assert words in shown
    assert "person_detail" not in shown


def test_a_worker_that_knows_jobs_by_the_registry_alone_knows_this_one():
    assert periods in registry.ROOMS
    assert HANDLERS[KIND] is periods.end_periods
