"""A pack that nobody touched passes, with independent tools too; it is streamed and always the same."""

import ast
import hashlib
import io
import subprocess
import sys
import tracemalloc
import zipfile

import pytest

from tests.evidence.packs import (
    CONTRACT,
    NUMBER,
    Workshop,
    faults,
    make_events,
    notes,
    read_events,
    unpack,
    verify,
)
from tests.pdf.tools import needs_openssl
from webapp.adapters.pack import Member, member, write_pack
from webapp.adapters.verifier import verifier_digest, verifier_text
from webapp.domain.pack import PackError, check_path, safe_name

pytestmark = needs_openssl


@pytest.fixture(scope="module")
def workshop():
    return Workshop()


class TestIntact:
    def test_it_passes_with_roots_from_outside(self, workshop, tmp_path):
        code, report = verify(tmp_path, workshop.pack, workshop.ca.root.certificate)
        assert (code, faults(report)) == (0, [])
        assert [check["passed"] for check in report["checks"]] == [True] * 8

    def test_a_trial_says_that_it_proves_nothing(self, workshop, tmp_path):
        _, report = verify(tmp_path, workshop.pack, workshop.ca.root.certificate)
        assert any("测试证书" in note for note in notes(report))
        assert any("星河𬭚电商有限公司" in note for note in notes(report))

    def test_without_an_outside_root_it_fails_and_says_why(self, workshop, tmp_path):
        code, report = verify(tmp_path, workshop.pack)
        assert code == 1
        assert "没有包外的根证书 / no root from outside (--root)" in faults(report)

    def test_people_can_read_the_verdict(self, workshop, tmp_path):
        (tmp_path / "v.py").write_bytes(verifier_text())
        (tmp_path / "p.zip").write_bytes(workshop.pack)
        (tmp_path / "r.pem").write_bytes(workshop.ca.root.certificate)
        done = subprocess.run(
            [sys.executable, "-I", "v.py", "p.zip", "--root", "r.pem"],
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0
        assert "结论 / verdict: 通过 PASS" in done.stdout.decode()

    def test_an_erased_payload_leaves_all_proofs_intact(self, workshop, tmp_path):
        payloads = make_events(workshop.now, workshop.files)
        data = workshop.make(payloads=payloads, erased=(1,))
        code, report = verify(tmp_path, data, workshop.ca.root.certificate)
        assert (code, faults(report)) == (0, [])
        assert any("erased, leaf intact" in note for note in notes(report))


class TestOtherTools:
    def test_sha256sum_and_openssl_agree(self, workshop, tmp_path):
        with zipfile.ZipFile(io.BytesIO(workshop.pack)) as archive:
            archive.extractall(tmp_path)
        folder = tmp_path / NUMBER
        (folder / "root.pem").write_bytes(workshop.ca.root.certificate)
        commands = [
            "sha256sum -c tagmanifest-sha256.txt manifest-sha256.txt",
            "cat tagmanifest-sha256.txt seal.p7s > x && openssl ts -verify -data x -in seal.tsr -CAfile root.pem",
            "openssl cms -verify -binary -inform DER -in seal.p7s -content tagmanifest-sha256.txt -CAfile root.pem -purpose any -out y",
            "openssl ts -verify -data data/log/head.json -in data/log/head.tsr -CAfile root.pem",
            "unzip -tqq ../pack.zip || true",
        ]
        (tmp_path / "pack.zip").write_bytes(workshop.pack)
        codes = [
            subprocess.run(["sh", "-c", c], cwd=folder, capture_output=True, check=False).returncode
            for c in commands
        ]
        assert codes == [0] * len(commands)

    def test_the_bag_counts_its_octets(self, workshop):
        files = unpack(workshop.pack)
        payload = [data for name, data in files.items() if name.startswith("data/")]
        assert f"Payload-Oxum: {sum(map(len, payload))}.{len(payload)}\n" in files["bag-info.txt"].decode()


class TestWriting:
    def test_the_same_contents_and_seal_give_the_same_bytes(self, workshop):
        contents = workshop.contents()
        sealed = workshop.seal(b"x")
        first, second = io.BytesIO(), io.BytesIO()
        for out in (first, second):
            write_pack(out, contents, seal=lambda _: sealed)
        assert first.getvalue() == second.getvalue()

    def test_members_are_read_in_pieces(self, workshop):
        asked = []

        class Source(io.BytesIO):
            def read(self, size=-1):
                asked.append(size)
                return super().read(size)

        contents = workshop.contents()
        big = Member(path="originals/003-大.bin", open=lambda: Source(b"x" * 5_000_000))
        from dataclasses import replace

        write_pack(io.BytesIO(), replace(contents, members=(big,)), seal=workshop.seal)
        assert max(asked) <= 1024 * 1024
        assert min(asked) > 0

    def test_memory_does_not_grow_with_attachments(self, workshop, tmp_path):
        from dataclasses import replace

        def peak(count):
            members = tuple(
                Member(path=f"originals/{n:03d}.bin", open=lambda n=n: io.BytesIO(bytes([n]) * 1_000_000))
                for n in range(count)
            )
            contents = replace(workshop.contents(), members=members)
            tracemalloc.start()
            with (tmp_path / f"{count}.zip").open("w+b") as out:
                write_pack(out, contents, seal=workshop.seal)
            traced = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            return traced

        peak(1)  # what is loaded once
        assert peak(12) < 1.2 * peak(2)

    def test_a_case_that_is_not_sealed_is_not_packed(self, workshop):
        with pytest.raises(PackError, match="尚未封存"):
            workshop.make(payloads=make_events(workshop.now, workshop.files)[:-1])

    def test_two_files_of_one_name_are_refused(self, workshop):
        from dataclasses import replace

        contents = replace(workshop.contents(), members=(member("a/B.pdf", b""), member("a/b.pdf", b"")))
        with pytest.raises(PackError, match="重名"):
            write_pack(io.BytesIO(), contents, seal=workshop.seal)

    @pytest.mark.parametrize(
        "path", ["../x", "/x", "a//b", "a\\b", "a/\u202eb", "a/b\n", "a/.", "con:x", "", "a/e\u0301", "a%0ab"]
    )
    def test_an_unsafe_path_is_refused(self, path):
        with pytest.raises(PackError):
            check_path(path)

    @pytest.mark.parametrize(
        ("given", "safe"),
        [("协议.pdf", "007-协议.pdf"), ("../../etc/passwd", "007-_.._etc_passwd"), ("a\u202efdp.exe", "007-a_fdp.exe"),
         ("", "007-_"), ("x" * 400 + ".docx", "007-" + "x" * 171 + ".docx"), ("C:\\a.txt", "007-C__a.txt")],
    )  # fmt: skip
    def test_names_that_people_gave_become_safe(self, given, safe):
        assert safe_name(given, number=7) == safe
        check_path(safe)


class TestVerifier:
    def test_it_is_one_file_of_the_standard_library(self):
        text = verifier_text().decode()
        tree = ast.parse(text, "verify_pack.py", feature_version=(3, 9))
        imported = {
            alias.name.split(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import)
            for alias in node.names
        }
        imported |= {node.module.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert imported <= sys.stdlib_module_names
        assert "webapp" not in text
        assert verifier_digest() == hashlib.sha256(verifier_text()).hexdigest()

    def test_the_copy_in_a_pack_is_the_published_one(self, workshop):
        assert unpack(workshop.pack)["verify_pack.py"] == verifier_text()

    @pytest.mark.parametrize(
        "data", [b"", b"PK", b"x" * 100, CONTRACT], ids=["empty", "two bytes", "rubbish", "a PDF"]
    )
    def test_whatever_it_gets_it_gives_a_verdict(self, workshop, tmp_path, data):
        code, report = verify(tmp_path, data, workshop.ca.root.certificate)
        assert code == 1
        assert faults(report)

    def test_events_name_every_original(self, workshop):
        named = [e for e in read_events(unpack(workshop.pack)) if "file.added" in e["payload"]]
        assert len(named) == len(workshop.files)
