"""What an employer must prove about a signed person: the checklist walked point by point, with a rare name."""

import io
import json
import re
import shutil

import pytest
from sqlalchemy import select, update

from models.event import Event
from models.person import Person
from tests.evidence.packs import faults, unpack, verify
from tests.pdf.tools import need, needs_hanazono, needs_openssl, run
from tests.signing.conftest import open_firm
from tests.signing.papers import RARE
from webapp.domain.permissions import SYSTEM
from webapp.services.documents.read import download
from webapp.services.evidence import export_pack
from webapp.services.signing import texts

pytestmark = [needs_openssl, needs_hanazono]
needs_pdfsig = need("poppler", found=shutil.which("pdfsig"))


@pytest.fixture(scope="module")
def signed(waiting_room, authority, tmp_path_factory):
    """One person through everything, and what the chain says of them."""
    firm = open_firm(waiting_room, authority, tmp_path_factory.mktemp("proof"))
    firm.ready.clear()
    with firm.house.unit(SYSTEM) as work:
        work.session.execute(update(Person).where(Person.id == firm.ids["lina"]).values(name=RARE))
    task_id = firm.sign("lina")
    case_id = firm.task(task_id).case_id
    firm.approve([firm.open(case_id)])
    for _ in range(4):
        firm.worker.sweep()
    with firm.unit("lina") as work:
        download(work, firm.document(task_id).id)
    with firm.house.view(SYSTEM) as work:
        rows = work.session.scalars(select(Event).where(Event.case_id == case_id).order_by(Event.sequence))
        said = [(row.kind.removeprefix("signing."), json.loads(row.payload.body)) for row in rows]
    return firm, task_id, said


def find(said, kind):
    return next(body for name, body in said if name == kind)


class TestChecklist:
    def test_each_point_is_in_the_chain_in_its_order(self, signed):
        firm, task_id, said = signed
        document = firm.document(task_id)
        order = [
            "document.made", "notified", "consented", "identified", "compared", "read", "confirmed",
            "signed", "seal_approved", "sealed", "archived", "delivered", "document.downloaded",
        ]  # fmt: skip
        names = [name for name, _ in said]
        assert [names.index(each) for each in order] == sorted(names.index(each) for each in order)
        notice = find(said, "notified")["data"]
        assert notice["text_sha256"] == texts.digest(texts.NOTICE, "zh-Hans")  # 1: notice, version and hash
        assert notice["text_version"] == texts.VERSION
        assert find(said, "consented")["data"]["text_sha256"] == texts.digest(texts.CONSENT, "zh-Hans")  # 2
        identity = find(said, "identified")["data"]["identity"]  # 3: provider, method, result, time
        assert {"provider", "method", "result", "at"} == set(identity)
        read = find(said, "read")["data"]  # 4: every page, with the pictures that were shown
        assert set(read["pages"]) == {str(n) for n in range(1, document.pages + 1)}
        assert read["pictures"] == document.pictures
        assert find(said, "compared")["data"]["changes"] == document.content["changes"]  # 5
        will = find(said, "confirmed")["data"]["will"]  # 6: bound to the document's hash
        assert will["intent"]["doc_sha256"] == document.sha256
        assert find(said, "seal_approved")["actor"] == firm.ids["boss"]  # 8: by an authorised person
        assert find(said, "archived")["data"]["signatures"][-1]["whole"]  # 10: the last bytes
        assert find(said, "document.downloaded")["actor"] == firm.ids["lina"]  # 11

    def test_every_signature_has_a_time_of_the_authority(self, signed):
        _, _, said = signed
        for kind in ("signed", "sealed", "archived"):
            found = find(said, kind)["data"]["signatures"]
            assert all(each["valid"] and each["stamped_at"] for each in found)

    def test_revocation_data_is_younger_than_the_signatures(self, signed):
        from asn1crypto import ocsp
        from pyhanko.pdf_utils.reader import PdfFileReader
        from pyhanko.sign.validation.dss import DocumentSecurityStore

        firm, task_id, said = signed
        from datetime import datetime
        from io import BytesIO

        pdf = firm.bytes_of(firm.editions(task_id)[-1].sha256)
        store = DocumentSecurityStore.read_dss(PdfFileReader(BytesIO(pdf)))
        made = [ocsp.OCSPResponse.load(each.get_object().data).basic_ocsp_response for each in store.ocsps]
        signed_at = datetime.fromisoformat(find(said, "sealed")["data"]["signatures"][0]["stamped_at"])
        assert made
        assert all(
            each["tbs_response_data"]["produced_at"].native >= signed_at.replace(microsecond=0)
            for each in made
        )
        assert store.crls

    def test_a_stranger_verifies_the_pack_with_every_signed_edition(self, signed, tmp_path):
        firm, task_id, _ = signed
        out = io.BytesIO()
        export_pack(lambda: firm.house.unit(SYSTEM), firm.task(task_id).case_id, out, doors=firm.doors)
        code, report = verify(tmp_path, out.getvalue(), firm.doors.trust(firm.house.clock.now)["root.pem"])
        assert (code, faults(report)) == (0, [])
        names = unpack(out.getvalue())
        book = next(data for name, data in names.items() if name.endswith("证据册.pdf"))
        (tmp_path / "book.pdf").write_bytes(book)
        said = run("pdftotext", "-layout", tmp_path / "book.pdf", "-").stdout.decode()
        for words in (
            "身份与意愿",
            "通行密钥（设备验证本人）",
            "我已阅读《变更协议》全文",
            "归档时间戳",
            RARE,
        ):
            assert words in said
        for edition in firm.editions(task_id):
            assert any(data == firm.bytes_of(edition.sha256) for data in names.values())

    @needs_pdfsig
    def test_another_reader_finds_the_name_and_every_signature_valid(self, signed, tmp_path):
        firm, task_id, _ = signed
        (tmp_path / "x.pdf").write_bytes(firm.bytes_of(firm.editions(task_id)[-1].sha256))
        said = run("pdfsig", "-nocert", tmp_path / "x.pdf").stdout.decode()
        assert said.count("Signature is Valid") == 2
        assert f"测试 {RARE}" in said
        assert said.rindex("Total document signed") > said.rindex("Not total document signed")
        text = run("pdftotext", "-layout", tmp_path / "x.pdf", "-").stdout.decode()
        assert len(re.findall(RARE, text)) >= 2  # in the text and in the signature's field
