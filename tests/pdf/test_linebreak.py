"""Chinese text breaks where readers expect it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.domain.linebreak import (
    NEVER_FIRST,
    NEVER_LAST,
    balance_lines,
    break_lines,
    clip_lines,
    estimate_width,
)


class TestBreaking:
    def test_a_stop_never_begins_a_line(self):
        assert break_lines("请填写申请，再提交。", width=5) == ("请填写申", "请，再提", "交。")

    def test_an_opening_bracket_never_ends_a_line(self):
        assert break_lines("会签通过（全部）", width=5) == ("会签通过", "（全部）")

    def test_words_and_numbers_are_kept_whole(self):
        assert break_lines("编号 HG-2026-0001 已提交", width=7.4) == ("编号", "HG-2026-0001", "已提交")

    def test_a_hash_wider_than_the_line_is_broken_anywhere(self):
        lines = break_lines("a1" * 32, width=10)
        assert "".join(lines) == "a1" * 32
        assert all(estimate_width(line) <= 10 for line in lines)

    def test_line_feeds_are_kept(self):
        assert break_lines("一\n\n二", width=10) == ("一", "", "二")

    @given(st.text(alphabet="一二三，。（）《》a b1……——“”", max_size=40), st.integers(4, 12))
    @settings(max_examples=200)
    def test_nothing_is_lost_and_no_line_is_too_wide(self, text, width):
        lines = break_lines(text, width=width)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert all(estimate_width(line) <= width or len(line) == 1 for line in lines)

    @given(st.text(alphabet="一二三四五六七八", min_size=1, max_size=20), st.integers(3, 9))
    def test_rules_hold_for_sentences(self, words, width):
        text = "，".join(words[i : i + 2] for i in range(0, len(words), 2)) + "。"
        for line in break_lines(text, width=width):
            assert line[0] not in NEVER_FIRST
            assert line[-1] not in NEVER_LAST


class TestLabels:
    def test_lines_of_a_label_are_even(self):
        assert balance_lines("部门负责人审批", width=6) == ("部门负责", "人审批")

    def test_a_bracket_begins_its_own_line(self):
        assert balance_lines("会签（全部同意）", width=7) == ("会签", "（全部同意）")

    def test_a_cut_is_shown(self):
        assert clip_lines(("一二", "三四，", "五"), 2) == ("一二", "三四…")
        assert clip_lines(("一",), 2) == ("一",)
