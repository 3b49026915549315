"""What a paper proves is said by the procedure's data and by legal, never by the program."""

import pytest

from models.case import Case
from tests.bundles.conftest import LEGAL, SQLITE, pdf
from tests.company import ROOT
from tests.studio.test_form_names import change
from webapp.adapters.lawdata import seed_proofs
from webapp.domain.errors import InvalidError
from webapp.domain.exhibits import Proof
from webapp.domain.papers import PaperKind
from webapp.services.evidence.proofs import case_proofs, usual_proof, written_proofs
from webapp.services.procedures.files import read_folder, read_settings


@SQLITE
class TestProofs:
    def test_a_document_proves_what_its_template_says_and_a_file_what_the_procedure_says_of_its_field(
        self, company
    ):
        case_id = company.case()
        for kind in ("scan", "handed", "notice", None):
            company.file(case_id, f"{kind}.pdf", pdf(str(kind)), kind=kind)
        company.bundle()
        with company.view(LEGAL) as work:
            found = case_proofs(work, work.session.get_one(Case, case_id))
        assert set(found.values()) == {
            Proof(proves="双方协商一致变更", content="变更的地点和工资"),
            Proof(proves="双方签章", content="扫描的全文"),
            Proof(proves="文书按本流程送达", content="送达的经过"),
            usual_proof(PaperKind.NOTICE),
            usual_proof(PaperKind.OTHER),
        }

    def test_a_bundle_begins_with_the_same_words(self, company):
        case_id = company.case()
        company.file(case_id, "回执.pdf", pdf("receipt"), kind="handed")
        rows = company.rows(company.bundle())
        assert {(row.proves, row.content) for row in rows} == {
            ("双方协商一致变更", "变更的地点和工资"),
            ("文书按本流程送达", "送达的经过"),
        }

    def test_what_legal_wrote_stands_in_the_book_of_whoever_may_read_the_bundle_and_of_nobody_else(
        self, company
    ):
        case_id = company.case()
        bundle_id = company.bundle()
        [row] = company.rows(bundle_id)
        company.describe(bundle_id, proves="员工同意调整地点", content="第二条")
        with company.view(LEGAL) as work:
            found = written_proofs(work, work.session.get_one(Case, case_id))
            assert found == {row.sha256: Proof(proves="员工同意调整地点", content="第二条")}
        with company.view("hr") as work:
            assert written_proofs(work, work.session.get_one(Case, case_id)) == {}


def test_every_kind_of_paper_has_its_usual_words_in_data():
    assert set(seed_proofs()) == set(PaperKind)


@pytest.mark.parametrize("wrong", ['{ object = "a" }', '{ object = "", content = "b" }', '"a"'])
def test_words_that_are_none_are_refused_at_release(wrong):
    files = change(read_folder(ROOT, "leave"), "[proof]\n", f"[proof]\nx = {wrong}\n")
    with pytest.raises(InvalidError, match="procedure.toml"):
        read_settings("leave", files)
