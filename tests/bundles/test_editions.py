"""Editions: frozen, never changed, compared in words; what leaves the desk, and what never does."""

import hashlib
import io
import json
import re
import zipfile

import docx
import pypdfium2
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from models.bundle import BundleEdition
from models.event import Event, EventPayload
from tests.bundles.conftest import LEGAL, SQLITE, pdf
from tests.bundles.test_review import opinion
from tests.company import ROOT
from webapp.domain.errors import InvalidError, NotFoundError
from webapp.domain.evidence import canonical_json
from webapp.domain.exhibits import Line, Side, compare
from webapp.domain.permissions import SYSTEM
from webapp.services.evidence.bundles import counsel, create
from webapp.services.evidence.bundles import exhibits as writing
from webapp.services.evidence.bundles.editions import NOW, differences, freeze, read_edition
from webapp.services.evidence.bundles.outputs import Output, take_out


def line(key, number, **more):
    plain = {
        "side": "ours",
        "name": f"材料{key}",
        "source": "",
        "proves": "",
        "content": "",
        "form": "copy",
        "pages": 1,
        "weakness": "",
        "kind": "other",
        "sha256": "0" * 64,
        "media_type": "",
        "dangerous": False,
        "event_id": None,
    }
    return Line(key=key, number=number, **{**plain, **more})


def lines(keys):
    return [line(key, number) for number, key in enumerate(keys, 1)]


def frozen(company, bundle_id, note="立案"):
    with company.unit(LEGAL) as work:
        return freeze(work, bundle_id, note=note, version=company.version(bundle_id)).number


def taken(company, bundle_id, what, number=1):
    with company.unit(LEGAL) as work:
        return take_out(work, bundle_id, number, what=what)


def words_of(data):
    """All text of a PDF."""
    document = pypdfium2.PdfDocument(data)
    said = [page.get_textpage().get_text_bounded() for page in document]
    document.close()
    return said


def inked(data, *, page):
    """Whether the line with the page's number is to be seen, not only to be searched."""
    document = pypdfium2.PdfDocument(data)
    picture = document[page].render(scale=1).to_pil().convert("L")
    document.close()
    foot = picture.crop((picture.width // 2, picture.height - 40, picture.width, picture.height - 12))
    return min(foot.tobytes()) < 96


class TestComparing:
    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("abc", "abc", []),
            ("abc", "abxc", ["added 材料x"]),
            ("abc", "ac", ["removed 材料b"]),
            ("abcd", "bcda", ["moved 材料a"]),
            ("abcd", "abdc", ["moved 材料c"]),
            ("abc", "xcb", ["removed 材料a", "added 材料x", "moved 材料b"]),
            ("", "a", ["added 材料a"]),
        ],
    )
    def test_the_fewest_changes_are_named(self, old, new, said):
        found = compare(lines(old), lines(new))
        assert sorted(f"{c.what} {c.sentence.values['name']}" for c in found) == sorted(said)

    def test_a_changed_column_is_told_with_both_texts(self):
        [change] = compare([line("a", 1)], [line("a", 1, proves="送达")])
        assert str(change.sentence) == "证据1《材料a》：证明对象有改动"
        assert (change.before, change.after) == ("", "送达")


class TestEditions:
    def test_a_frozen_edition_is_hashed_named_by_an_event_and_never_changes(self, company, filled):
        frozen(company, filled)
        with company.house.view(SYSTEM) as work:
            row = work.session.scalars(select(BundleEdition)).one()
            lines = [hashlib.sha256(canonical_json(line)).hexdigest() for line in row.content["lines"]]
            digest = hashlib.sha256(canonical_json({**row.content, "lines": lines})).hexdigest()
            assert row.content_sha256 == digest
            event = work.session.scalars(select(Event).where(Event.kind == "bundle.frozen")).one()
            assert json.loads(event.payload.body)["data"]["content_sha256"] == digest
        for change in (
            "UPDATE bundle_edition SET note = 'x'",
            "UPDATE bundle_edition SET number = 7, erased_at = '2026-11-24 01:00:00+00:00'",
            "DELETE FROM bundle_edition",
        ):
            with pytest.raises(DatabaseError), company.house.engine.begin() as connection:
                connection.execute(text(change))

    def test_an_empty_bundle_is_not_frozen_and_what_changed_is_told_in_words(self, company, filled):
        empty = company.bundle(collect=False)
        with company.unit(LEGAL) as work, pytest.raises(InvalidError):
            freeze(work, empty, note="", version=company.version(empty))
        frozen(company, filled)
        first = company.rows(filled)[0]
        with company.unit(LEGAL) as work:
            writing.remove(work, filled, first.id, version=company.version(filled))
        frozen(company, filled, "补充证据")
        with company.view(LEGAL) as work:
            [gone] = differences(work, filled, old=1, new=2)
            assert str(gone.sentence) == "删去 证据1《送达回执.pdf》"
            assert differences(work, filled, old=2, new=NOW) == ()
            assert [each.name for each in read_edition(work, filled, 1).lines][0] == "送达回执.pdf"


@SQLITE
class TestFiles:
    def test_the_set_has_one_series_of_pages_a_list_and_a_bookmark_for_each(self, company, whole):
        frozen(company, whole)
        file = taken(company, whole, Output.SET)
        said = words_of(file.data)
        assert "证据目录" in said[0]
        assert "1–2" in said[0]
        assert "3–4" in said[0]
        total = 5  # two of the agreement, two of the receipt, one of the letter
        assert len(said) == 1 + total
        for number in range(1, total + 1):
            assert f"第 {number} 页 / 共 {total} 页" in said[number]
        assert "second page" in said[4]  # drawn, and still to be searched
        assert inked(file.data, page=4)
        document = pypdfium2.PdfDocument(file.data)
        marks = [(mark.get_title(), mark.get_dest().get_index()) for mark in document.get_toc()]
        assert marks == [
            ("证据目录", 0),
            ("证据1　变更协议", 1),
            ("证据2　送达回执.pdf", 3),
            ("证据3　工会函.pdf", 5),
        ]
        document.close()

    def test_split_files_and_the_list_keep_the_numbers_of_the_set(self, company, filled):
        frozen(company, filled)
        pack = zipfile.ZipFile(io.BytesIO(taken(company, filled, Output.SPLIT).data))
        assert pack.namelist()[2:] == ["001-送达回执.pdf", "002-工会函.pdf"]
        assert ["第 3 页 / 共 3 页" in each for each in words_of(pack.read("002-工会函.pdf"))] == [True]
        table = docx.Document(io.BytesIO(pack.read("000-证据目录.docx"))).tables[0]
        rows = [[cell.text for cell in row.cells] for row in table.rows]
        assert rows[0] == ["序号", "证据名称", "来源", "证明对象", "证明内容", "原件或复印件", "页码"]
        assert [row[-1] for row in rows[1:]] == ["1–2", "3"]

    def test_an_edition_gives_the_same_bytes_whatever_becomes_of_the_bundle(self, company, filled):
        frozen(company, filled)
        before = taken(company, filled, Output.SPLIT).data
        for row in company.rows(filled):
            with company.unit(LEGAL) as work:
                writing.remove(work, filled, row.id, version=company.version(filled))
        assert taken(company, filled, Output.SPLIT).data == before
        with company.house.view(SYSTEM) as work:
            rows = work.session.scalars(select(Event).where(Event.kind == "bundle.exported")).all()
            told = [json.loads(row.payload.body)["data"]["file_sha256"] for row in rows]
        assert told == [hashlib.sha256(before).hexdigest()] * 2
        with company.unit("hr") as work, pytest.raises(NotFoundError):
            take_out(work, filled, 1, what=Output.LIST)

    def test_words_that_no_xml_may_hold_cost_no_file(self, company, filled):
        pasted = "回执\x0b第二行\x08\ufffe"
        exhibit = company.rows(filled)[0].id
        with company.unit(LEGAL) as work:
            facts = create.Facts(title=pasted, tribunal=pasted, docket=pasted)
            create.change_facts(work, filled, facts, version=company.version(filled))
        with company.unit(LEGAL) as work:
            said = writing.Description(
                name=pasted, source=pasted, proves=pasted, content=pasted, form="copy", kind="other"
            )
            writing.describe(work, filled, exhibit, said=said, version=company.version(filled))
        with company.unit(LEGAL) as work:
            freeze(work, filled, note=pasted, version=company.version(filled))
        with company.unit(LEGAL) as work:
            for what in (Output.LIST, Output.SPLIT):
                assert take_out(work, filled, 1, what=what).data


SECRET = "底线密语"
SHOWN = "弱点密语"


@SQLITE
class TestWhatNeverLeaves:
    def test_no_file_edition_or_event_holds_a_privileged_note(self, company, filled):
        with company.unit(LEGAL) as work:
            their = writing.upload(
                work,
                filled,
                name="对方.pdf",
                data=pdf("theirs"),
                side=Side.THEIRS,
                version=company.version(filled),
            ).id
        with company.unit(LEGAL) as work:
            version = company.version(filled)
            counsel.give_opinion(work, filled, their, opinion=opinion(), version=version)
            counsel.write_note(work, filled, SECRET)
            counsel.write_note(work, filled, SECRET, exhibit_id=their)
            counsel.comment(work, filled, SHOWN)
        frozen(company, filled)
        for what in Output:
            assert not [part for part in parts(taken(company, filled, what).data) if leaks(part)], what
        with company.house.view(SYSTEM) as work:
            row = work.session.scalars(select(BundleEdition)).one()
            assert not leaks(json.dumps(row.content, ensure_ascii=False).encode())
            bodies = work.session.scalars(select(EventPayload.body)).all()
            assert not [body for body in bodies if leaks(body.encode())]


def test_one_room_alone_reads_privileged_notes():
    sources = [*ROOT.glob("webapp/**/*.py"), *ROOT.glob("models/*.py")]
    word = re.compile(r"PrivilegedNote|privileged_note|notes_of")
    knowing = {str(p.relative_to(ROOT)) for p in sources if word.search(p.read_text("utf-8"))}
    assert knowing == {
        "models/counsel.py",
        "webapp/services/evidence/bundles/counsel.py",  # writes, strikes and reads them
        "webapp/services/evidence/bundles/exhibits.py",  # deletes them with their exhibit
        "webapp/views/bundles/counsel.py",  # two pages of legal
        "webapp/views/bundles/exhibits.py",
    }


def leaks(data):
    return SECRET.encode() in data or SHOWN.encode() in data


def parts(data):
    """A file and everything readable inside it."""
    yield data
    if data.startswith(b"PK"):
        pack = zipfile.ZipFile(io.BytesIO(data))
        for name in pack.namelist():
            yield from parts(pack.read(name))
    if data.startswith(b"%PDF"):
        yield "\n".join(words_of(data)).encode()
