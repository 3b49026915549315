"""What PDF/A-2b asks of a file (ISO 19005-2), as far as tools at hand can tell: no validator is installed here."""

import re
from io import BytesIO

import pytest
from PIL import ImageCms
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from tests.documents.test_pdf import AT, filled
from tests.pdf.tools import needs_hanazono, needs_openssl
from webapp.adapters.pdf import draw_document
from webapp.adapters.pdf.mark import Mark, draw_mark
from webapp.adapters.signing import Act, open_trial
from webapp.domain.signing import SignerRequest
from webapp.edge import utc_now

pytestmark = [needs_hanazono, needs_openssl]
SIGNERS = {
    "employee": SignerRequest(number="E1", name="王𬭚鿏", role="employee"),
    "company": SignerRequest(number="YS", name="云衫电子商务有限公司", role="company"),
}


@pytest.fixture(scope="module", params=("as made", "as archived"))
def pdf(request, tmp_path_factory):
    """A supplement with an English translation; as made, and with both signatures and the archive stamp."""
    drawn = draw_document(filled(languages=("zh-Hans", "en")), mark="测试").pdf
    if request.param == "as made":
        return drawn
    desk = open_trial(tmp_path_factory.mktemp("ca"), now=utc_now(), organisation="云衫").desk
    for field, sign in (("employee", desk.sign), ("company", desk.seal)):
        who = SIGNERS[field]
        mark = draw_mark(Mark(name=who.name, label="签署", at=AT, seal=field == "company", trial=True))
        drawn = sign(drawn, who, Act(field=field, reason="签署", appearance=mark), now=utc_now()).pdf
    return desk.archive(drawn, now=utc_now()).pdf


@pytest.fixture(scope="module")
def reader(pdf):
    return PdfReader(BytesIO(pdf))


def objects(reader):
    """Every dictionary that can be reached from the trailer, each once."""
    seen, waiting = set(), [reader.trailer["/Root"], reader.trailer["/Info"]]
    while waiting:
        found = waiting.pop()
        if isinstance(found, IndirectObject):
            if (found.idnum, found.generation) in seen:
                continue
            seen.add((found.idnum, found.generation))
            found = found.get_object()
        if isinstance(found, DictionaryObject):
            yield found
            waiting += list(dict.values(found))
        elif isinstance(found, ArrayObject):
            waiting += list(found)


def test_the_header_is_followed_by_bytes_that_say_binary_and_the_trailer_has_an_id(pdf, reader):
    assert pdf.startswith(b"%PDF-1.7")
    second = pdf.splitlines()[1]
    assert second.startswith(b"%")
    assert sum(byte > 127 for byte in second) >= 4
    assert len(reader.trailer["/ID"]) == 2
    assert "/Encrypt" not in reader.trailer


def test_every_stream_ends_on_a_line_of_its_own(pdf):
    assert re.search(rb"[^\r\n]endstream\b", pdf) is None


def test_the_metadata_is_readable_without_unpacking_and_agrees_with_the_files_own(pdf, reader):
    stream = reader.trailer["/Root"]["/Metadata"].get_object()
    assert "/Filter" not in stream
    xmp = stream.get_data().decode()
    assert xmp.encode() in pdf
    said = dict(
        re.findall(r"(?<![/\w])([a-z]+:[A-Za-z]+)(?:>|=\")([^<\"]*)", xmp)
    )  # as an element or an attribute
    assert (said["pdfaid:part"], said["pdfaid:conformance"]) == ("3", "B")  # 3b asks for all that 2b does
    assert said["xmp:CreatorTool"] == reader.metadata["/Creator"]
    assert f">{reader.metadata['/Title']}<" in xmp


def test_colours_have_a_profile_that_a_colour_system_can_read(reader):
    [intent] = reader.trailer["/Root"]["/OutputIntents"]
    assert intent["/S"] == "/GTS_PDFA1"
    profile = intent["/DestOutputProfile"].get_object()
    data = profile.get_data()
    assert profile["/N"] == 3
    assert data[12:20] == b"mntrRGB "  # a display's profile, of RGB
    assert data[8] in (2, 4)  # version
    assert ImageCms.getProfileName(ImageCms.ImageCmsProfile(BytesIO(data))).strip()
    spaces = {str(each["/ColorSpace"]) for each in objects(reader) if each.get("/Subtype") == "/Image"}
    assert spaces <= {"/DeviceRGB", "/DeviceGray"}


def test_every_font_is_embedded_and_can_be_read_as_text(reader):
    fonts = [each for each in objects(reader) if each.get("/Type") == "/Font"]
    assert fonts
    for font in fonts:
        if font["/Subtype"] in ("/CIDFontType2", "/TrueType"):
            assert "/FontFile2" in font["/FontDescriptor"].get_object(), font
        else:
            assert font["/Subtype"] == "/Type0", font
            assert "/DescendantFonts" in font
        if font["/Subtype"] != "/CIDFontType2":
            assert "/ToUnicode" in font


def test_nothing_is_see_through_runs_or_hides(reader):
    for each in objects(reader):
        assert each.get("/SMask", "/None") == "/None"
        assert each.get("/BM", "/Normal") in ("/Normal", "/Compatible")
        assert each.get("/CA", 1) == each.get("/ca", 1) == 1
        assert each.get("/S") not in ("/Transparency", "/JavaScript", "/Launch", "/Sound", "/Movie", "/URI")
        assert not {"/JS", "/AA", "/OpenAction", "/XFA", "/EF", "/OCProperties"} & set(each)
        filters = each.get("/Filter", [])
        assert "/LZWDecode" not in (filters if isinstance(filters, list) else [filters])


def test_each_field_is_printed_has_a_look_and_needs_no_drawing_by_the_reader(reader):
    form = reader.trailer["/Root"]["/AcroForm"].get_object()
    assert form.get("/NeedAppearances", False) is not True
    widgets = [each for each in objects(reader) if each.get("/Subtype") == "/Widget"]
    assert {each["/T"] for each in widgets} >= {"employee", "company"}
    for each in widgets:
        left, low, right, high = (float(side) for side in each["/Rect"])
        assert each["/F"] & 4
        assert not each["/F"] & (1 | 2 | 32)  # invisible, hidden, no view
        assert "/N" in each.get("/AP", {}) or (right - left, high - low) == (0, 0)
