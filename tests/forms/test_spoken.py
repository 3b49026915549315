"""What was filled in is read in words: labels of options, rows of a list, names of files, in the reader's language."""

from webapp.services import forms


def field(kind, key, label, english, **more):
    return {
        "type": kind,
        "id": f"F_{key}",
        "key": key,
        "label": label,
        "properties": {"label.en": english},
        **more,
    }


TAKEN = {
    "values": [{"label": "采纳", "value": "yes"}, {"label": "不采纳", "value": "no"}],
    "properties": {"label.en": "Taken", "option.yes.en": "taken up", "option.no.en": "not taken up"},
}
FORM = {
    "type": "default",
    "id": "opinions",
    "components": [
        field("checkbox", "public", "已公布", "Published"),
        field("filepicker", "scan", "扫描件", "Scan"),
        {
            "type": "dynamiclist", "id": "L", "path": "opinions", "label": "意见", "properties": {"label.en": "Opinions"},
            "components": [field("textfield", "text", "内容", "Text"), {**field("select", "taken", "是否采纳", "Taken"), **TAKEN}],
        },
    ],
}  # fmt: skip
VALUES = {
    "public": True,
    "scan": [{"id": "7", "name": "会议纪要.pdf"}],
    "opinions": [{"text": "夜班餐补", "taken": "yes"}, {"text": "排班公开", "taken": "no"}],
    "unknown": "x",
}


def test_in_chinese():
    assert list(forms.spoken(forms.load(FORM), VALUES)) == [
        ("已公布", "是"),
        ("扫描件", "会议纪要.pdf"),
        ("意见", "内容：夜班餐补；是否采纳：采纳 / 内容：排班公开；是否采纳：不采纳"),
    ]


def test_in_english():
    english = forms.in_language(forms.load(FORM), "en")
    assert list(forms.spoken(english, VALUES, "en")) == [
        ("Published", "Yes"),
        ("Scan", "会议纪要.pdf"),
        ("Opinions", "Text: 夜班餐补; Taken: taken up / Text: 排班公开; Taken: not taken up"),
    ]


def test_what_has_no_value_is_not_said():
    assert list(forms.spoken(forms.load(FORM), {"scan": [], "opinions": []})) == []
