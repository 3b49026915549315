"""Each attack on a pack is exposed, with its reason: C6 and D2 of the evidence reference."""

import io
import random
import struct
import zipfile
from datetime import timedelta

import pytest

from tests.evidence.packs import (
    CONTRACT,
    NUMBER,
    Workshop,
    entry,
    faults,
    make_events,
    make_log,
    notes,
    read_events,
    rebuild_manifests,
    repack,
    unpack,
    verify,
    write_events,
)
from tests.pdf.tools import needs_openssl
from webapp.adapters.signing import LocalTestCA, Purpose, issue, sign_detached
from webapp.adapters.signing.local import serial_of
from webapp.adapters.verifier import verify as verify_here
from webapp.domain.evidence import canonical_json
from webapp.domain.pack import TreeHead

pytestmark = needs_openssl
PDF = "data/originals/001-变更协议.pdf"
TXT = "data/originals/002-送达回执.txt"


@pytest.fixture(scope="module")
def workshop():
    return Workshop()


@pytest.fixture
def judge(workshop, tmp_path):
    """Verify with the true root from outside; the faults found, none if the pack passed."""

    def run(data):
        (tmp_path / "pack.zip").write_bytes(data)
        checks = verify_here(tmp_path / "pack.zip", workshop.ca.root.certificate)
        return [fault for check in checks for fault in check["faults"]]

    return run


def has(found, text):
    return any(text in fault for fault in found)


class TestFiles:
    def test_a_byte_flipped_in_an_original_names_the_file(self, workshop, judge):
        files = unpack(workshop.pack)
        found = judge(repack({**files, PDF: files[PDF].replace(b"signed", b"sighed")}))
        assert has(found, f"file was changed: {PDF}")

    def test_a_swap_with_rebuilt_manifests_breaks_the_seal(self, workshop, judge):
        files = rebuild_manifests({**unpack(workshop.pack), TXT: b"other"})
        assert has(judge(repack(files)), "seal is not valid")

    def test_an_insiders_swap_is_not_named_by_the_log(self, workshop, judge):
        found = judge(workshop.reseal({**unpack(workshop.pack), TXT: b"other"}))
        assert has(found, f"no event names the hash of: {TXT}")
        assert has(found, "a file that an event names is missing")

    def test_a_rollback_to_an_earlier_signed_state_is_not_named_by_the_log(self, workshop, judge):
        found = judge(workshop.reseal({**unpack(workshop.pack), PDF: CONTRACT[:-7]}))
        assert has(found, f"no event names the hash of: {PDF}")

    def test_an_added_original_is_exposed(self, workshop, judge):
        added = {**unpack(workshop.pack), "data/originals/003-x.pdf": b"x"}
        assert has(judge(repack(added)), "file is in no manifest: data/originals/003-x.pdf")
        assert has(judge(workshop.reseal(added)), "no event names the hash of: data/originals/003-x.pdf")

    def test_a_removed_original_is_exposed(self, workshop, judge):
        files = {name: data for name, data in unpack(workshop.pack).items() if name != TXT}
        assert has(judge(repack(files)), f"file is missing: {TXT}")
        assert has(judge(workshop.reseal(files)), "a file that an event names is missing")

    def test_an_extra_file_outside_the_manifests_is_exposed(self, workshop, judge):
        assert has(
            judge(repack({**unpack(workshop.pack), "notes.txt": b"x"})), "file is in no manifest: notes.txt"
        )

    def test_a_resaved_original_is_not_the_original(self, workshop, judge):
        resaved = CONTRACT.replace(b"1.7", b"1.4")
        assert has(judge(workshop.reseal({**unpack(workshop.pack), PDF: resaved})), "no event names the hash")

    @pytest.mark.parametrize(
        "name",
        [
            "seal.p7s",
            "seal.tsr",
            "tagmanifest-sha256.txt",
            "data/log/head.tsr",
            "data/log/head.json",
            "data/log/events.jsonl",
            "bagit.txt",
            "manifest-sha256.txt",
        ],
    )
    def test_a_part_that_is_missing_or_emptied_is_exposed(self, workshop, judge, name):
        files = unpack(workshop.pack)
        assert judge(repack({key: data for key, data in files.items() if key != name}))
        assert judge(repack({**files, name: b""}))


def signed_pdf(tail=b""):
    """The shape of a PDF whose last signature covers all but what was appended."""
    body = b"%PDF-1.7\n/ByteRange [0 00000100 00000200 00000111]\n"
    return body.ljust(311, b" ") + tail


class TestPdf:
    def test_text_covered_or_added_after_the_last_signature_is_exposed_even_when_the_log_names_it(
        self, workshop, judge
    ):
        for tail in (b"\n1 0 obj <</Type/Annot>> endobj %%EOF", b"junk", b"\n"):
            data = workshop.make(files={"001-变更协议.pdf": signed_pdf(tail)})
            assert has(judge(data), f"bytes after the last signature: {PDF}")


class TestLog:
    def change(self, workshop, edit):
        files = unpack(workshop.pack)
        events = read_events(files)
        events = edit(events) or events
        return workshop.reseal(write_events(files, events))

    def test_an_event_dropped_at_the_end_is_exposed(self, workshop, judge):
        assert has(judge(self.change(workshop, lambda events: events[:-1])), "not closed by case.sealed")

    def test_an_event_dropped_in_the_middle_is_exposed(self, workshop, judge):
        found = judge(self.change(workshop, lambda events: events[:1] + events[2:]))
        assert has(found, "the sequence has a gap")
        assert has(found, "the chain is broken")

    def test_an_event_edited_in_place_is_exposed(self, workshop, judge):
        def edit(events):
            events[0]["payload"] = events[0]["payload"].replace("王𬭚", "王五")

        assert has(judge(self.change(workshop, edit)), "event 1: 内容被改动")

    def test_an_insider_who_rewrites_the_whole_chain_meets_the_stamped_head(self, workshop, judge):
        payloads = make_events(workshop.now, workshop.files)
        payloads[0]["data"]["name"] = "王五"
        entries, _, _ = make_log(payloads)
        files = unpack(workshop.pack)
        found = judge(workshop.reseal(write_events(files, [each.plain() for each in entries])))
        assert has(found, "the inclusion proof fails")

    def test_a_new_head_with_the_old_stamp_is_exposed(self, workshop, judge):
        payloads = make_events(workshop.now, workshop.files)
        payloads[0]["data"]["name"] = "王五"
        entries, root, size = make_log(payloads)
        head = TreeHead(size=size, root=root.hex(), at=workshop.now.isoformat()).text()
        files = write_events(unpack(workshop.pack), [each.plain() for each in entries])
        assert has(
            judge(workshop.reseal({**files, "data/log/head.json": head})), "head's time stamp is not valid"
        )

    def test_an_event_after_the_seal_is_exposed(self, workshop, judge):
        payloads = make_events(workshop.now, workshop.files)
        entries, _, _ = make_log([*payloads, {**payloads[0], "sequence": len(payloads) + 1}])
        files = write_events(unpack(workshop.pack), [each.plain() for each in entries])
        found = judge(workshop.reseal(files))
        assert has(found, "not closed by case.sealed")
        assert has(found, "the inclusion proof fails")

    def test_a_wrong_count_in_the_seal_is_exposed(self, workshop, judge):
        payloads = make_events(workshop.now, workshop.files)
        payloads[-1]["data"]["count"] = 2
        assert has(judge(workshop.make(payloads=payloads)), "case.sealed counts otherwise")

    @pytest.mark.parametrize(
        ("said", "fault"),
        [
            ({"book_sha256": "0" * 64, "leaves": 1}, "names no hashes"),
            ({"book_sha256": "0" * 64, "pack_sha256": "1" * 64, "leaves": 99}, "before the head"),
        ],
        ids=["a pack without its hash", "a pack over a head that was not there yet"],
    )
    def test_a_made_up_export_is_exposed(self, workshop, judge, said, fault):
        payloads = make_events(workshop.now, workshop.files)
        payloads[2] |= {"kind": "evidence.exported", "data": {"number": "EP-1", **said}}
        assert has(judge(workshop.make(payloads=payloads)), fault)

    def test_an_event_of_another_case_is_exposed(self, workshop, judge):
        def edit(events):
            for event in events:
                event["case"] = "188"

        assert has(judge(self.change(workshop, edit)), "differs from the chain in: case")

    def test_a_server_clock_ahead_of_the_authority_is_exposed(self, workshop, judge):
        payloads = make_events(workshop.now + timedelta(hours=2), workshop.files)
        assert has(judge(workshop.make(payloads=payloads)), "later than the head's time stamp")

    def test_an_event_passed_off_as_erased_still_needs_its_files(self, workshop, judge):
        def edit(events):
            events[1]["payload"] = events[1]["salt"] = None

        assert has(judge(self.change(workshop, edit)), "no event names the hash of")

    @pytest.mark.parametrize("line", [b"{}\n", b"[]\n", b"x\n", b'{"case":1}\n', b"\xff\n"])
    def test_rubbish_in_the_log_gives_a_verdict(self, workshop, judge, line):
        assert has(
            judge(workshop.reseal({**unpack(workshop.pack), "data/log/events.jsonl": line})), "cannot be read"
        )


class TestSeal:
    def test_a_look_alike_authority_is_exposed_by_the_outside_root(self, workshop, judge):
        forger = LocalTestCA.create(now=workshop.now, organisation="星河𬭚电商有限公司")
        files = {**unpack(workshop.pack), TXT: b"other", "data/trust/root.pem": forger.root.certificate}
        assert has(judge(workshop.reseal(files, forger.sign_detached)), "seal is not valid")

    def test_its_own_time_stamps_do_not_help_it(self, workshop, judge):
        forger = Workshop()
        assert has(judge(forger.pack), "seal is not valid")
        assert has(judge(forger.pack), "the seal's time stamp is not valid")

    @pytest.mark.parametrize(
        ("purpose", "days", "fault"),
        [(Purpose.SERVE, 365, "extended usage is not signing"), (Purpose.STAMP, 365, "extended usage is not signing"), (Purpose.SIGN, -1, "seal is not valid")],
        ids=["a web server's", "a time-stamp authority's", "expired"],
    )  # fmt: skip
    def test_a_certificate_of_wrong_usage_or_time_is_exposed(self, workshop, judge, purpose, days, fault):
        now = workshop.now if days > 0 else workshop.now - timedelta(days=10)
        other = issue(workshop.ca.root, "星河电商", now=now, purpose=purpose, days=abs(days))
        assert has(judge(workshop.make(sign=lambda content: sign_detached(content, other))), fault)

    def test_a_certificate_revoked_before_it_sealed_is_exposed(self, workshop, judge):
        crl = workshop.ca.revocations(
            {serial_of(workshop.ca.seal): workshop.now - timedelta(hours=1)}, now=workshop.now
        )
        assert has(judge(workshop.make(trust={"ca.crl": crl})), "revoked before it sealed")

    def test_one_revoked_afterwards_is_shown_and_passes(self, workshop, tmp_path):
        later = workshop.now + timedelta(days=2)
        crl = workshop.ca.revocations({serial_of(workshop.ca.seal): later}, now=later)
        code, report = verify(tmp_path, workshop.make(trust={"ca.crl": crl}), workshop.ca.root.certificate)
        assert (code, faults(report)) == (0, [])
        assert has(notes(report), "revoked after it sealed")

    def test_a_revocation_list_of_somebody_else_is_exposed(self, workshop, judge):
        other = LocalTestCA.create(now=workshop.now, organisation="x")
        data = workshop.make(trust={"ca.crl": other.revocations({}, now=workshop.now)})
        assert has(judge(data), "revocation list is not signed by the root")

    def test_a_time_stamp_over_something_else_is_exposed(self, workshop, judge):
        files = {**unpack(workshop.pack), "seal.tsr": workshop.stamp(b"other").reply}
        assert has(judge(repack(files)), "the seal's time stamp is not valid")

    def test_a_replaced_verifier_breaks_the_seal(self, workshop, judge):
        files = rebuild_manifests({**unpack(workshop.pack), "verify_pack.py": b"print('PASS')"})
        assert has(judge(repack(files)), "seal is not valid")


class TestContainer:
    def test_a_duplicate_entry_is_refused(self, workshop, judge):
        with pytest.warns(UserWarning, match="Duplicate"):
            data = repack(unpack(workshop.pack), [(entry(f"{NUMBER}/{TXT}"), b"other")])
        assert has(judge(data), "duplicate entry")

    @pytest.mark.parametrize(
        "name",
        ["../evil", "/etc/x", f"{NUMBER}/../../x", f"{NUMBER}/a\\b", f"{NUMBER}/a\u202efdp.exe", f"{NUMBER}/a\u200bb", f"{NUMBER}//x", f"{NUMBER}/a:b", f"{NUMBER}/" + "长" * 100],
        ids=["up", "root", "up within", "backslash", "right to left", "zero width", "empty part", "stream", "too long"],
    )  # fmt: skip
    def test_an_unsafe_name_is_refused(self, workshop, judge, name):
        assert has(judge(repack(unpack(workshop.pack), [(entry(name), b"x")])), "entry name is not safe")

    @pytest.mark.parametrize(
        "name", [TXT.replace(".txt", ".TXT"), TXT.replace("002", "００２")], ids=["case", "full width"]
    )
    def test_names_that_look_the_same_are_refused(self, workshop, judge, name):
        data = repack(unpack(workshop.pack), [(entry(f"{NUMBER}/{name}"), b"x")])
        assert has(judge(data), "differ only in case or form")

    def test_a_second_top_folder_is_refused(self, workshop, judge):
        assert has(judge(repack(unpack(workshop.pack), [(entry("other/x"), b"x")])), "exactly one top folder")

    def test_a_symbolic_link_is_refused(self, workshop, judge):
        link = entry(f"{NUMBER}/data/originals/003", external_attr=0o120777 << 16)
        assert has(judge(repack(unpack(workshop.pack), [(link, b"/etc/passwd")])), "no plain file")

    def test_a_bomb_is_refused_unread(self, workshop, judge):
        bomb = entry(f"{NUMBER}/data/bomb", compress_type=zipfile.ZIP_DEFLATED)
        data = repack(unpack(workshop.pack), [(bomb, bytes(50_000_000))])
        assert len(data) < 200_000
        assert has(judge(data), "compressed or encrypted")

    @pytest.mark.parametrize("extra", [b"x", b"MZ\x90", b"PK\5\6" + bytes(18)])
    def test_data_before_or_after_is_refused(self, workshop, judge, extra):
        assert judge(extra + workshop.pack)
        assert judge(workshop.pack + extra)

    def test_data_between_entries_is_refused(self, workshop, judge):
        data = workshop.pack
        offset = struct.unpack("<I", data[-6:-2])[0]
        patched = data[:offset] + b"hidden" + data[offset:-6] + struct.pack("<I", offset + 6) + data[-2:]
        assert has(judge(patched), "data that its directory does not list")

    def test_a_local_header_that_differs_is_refused(self, workshop, judge):
        name = f"{NUMBER}/{TXT}".encode()
        place = workshop.pack.index(name)
        data = workshop.pack[:place] + name.replace(b"002", b"003") + workshop.pack[place + len(name) :]
        assert has(judge(data), "local header differs from directory")

    def test_an_archive_comment_is_refused(self, workshop, judge):
        out = io.BytesIO(workshop.pack)
        with zipfile.ZipFile(out, "a") as archive:
            archive.comment = b"see evil.example"
        assert judge(out.getvalue())

    def test_truncation_anywhere_is_exposed(self, workshop, judge):
        picks = random.Random(7)
        for length in [0, 1, 21, 22, len(workshop.pack) - 1, *picks.sample(range(len(workshop.pack)), 6)]:
            assert judge(workshop.pack[:length])

    def test_a_byte_flipped_anywhere_is_exposed(self, workshop, judge):
        picks = random.Random(20261124)
        start = struct.unpack("<I", workshop.pack[-6:-2])[0]
        directory = [start + 38, start + 5, start + 36, start + 12]
        for place in directory + picks.sample(range(len(workshop.pack)), 12):
            data = bytearray(workshop.pack)
            data[place] ^= 1 << picks.randrange(8)
            assert judge(bytes(data)), f"byte {place}"


class TestCanonical:
    def test_what_is_hashed_is_what_is_shown(self, workshop):
        for event in read_events(unpack(workshop.pack)):
            import json

            assert canonical_json(json.loads(event["payload"])).decode() == event["payload"]
