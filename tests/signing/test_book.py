"""The pack of a whole case: the pack checklist (B3) line by line, each page looked at, other people's tools agree."""

import io
import re
import shutil
import subprocess
import sys
from datetime import timedelta

import pytest
from PIL import Image
from pypdf import PdfReader
from sqlalchemy import select

from models.account import Account, LoginSession
from models.case import Case
from tests.evidence.packs import unpack
from tests.pdf.tools import need, needs_openssl, needs_poppler, needs_qpdf, run
from tests.signing.conftest import open_firm
from tests.vault import samples
from webapp.adapters.verifier import verifier_digest
from webapp.domain.evidencebook import FACTORS
from webapp.domain.permissions import SYSTEM
from webapp.services.evidence import export_pack
from webapp.services.evidence.custody import NewItem, hand_out, take_in

pytestmark = needs_openssl
needs_pdfsig = need("poppler", found=shutil.which("pdfsig"))


@pytest.fixture(scope="module")
def whole(waiting_room, authority, tmp_path_factory):
    """A case from notice to archive, with evidence in the vault: the firm, the pack, its files."""
    firm = open_firm(waiting_room, authority, tmp_path_factory.mktemp("whole"))
    firm.ready.clear()
    _one_browser(firm, "lina", "boss")
    task_id = firm.sign("lina")
    case_id = firm.task(task_id).case_id
    firm.approve([firm.open(case_id)])
    for _ in range(4):
        firm.worker.sweep()
    _keep_evidence(firm, case_id)
    out = io.BytesIO()
    export_pack(lambda: firm.house.unit(SYSTEM), case_id, out, doors=firm.doors)
    yield firm, case_id, out.getvalue(), unpack(out.getvalue())
    firm.house.engine.dispose()


def _one_browser(firm, *names):
    """These people log in from one browser at one address."""
    with firm.house.unit(SYSTEM) as work:
        for who in names:
            account = work.session.scalars(select(Account).where(Account.person_id == firm.ids[who])).one()
            work.session.add(
                LoginSession(
                    account_id=account.id,
                    token=f"one-{who}".ljust(64, "x"),
                    created_at=work.now - timedelta(minutes=5),
                    seen_at=work.now,
                    address="10.0.0.7",
                    agent="Firefox",
                )
            )


def _keep_evidence(firm, case_id):
    for name, data in (("返点.eml", samples.mail(attachment=samples.MACRO)), ("结算.xlsm", samples.MACRO)):
        with firm.unit("hr") as work:
            row = take_in(
                work,
                NewItem(
                    name=name,
                    data=data,
                    source="工作邮箱",
                    collected_by="赵敏",
                    collected_at=work.now - timedelta(hours=1),
                    method="export",
                    legality="员工手册第8条：工作邮箱可以检查",
                    medium="邮件服务器",
                    keeper="信息部",
                    case_id=case_id,
                ),
            )
            item_id = row.id
    with firm.unit("hr") as work:
        hand_out(work, item_id, reason="提交仲裁委")
    firm.worker.sweep()


@pytest.fixture(scope="module")
def book(whole):
    return PdfReader(io.BytesIO(whole[3]["data/证据册.pdf"]))


@pytest.fixture(scope="module")
def said(book):
    return re.sub(r"\s", "", "".join(page.extract_text() for page in book.pages))


class TestChecklist:
    def test_the_cover_says_which_case_whose_by_whom_when_and_with_what(self, whole, book):
        firm, case_id, _, _ = whole
        cover = re.sub(r"\s", "", book.pages[0].extract_text())
        with firm.house.view(SYSTEM) as work:
            case = work.session.get_one(Case, case_id)
            wanted = [f"EP-{case.number}", case.title, case.person.name, case.person.number]
        for words in (*wanted, "制作人", "Hegui", "制作时间", "制作系统", "提交人（签名或盖章）"):
            assert re.sub(r"\s", "", words) in cover

    def test_the_list_has_the_columns_of_article_19_and_every_original_with_its_hash(self, whole, said):
        for words in ("证据目录", "序号", "证据名称", "来源", "证明对象", "证明内容"):
            assert words in said
        assert "双方书面协商一致变更劳动合同" in said  # the words of the template's head
        originals = {n: d for n, d in whole[3].items() if n.startswith("data/originals/")}
        assert len(originals) >= 5
        for name in originals:
            assert re.sub(r"\s", "", name.removeprefix("data/")) in said
        for line in whole[3]["manifest-sha256.txt"].decode().splitlines():
            if "data/originals/" in line:
                assert line[:64] in said

    def test_reading_copies_stand_under_bookmarks_and_pages_in_one_series(self, book, said):
        titles = [str(item.title) for item in _flat(book.outline)]
        for words in ("证据目录", "原件阅读件", "证据来源与保管链", "身份与意愿", "系统说明", "核验方法"):
            assert any(words in title for title in titles), words
        assert any("返点.eml" in title for title in titles)
        assert "返点按三个点" in said  # what the mail says, as text
        assert "原件只保存，不打开，未附阅读件" in said  # and of the macro file that it was not opened
        total = len(book.pages)
        for number, page in enumerate(book.pages, 1):
            assert f"第{number}页/共{total}页" in re.sub(r"\s", "", page.extract_text())

    def test_custody_identity_will_and_a_browser_that_others_used_too_are_told(self, said):
        for words in (
            "员工手册第8条：工作邮箱可以检查", "提交仲裁委", "下载原件", "SM3指纹",
            "通行密钥（设备验证本人）", "逐页阅读全文", "我已阅读《变更协议》全文", "归档时间戳",
            "在同一网络地址用同一种浏览器登录过，须说明不是他人代签",
        ):  # fmt: skip
            assert words in said

    def test_events_proofs_head_and_tokens_are_there(self, whole, said):
        files = whole[3]
        for words in ("办理过程", "事件链与默克尔树证明", "树根", "时间戳时间", "流程图与办理路径"):
            assert words in said
        for name in (
            "data/log/events.jsonl",
            "data/log/head.json",
            "data/log/head.tsr",
            "seal.p7s",
            "seal.tsr",
        ):
            assert files[name]
        trust = [name for name in files if name.startswith("data/trust/")]
        assert any(name.endswith(".pem") for name in trust)
        assert any(name.endswith(".crl") for name in trust)

    def test_the_system_is_described_by_the_seven_factors_and_personal_data_explained(self, said):
        for factor in FACTORS:
            assert re.sub(r"\s", "", str(factor)) in said
        assert "个人信息的处理" in said

    def test_it_says_how_to_verify_with_the_programs_own_hash(self, whole, said):
        for words in ("核验方法", "sha256sum-c", "verify_pack.py", verifier_digest(), "二维码内容"):
            assert words in said
        assert whole[3]["verify_pack.py"]


def _flat(outline):
    for item in outline:
        if isinstance(item, list):
            yield from _flat(item)
        else:
            yield item


class TestPages:
    @needs_poppler
    def test_none_is_blank_or_clipped_and_no_glyph_is_missing(self, whole, book, tmp_path):
        (tmp_path / "book.pdf").write_bytes(whole[3]["data/证据册.pdf"])
        run("pdftoppm", "-r", "40", "-gray", tmp_path / "book.pdf", tmp_path / "page")
        images = sorted(tmp_path.glob("page*.pgm"))
        assert len(images) == len(book.pages)
        for name in images:
            image = Image.open(name).point(lambda value: 255 if value < 190 else 0)
            left, top, right, bottom = image.crop((0, 50, image.width, image.height - 50)).getbbox()
            assert (left >= 26, right <= image.width - 26, bottom - top > 20) == (True, True, True), name.name
        fonts = run("pdffonts", tmp_path / "book.pdf").stdout.decode().splitlines()[2:]
        assert all(line.split()[-5] == "yes" for line in fonts)  # embedded
        assert "\ufffd" not in "".join(page.extract_text() for page in book.pages)


class TestOtherTools:
    @pytest.fixture
    def folder(self, whole, tmp_path):
        firm, _, data, _ = whole
        (tmp_path / "pack.zip").write_bytes(data)
        shutil.unpack_archive(tmp_path / "pack.zip", tmp_path)
        (folder,) = [path for path in tmp_path.iterdir() if path.is_dir()]
        (tmp_path / "root.pem").write_bytes(firm.doors.trust(firm.house.clock.now)["root.pem"])
        return folder

    def test_sha256sum_openssl_and_bagit_agree(self, folder):
        at = [
            "-attime",
            "$(date -d \"$(openssl ts -reply -in seal.tsr -text | sed -n 's/^Time stamp: //p')\" +%s)",
        ]
        for command in (
            "sha256sum --quiet -c tagmanifest-sha256.txt manifest-sha256.txt",
            "cat tagmanifest-sha256.txt seal.p7s > ../x && openssl ts -verify -data ../x -in seal.tsr -CAfile ../root.pem",
            "openssl cms -verify -binary -inform DER -in seal.p7s -content tagmanifest-sha256.txt"
            " -CAfile ../root.pem -purpose any -out /dev/null " + " ".join(at),
            "openssl ts -verify -data data/log/head.json -in data/log/head.tsr -CAfile ../root.pem",
            f"{sys.executable} -m bagit --validate --quiet .",
        ):
            done = subprocess.run(["sh", "-c", command], cwd=folder, capture_output=True, check=False)
            assert done.returncode == 0, (command, done.stdout[-400:], done.stderr[-400:])

    @needs_qpdf
    def test_every_pdf_is_well_formed(self, folder):
        pdfs = list(folder.rglob("*.pdf"))
        assert len(pdfs) >= 5
        for path in pdfs:
            assert run("qpdf", "--check", path).returncode == 0, path.name

    @needs_pdfsig
    def test_the_last_signature_covers_the_whole_document(self, folder):
        signed = [path for path in folder.rglob("originals/*.pdf") if b"/ByteRange" in path.read_bytes()]
        newest = max(signed, key=lambda path: path.stat().st_size)
        told = run("pdfsig", "-nocert", newest).stdout.decode()
        assert told.count("Signature is Valid") == 2
        assert told.rindex("Total document signed") > told.rindex("Not total document signed")
