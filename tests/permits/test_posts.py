"""Posts for special hours: what record and law say of them, in counts, before anybody applies."""

from datetime import date

from sqlalchemy import select

from models.case import Case
from models.contract import ContractTerms
from models.organisation import Entity
from models.person import Contract, Person, PersonFlag
from tests.documents.test_receipts import job
from webapp.domain.permissions import SYSTEM
from webapp.domain.posts import PostFacts, check_posts
from webapp.services.contracts.posts import check_posts_job, roster


def check(company, *posts, on="2026-11-02"):
    case_id = company.begin()
    with company.house.unit(SYSTEM) as work:
        return check_posts_job(work, work.session.get_one(Case, case_id), job(posts=list(posts), on=on))


def codes(blocks):
    return [block["code"] for block in blocks]


def test_a_post_that_nobody_holds_is_told_with_what_to_do(company):
    found = check(company, {"post": "夜间客服"})
    assert (found["posts_ok"], codes(found["blocks"])) == (False, ["nobody"])
    assert found["blocks"][0]["opens"] == "请按花名册和劳动合同上的岗位名称填写。"


def test_the_name_in_the_contract_counts_not_the_one_on_the_staff_list_alone(company):
    assert check(company, "客服专员")["posts_ok"]
    with company.house.unit(SYSTEM) as work:
        contract = work.session.scalars(
            select(Contract).where(Contract.person_id == company.ids["wang"])
        ).one()
        work.session.add(
            ContractTerms(
                contract_id=contract.id,
                person_id=company.ids["wang"],
                number=1,
                post="收银员",
                hours_system="standard",
                effective_from=date(2024, 1, 1),
                recorded_at=work.now,
            )
        )
    assert codes(check(company, "客服专员")["blocks"]) == ["other-name"]


def test_the_protected_are_counted_and_never_named(company):
    with company.house.unit(SYSTEM) as work:
        work.session.add(
            PersonFlag(
                person_id=company.ids["lina"],
                kind="pregnant",
                valid_from=date(2026, 3, 1),
                purpose="特殊劳动保护",
                keep_until=date(2028, 1, 1),
                recorded_at=work.now,
            )
        )
        work.session.get_one(Person, company.ids["wang"]).dispatch = True
    found = check(company, "客服专员")
    assert (found["posts_ok"], codes(found["cautions"])) == (True, ["dispatch", "protected"])
    assert "李娜" not in str(found)
    assert "E0003" not in str(found)


def test_an_agency_does_not_apply_for_those_it_lends():
    found = check_posts([PostFacts(post="客服", people=3)], lends=True)
    assert [block.code for block in found.blocks] == ["agency"]
    assert check_posts([PostFacts(post="客服", people=3)], lends=False).ok


def test_the_roster_lists_who_holds_the_posts_here(company):
    with company.house.view(SYSTEM) as work:
        here = work.session.scalars(select(Entity.id).where(Entity.code == "YS")).one()
        rows = roster(work, here, ["客服专员"])
    assert {row["number"] for row in rows} >= {"E0003", "E0004"}
    assert "E0101" not in {row["number"] for row in rows}  # the branch has a roster of its own
