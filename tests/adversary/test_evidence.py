"""Forgers of evidence: 21 ways with a signed PDF, 21 with a pack, and where each of the 20 attacks is generated.

Numbers are those of the design's lists: C5 (PDFs), C6 (packs), D2 (the whole). What a forger has: the pack, the
published verifier, the file formats; an insider also has the seal's key. Each is refused with its reason named.
"""

from __future__ import annotations

import ast
import io
import re
import zipfile
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from tests.evidence.packs import (
    NUMBER,
    Workshop,
    entry,
    read_events,
    rebuild_manifests,
    repack,
    unpack,
    write_events,
)
from tests.evidence.test_document import Signed
from tests.pdf.tools import needs_openssl
from webapp.adapters.signing import LocalTestCA
from webapp.adapters.verifier import verify

pytestmark = needs_openssl
HERE = Path(__file__).resolve().parents[1]
PDF, BOOK = "data/originals/001-协议.pdf", "data/证据册.pdf"


class Bench:
    """A pack with a contract that two parties signed and that is archived, and its printed book."""

    def __init__(self):
        self.signed = Signed()
        self.shop = Workshop()
        self.contract = self.signed.archived
        self.roots = self.shop.ca.root.certificate + self.signed.ca.root.certificate
        self.pack = self.shop.make(files={"001-协议.pdf": self.contract})
        files = unpack(self.pack)
        self.files = unpack(self.shop.reseal({**files, BOOK: self.signed.plain}))

    def judge(self, data, folder):
        """Faults of a pack as bytes, or as files that nobody sealed anew."""
        path = folder / "pack.zip"
        path.write_bytes(data if isinstance(data, bytes) else repack(data))
        return [fault for check in verify(path, self.roots) for fault in check["faults"]]


@cache
def bench():
    return Bench()


@pytest.fixture(scope="module")
def scene():
    return bench()


def has(found, text):
    return any(text in fault for fault in found)


# -- C5: a signed PDF -------------------------------------------------------------------------------------


def flip(pdf, _signed):
    place = pdf.index(b"/MediaBox") + 14
    return pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]


def update(pdf, body):
    """An incremental update (ISO 32000-1, 7.5.6) that brings one more object."""
    start = len(pdf)
    xref = start + len(body)
    tail = b"xref\n9000 1\n%010d 00000 n \ntrailer\n<< /Size 9001 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return pdf + body + tail % (start, xref)


def overlay(pdf, _signed):
    return update(
        pdf, b"9000 0 obj\n<< /Length 31 >>\nstream\n1 g 0 0 600 800 re f q 0 0 0 rg Q\nendstream\nendobj\n"
    )


def annotate(pdf, _signed):
    return update(pdf, b"9000 0 obj\n<< /Type /Annot /Subtype /FreeText /Contents (paid) >>\nendobj\n")


def junk(pdf, _signed):
    return pdf + b"\n%%EOF\nMZ"


def resave(pdf, _signed):
    writer, out = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf))), io.BytesIO()
    writer.write(out)
    return out.getvalue()


def rollback(_pdf, signed):
    return signed.person


def pad(pdf, _signed):
    """A byte in the unused end of the last signature's hex string, which no signature covers."""
    held = list(re.finditer(rb"/ByteRange\s*\[\s*0 (\d+) (\d+) \d+\s*\]", pdf))
    place = int(held[-1].group(2)) - 3 if held else len(pdf) - 3
    return pdf[:place] + (b"1" if pdf[place : place + 1] != b"1" else b"2") + pdf[place + 1 :]


def nibble(pdf, _signed):
    held = re.search(rb"/ByteRange\s*\[\s*0 (\d+) (\d+) \d+\s*\]", pdf)
    place = int(held.group(1)) + 3_000 if held else len(pdf) // 2
    return pdf[:place] + (b"a" if pdf[place : place + 1] != b"a" else b"b") + pdf[place + 1 :]


def byte_range(pdf, _signed):
    found = re.search(rb"/ByteRange\s*\[\s*0 (\d+)", pdf)
    if found is None:
        return pdf[:-1]
    place = found.start(1)
    return pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]


# What the verifier says where the forger made the log name the changed file too: None where only the hash
# that the log named earlier can tell, as with a state that was really signed.
PDF_ATTACKS = {
    "C5.1 flip a byte": (flip, "is not valid"),
    "C5.2 cover text by an update": (overlay, "bytes after the last signature"),
    "C5.3 annotate": (annotate, "bytes after the last signature"),
    "C5.4 junk after the end": (junk, "bytes after the last signature"),
    "C5.5 save anew": (resave, "signature"),
    "C5.6 roll back to the first signature": (rollback, None),
    "C5.7 change the padding": (pad, None),
    "C5.8 change the signature": (nibble, "signature"),
    "C5.9 change the signed range": (byte_range, "signature"),
}


class TestSignedPdf:
    @pytest.mark.parametrize("what", list(PDF_ATTACKS))
    def test_a_changed_contract_is_told_by_the_log_and_by_its_own_signatures(self, scene, what, tmp_path):
        change, reason = PDF_ATTACKS[what]
        changed = change(scene.contract, scene.signed)
        assert changed != scene.contract
        found = scene.judge(scene.shop.reseal({**scene.files, PDF: changed}), tmp_path)
        assert has(found, f"no event names the hash of: {PDF}")
        assert has(found, "a file that an event names is missing")
        if reason is not None:
            named = scene.shop.make(files={"001-协议.pdf": changed})
            assert has(scene.judge(named, tmp_path), reason)

    @pytest.mark.parametrize("number", range(9), ids=[f"C5.{10 + n} the book" for n in range(9)])
    def test_a_changed_book_breaks_the_seal(self, scene, number, tmp_path):
        change, _ = list(PDF_ATTACKS.values())[number]
        changed = scene.signed.plain[:-1] if change is rollback else change(scene.signed.plain, scene.signed)
        files = {**scene.files, BOOK: changed}
        assert has(scene.judge(files, tmp_path), f"file was changed: {BOOK}")
        if number == 0:
            assert has(scene.judge(rebuild_manifests(files), tmp_path), "the seal is not valid")

    def test_c5_19_an_attachment_swapped(self, scene, tmp_path):
        files = scene.shop.reseal({**scene.files, PDF: b"%PDF-1.7 another"})
        assert has(scene.judge(files, tmp_path), f"no event names the hash of: {PDF}")

    def test_c5_20_an_attachment_added(self, scene, tmp_path):
        files = scene.shop.reseal({**scene.files, "data/originals/002-x.pdf": b"%PDF-1.7 more"})
        assert has(scene.judge(files, tmp_path), "no event names the hash of: data/originals/002-x.pdf")

    def test_c5_21_signed_by_a_look_alike_authority(self, scene, tmp_path):
        forged = Signed()
        data = scene.shop.make(files={"001-协议.pdf": forged.archived})
        path = tmp_path / "pack.zip"
        path.write_bytes(data)
        notes = [note for check in verify(path, scene.roots) for note in check["notes"]]
        assert has(scene.judge(data, tmp_path), "document time stamp is not valid")
        assert has(notes, "signer is not under the given roots")


# -- C6: the pack -----------------------------------------------------------------------------------------


def edited(scene):
    events = read_events(scene.files)
    events[0]["payload"] = events[0]["payload"].replace("王𬭚", "王五")
    return write_events(scene.files, events)


def without(scene, index):
    events = read_events(scene.files)
    del events[index]
    return scene.shop.reseal(write_events(scene.files, events))


def extra(scene, name, body=b"x", **attributes):
    return repack(scene.files, [(entry(name, **attributes), body)])


def header(scene):
    data, name = repack(scene.files), f"{NUMBER}/{PDF}".encode()
    place = data.index(name)
    return data[:place] + name.replace(b"001", b"009") + data[place + len(name) :]


def twice(scene):
    with pytest.warns(UserWarning, match="Duplicate"):
        return extra(scene, f"{NUMBER}/{PDF}", b"other")


def look_alike(scene):
    other = LocalTestCA.create(now=datetime.now(UTC), organisation="星河𬭚电商有限公司")
    return scene.shop.reseal(
        {**scene.files, "data/trust/root.pem": other.root.certificate}, other.sign_detached
    )


def anew(scene):
    """An edited event under a head that the real authority stamps now: the root is still the old one's."""
    files = edited(scene)
    return scene.shop.reseal(
        {**files, "data/log/head.tsr": scene.shop.stamp(files["data/log/head.json"]).reply}
    )


PACK_ATTACKS = {
    "C6.1 swap": (lambda s: {**s.files, PDF: b"other"}, f"file was changed: {PDF}"),
    "C6.2 swap, manifests rebuilt": (lambda s: rebuild_manifests({**s.files, PDF: b"x"}), "the seal is not valid"),
    "C6.3 sealed by a look-alike": (look_alike, "the seal is not valid"),
    "C6.4 edited, sealed by an insider": (lambda s: s.shop.reseal(edited(s)), "the payload was changed"),
    "C6.5 and stamped anew": (anew, "the payload was changed"),
    "C6.6 last event dropped": (lambda s: without(s, -1), "not closed by case.sealed"),
    "C6.7 an event dropped between": (lambda s: without(s, 1), "the sequence has a gap"),
    "C6.8 contract rolled back": (lambda s: s.shop.reseal({**s.files, PDF: s.signed.company}), "no event names the hash"),
    "C6.9 a file more": (lambda s: {**s.files, "data/x.txt": b"x"}, "file is in no manifest: data/x.txt"),
    "C6.10 a file less": (lambda s: {n: b for n, b in s.files.items() if n != PDF}, f"file is missing: {PDF}"),
    "C6.11 an entry twice": (twice, "duplicate entry"),
    "C6.12 zip-slip": (lambda s: extra(s, "../evil"), "entry name is not safe"),
    "C6.13 a link": (lambda s: extra(s, f"{NUMBER}/l", b"/etc/passwd", external_attr=0o120777 << 16), "no plain file"),
    "C6.14 data before": (lambda s: b"MZ" + repack(s.files), "zip's directory"),
    "C6.15 data after": (lambda s: repack(s.files) + b"x", "at the end of the zip"),
    "C6.16 a name that runs backwards": (lambda s: extra(s, f"{NUMBER}/a\u202efdp.exe"), "entry name is not safe"),
    "C6.17 names alike": (lambda s: extra(s, f"{NUMBER}/{PDF.upper()}"), "differ only in case or form"),
    "C6.18 headers that differ": (header, "local header differs"),
    "C6.19 a bomb": (lambda s: extra(s, f"{NUMBER}/b", bytes(9_000_000), compress_type=zipfile.ZIP_DEFLATED), "compressed"),
    "C6.20 a byte flipped": (lambda s: repack(s.files).replace(b"case.sealed", b"case.seeled", 1), "events.jsonl"),
    "C6.21 cut off": (lambda s: repack(s.files)[:-9_000], "zip"),
}  # fmt: skip


class TestPack:
    def test_the_honest_pack_passes(self, scene, tmp_path):
        assert scene.judge(scene.files, tmp_path) == []

    @pytest.mark.parametrize("what", list(PACK_ATTACKS))
    def test_a_forged_pack_is_refused_with_its_reason(self, scene, what, tmp_path):
        forge, reason = PACK_ATTACKS[what]
        assert has(scene.judge(forge(scene), tmp_path), reason)


# -- D2: where each of the twenty is generated -------------------------------------------------------------

D2 = {
    1: ["adversary/test_evidence.py::test_a_changed_contract_is_told_by_the_log_and_by_its_own_signatures"],
    2: ["evidence/test_attacks.py::test_text_covered_or_added_after_the_last_signature_is_exposed_even_when_the_log_names_it"],
    3: ["evidence/test_document.py::test_something_added_after_the_stamp_is_exposed"],
    4: ["adversary/test_evidence.py::test_c5_19_an_attachment_swapped", "adversary/test_evidence.py::test_c5_20_an_attachment_added"],
    5: ["evidence/test_attacks.py::test_data_before_or_after_is_refused"],
    6: ["evidence/test_attacks.py::test_a_rollback_to_an_earlier_signed_state_is_not_named_by_the_log"],
    7: ["evidence/test_attacks.py::test_a_resaved_original_is_not_the_original"],
    8: ["evidence/test_attacks.py::test_a_look_alike_authority_is_exposed_by_the_outside_root", "adversary/test_evidence.py::test_c5_21_signed_by_a_look_alike_authority"],
    9: ["evidence/test_attacks.py::test_a_certificate_of_wrong_usage_or_time_is_exposed", "evidence/test_attacks.py::test_one_revoked_afterwards_is_shown_and_passes"],
    10: ["evidence/test_signing.py::test_an_authority_that_is_down_leaves_the_flow_pending", "evidence/test_signing.py::test_a_stale_token_with_another_nonce_is_refused", "evidence/test_signing.py::test_a_server_clock_that_is_wrong_is_noticed", "signing/test_flow.py::test_the_server_clock_never_stands_in"],
    11: ["evidence/test_attacks.py::test_an_insider_who_rewrites_the_whole_chain_meets_the_stamped_head"],
    12: ["evidence/test_attacks.py::test_an_event_dropped_at_the_end_is_exposed", "evidence/test_attacks.py::test_a_wrong_count_in_the_seal_is_exposed"],
    13: ["adversary/test_evidence.py::test_a_forged_pack_is_refused_with_its_reason"],
    14: ["evidence/test_attacks.py::test_a_replaced_verifier_breaks_the_seal", "evidence/test_pack.py::test_without_an_outside_root_it_fails_and_says_why"],
    15: ["pdf/test_fonts.py::*", "vault/test_readings.py::test_names_that_fonts_draw_are_left_alone"],
    16: ["signing/test_desk.py::test_a_name_that_asn1crypto_would_refuse_is_the_certificates_name"],
    17: ["evidence/test_passkey.py::test_it_holds_for_nothing_else", "signing/test_flow.py::test_a_replay_confirms_nothing"],
    18: ["vault/test_readings.py::test_what_may_act_is_kept_flagged_and_never_read", "vault/test_pages.py::test_what_may_act_is_handed_out_as_bytes_only"],
    19: ["signing/test_flow.py::test_nobody_signs_for_another", "signing/test_flow.py::test_a_task_handed_on_to_hr_is_not_signed_by_hr", "signing/test_book.py::test_custody_identity_will_and_a_browser_that_others_used_too_are_told"],
    20: ["evidence/test_masking.py::test_an_edition_verifies_and_nowhere_says_what_is_masked", "evidence/test_pack.py::test_an_erased_payload_leaves_all_proofs_intact"],
}  # fmt: skip


def test_each_of_the_twenty_attacks_is_generated_by_a_test():
    assert sorted(D2) == list(range(1, 21))
    for number, places in D2.items():
        for place in places:
            file, _, name = place.partition("::")
            tree = ast.parse((HERE / file).read_text(encoding="utf-8"))
            tests = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
            assert name == "*" or name in tests, (number, place)


def test_the_lists_are_whole():
    assert len(PDF_ATTACKS) * 2 + 3 == 21
    assert len(PACK_ATTACKS) == 21
