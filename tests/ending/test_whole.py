"""One story: an alert, an investigation, the end of the contract with three mistakes, an arbitration."""

import hashlib
import io
import json
from datetime import timedelta

import pytest

from models.case import Case
from tests.ending.acts import ADDRESS, plan, preserved
from tests.evidence.packs import faults, read_events, unpack, verify
from tests.pdf.tools import needs_openssl
from webapp.domain.errors import InvalidError
from webapp.domain.permissions import SYSTEM
from webapp.edge import utc_now
from webapp.services.cases.messages import correlate
from webapp.services.evidence import export_pack
from webapp.services.evidence.papers import check_case

pytestmark = needs_openssl
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
LATE = 40  # days since the last day: certificate and transfer were a matter of days


def day(sealing, shift=0):
    return (sealing.clock.now.date() + timedelta(days=shift)).isoformat()


def attempt(sealing, method, outcome, address=ADDRESS):
    return {"method": method, "on": day(sealing), "outcome": outcome, "address": address, "proof": True}


def investigated(sealing):
    """From the alert to the hand-over: a second employment with serious effect."""
    with sealing.company.house.unit(SYSTEM) as work:
        told = {
            "employee": "E0003",
            "alert": "1",
            "rule": "outside-zone",
            "first_day": "2026-11-09",
            "last_day": "2026-11-13",
            "summary": "一周有四天工作时间的打卡不在许可区域内",
        }
        correlate(work, "alert", key="E0003", variables=told)
    case_id = sealing.case_about("investigation")
    sealing.does(case_id, "triage", outcome="open", explanation="没有外出审批", because="与记录不符")
    log = sealing.brings(case_id, "preserve", "到岗记录.csv", "日期,地点\n2026-11-09,展会\n".encode())
    item = preserved(day(sealing), files=[log])
    sealing.does(case_id, "preserve", items=[item], work_systems_only=True, assessed=True)
    sealing.does(
        case_id,
        "interview",
        "hr2",
        outcome="held",
        held_on=day(sealing),
        held_from="14:00 至 15:00",
        place="一号会议室",
        interviewer_one="孙倩",
        interviewer_two="陈思远",
        rights_told=True,
        recorded=True,
        questions=[{"question": "上周二下午在哪里？", "answer": "在展会帮忙。"}],
        statement="只是帮朋友。",
    )
    sealing.signs_own(case_id, "minutes_sign")
    sealing.does(
        case_id,
        "supplement",
        "hr2",
        traces="本人提供的社保记录显示由对方缴纳",
        managed="yes",
        paid="yes",
        insured="yes",
        outcome="employment",
        because="有管理、有工资、有社保",
    )
    sealing.does(
        case_id,
        "effect",
        "legal",
        output_change="下降四成",
        absence="缺勤五天",
        complaints="三起",
        outcome="serious",
        because="与基线相比明显下降",
        facts_text="十一月九日至十三日在对方展台工作，社会保险由对方缴纳",
    )
    assert sealing.row(case_id).ended_at is not None
    return case_id


def ended(sealing, found):
    """The dismissal that the investigation began, with its three mistakes; sealed."""
    case_id = sealing.case_about("dismissal")
    assert sealing.read(case_id, "facts_text").startswith("十一月九日")
    facts = sealing.read(case_id, "facts")
    assert (facts["second_employment_proved"], facts["serious_effect"]) == ("yes", "yes")
    sealing.does(case_id, "plan", last_day=day(sealing, -LATE), **plan(facts=facts))
    sealing.does(case_id, "review", "counsel", outcome="approve", opinion="可以成立")
    sealing.seals_all()
    sealing.does(case_id, "union", "union", outcome="none", opinion="没有不同意见", dated=day(sealing))
    sealing.does(case_id, "decide_hr", "chief", outcome="approve", comment="同意")
    sealing.does(case_id, "decide_gm", "boss", outcome="approve", comment="同意")
    sealing.seals_all()
    sealing.does(case_id, "hand", attempt=attempt(sealing, "in_person", "returned", "公司"))
    elsewhere = attempt(sealing, "post", "signed", "苏州市某路 9 号")  # first mistake: not the agreed address
    receipt = sealing.brings(case_id, "post", "回执.png", PNG)
    sealing.does(case_id, "post", attempt=elsewhere, service=[{"id": str(receipt.id), "name": receipt.name}])
    assert sealing.open(case_id) == {"hand"}  # it does not count
    sealing.does(case_id, "hand", attempt=attempt(sealing, "in_person", "signed", "公司"))
    sealing.seals_all()
    # second and third mistake: certificate and transfer are late
    sealing.does(case_id, "handover", assets="电脑已交回", access_off=True, done_on=day(sealing))
    sealing.does(case_id, "settle", wages_due=4000, leave_pay=1200, paid_on=day(sealing))
    sealing.does(case_id, "claims", "legal", outcome="none", bound="none")
    assert {f["defect"] for f in sealing.task(case_id, "mend").variables["findings"]} == found
    sealing.does(case_id, "mend", "legal", outcome="accept", comment="无法补救，已记录")
    return case_id


def pack(sealing, case_id):
    out = io.BytesIO()
    doors = sealing.company.house.ports.doors()
    export_pack(lambda: sealing.company.unit("legal"), case_id, out, doors=doors)
    return out.getvalue(), doors.trust(utc_now())["root.pem"]


def test_the_pack_of_a_flawed_ending_names_its_three_defects_and_so_does_the_arbitration(sealing, tmp_path):
    first = investigated(sealing)
    wanted = {"address_differs", "deadline_missed"}
    second = ended(sealing, wanted)
    with sealing.company.view("legal") as work:
        checked = check_case(work, work.session.get_one(Case, second))
    named = {(paper.title, found.defect.value) for paper in checked.papers for found in paper.findings}
    assert named == {
        ("邮寄送达", "address_differs"),
        ("解除（终止）劳动合同证明", "deadline_missed"),
        ("交接与转移", "deadline_missed"),
    }
    assert sealing.events(second)[-1] == "case.sealed"
    receipt = hashlib.sha256(PNG).hexdigest()
    certificate = sealing.paper(second, "termination_certificate").sha256
    said = [str(caution) for caution in checked.cautions(receipt)]  # what the form says, beside its file
    assert [line.startswith("邮寄送达（登记）") for line in said] == [True]
    said = "".join(map(str, checked.cautions(certificate)))  # a form without a file, beside its document
    assert "交接与转移（登记）" in said

    third = sealing.begins(
        "arbitration",
        received_on=day(sealing),
        commission="浦东新区劳动人事争议仲裁委员会",
        file_number="浦劳人仲（2026）办字第 100 号",
        claims=[{"kind": "unlawful", "amount": 156000, "basis": "违法解除"}],
        related=f"{sealing.row(first).number}\n{sealing.row(second).number}",
    )
    assert "hold.placed" in sealing.events(third)[:2]
    sealing.does(
        third,
        "figures",
        ended_on=day(sealing, -LATE),
        avg_12m_gross=12000,
        local_average=12307,
        local_minimum=2740,
        figure_source="工资台账",
    )
    told = sealing.task(third, "assess").variables["findings"]
    assert {(f["case"], f["title"]) for f in told} == {
        (sealing.row(second).number, title) for title, _ in named
    }
    arbitrated(sealing, third)
    assert sealing.events(third)[-1] == "case.sealed"

    data, root = pack(sealing, second)
    assert faults(verify(tmp_path, data, root)[1]) == []
    told = [json.loads(event["payload"]) for event in read_events(unpack(data))]
    (event,) = [e for e in told if e["kind"] == "papers.checked"]
    assert {f["title"] for f in event["data"]["findings"]} == {title for title, _ in named}


def arbitrated(sealing, case_id):
    """Assessed, answered, heard, awarded, complied with."""
    one = {"kind": "unlawful", "risk": "high", "exposure": 156000, "position": "程序合法", "exhibits": "1-4"}
    one["why_differs"] = "按请求金额"
    sealing.does(case_id, "assess", "legal", outcome="settle", positions=[one])
    sealing.does(case_id, "answer", "legal", outcome="filed", done_on=day(sealing))
    hearing = {"hearing_on": day(sealing, 20), "hearing_place": "第三仲裁庭", "counsel": "何律"}
    sealing.does(case_id, "hearing", "legal", **hearing)
    sealing.does(case_id, "held", "legal", outcome="award", record="双方举证质证完毕")
    awarded = [{"kind": "unlawful", "amount": 156000}]
    sealing.does(
        case_id,
        "award",
        "legal",
        award_received_on=day(sealing),
        awarded=awarded,
        other_matters=False,
        local_minimum=2740,
    )
    with pytest.raises(InvalidError):
        sealing.complete("legal", sealing.task(case_id, "appeal"), outcome="ignore", because="不理会")
    sealing.does(case_id, "appeal", "legal", outcome="accept", because="金额合理")
    sealing.does(case_id, "comply", "hr", done_on=day(sealing), paid=156000, lessons="按约定地址送达")
