"""Promises: an import of contracts names every fault in words, and what it would change."""

from dataclasses import replace
from datetime import date

import pytest

from tests.imports import company
from webapp.services import imports

ROW = {
    "合同编号": "HT-1",
    "工号": "B0001",
    "用人单位": "HQ",
    "合同类型": "固定期限",
    "开始日期": "2024-01-01",
    "结束日期": "2026-12-31",
}


def plan(*rows, contracts=()):
    existing = replace(company.lookup(), contracts={c.number: c for c in contracts})
    return imports.plan_contracts(imports.read_sheet(company.as_csv(list(ROW), rows), "a.csv"), existing)


def row(**more):
    return list({**ROW, **more}.values())


class TestContracts:
    @pytest.mark.parametrize(
        ("more", "column", "words"),
        [
            ({"合同编号": ""}, "合同编号", "此列必填"),
            ({"工号": "X1"}, "工号", "没有工号为“X1”的人员"),
            ({"用人单位": "云程"}, "用人单位", "没有用人单位"),
            ({"合同类型": "临时"}, "合同类型", "应为其中之一：固定期限、无固定期限"),
            ({"结束日期": ""}, "结束日期", "须有结束日期"),
            ({"结束日期": "2023-12-31"}, "结束日期", "早于开始日期"),
            ({"合同类型": "无固定期限"}, "结束日期", "不能有结束日期"),
            ({"开始日期": "2024-13-01"}, "开始日期", "不是有效的日期"),
        ],
    )
    def test_name_each_fault_at_its_column(self, more, column, words):
        faults = plan(row(**more)).faults
        assert [(f.row, f.column) for f in faults] == [(2, column)]
        assert words in str(faults[0].message)

    def test_bear_one_number_once(self):
        later = row(开始日期="2027-01-01", 结束日期="2028-01-01")
        assert [str(f.message) for f in plan(row(), later).faults] == ["合同编号“HT-1”与第 2 行重复。"]

    def test_of_one_person_do_not_overlap(self):
        faults = plan(row(), row(合同编号="HT-2", 开始日期="2026-12-31", 结束日期="2028-01-01")).faults
        assert [(f.row, str(f.message)) for f in faults] == [(3, "与合同“HT-1”的期限重叠。")]
        assert plan(row(), row(合同编号="HT-2", 开始日期="2027-01-01", 结束日期="2028-01-01")).ready

    def test_do_not_overlap_with_those_that_exist(self):
        old = imports.ContractRow(
            number="OLD", person="B0001", entity="HQ", kind="open", starts_on=date(2020, 1, 1)
        )
        assert [str(f.message) for f in plan(row(), contracts=[old]).faults] == ["与合同“OLD”的期限重叠。"]
        assert plan(row(), contracts=[replace(old, state="ended")]).ready

    def test_tell_what_differs(self):
        old = imports.ContractRow(
            number="HT-1",
            person="B0001",
            entity="HQ",
            kind="fixed",
            starts_on=date(2024, 1, 1),
            ends_on=date(2025, 12, 31),
        )
        told = imports.report(plan(row(), contracts=[old])).changes
        assert [(c.column, str(c.message)) for c in told] == [("结束日期", "2025-12-31 改为 2026-12-31")]
        assert plan(row(), contracts=[replace(old, ends_on=date(2026, 12, 31))]).counts["unchanged"] == 1
