"""A company to import into, and a sound file of 1,200 people."""

import csv
import io
import random
from datetime import date, timedelta

from openpyxl import Workbook

from webapp.domain.identity import check_character
from webapp.services.imports import DepartmentRow, EntityRow, Existing, PersonRow

ENTITIES = {
    "HQ": "云程电子商务有限公司",
    "SH": "云程上海分公司",
    "HZ": "云程杭州分公司",
    "GZ": "云程广州分公司",
}
DEPARTMENTS = ["仓储部", "客服部", "研发部", "财务部", "人力资源部"]
REGIONS = {"310000": "上海市", "330100": "杭州市", "440100": "广州市", "110000": "北京市"}
POSTS = ["仓库理货员", "客服专员", "软件工程师", "会计", "人事专员"]
SURNAMES = "王李张刘陈杨赵黄周吴"
GIVEN = ["伟", "芳", "娜", "敏", "静", "秀英", "丽", "强", "磊", "洋", "梓涵", "欣怡"]
TITLES = [
    "工号", "姓名", "用人单位", "部门", "岗位", "工作地区", "入职日期", "职级", "直属上级工号", "工时制度", "累计工龄起算日",
    "离职日期", "性别", "出生日期", "身份证号", "手机号", "电子邮箱", "劳务派遣",
]  # fmt: skip
COLUMN = {title: index for index, title in enumerate(TITLES)}


def identity(born: date, serial: int) -> str:
    digits = f"310101{born:%Y%m%d}{serial % 1000:03d}"
    return digits + check_character(digits)


def lookup() -> Existing:
    departments = [
        DepartmentRow(code=f"{entity}-{n}", name=name, entity=entity)
        for entity in ENTITIES
        for n, name in enumerate(DEPARTMENTS)
    ]
    common = {
        "entity": "HQ",
        "department": "HQ-4",
        "post": "人事专员",
        "region": "310000",
        "hired_on": date(2010, 1, 4),
    }
    return Existing(
        entities={code: EntityRow(code=code, name=name) for code, name in ENTITIES.items()},
        departments={d.code: d for d in departments},
        regions=REGIONS,
        posts=frozenset(POSTS),
        people={
            "B0001": PersonRow(number="B0001", name="陈总", **common),
            "B0002": PersonRow(number="B0002", name="刘离", left_on=date(2025, 6, 30), **common),
        },
    )


def people(count: int = 1200) -> list[list[str]]:
    rng = random.Random(2026)
    rows = []
    for n in range(count):
        hired = date(2015, 1, 1) + timedelta(days=rng.randrange(4000))
        born = date(1970, 1, 1) + timedelta(days=rng.randrange(10_000))
        card = identity(born, rng.randrange(1000))
        rows.append(
            [
                f"P{n:04d}", rng.choice(SURNAMES) + rng.choice(GIVEN), list(ENTITIES.values())[n % 4], DEPARTMENTS[n % 5],
                POSTS[n % 5], list(REGIONS.values())[n % 4], hired.isoformat(), str(1 + n % 9),
                "B0001" if n < 10 else f"P{n // 10:04d}", ["标准工时", "综合计算工时", "不定时工作制"][n % 3],
                (hired - timedelta(days=300)).isoformat(), "", "男" if int(card[16]) % 2 else "女", born.isoformat(), card,
                f"138{n:08d}", f"p{n}@example.com", "否",
            ]
        )  # fmt: skip
    return rows


def as_csv(titles, rows, encoding="utf-8") -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([titles, *rows])
    return out.getvalue().encode(encoding)


def as_xlsx(titles, rows) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in [titles, *rows]:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
