"""The demo's scans: papers that can be read, small, and the same bytes each time."""

from io import BytesIO

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from webapp.adapters.pdf.scan import scan_signed, scan_slip

FIELDS = {"employee": (60.0, 86.0, 282.0, 146.0), "company": (312.0, 86.0, 535.0, 146.0)}


def agreement():
    out = BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), invariant=1)
    canvas.setFont("Helvetica", 24)
    canvas.drawString(72, 700, "Supplement to the labour contract")
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def share(picture, box, like):
    """How much of a part of a picture has a colour: like(red, green, blue)."""
    points = list(picture.convert("RGB").crop(box).get_flattened_data())
    return sum(like(*point) for point in points) / len(points)


def dark(red, green, blue):
    return max(red, green, blue) < 120


def red(red, green, blue):
    return red > 150 and green < 110 and blue < 110


def blue(red, green, blue):
    return blue > red + 25 and red < 130


PAPERS = {
    "signed": lambda: scan_signed(agreement(), page=1, fields=FIELDS, company="云衫"),
    "slip": lambda: scan_slip("诊断证明书", ("诊断：上呼吸道感染",), seal="诊断专用章"),
}


@pytest.mark.parametrize("name", PAPERS)
def test_is_a_small_picture_with_text_and_a_red_seal_and_the_same_each_time(name):
    data = PAPERS[name]()
    assert data == PAPERS[name]()
    assert len(data) < 150_000
    picture = Image.open(BytesIO(data))
    assert (picture.format, abs(picture.width - 800) <= 1) == ("PNG", True)
    whole = (0, 0, *picture.size)
    assert share(picture, whole, red) > 0.001
    assert share(picture, (0, 0, picture.width, picture.height // 2), dark) > 0.0001


def test_a_name_is_written_where_the_employee_signs():
    picture = Image.open(BytesIO(PAPERS["signed"]()))
    scale = 800 / 595
    left, low, right, high = (edge * scale for edge in FIELDS["employee"])
    height = picture.height
    assert share(picture, (int(left), int(height - high), int(right), int(height - low)), blue) > 0.005
    assert share(picture, (0, height // 2, 800, height - 300), blue) == 0
