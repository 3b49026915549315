"""What is torn over pages: nothing is lost, and what just fits stays whole."""

import pytest
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Frame

from webapp.adapters.pdf.flow import Column, Grid, Pairs

WIDTH = 400.0


def pairs():
    return Pairs([("事由", "期满复查", True), ("结果", "仍未改正", True)])


def grid():
    columns = [Column(title="材料", share=1), Column(title="缺陷", share=1)]
    return Grid(columns, [("证明", "逾期"), ("送达", "地址不符")])


@pytest.mark.parametrize("make", [pairs, grid], ids=["pairs", "grid"])
def test_what_fits_but_for_the_space_behind_it_goes_on_the_page_whole(make, tmp_path):
    _, height = make().wrap(WIDTH, 1_000)
    room = height - make().after / 2
    frame = Frame(0, 0, WIDTH, room, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
    canvas = Canvas(str(tmp_path / "page.pdf"))
    (part,) = frame.split(make(), canvas)
    assert frame.add(part, canvas, trySplit=0) == 1
