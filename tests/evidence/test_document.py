"""Signatures inside a PDF: each covers what stood before it, earlier ones stay valid, later bytes show."""

import re
from datetime import UTC, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.evidence.packs import Workshop, sha
from tests.pdf.tools import need, needs_openssl, needs_qpdf, run
from tests.signing.papers import RARE, make_paper
from webapp.adapters.signing import Act, LocalTestCA, UnsignablePdfError
from webapp.adapters.signing.document import archive, certificates_in, sign_field
from webapp.adapters.signing.revocation import LocalRevocations
from webapp.adapters.verifier import verify
from webapp.adapters.verifier.pdf import first_element
from webapp.domain.signing import SigningUnavailableError

pytestmark = needs_openssl
needs_pdfsig = need("poppler", found=__import__("shutil").which("pdfsig"))


class Signed:
    """One document through the whole order: person, company, archive stamp."""

    def __init__(self):
        now = datetime.now(UTC)
        self.ca = LocalTestCA.create(now=now, organisation="星河𬭚有限公司")
        person = self.ca.certify(RARE, number="E1", now=now)
        self.plain = make_paper()
        self.person = self.sign(self.plain, person, "employee")
        self.company = self.sign(self.person, self.ca.seal, "company")
        source = LocalRevocations(authority=self.ca, revoked=dict)
        self.evidence = [source.ask(each, now=now) for each in certificates_in(self.company)]
        self.archived = archive(self.company, self.evidence, tsa=self.ca.tsa, now=now)

    def sign(self, pdf, identity, field):
        act = Act(field=field, reason="同意变更")
        return sign_field(pdf, identity, act, tsa=self.ca.tsa, now=datetime.now(UTC))


def signed_parts(pdf):
    """(signed bytes, signature) of each signature, in the order of the file."""
    found = re.finditer(rb"/ByteRange\s*\[\s*0 (\d+) (\d+) (\d+)\s*\]", pdf)
    places = [tuple(int(part) for part in match.groups()) for match in found]
    return [
        (pdf[:a] + pdf[b : b + n], first_element(bytes.fromhex(pdf[a + 1 : b - 1].decode())))
        for a, b, n in places
    ]


@pytest.fixture(scope="module")
def signed():
    return Signed()


def pdfsig(data, tmp_path):
    (tmp_path / "x.pdf").write_bytes(data)
    return run("pdfsig", "-nocert", tmp_path / "x.pdf").stdout.decode()


class TestSignatures:
    def test_each_state_is_the_beginning_of_the_next(self, signed):
        assert signed.person.startswith(signed.plain)
        assert signed.company.startswith(signed.person)
        assert signed.archived.startswith(signed.company)

    @needs_pdfsig
    def test_another_reader_finds_both_signatures_valid_and_the_last_total(self, signed, tmp_path):
        said = pdfsig(signed.company, tmp_path)
        assert said.count("Signature is Valid") == 2
        assert re.findall(r"(Not total|Total) document signed", said) == ["Not total", "Total"]
        assert f"测试 {RARE}" in said

    @needs_pdfsig
    def test_the_archive_stamp_leaves_them_valid_and_covers_the_whole_file(self, signed, tmp_path):
        said = pdfsig(signed.archived, tmp_path)
        assert said.count("Signature is Valid") == 2
        assert said.rindex("Total document signed") > said.index("archive")

    @needs_qpdf
    def test_the_file_stays_well_formed(self, signed, tmp_path):
        (tmp_path / "x.pdf").write_bytes(signed.archived)
        result = run("qpdf", "--check", tmp_path / "x.pdf")
        assert (result.returncode, b"WARNING" in result.stdout + result.stderr) == (0, False)

    def test_text_pages_and_fields_are_all_there(self, signed):
        reader = PdfReader(BytesIO(signed.archived), strict=True)
        assert len(reader.pages) == len(PdfReader(BytesIO(signed.plain)).pages)
        assert list(reader.get_fields()) == ["employee", "company", "archive-1"]
        assert RARE in reader.pages[0].extract_text()

    def test_openssl_verifies_what_each_one_signed(self, signed, tmp_path):
        parts = signed_parts(signed.archived)
        assert len(parts) == 3
        (tmp_path / "root.pem").write_bytes(signed.ca.root.certificate)
        for content, signature in parts[:2]:
            (tmp_path / "c").write_bytes(content)
            (tmp_path / "s").write_bytes(signature)
            done = run("openssl", "cms", "-verify", "-binary", "-cades", "-inform", "DER", "-in", tmp_path / "s",
                       "-content", tmp_path / "c", "-CAfile", tmp_path / "root.pem", "-purpose", "any", "-out", tmp_path / "o")  # fmt: skip
            assert done.returncode == 0, done.stderr

    def test_an_authority_that_is_down_gives_no_signature(self, signed):
        class Down:
            def ask(self, query):
                raise SigningUnavailableError

        act = Act(field="employee", reason="")
        with pytest.raises(SigningUnavailableError):
            sign_field(signed.plain, signed.ca.seal, act, tsa=Down(), now=datetime.now(UTC))
        with pytest.raises(SigningUnavailableError):
            archive(signed.company, signed.evidence, tsa=Down(), now=datetime.now(UTC))

    @pytest.mark.parametrize(
        "data", [b"", b"%PDF-1.7\n%%EOF", b"x" * 100, b"%PDF-1.5\n1 0 obj\nstartxref\n9\n%%EOF"]
    )
    def test_what_is_no_pdf_is_refused(self, signed, data):
        with pytest.raises(UnsignablePdfError):
            signed.sign(data, signed.ca.seal, "employee")

    def test_a_field_is_signed_once_and_none_is_added(self, signed):
        with pytest.raises(UnsignablePdfError):
            signed.sign(signed.person, signed.ca.seal, "employee")
        with pytest.raises(UnsignablePdfError):
            signed.sign(signed.plain, signed.ca.seal, "witness")


@pytest.fixture(scope="module")
def workshop():
    return Workshop()


class TestInPacks:
    def judge(self, workshop, data, tmp_path, *, roots=b""):
        (tmp_path / "p.zip").write_bytes(workshop.make(files={"001-协议.pdf": data}))
        results = verify(tmp_path / "p.zip", workshop.ca.root.certificate + roots)
        return [x for r in results for x in r["faults"]], [x for r in results for x in r["notes"]]

    def test_a_signed_document_passes(self, workshop, signed, tmp_path):
        found, _ = self.judge(workshop, signed.archived, tmp_path, roots=signed.ca.root.certificate)
        assert found == []

    def test_a_byte_changed_under_a_signature_is_exposed_even_when_the_log_names_it(
        self, workshop, signed, tmp_path
    ):
        place = signed.archived.index(b"/MediaBox") + 14
        changed = signed.archived[:place] + bytes([signed.archived[place] ^ 1]) + signed.archived[place + 1 :]
        found, _ = self.judge(workshop, changed, tmp_path, roots=signed.ca.root.certificate)
        assert any("signature in the document is not valid" in fault for fault in found)
        assert any("document time stamp is not valid" in fault for fault in found)

    def test_something_added_after_the_stamp_is_exposed(self, workshop, signed, tmp_path):
        added = archive(signed.archived, [], tsa=signed.ca.tsa, now=datetime.now(UTC)) + b"\n"
        found, _ = self.judge(workshop, added, tmp_path, roots=signed.ca.root.certificate)
        assert any("bytes after the last signature" in fault for fault in found)

    def test_a_signer_under_other_roots_is_noted(self, workshop, signed, tmp_path):
        found, notes = self.judge(workshop, signed.company, tmp_path)
        assert found == []
        assert any("not under the given roots" in note for note in notes)

    def test_the_rollback_to_the_persons_state_is_not_what_the_log_names(self, workshop, signed):
        assert sha(signed.person) != sha(signed.archived)
