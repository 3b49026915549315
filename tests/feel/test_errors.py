"""Faults in the text: where, what, and what was probably meant."""

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from webapp.feel import FeelError, parse, parse_unary

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("", 1, 1, "不完整"),
        ("1 +", 1, 4, "不完整"),
        ("1 +\n  * 2", 2, 3, "*"),
        ("(1", 1, 3, "缺少“)”"),
        ("[1, 2", 1, 6, "缺少“]”"),
        ("{a: 1", 1, 6, "缺少“}”"),
        ("{a 1}", 1, 5, "“:”"),
        ("if 1 > 2 than 3", 1, 10, "then"),
        ("if x then 1", 1, 12, "else"),
        ("for i in [1] retrun i", 1, 14, "return"),
        ('"abc', 1, 1, "引号"),
        ("1 # 2", 1, 3, "多出“#”"),
        ("a，b", 1, 2, "半角“,”"),
        ("（1）", 1, 1, "半角“(”"),
        ("x > 1）", 1, 6, "半角“)”"),
        ("1 2", 1, 3, "多出“2”"),
        ("f(a: 1, 2)", 1, 11, "参数"),
        ("@5", 1, 2, "引号"),
        ("a.", 1, 3, "名称"),
        ("{a: 1, a: 2}", 1, 8, "重复"),
        ("1 instance of numbr", 1, 15, "number"),
        ("1e99999", 1, 1, "范围"),
        ("then 1", 1, 1, "then"),
        ("(* 2)", 1, 2, "“*”"),
        ("function(x", 1, 11, "缺少"),
        ("1 between 2", 1, 12, "and"),
        ("]1, 2]", 1, 3, ".."),
        ("\ud83d", 1, 1, "无法识别"),
    ],
)
def test_a_fault_has_its_place_and_its_sentence(text, line, column, words):
    with pytest.raises(FeelError) as caught:
        parse(text)
    error = caught.value
    assert words in str(error.message)
    assert (error.line, error.column) == (line, column)


@pytest.mark.parametrize("text", ["", "1,", "< ", "not(", "not(1", "[1..", "1 2"])
def test_a_cell_can_be_wrong_too(text):
    with pytest.raises(FeelError):
        parse_unary(text)


@pytest.mark.parametrize("language", ["en", "zh_Hant"])
def test_every_sentence_of_the_room_is_translated(language):
    from tests.feel.sentences import sentences

    with (ROOT / f"webapp/translations/{language}/feel.po").open("rb") as lines:
        catalogue = {entry.id: entry.string for entry in read_po(lines)}
    missing = [key for key in sentences(ROOT / "webapp" / "feel") if not catalogue.get(key)]
    assert missing == []
