"""Redacted editions: what is masked is gone from every page, what is not is proved, and neither can be faked."""

import io
import json
from dataclasses import replace

import pytest
from reportlab.pdfgen.canvas import Canvas

from models.account import Grant
from models.person import Person
from tests.company import Company, ask, shipped_alone
from tests.evidence.packs import (
    Workshop,
    faults,
    make_events,
    make_log,
    notes,
    read_events,
    sha,
    unpack,
    verify,
    write_events,
)
from tests.pdf.tools import needs_openssl
from tests.vault import samples
from webapp.adapters.pdfium import read_text
from webapp.adapters.signing import open_trial
from webapp.domain.errors import InvalidError
from webapp.domain.evidence import canonical_json
from webapp.domain.permissions import SYSTEM, Role
from webapp.domain.redaction import BLOCK, Mask, Masking, mask_entries
from webapp.edge import utc_now
from webapp.services import events
from webapp.services.evidence import export_pack
from webapp.services.evidence.custody import NewItem, take_in
from webapp.services.jobs.queue import lock_case

pytestmark = needs_openssl
NOTE = "data/log/masking.json"
TXT = "data/originals/002-送达回执.txt"


@pytest.fixture(scope="module")
def workshop():
    return Workshop()


@pytest.fixture(scope="module")
def edition(workshop):
    """A redacted edition: the first event without its name, the notice left out."""
    entries, _, _ = make_log(make_events(workshop.now, workshop.files))
    masks = [Mask(sequence=1, fields=("name",), reason="第三人姓名")]
    kept, masked, _ = mask_entries(entries, masks)
    row = {"sha256": sha(workshop.files["002-送达回执.txt"]), "name": "x", "reason": "个人信息", "pages": []}
    note = json.loads(Masking(events=masked).text())
    note["files"] = [{**row, "excerpt": None, "excerpt_sha256": None}]
    files = unpack(workshop.pack)
    del files[TXT]
    files = write_events({**files, NOTE: canonical_json(note)}, [each.plain() for each in kept])
    return unpack(workshop.reseal(files))


@pytest.fixture
def judge(workshop, tmp_path):
    """The verdict on an edition that an insider seals with the real key: exit code, faults, notes."""

    def run(files):
        code, report = verify(tmp_path, workshop.reseal(files), workshop.ca.root.certificate)
        return code, faults(report), notes(report)

    return run


def has(found, text):
    return any(text in each for each in found)


def noted(files, change):
    note = json.loads(files[NOTE])
    change(note)
    return {**files, NOTE: canonical_json(note)}


class TestVerdict:
    def test_it_passes_and_says_what_is_masked_and_why(self, edition, judge):
        code, found, said = judge(edition)
        assert (code, found) == (0, [])
        assert has(said, "redacted edition: 1 events and 1 originals masked, proofs hold")
        assert has(said, "event 1: 已遮盖，指纹完好 / masked, leaf intact: name（第三人姓名）")
        assert has(said, "an extract that no leaf proves")
        assert has(said, "original masked")

    def test_the_payload_that_is_produced_later_fits_the_leaf(self, workshop, edition):
        full, masked = read_events(unpack(workshop.pack))[0], read_events(edition)[0]
        assert masked["payload"] is None
        assert masked["salt"] is None
        salted = b"\0" + bytes.fromhex(full["salt"]) + full["payload"].encode()
        assert sha(salted) == masked["leaf"]

    @pytest.mark.parametrize(
        ("change", "fault"),
        [
            (lambda note: note["events"].clear(), None),
            (lambda note: note["files"].clear(), "a file that an event names is missing"),
            (lambda note: note["files"][0].update(reason=" "), "masked without a reason"),
            (lambda note: note["events"][0].update(reason=""), "masked without a reason"),
            (lambda note: note["events"].append({**note["events"][0], "sequence": 99}), "masked event is not in the pack"),
            (lambda note: note["events"].append(note["events"][0]), "lists something twice"),
            (lambda note: note["files"].append({**note["files"][0], "sha256": "0" * 64}), "no event names the masked original"),
            (lambda note: note["events"].append({**note["events"][0], "sequence": 2}), "listed as masked, but its payload is here"),
            (lambda note: note["files"][0].update(excerpt="excerpts/1.pdf"), "excerpt is missing"),
            (lambda note: note["files"][0].update(excerpt="log/head.json"), "excerpt is missing"),
            (lambda note: note.update(format=2), "format is not known"),
        ],
        ids=["event unlisted: shown as erased", "file unlisted", "file without reason", "event without reason", "no such event",
             "twice", "no such file", "not masked at all", "no excerpt", "excerpt elsewhere", "format"],
    )  # fmt: skip
    def test_a_note_that_lies_is_exposed(self, edition, judge, change, fault):
        code, found, said = judge(noted(edition, change))
        if fault is None:
            assert (code, has(said, "erased, leaf intact")) == (0, True)
        else:
            assert has(found, fault)

    def test_an_unlisted_or_changed_excerpt_is_exposed(self, edition, judge):
        files = {**edition, "data/excerpts/1.pdf": b"x"}
        assert has(judge(files)[1], "excerpt is not in the masking note")
        files = noted(
            files, lambda note: note["files"][0].update(excerpt="excerpts/1.pdf", excerpt_sha256="0" * 64)
        )
        assert has(judge(files)[1], "excerpt differs from the masking note")

    def test_an_original_that_is_listed_as_masked_must_not_be_there(self, workshop, edition, judge):
        assert has(
            judge({**edition, TXT: workshop.files["002-送达回执.txt"]})[1], "listed as masked, but here"
        )

    def test_the_closing_event_cannot_be_masked_away(self, edition, judge):
        last = read_events(edition)[-1]
        files = write_events(edition, [*read_events(edition)[:-1], {**last, "payload": None, "salt": None}])
        row = {"case": last["case"], "sequence": last["sequence"], "fields": [], "reason": "x", "shown": None}
        assert has(
            judge(noted(files, lambda note: note["events"].append(row)))[1], "not closed by case.sealed"
        )


class TestMasks:
    @pytest.fixture
    def entries(self, workshop):
        return make_log(make_events(workshop.now, workshop.files))[0]

    @pytest.mark.parametrize(
        "mask",
        [Mask(sequence=1, reason=" "), Mask(sequence=99, reason="x"), Mask(sequence=5, reason="封存"), Mask(sequence=1, fields=("no",), reason="x")],
        ids=["no reason", "no such event", "the closing event", "no such field"],
    )  # fmt: skip
    def test_what_cannot_be_masked_is_refused(self, entries, mask):
        assert len(entries) == 5
        with pytest.raises(InvalidError):
            mask_entries(entries, [mask])

    def test_the_same_long_words_are_masked_wherever_they_stand(self, workshop):
        payloads = make_events(workshop.now, workshop.files)
        payloads[0]["data"] = {"values": {"illness": "重度抑郁发作", "days": 3}}
        payloads[3]["data"]["text"] = "因重度抑郁发作请假"
        entries, _, _ = make_log(payloads)
        kept, masked, words = mask_entries(
            entries, [Mask(sequence=1, fields=("values.illness",), reason="病情")]
        )
        assert [each.sequence for each in masked] == [1, 4]
        assert masked[1].fields == ("text",)
        assert words == ("重度抑郁发作",)
        assert json.loads(masked[0].shown)["data"] == {"values": {"illness": BLOCK, "days": 3}}
        assert "抑郁" not in "".join(entry.payload or "" for entry in kept)
        assert [entry.leaf for entry in kept] == [entry.leaf for entry in entries]

    def test_two_masks_of_one_event_are_one(self, entries):
        masks = [Mask(sequence=1, fields=("name",), reason="姓名"), Mask(sequence=1, reason="全部")]
        _, (note,), _ = mask_entries(entries, masks)
        assert (note.fields, note.shown, note.reason) == ((), None, "姓名；全部")

    def test_words_are_blocked_out_however_lines_break(self):
        masking = Masking(words=("重度抑郁发作",))
        assert masking.scrub("因重度抑郁发作请假") == f"因{BLOCK}请假"
        assert masking.leaks("因重度抑\n郁发作请假")
        assert not masking.leaks("因病请假")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestEdition:
    @pytest.fixture
    def doors(self, tmp_path):
        return open_trial(tmp_path / "ca", now=utc_now(), organisation="云衫")

    @pytest.fixture
    def company(self, house, clock):
        clock.now = utc_now()
        company = Company(house, shipped_alone("leave"))
        with house.unit(SYSTEM) as work:
            entity = work.session.get_one(Person, company.ids["hr2"]).entity_id
            work.session.add(Grant(person_id=company.ids["hr2"], role=Role.LEGAL, entity_id=entity))
        return company

    @pytest.fixture
    def case_id(self, company):
        """A leave case with what somebody wrote about their health, a paper of two pages and a chat."""
        case_id = ask(company, reason="重度抑郁发作需要休养")
        with company.house.unit(SYSTEM) as work:
            paper = work.ports.blobs.put(two_pages())
            events.append(
                work, "file.attached", {"name": "诊断.pdf", "sha256": paper}, case=lock_case(work, case_id)
            )
        with company.unit("hr2") as work:
            take_in(
                work,
                NewItem(
                    name="会话.txt",
                    data=samples.CHAT_TXT,
                    source="企业微信",
                    collected_by="孙倩",
                    collected_at=work.now,
                    method="export",
                    legality="员工手册第8条",
                    case_id=case_id,
                ),
            )
        return case_id

    def export(self, company, case_id, doors, *masks):
        out = io.BytesIO()
        export_pack(lambda: company.unit("hr2"), case_id, out, doors=doors, masks=masks)
        return out.getvalue()

    def test_an_edition_verifies_and_nowhere_says_what_is_masked(self, company, case_id, doors, tmp_path):
        paper = sha(two_pages())
        data = self.export(
            company,
            case_id,
            doors,
            Mask(sequence=1, reason="健康信息"),
            Mask(sha256=paper, pages=(2,), reason="与本案无关"),
        )
        code, report = verify(tmp_path, data, doors.trust(utc_now())["root.pem"])
        assert (code, faults(report)) == (0, [])
        files = unpack(data)
        assert not any("诊断" in name for name in files if name.startswith("data/originals/"))
        excerpt = next(body for name, body in files.items() if name.startswith("data/excerpts/"))
        assert "本页已遮盖" in read_text(excerpt, most_pages=9, most_characters=9_999)
        book = read_text(files["data/证据册.pdf"], most_pages=99, most_characters=999_999)
        for words in ("遮盖说明", "健康信息", "与本案无关", "证据来源与保管链", "员工手册第8条"):
            assert words in book
        for name, body in files.items():
            assert "抑郁".encode() not in body, name
        assert "抑郁" not in book

    def test_words_in_an_original_must_be_masked_with_it(self, company, case_id, doors):
        with company.house.unit(SYSTEM) as work:
            events.append(work, "note.written", {"text": "可以，三点到五点"}, case=lock_case(work, case_id))
            number = lock_case(work, case_id).event_count
        with pytest.raises(InvalidError, match="会话"):
            self.export(company, case_id, doors, Mask(sequence=number, reason="第三人"))

    @pytest.mark.parametrize(
        "mask",
        [Mask(sha256="0" * 64, reason="x"), Mask(sha256="paper", pages=(3,), reason="x")],
        ids=["no such original", "no such page"],
    )
    def test_what_is_not_there_cannot_be_masked(self, company, case_id, doors, mask):
        if mask.sha256 == "paper":
            mask = replace(mask, sha256=sha(two_pages()))
        with pytest.raises(InvalidError):
            self.export(company, case_id, doors, mask)


def two_pages():
    out = io.BytesIO()
    canvas = Canvas(out, invariant=1)
    for number in (1, 2):
        canvas.drawString(100, 700, f"page {number}")
        canvas.showPage()
    canvas.save()
    return out.getvalue()
