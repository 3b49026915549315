"""What changed from text to text is said in words, clause by clause."""

from hypothesis import given
from hypothesis import strategies as st

from models.document import Document
from tests.documents.conftest import VALUES
from webapp.domain.difference import Kind, compare_clauses, compare_texts
from webapp.domain.documents import ClauseText
from webapp.domain.permissions import SYSTEM
from webapp.services.documents.difference import difference
from webapp.services.documents.make import make_document
from webapp.services.jobs.queue import lock_case

WORDS = st.text(alphabet="甲乙方约定工资18:0。 ab", max_size=40)


def clause(key, text, title=None):
    return ClauseText(id=key, title=title or key, text=text)


def said(before, after):
    return [(c.id, c.kind.value, str(c.sentence)) for c in compare_clauses(before, after)]


class TestClauses:
    def test_a_changed_figure_is_told_from_and_to(self):
        old, new = clause("pay", "夜班津贴每晚30元。", "津贴"), clause("pay", "夜班津贴每晚45元。", "津贴")
        assert said([old], [new]) == [("pay", "changed", "“津贴”由“30”变为“45”。")]

    def test_added_removed_and_same_clauses_are_told_apart_by_id_not_by_place(self):
        before = [clause("a", "甲"), clause("b", "乙"), clause("c", "丙")]
        after = [clause("c", "丙"), clause("a", "甲"), clause("d", "丁")]
        assert [(i, k) for i, k, _ in said(before, after)] == [
            ("c", "same"), ("a", "same"), ("b", "removed"), ("d", "added")
        ]  # fmt: skip

    def test_words_put_in_and_taken_out_are_told(self):
        assert (
            "增加了“（含夜间）”"
            in said([clause("h", "工作时间不变。")], [clause("h", "工作时间（含夜间）不变。")])[0][2]
        )
        assert (
            "删去了“经双方确认，”"
            in said([clause("h", "经双方确认，可以变更。")], [clause("h", "可以变更。")])[0][2]
        )

    def test_of_a_long_clause_only_the_lines_that_changed_are_shown(self):
        [change] = compare_clauses(
            [clause("p", "第一行不变。\n每晚30元。\n末行。")],
            [clause("p", "第一行不变。\n每晚45元。\n末行。")],
        )
        assert ["".join(p.text for p in line) for line in change.excerpts] == ["每晚3045元。"]

    def test_a_clause_that_was_written_anew_is_shown_old_and_new(self):
        pieces = compare_texts("完全不同的旧内容。", "Something else entirely")
        assert [p.kind for p in pieces] == [Kind.REMOVED, Kind.ADDED]

    @given(WORDS, WORDS)
    def test_the_pieces_always_make_both_texts_again(self, before, after):
        pieces = compare_texts(before, after)
        assert "".join(p.text for p in pieces if p.kind is not Kind.ADDED) == before
        assert "".join(p.text for p in pieces if p.kind is not Kind.REMOVED) == after


class TestDocuments:
    def test_a_counter_text_is_compared_with_the_one_it_replaces_and_both_with_the_old_terms(self, company):
        made = company.made()
        with company.house.unit(SYSTEM) as work:
            first = work.session.get(Document, made)
            second = make_document(
                work,
                lock_case(work, first.case_id),
                template="agreement",
                values={**VALUES, "pay": 9000, "place": "本人住所"},
                person=first.person,
                replaces=first,
            )
            number = second.id
        with company.view("lina") as work:
            found = difference(work, number)
            assert [(str(c.title), c.before, c.after) for c in found.agreed] == [
                ("工作地点", "公司办公室", "本人住所")
            ]
            assert {c.id: c.kind.value for c in found.changed} == {"change": "changed", "raise": "added"}
            assert found.as_facts()["replaces"] == made
            assert difference(work, made).clauses == ()
