"""Promises: every procedure is played in the browser by the people of the demo company, well and badly ended.

The stories are those of the procedures' own folders; this table says which, and what people are told on the way.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from models.permit import Permit
from models.receipt import Receipt
from tests.journeys.player import Player
from tests.journeys.theatre import Theatre
from tests.pdf.tools import needs_openssl
from webapp.domain.permissions import SYSTEM

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = [needs_openssl, pytest.mark.browser, pytest.mark.xdist_group("chromium")]

#: People of the stories that are not named by a log-in.
CAST = {"p100": "lina", "p20": "zhaomin", "p1": "zhouli", "p10": "chensiyuan"}
CLERK = {"p30": "zhaomin"}  # begins an arbitration: HR gets the letter


@dataclass(frozen=True, kw_only=True)
class Journey:
    """A story, in words; what pages must say and offer, by step; a good path's ``papers`` are in its pack."""

    procedure: str
    story: str
    words: str
    says: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ways: dict[str, tuple[str, ...]] = field(default_factory=dict)
    desk: dict[str, tuple[str, ...]] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)
    papers: int | None = None
    after: Callable[[Player], None] | None = None  # what else has come of it


def a_permit_and_its_renewal(player):
    """What the bureau granted is in the register, and the next application was begun in time."""
    with player.theatre.house.view(SYSTEM) as work:
        permits = {p.number: p.posts for p in work.session.scalars(select(Permit))}
    assert permits["浦人社特工时〔2026〕201号"] == ["夜间客服专员"]
    assert [case.variables.get("application") for case in player.cases_of("hours-permit")] == [
        "first",
        "renewal",
    ]


def a_version_that_may_be_cited(player):
    """Each receipt, on a phone or on paper, lets the version be cited against that person."""
    receipts = player.cases_of("document-receipt")
    assert [case.variables["outcome"] for case in receipts] == ["received", "received"]
    with player.theatre.house.view(SYSTEM) as work:
        kept = {(r.person_id, r.title, r.text_version) for r in work.session.scalars(select(Receipt))}
    assert kept == {(case.person_id, "考勤和休假制度", "2026-1") for case in receipts}


def an_ending_begun(player):
    """The ending knows who investigated: that person neither reviews nor decides."""
    (ending,) = player.cases_of("dismissal")
    assert ending.variables["investigator"] == player.cases_of("investigation")[0].variables["investigator"]


PLAN = {"occasion": "调查已移交，拟解除劳动合同"}
ALONE = {"related": ""}  # of an arbitration: no other case in this database

JOURNEYS = (
    Journey(
        procedure="hours-permit", story="granted", papers=5, after=a_permit_and_its_renewal,
        words="granted, published, reported month by month, renewed in time, back to standard hours at the end",
        desk={"materials": ("上一周期的考勤摘录",), "assemble": ("营业执照复印件",)},
    ),
    Journey(
        procedure="hours-permit", story="agency-blocked", given={"employee": "YS00049"},
        words="an agency may not apply for those it lends: the user company does",
        says={"rework": ("劳动合同法第58条、第59条", "请用工单位以自己的名义申请")},
        ways={"rework": ("again", "withdraw")},
    ),
    Journey(
        procedure="hours-permit", story="legal-refuses",
        words="legal finds nursing staff in the night plan: nothing goes to the bureau",
        says={"rework": ("夜班安排没有排除哺乳期职工",)},
        ways={"rework": ("again", "withdraw")},
    ),
    Journey(
        procedure="hours-permit", story="refused-and-upheld",
        words="the bureau refuses and is upheld: standard hours stay",
        says={"remedy": ("客服岗位可以通过增加班次按标准工时安排",)},
        ways={"remedy": ("reconsider", "sue", "again", "accept")},
    ),
    Journey(
        procedure="rules-register", story="published", papers=2, after=a_version_that_may_be_cited,
        words="discussed, consulted on, decided, published, signed for by each, on a phone or on paper",
        says={"report": ("实际施行日", "2026-12-01")},
    ),
    Journey(
        procedure="rules-register", story="unlawful-draft",
        words="fines and automatic leaving have no ground in law: back to the draft, or dropped",
        says={"revise": ("罚款和自动离职没有法律依据",)},
        ways={"revise": ("again", "drop"), "legal": ("approve", "reject")},
    ),
    Journey(
        procedure="rules-register", story="not-settled",
        words="not settled with the union: nothing is published",
        says={"revise": ("旷工标准未达成一致",)},
        ways={"revise": ("again", "drop")},
    ),
    Journey(
        procedure="rules-register", story="not-approved",
        words="the head of HR does not approve: back to the draft",
        says={"revise": ("施行日期太近，来不及培训",)},
        ways={"revise": ("again", "drop")},
    ),
    Journey(
        procedure="investigation", story="refused", papers=2, after=an_ending_begun,
        words="two jobs: heard by two, told to stop, served, checked, refused: handed on to the ending",
        says={"triage": ("线索本身不能作为处理依据",)},
    ),
    Journey(
        procedure="investigation", story="nothing-found",
        words="nothing is proved: the hold is lifted and the case closed",
    ),
    Journey(
        procedure="investigation", story="minutes-refused",
        words="the person does not sign the minutes: witnessed, and no more than that",
        says={"refusal": ("本人不签的，写明原因并由见证人确认",)},
    ),
    Journey(
        procedure="investigation", story="one-interviewer",
        words="one person asked twice as two: the minutes are not made",
        says={"pair": ("两名询问人不能是同一人",)},
        ways={"pair": ()},
    ),
    Journey(
        procedure="dismissal", story="good-path", papers=3, given=PLAN,
        words="a ground, the union, two who decide, served in person, settled, closed after the limitation",
    ),
    Journey(
        procedure="dismissal", story="art40-2-blocked", given=PLAN,
        words="a pregnant person is not dismissed for incompetence: art. 42, and what would open the way",
        says={"obstacle": ("劳动合同法第42条第4项",)},
        ways={"obstacle": ("revise", "close")},
    ),
    Journey(
        procedure="dismissal", story="union-objects-head-refuses", given=PLAN,
        words="the union objects, HR keeps to it, the head of HR refuses: nobody is dismissed",
        says={"consider": ("处理过重",)},
        ways={"decide_hr": ("approve", "reject")},
    ),
    Journey(
        procedure="dismissal", story="wrong-address", given=PLAN,
        words="a letter to another address does not count as served: it is handed over anew",
    ),
    Journey(
        procedure="arbitration", story="accepted", papers=0, given=ALONE,
        words="claims assessed with their burden, answered, heard, an award accepted and paid",
        says={"assess": ("举证责任",)},
    ),
    Journey(
        procedure="arbitration", story="final-award", given=ALONE,
        words="a final award bears no lawsuit, only setting aside",
        says={"appeal_shut": ("第47、49条",)},
        ways={"appeal_shut": ()},
    ),
    Journey(
        procedure="arbitration", story="window-over", given=ALONE,
        words="the time to sue runs out: the award is complied with",
    ),
    Journey(
        procedure="arbitration", story="not-answered", given=ALONE,
        words="the time to answer runs out without an answer",
    ),
)  # fmt: skip


@pytest.fixture(scope="module")
def theatre(chromium, tmp_path_factory):
    with Theatre(chromium, tmp_path_factory.mktemp("theatre")).serve() as made:
        yield made


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda j: f"{j.procedure}: {j.words}")
def test_a_journey(theatre, journey):
    cast = CAST | (CLERK if journey.procedure == "arbitration" else {})
    with theatre.story() as stage:
        player = Player(
            stage, journey.procedure, journey.story,
            cast=cast, more=journey.given, says=journey.says, ways=journey.ways, desk=journey.desk,
        )  # fmt: skip
        player.play()
        if journey.after:
            journey.after(player)
        if journey.papers is not None:
            data, wrong = player.pack()
            assert wrong == []
            names = [name for name in ZipFile(io.BytesIO(data)).namelist() if "/originals/" in name]
            assert len([name for name in names if name.endswith(".pdf")]) >= journey.papers


def test_each_procedure_is_played_well_once_and_badly_three_times():
    keys = [journey.procedure for journey in JOURNEYS]
    assert {key: keys.count(key) for key in keys} == dict.fromkeys(keys, 4)
    assert len(set(keys)) == 5
