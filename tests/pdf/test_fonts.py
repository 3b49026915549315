"""A name prints exactly, can be searched, or is refused with its code point."""

import re

import pytest
from pypdf import PdfReader

from tests.pdf.samples import RARE, sample
from tests.pdf.tools import needs_hanazono, needs_poppler, read_text
from webapp.adapters.pdf import MissingGlyphError, check_printable, render_case
from webapp.adapters.pdf.fonts import Face, pick_glyph, spell_pictographs, split_runs, to_unicode_map
from webapp.domain.casebook import PersonLine


class TestRefusals:
    @pytest.mark.parametrize(
        ("char", "code"),
        [
            ("\ue863", "U+E863"), ("\U000e0100", "U+E0100"), ("\u200b", "U+200B"), ("\u202e", "U+202E"),
            ("\ufe00", "U+FE00"), ("\u00ad", "U+00AD"), ("ئ", "U+0626"), ("བ", "U+0F56"), ("\x00", "U+0000"),
            ("\ufeff", "U+FEFF"), ("\U0010ffff", "U+10FFFF"), ("🫠", "U+1FAE0"), ("\ud800", "U+D800"),
        ],
        ids=["private use", "ideographic variant", "zero width", "right to left", "variant", "soft hyphen",
             "Uyghur", "Tibetan", "nul", "byte order mark", "unassigned", "pictograph", "half a pair"],
    )  # fmt: skip
    def test_what_cannot_be_drawn_or_seen_is_named(self, char, code):
        with pytest.raises(MissingGlyphError, match=re.escape(code)):
            check_printable(f"王{char}")

    def test_a_case_with_such_a_name_is_not_printed(self):
        with pytest.raises(MissingGlyphError, match="U\\+E863"):
            render_case(sample(people=(PersonLine(role="申请人", name="王\ue863"),)))

    def test_pictographs_of_a_comment_are_spelt_out(self):
        assert spell_pictographs("好🫠🏽，谢谢𬭚") == "好〔U+1FAE0〕〔U+1F3FD〕，谢谢𬭚"


class TestChain:
    def test_common_and_rare_characters_come_from_the_text_font(self):
        for face in Face:
            assert {pick_glyph(char, face)[0] for char in "员工ABC，。《》镕堃喆㛃䶮𬭚鿏"} == {face}

    @needs_hanazono
    def test_a_name_that_it_lacks_comes_from_the_fallback(self):
        assert list(split_runs("王𡋾明", Face.SANS)) == [
            ("HeguiSans", "王"),
            ("HanaMinA", "𡋾"),
            ("HeguiSans", "明"),
        ]


class TestToUnicode:
    def test_characters_above_ffff_are_surrogate_pairs(self):
        assert "<01> <D872DF5A>" in to_unicode_map("A", (0, ord("𬭚")))

    def test_no_block_is_longer_than_a_hundred_and_unused_codes_are_left_out(self):
        text = to_unicode_map("A", (0, *range(0x4E00, 0x4E00 + 255)))
        sizes = [int(size) for size in re.findall(r"(\d+) beginbfchar", text)]
        assert sizes == [100, 100, 55]
        assert "\n<00> <4" not in text
        assert "<00> <0000>" not in text

    @needs_hanazono
    @needs_poppler
    def test_rare_names_can_be_searched(self, tmp_path):
        path = tmp_path / "case.pdf"
        path.write_bytes(
            render_case(sample(people=tuple(PersonLine(role="员工", name=f"王{char}某") for char in RARE)))
        )
        text = read_text(path)
        assert [char for char in RARE if f"王{char}某" not in text.replace(" ", "")] == []

    @needs_hanazono
    def test_another_reader_finds_them_too(self, tmp_path):
        path = tmp_path / "case.pdf"
        path.write_bytes(render_case(sample(title=f"关于{RARE}的说明")))
        assert RARE in PdfReader(path).pages[0].extract_text().replace(" ", "").replace("\n", "")
