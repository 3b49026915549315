"""Promises: contracts count 第一条 and 1.1, forms and letters 一 and 1.; days stand in words, never as 2026-03-08."""

from datetime import UTC, datetime

import pytest

from webapp.services.documents.filling import fill
from webapp.services.documents.library import read_library
from webapp.services.documents.template import read_template

HEAD = """+++
kind = "notice"
{more}
[titles]
zh-Hans = "通知"
en = "Notice"
zh-Hant = "通知"

[values]
begins = "date"
+++
# 通知

## 期限 {{#term}}
1. 自{{= written(begins) }}起。
2. 可以延长。

## 其他 {{#rest}}
1. 没有。
"""


@pytest.mark.parametrize(
    ("more", "numbers"),
    [("", ["第一条", "1.1", "1.2", "第二条", "2.1"]), ("sections = true", ["一", "1.", "2.", "二", "1."])],
    ids=["a contract", "a letter"],
)
def test_it_counts_as_its_kind_does(more, numbers):
    template = read_template("notice.md", HEAD.format(more=more), read_library([]))
    made = fill(
        template,
        {"begins": "2026-03-08", "employer": {"name": "云衫"}},
        number="D1",
        languages=("zh-Hans",),
        made_at=datetime(2026, 3, 2, tzinfo=UTC),
    )
    assert [block.number for block in made.blocks if block.number] == numbers
    assert "自2026年3月8日起。" in [block.text for block in made.blocks]
