"""Invented case files: clean ones, and ones with exactly one planted defect. Fixed seed, nobody real."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from webapp.domain.identity import check_character
from webapp.domain.notices import Attempt, Method, Outcome
from webapp.domain.papers import CaseFile, Defect, Paper, PaperKind

if TYPE_CHECKING:
    from collections.abc import Callable

SEED = 20261124
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张"
GIVEN = (
    "伟",
    "秀英",
    "娜",
    "敏",
    "静",
    "丽娟",
    "强",
    "磊",
    "洋",
    "艳",
    "勇",
    "建国",
    "杰",
    "海燕",
    "涛",
    "明霞",
)
COMPANIES = (
    "上海澄明教育科技有限公司",
    "北京禾木信息技术有限公司",
    "广州云帆服饰有限公司",
    "杭州青禾电子商务有限公司",
)
STREETS = (
    "长宁区茅台路 {n} 号 {r} 室",
    "朝阳区建国路 {n} 号 {r} 室",
    "天河区体育东路 {n} 号 {r} 室",
    "西湖区文三路 {n} 号 {r} 室",
)
POSTS = ("在线客服专员", "销售顾问", "仓储主管", "前端工程师")
CITED = {
    "39(2)": "第三十九条第（二）项",
    "39(4)": "第39条第4项",
    "40(2)": "第四十条第二项",
    "39(3)": "第三十九条第三项",
    "40(3)": "第四十条第（三）项",
}
FACTS = {
    "39(2)": "经查，您于{month}连续旷工五个工作日，有考勤记录和询问笔录为证",
    "39(4)": "经查，您与其他单位建立劳动关系，经我司书面要求限期改正后仍拒不改正",
    "40(2)": "经查，您两次考核不合格，经培训后仍不能胜任工作",
}


@dataclass(frozen=True)
class Invented:
    """The words that a file is written with."""

    person: str
    id_number: str
    colleague: str
    colleague_id: str
    company: str
    address: str
    ground: str
    post: str
    hired: date
    decided: date
    ended: date


def id_number(rng: random.Random, born: date) -> str:
    """An identity number with a right check digit, of no real person (region 990000 does not exist)."""
    body = f"990000{born:%Y%m%d}{rng.randint(1, 999):03d}"
    return body + check_character(body)


def invent(rng: random.Random) -> Invented:
    """One set of words."""
    first, second = rng.sample(SURNAMES, 2)
    ground = rng.choice(tuple(FACTS))
    decided = date(2026, 3, 2) + timedelta(days=rng.randint(0, 120))
    company = rng.choice(COMPANIES)
    ended = decided + timedelta(days=rng.randint(31, 40)) if ground == "40(2)" else decided
    return Invented(
        person=first + rng.choice(GIVEN),
        id_number=id_number(rng, date(1988, 1, 1) + timedelta(days=rng.randint(0, 4000))),
        colleague=second + rng.choice(GIVEN),
        colleague_id=id_number(rng, date(1980, 1, 1) + timedelta(days=rng.randint(0, 2000))),
        company=company,
        address=company[:2]
        + "市"
        + rng.choice(STREETS).format(n=rng.randint(1, 900), r=rng.randint(101, 1809)),
        ground=ground,
        post=rng.choice(POSTS),
        hired=date(2019, 1, 7) + timedelta(days=rng.randint(0, 1500)),
        decided=decided,
        ended=ended,
    )


def chinese(on: date) -> str:
    """A date as letters write it."""
    return f"{on.year}年{on.month}月{on.day}日"


def contract_text(words: Invented, *, extra: str = "", drop: str = "") -> str:
    """A contract with all mandatory items and clauses that only look dangerous."""
    lines = [
        f"劳动合同\n甲方（用人单位）：{words.company}，住所：{words.company[:2]}市科技路1号，法定代表人：高远。",
        f"乙方（劳动者）：{words.person}，居民身份证号码：{words.id_number}，住址：{words.address}。",
        f"第一条 合同期限自{chinese(words.hired)}起为三年，期满自动终止，但依法应当续延的除外；试用期三个月。",
        f"第二条 工作内容为{words.post}，工作地点为{words.company[:2]}市。",
        "第三条 工作时间执行标准工时，每周休息二日；甲方安排乙方加班的，依法支付二倍或者三倍工资。",
        "第四条 劳动报酬为每月9000元，每月十日支付。",
        "第五条 甲方依法为乙方缴纳社会保险，不得以任何形式要求乙方放弃。",
        "第六条 甲方提供劳动保护、劳动条件和职业危害防护。",
        "第七条 甲方不得收取押金，不扣押乙方的身份证。",
        (
            "第八条 乙方违反专项培训服务期约定的，按未履行部分分摊向甲方支付违约金；违反竞业限制约定的，支付违约金，"
            "竞业限制期限不超过二年。"
        ),
        "第九条 甲方违法解除的，按经济补偿标准的二倍向乙方支付赔偿金；不因乙方结婚、怀孕、生育解除合同。",
        f"第十条 送达地址：{words.address}。",
    ]
    return "\n".join([*(line for line in lines if not drop or drop not in line), extra])


def notice_text(words: Invented) -> str:
    """A notice of dismissal."""
    facts = FACTS[words.ground].format(month="三月")
    return (
        f"解除劳动合同通知书\n{words.person}先生/女士：\n{facts}。因此现依据《中华人民共和国劳动合同法》"
        f"{CITED[words.ground]}，自{chinese(words.ended)}起解除与您订立的劳动合同。"
        f"《员工手册》第四十条第（二）项另有规定。请于三日内与同事{words.colleague}办理工作交接。"
        f"已依据《劳动合同法》第四十三条通知工会。您如有异议，可以在一年内申请劳动仲裁。\n{words.company}"
    )


def make_papers(words: Invented) -> dict[str, Paper]:
    """The papers of a clean file, by key."""
    about = {"person": words.person}
    papers = [
        Paper(
            key="01",
            kind=PaperKind.CONTRACT,
            title="劳动合同",
            text=contract_text(words),
            dated=words.hired,
            id_number=words.id_number,
            **about,
        ),
        Paper(
            key="02",
            kind=PaperKind.RULES,
            title="员工手册",
            text="第四十条 下列行为属于严重违纪：（二）连续旷工三日以上的。禁止收取保证金。",
            version="2024-1",
        ),
        Paper(
            key="03",
            kind=PaperKind.RULES_RECEIPT,
            title="员工手册签收单",
            text=f"本人已收到并阅读员工手册。签收人：{words.person}，记录人：{words.colleague}。",
            dated=words.hired,
            version="2024-1",
            **about,
        ),
        Paper(
            key="04",
            kind=PaperKind.INTERVIEW,
            title="询问笔录",
            text=f"询问人：{words.colleague}、高远。被询问人：{words.person}（身份证号：{words.id_number}）。问：情况属实吗？答：属实。",
            dated=words.decided - timedelta(days=20),
            **about,
        ),
        Paper(
            key="05",
            kind=PaperKind.DEMAND,
            title="限期改正通知书",
            text=f"{words.person}同志：\n经查上述事实属实，请在七日内改正；逾期不改正的，公司将依法处理。",
            dated=words.decided - timedelta(days=19),
            due=words.decided - timedelta(days=12),
            **about,
        ),
        Paper(
            key="06",
            kind=PaperKind.UNION_LETTER,
            title="通知工会函",
            text=f"公司工会：\n经查，职工{words.person}存在上述事实，公司拟依据《劳动合同法》{CITED[words.ground]}解除与{words.person}的劳动合同，"
            "现依据第四十三条将理由通知贵会。",
            dated=words.decided - timedelta(days=8),
            ground=words.ground,
            **about,
        ),
        Paper(
            key="07",
            kind=PaperKind.DECISION,
            title="解除审批表",
            text=f"员工姓名：{words.person}，部门：客服部，经办人：{words.colleague}。",
            dated=words.decided,
            ground=words.ground,
            **about,
        ),
        Paper(
            key="08",
            kind=PaperKind.NOTICE,
            title="解除劳动合同通知书",
            text=notice_text(words),
            dated=words.decided,
            ground=words.ground,
            **about,
        ),
        Paper(
            key="09",
            kind=PaperKind.SERVICE,
            title="送达记录",
            text=f"收件人：{words.person}，快递单号 1234567890123，签收。",
            attempt=Attempt(
                method=Method.POST,
                on=words.decided + timedelta(days=2),
                outcome=Outcome.SIGNED,
                address=words.address.replace(" ", ""),
            ),
            **about,
        ),
        Paper(
            key="10",
            kind=PaperKind.CERTIFICATE,
            title="解除劳动合同证明",
            text=f"兹证明{words.person}（身份证号码：{words.id_number}）的劳动合同期限自{chinese(words.hired)}起，"
            f"于{chinese(words.ended)}解除，工作岗位为{words.post}，在本单位的工作年限为五年。",
            dated=words.ended,
            **about,
        ),
        Paper(
            key="11",
            kind=PaperKind.TRANSFER,
            title="社会保险关系转移回执",
            done_on=words.ended + timedelta(days=12),
        ),
    ]
    return {paper.key: paper for paper in papers}


def make_file(words: Invented, papers: dict[str, Paper], rng: random.Random) -> CaseFile:
    """The file of these papers, shuffled."""
    shuffled = list(papers.values())
    rng.shuffle(shuffled)
    return CaseFile(
        person=words.person,
        papers=tuple(shuffled),
        id_number=words.id_number,
        colleagues=frozenset({words.colleague, "高远"}),
        addresses=frozenset({words.address}),
        ended_on=words.ended,
    )


@dataclass(frozen=True)
class Planted:
    """A defect: where, what is expected, and how it is planted; it fits some grounds only."""

    name: str
    paper: str
    defect: Defect
    article: str
    plant: Callable[[Invented, dict[str, Paper]], None]
    ground: str = ""


def change(key: str, **values: object) -> Callable[[Invented, dict[str, Paper]], None]:
    """Change a paper; values may be functions of the words and the paper."""

    def plant(words: Invented, papers: dict[str, Paper]) -> None:
        paper = papers[key]
        given = {name: value(words, paper) if callable(value) else value for name, value in values.items()}
        papers[key] = replace(paper, **given)

    return plant


def remove(key: str) -> Callable[[Invented, dict[str, Paper]], None]:
    """Take a paper out."""

    def plant(_words: Invented, papers: dict[str, Paper]) -> None:
        del papers[key]

    return plant


def swap(key: str, old: Callable[[Invented], str], new: Callable[[Invented], str]):
    """Replace words in a paper's text."""

    def text(words: Invented, paper: Paper) -> str:
        assert old(words) in paper.text
        return paper.text.replace(old(words), new(words))

    return change(key, text=text)


def clause(sentence: str):
    """Add a sentence to the contract."""
    return change("01", text=lambda words, _: contract_text(words, extra=sentence))


def served(**values: object):
    """Change the attempt of service."""

    def attempt(words: Invented, paper: Paper) -> Attempt:
        assert paper.attempt
        given = {name: value(words) if callable(value) else value for name, value in values.items()}
        return replace(paper.attempt, **given)

    return change("09", attempt=attempt)


PERSON, BURDEN = Defect.OTHER_PERSON, "法释〔2020〕26号第44条"
UNION = "劳动合同法第43条；法释〔2020〕26号第47条"
LADDER = "劳办发〔1995〕179号"
HANDOVER = "劳动合同法第50条第1款"


def other_ground(words: Invented) -> str:
    return "40(3)" if words.ground != "40(3)" else "39(2)"


PLANTED: tuple[Planted, ...] = (
    Planted(
        "form names a colleague", "08", PERSON, BURDEN, change("08", person=lambda words, _: words.colleague)
    ),
    Planted(
        "notice is addressed to a colleague",
        "08",
        PERSON,
        BURDEN,
        swap("08", lambda words: f"{words.person}先生/女士：", lambda words: f"{words.colleague}先生："),
    ),
    Planted(
        "certificate bears another number",
        "10",
        PERSON,
        BURDEN,
        swap("10", lambda words: words.id_number, lambda words: words.colleague_id),
    ),
    Planted(
        "union letter is about a colleague",
        "06",
        PERSON,
        BURDEN,
        swap("06", lambda words: f"解除与{words.person}的", lambda words: f"解除与{words.colleague}的"),
    ),
    Planted(
        "interview of somebody else",
        "04",
        PERSON,
        BURDEN,
        swap("04", lambda words: f"被询问人：{words.person}", lambda words: f"被询问人：{words.colleague}"),
    ),
    Planted(
        "contract of another person",
        "01",
        PERSON,
        BURDEN,
        swap(
            "01",
            lambda words: f"乙方（劳动者）：{words.person}",
            lambda words: f"乙方（劳动者）：{words.colleague}",
        ),
    ),
    Planted(
        "union letter after the decision",
        "06",
        Defect.UNION_LATE,
        UNION,
        change("06", dated=lambda words, _: words.decided + timedelta(days=1)),
    ),
    Planted(
        "union letter a month late",
        "06",
        Defect.UNION_LATE,
        UNION,
        change("06", dated=lambda words, _: words.decided + timedelta(days=30)),
    ),
    Planted("no union letter", "07", Defect.UNION_MISSING, UNION, remove("06")),
    Planted(
        "union letter names another ground",
        "06",
        Defect.GROUND_DIFFERS,
        BURDEN,
        change("06", ground=lambda words, _: other_ground(words), text=""),
    ),
    Planted(
        "decision names another ground",
        "07",
        Defect.GROUND_DIFFERS,
        BURDEN,
        change("07", ground=lambda words, _: other_ground(words)),
    ),
    Planted(
        "notice cites another ground in its text",
        "08",
        Defect.GROUND_DIFFERS,
        BURDEN,
        swap("08", lambda words: CITED[words.ground], lambda _: CITED["40(3)"]),
    ),
    Planted(
        "union letter cites another ground in its text",
        "06",
        Defect.GROUND_DIFFERS,
        BURDEN,
        swap("06", lambda words: CITED[words.ground], lambda _: CITED["39(3)"]),
    ),
    Planted(
        "served at the old address",
        "09",
        Defect.ADDRESS_DIFFERS,
        LADDER,
        served(address="杭州市江干区旧居路 8 号"),
    ),
    Planted(
        "served at the neighbour's door",
        "09",
        Defect.ADDRESS_DIFFERS,
        LADDER,
        served(address=lambda words: words.address.replace(" 室", "1 室")),
    ),
    Planted(
        "relative signs elsewhere",
        "09",
        Defect.ADDRESS_DIFFERS,
        LADDER,
        served(method=Method.RELATIVE, address="老家"),
    ),
    Planted(
        "public notice at once",
        "09",
        Defect.SERVICE_FLAWED,
        LADDER,
        served(method=Method.PUBLIC_NOTICE, outcome=Outcome.PUBLISHED),
    ),
    Planted(
        "mailed though never agreed",
        "09",
        Defect.SERVICE_FLAWED,
        "电子签名法第11条",
        served(method=Method.ELECTRONIC, address=""),
    ),
    Planted(
        "transfer on the last day of the second month",
        "11",
        Defect.DEADLINE_MISSED,
        HANDOVER,
        change("11", done_on=lambda words, _: words.ended + timedelta(days=45)),
    ),
    Planted(
        "certificate a week late",
        "10",
        Defect.DEADLINE_MISSED,
        HANDOVER,
        change("10", dated=lambda words, _: words.ended + timedelta(days=7)),
    ),
    Planted(
        "decided while the person could still comply",
        "05",
        Defect.DEADLINE_MISSED,
        "劳动合同法第39条第4项",
        change("05", due=lambda words, _: words.decided + timedelta(days=3)),
    ),
    Planted(
        "twenty-nine days of notice",
        "08",
        Defect.DEADLINE_MISSED,
        "劳动合同法第40条",
        change("08", dated=lambda words, _: words.ended - timedelta(days=29)),
        ground="40(2)",
    ),
    Planted(
        "certificate without years of service",
        "10",
        Defect.CONTENT_MISSING,
        "劳动合同法实施条例第24条",
        swap("10", lambda _: "，在本单位的工作年限为五年", lambda _: ""),
    ),
    Planted(
        "certificate without the post",
        "10",
        Defect.CONTENT_MISSING,
        "劳动合同法实施条例第24条",
        swap("10", lambda words: f"，工作岗位为{words.post}", lambda _: ""),
    ),
    Planted(
        "notice without remedies",
        "08",
        Defect.CONTENT_MISSING,
        "劳动争议调解仲裁法第27条",
        swap("08", lambda _: "，可以在一年内申请劳动仲裁", lambda _: "，请联系人事部"),
    ),
    Planted(
        "contract without social insurance",
        "01",
        Defect.CONTENT_MISSING,
        "劳动合同法第17条第1款第7项",
        change("01", text=lambda words, _: contract_text(words, drop="社会保险")),
    ),
    Planted(
        "demand without consequence",
        "05",
        Defect.CONTENT_MISSING,
        "劳动合同法第39条第4项",
        swap("05", lambda _: "；逾期不改正的，公司将依法处理", lambda _: ""),
    ),
    Planted(
        "twice the wages for a second job",
        "01",
        Defect.VOID_CLAUSE,
        "劳动合同法第25条",
        clause("第十一条 乙方在外兼职的，应当按兼职期间所得工资的二倍赔偿甲方。"),
    ),
    Planted(
        "social insurance waived",
        "01",
        Defect.VOID_CLAUSE,
        "劳动合同法第26条第1款第2项",
        clause("第十一条 乙方自愿放弃缴纳社会保险，由此产生的后果由乙方承担。"),
    ),
    Planted(
        "deposit",
        "01",
        Defect.VOID_CLAUSE,
        "劳动合同法第9条",
        clause("第十一条 乙方入职时应向甲方缴纳工装押金500元。"),
    ),
)


def clean_files(count: int = 10) -> list[CaseFile]:
    """Files without a defect."""
    rng = random.Random(SEED)
    return [make_file(words, make_papers(words), rng) for words in (invent(rng) for _ in range(count))]


def defective_files() -> list[tuple[Planted, CaseFile]]:
    """One file for each planted defect."""
    rng = random.Random(SEED + 1)
    found = []
    for planted in PLANTED:
        words = invent(rng)
        while planted.ground and words.ground != planted.ground:
            words = invent(rng)
        papers = make_papers(words)
        planted.plant(words, papers)
        found.append((planted, make_file(words, papers, rng)))
    return found
