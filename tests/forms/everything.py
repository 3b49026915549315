"""A form with every kind of field, and random submissions as people make them."""

import random


def field(kind, key, **more):
    return {"type": kind, "id": f"F_{key}", "key": key, "label": f"字段{key}", **more}


def options(*values):
    return [{"label": f"选项{v}", "value": v} for v in values]


SCHEMA = {
    "type": "default",
    "id": "everything",
    "schemaVersion": 19,
    "components": [
        field("textfield", "name", validate={"required": True, "minLength": 2, "maxLength": 5}),
        field(
            "textfield",
            "code",
            validate={"pattern": r"^[A-Z]{2}\d+\.?\s*$", "patternErrorMessage": "两个大写字母加数字"},
        ),
        field("textfield", "loose", validate={"pattern": r"(a|b)+c?\u4e2d"}),
        field("textfield", "mail", validate={"validationType": "email"}),
        field("textfield", "phone", validate={"validationType": "phone", "required": True}),
        field("textarea", "reason", validate={"maxLength": 8}, conditional={"hide": '=kind != "sick"'}),
        field("radio", "kind", values=options("annual", "sick", "other"), validate={"required": True}),
        field("number", "days", decimalDigits=1, validate={"min": 0.5, "max": 30}),
        field("number", "count", decimalDigits=0, validate={"required": True, "max": "=days"}),
        field("number", "step", increment=0.25),
        field("number", "bank", serializeToString=True, validate={"min": 0}),
        field("checkbox", "agreed", validate={"required": True}, conditional={"hide": "=days < 3"}),
        field("checkbox", "plain"),
        field("checklist", "boxes", values=options("a", "b", "c"), validate={"required": True}),
        field("select", "colleague", valuesKey="colleagues"),
        field("taglist", "tags", valuesKey="colleagues", conditional={"hide": "=plain"}),
        field("select", "chained", values=options("x", "y"), conditional={"hide": '=reason = "hide"'}),
        field("textfield", "last", validate={"required": True}, conditional={"hide": '=chained = "x"'}),
        {**field("datetime", "day", subtype="date", validate={"required": True}), "dateLabel": "日期"},
        {
            **field("datetime", "clock", subtype="time", timeSerializingFormat="no_timezone"),
            "timeLabel": "时间",
        },
        {"type": "text", "id": "T1", "text": "说明文字"},
        {
            "type": "group",
            "id": "G1",
            "path": "extra",
            "label": "其他",
            "conditional": {"hide": "=plain = true and days > 10"},
            "components": [
                field("textfield", "note", validate={"required": True}),
                field("number", "cost", validate={"min": 1}, conditional={"hide": '=extra.note = "no"'}),
            ],
        },
        {
            "type": "dynamiclist",
            "id": "L1",
            "path": "rows",
            "label": "明细",
            "isRepeating": True,
            "allowAddRemove": True,
            "defaultRepetitions": 1,
            "components": [
                field("textfield", "item", validate={"required": True, "maxLength": 3}),
                field("number", "amount", validate={"max": 100}, conditional={"hide": '=this.item = "x"'}),
            ],
        },
        {"type": "separator", "id": "S1"},
    ],
}
CONTEXT = {
    "colleagues": [{"label": "张三", "value": "p1"}, {"label": "李四", "value": "p2"}, "p3"],
    "reason": "已有原因",
    "name": "王五",
}

TEXTS = [
    "",
    "a",
    "ab",
    "abc中",
    "王小明",
    "hide",
    "no",
    "x",
    "AB12",
    "AB12. ",
    "ab12",
    "  甲  ",
    "长长长长长长长长长",
    "😀😀",
    "q\u3000",
]
MAILS = ["", "a@b.cn", "a@b", "a b@c.cn", "@x", "用户@b.cn", "a@-b.cn"]
PHONES = ["", "+8613800138000", "13800138000", "008613800138000", "+999", "x+861380013800"]
NUMBERS = [None, 0, 1, 2.5, 3, 0.25, 0.3, 7.25, 11, 30, 31, -1, 1e-7, 12345678901, 2.55]
KINDS = ["annual", "sick", "other", None]
DAYS = [None, "2026-03-02", "2024-02-29", "1999-12-31"]
CLOCKS = [None, "09:30", "00:00", "23:45"]


def submission(rng: random.Random) -> dict:
    pick = rng.choice

    def texts():
        return pick(TEXTS)

    return {
        "name": texts(),
        "code": texts(),
        "loose": texts(),
        "mail": pick(MAILS),
        "phone": pick(PHONES),
        "reason": texts(),
        "kind": pick(KINDS),
        "days": pick(NUMBERS),
        "count": pick(NUMBERS),
        "step": pick(NUMBERS),
        "bank": pick([None, "0", "-3", "12.50", "99999999999999999999"]),
        "agreed": pick([True, False]),
        "plain": pick([True, False]),
        "boxes": rng.sample(["a", "b", "c"], rng.randrange(4)),
        "colleague": pick([None, "p1", "p3"]),
        "tags": rng.sample(["p1", "p2", "p3"], rng.randrange(4)),
        "chained": pick([None, "x", "y"]),
        "last": texts(),
        "day": pick(DAYS),
        "clock": pick(CLOCKS),
        "extra": {"note": texts(), "cost": pick(NUMBERS)},
        "rows": [{"item": texts(), "amount": pick(NUMBERS)} for _ in range(rng.randrange(4))],
    }
