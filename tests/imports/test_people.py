"""Promises: an import of people names every fault in words and nothing else, and writes nothing."""

import io
import random
import zipfile
from dataclasses import replace
from datetime import date, datetime

import pytest

from tests.imports import company
from webapp.domain.errors import InvalidError
from webapp.services import imports

# (row as the spreadsheet counts, column, what is put there, words of the sentence)
PLANTED = [
    (12, "姓名", "", "此列必填"),
    (31, "姓名", "王2小明", "含有数字或符号"),
    (255, "工号", "P0001", "与第 3 行重复"),
    (277, "工号", "", "此列必填"),
    (282, "工号", "P 0280 号", "不能作工号"),
    (340, "用人单位", "云程上海分公司2", "是否应为“云程上海分公司”"),
    (361, "用人单位", "别家公司", "没有用人单位“别家公司”"),
    (400, "部门", "仓储都", "是否应为“仓储部”"),
    (422, "部门", "GZ-0", "不属于用人单位"),
    (459, "岗位", "飞行员", "没有岗位“飞行员”"),
    (500, "工作地区", "火星", "没有地区“火星”"),
    (533, "入职日期", "2024-02-30", "不是有效的日期"),
    (550, "入职日期", "45000", "不是有效的日期"),
    (577, "入职日期", "去年三月", "不是有效的日期"),
    (604, "离职日期", "2001-01-01", "早于入职日期"),
    (644, "累计工龄起算日", "2090-01-01", "晚于入职日期"),
    (670, "职级", "高级", "应为 1 至 99 的整数"),
    (699, "身份证号", "310101199001011237", "校验不通过"),
    (720, "身份证号", "31010119900101", "应为 18 位"),
    (755, "出生日期", "1999-09-09", "出生日期与身份证号不一致"),
    (800, "手机号", "1380013800", "手机号应为 11 位"),
    (840, "手机号", "1.38E+10", "被表格软件改成了数字"),
    (900, "电子邮箱", "zhang@", "不是有效的电子邮箱"),
    (955, "工时制度", "弹性", "应为其中之一：标准工时"),
    (1000, "直属上级工号", "Z9999", "没有工号为“Z9999”的人员"),
    (1050, "直属上级工号", "P1048", "不能是本人"),
    (1100, "直属上级工号", "B0002", "已于 2025-06-30 离职"),
    (1152, "劳务派遣", "也许", "应填“是”或“否”"),
    (1170, "姓名", "=HYPERLINK(1)", "公式"),
    (1190, "岗位", "长" * 501, "内容过长"),
]


def planted(rows):
    for row, column, value, _ in PLANTED:
        rows[row - 2][company.COLUMN[column]] = value
    return rows


def read(data, name="people.csv"):
    return imports.plan_people(imports.read_sheet(data, name), company.lookup())


class TestTwelveHundredRows:
    @pytest.mark.parametrize(
        ("make", "name"),
        [
            (lambda t, r: company.as_csv(t, r), "a.csv"),
            (lambda t, r: company.as_csv(t, r, "utf-8-sig"), "a.csv"),
            (lambda t, r: company.as_csv(t, r, "gb18030"), "a.csv"),
            (company.as_xlsx, "a.xlsx"),
        ],
        ids=["utf-8", "utf-8 with mark", "gb18030", "xlsx"],
    )
    def test_with_thirty_planted_faults_name_all_thirty_and_nothing_else(self, make, name):
        plan = read(make(company.TITLES, planted(company.people())), name)
        assert len(PLANTED) == 30
        assert [(f.row, f.column) for f in plan.faults] == [(row, column) for row, column, _, _ in PLANTED]
        for fault, (_, _, _, words) in zip(plan.faults, PLANTED, strict=True):
            assert words in str(fault.message)
        assert (plan.total, len(plan.rows), plan.counts["faulty"]) == (1200, 1170, 30)
        assert not plan.ready
        assert str(imports.report(plan).verdict) == "发现 30 处问题，改正后才能导入；没有写入任何内容。"

    def test_without_faults_are_all_new(self):
        plan = read(company.as_csv(company.TITLES, company.people()))
        assert plan.faults == ()
        assert plan.ready
        assert dict(plan.counts) == {"new": 1200, "changed": 0, "unchanged": 0, "faulty": 0, "missing": 1}
        assert plan.missing == ("B0001",)


class TestReconciliation:
    def existing(self, plan):
        rows = {r.number: imports.PersonRow(**r.values) for r in plan.rows}
        return replace(company.lookup(), people={**company.lookup().people, **rows})

    def test_tells_new_changed_unchanged_and_missing(self):
        existing = self.existing(read(company.as_csv(company.TITLES, company.people(20))))
        rows = company.people(21)[1:]
        rows[0][company.COLUMN["手机号"]] = "13911112222"
        plan = imports.plan_people(
            imports.read_sheet(company.as_csv(company.TITLES, rows), "a.csv"), existing
        )
        assert dict(plan.counts) == {"new": 1, "changed": 1, "unchanged": 18, "faulty": 0, "missing": 2}
        told = imports.report(plan)
        assert str(told.verdict) == "20 行全部可以导入。"
        assert [(c.row, c.number, c.column, str(c.message)) for c in told.changes] == [
            (2, "P0001", "手机号", "13800000001 改为 13911112222")
        ]
        assert [m.number for m in told.missing] == ["B0001", "P0000"]

    def test_leaves_alone_what_the_file_does_not_say(self):
        existing = self.existing(read(company.as_csv(company.TITLES, company.people(20))))
        data = company.as_csv(company.TITLES[:7], [row[:7] for row in company.people(20)])
        assert imports.plan_people(imports.read_sheet(data, "a.csv"), existing).counts["unchanged"] == 20

    def test_keeps_what_the_card_says_and_not_its_number(self):
        rows = company.people(1)
        rows[0][company.COLUMN["性别"]] = rows[0][company.COLUMN["出生日期"]] = ""
        values = read(company.as_csv(company.TITLES, rows)).rows[0].values
        assert isinstance(values["born_on"], date)
        assert values["gender"] in {"m", "f"}
        assert "identity" not in values

    def test_bears_the_hash_of_the_file_that_was_looked_at(self):
        data = company.as_csv(company.TITLES, company.people(2))
        assert read(data).sha256 == read(data).sha256
        assert read(data).sha256 != read(data + b"\n").sha256


class TestHeaders:
    def test_suggest_the_title_that_was_meant(self):
        titles = [*company.TITLES]
        titles[company.COLUMN["手机号"]] = "手机号吗"
        plan = read(company.as_csv(titles, company.people(3)))
        assert [(f.row, f.column, str(f.message)) for f in plan.faults] == [
            (1, "手机号吗", "不认识列标题“手机号吗”，是否应为“手机号”？")
        ]

    def test_tell_needed_columns_that_are_not_there(self):
        titles = [*company.TITLES]
        titles[company.COLUMN["姓名"]] = "备注"
        plan = read(company.as_csv(titles, company.people(3)))
        assert [str(f.message) for f in plan.faults] == [
            "不认识列标题“备注”，请删除此列。",
            "缺少必需的列“姓名”。",
        ]
        assert plan.rows == ()

    def test_may_be_starred_spaced_english_or_in_any_order(self):
        titles = ["Name", " 工 号 *", "公司", "部门", "职位", "工作地点", "入职日期"]
        rows = [[r[1], r[0], *r[2:7]] for r in company.people(3)]
        assert read(company.as_csv(titles, rows)).faults == ()

    def test_may_not_stand_twice(self):
        plan = read(company.as_csv([*company.TITLES, "工号"], [[*r, "x"] for r in company.people(2)]))
        assert [str(f.message) for f in plan.faults] == ["列标题“工号”出现了两次。"]


class TestManagers:
    def plan(self, **leaders):
        rows = company.people(12)
        for row in rows:
            row[company.COLUMN["直属上级工号"]] = leaders.get(row[0], "B0001")
        return read(company.as_csv(company.TITLES, rows))

    def test_in_a_circle_are_named_once_with_the_whole_circle(self):
        faults = self.plan(P0003="P0005", P0005="P0007", P0007="P0003").faults
        assert [(f.row, f.column, str(f.message)) for f in faults] == [
            (5, "直属上级工号", "直属上级形成循环：P0003 → P0005 → P0007 → P0003。")
        ]

    def test_may_be_new_in_the_same_file_further_down(self):
        assert self.plan(P0000="P0009").faults == ()


class TestCells:
    def one(self, column, value, *, xlsx=True):
        rows = company.people(2)
        rows[1][company.COLUMN[column]] = value
        data = company.as_xlsx(company.TITLES, rows) if xlsx else company.as_csv(company.TITLES, rows)
        return read(data, "a.xlsx" if xlsx else "a.csv")

    @pytest.mark.parametrize(
        "value",
        [date(2027, 3, 5), datetime(2027, 3, 5), "2027/3/5", "2027年3月5日", "20270305", "2027.03.05"],
    )
    def test_read_dates_as_people_write_them(self, value):
        plan = self.one("离职日期", value)
        assert plan.faults == ()
        assert plan.rows[1].values["left_on"] == date(2027, 3, 5)

    def test_tell_a_date_with_a_time(self):
        assert "带有时间" in str(self.one("入职日期", datetime(2024, 3, 5, 9, 30)).faults[0].message)

    def test_tell_a_card_that_the_spreadsheet_spoilt(self):
        fault = self.one("身份证号", 310101199001011000).faults[0]
        assert "被表格软件改成了数字" in str(fault.message)

    def test_do_not_repeat_a_card_number_in_the_sentence(self):
        assert "310101199001011237" not in str(self.one("身份证号", "310101199001011237").faults[0].message)

    def test_take_a_telephone_stored_as_a_number(self):
        assert self.one("手机号", 13800138000).faults == ()

    @pytest.mark.parametrize("value", ["+8613800138000", "021-61234567", "+1 415 555 0100", "8613800138000"])
    def test_take_telephones_of_all_kinds(self, value):
        assert self.one("手机号", value, xlsx=False).faults == ()

    def test_refuse_formulas_of_a_spreadsheet(self):
        assert "单元格是公式" in str(self.one("电子邮箱", "=1+1").faults[0].message)

    @pytest.mark.parametrize("value", ["@SUM(A1)", "=cmd|'/c calc'!A0", "+1+1", "-2+3"])
    def test_refuse_formulas_of_a_csv_file(self, value):
        assert "像是公式" in str(self.one("电子邮箱", value, xlsx=False).faults[0].message)

    def test_trim_blanks_of_every_kind(self):
        assert self.one("姓名", "\u3000王小明\u00a0", xlsx=False).rows[1].values["name"] == "王小明"

    @pytest.mark.parametrize("value", ["欧阳娜娜", "阿卜杜拉·买买提", "John A. Smith", "𬎆瑞"])
    def test_take_names_of_all_kinds(self, value):
        assert self.one("姓名", value, xlsx=False).faults == ()


class TestFiles:
    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (b"", "空"),
            ("工号\n".encode(), "没有数据行"),
            (b"\n\n", "第一行"),
            (b"%PDF-1.4 x", "CSV 或 xlsx"),
            (b"PK\x03\x04 broken", "不能导入"),
            ('工号,姓名\n"a,b\n'.encode(), "引号"),
            (b"\xff\xfe\x00", "不支持"),
            (b"a,b\n" * 20_100, "行数过多"),
            (b"x" * 10_000_001, "10 MB"),
        ],
        ids=["empty", "no rows", "no header", "pdf", "broken zip", "quotes", "binary", "rows", "bytes"],
    )
    def test_that_cannot_be_read_say_why(self, data, words):
        with pytest.raises(InvalidError, match=words):
            read(data)

    def test_of_a_few_kilobytes_that_unpack_to_more_than_any_sheet_are_not_opened(self):
        out = io.BytesIO(company.as_xlsx(company.TITLES, []))
        with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as book:
            book.writestr("xl/more.xml", bytes(50_000_000))
            book.writestr("xl/noise.bin", random.Random(7).randbytes(400_000), zipfile.ZIP_STORED)
        with pytest.raises(InvalidError, match="50 MB"):
            read(out.getvalue(), "a.xlsx")
