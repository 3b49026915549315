"""Pages of somebody's PDF: how many, what they say, how they look.

A file that people brought is never merged into ours, nor opened here: the bounded process of
``adapters/readings`` draws its pages, and the drawing is what is printed.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from io import BytesIO
from threading import Lock
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from webapp.adapters.pdf.fonts import Face, font_path
from webapp.adapters.readings.apart import leaves_apart
from webapp.domain.errors import InvalidError
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Iterator

    from webapp.adapters.readings.leaves import Leaf, Leaves

MOST_PAGES = 2_000  # of one exhibit
AT_ONCE = 10  # pages that one process draws: its time is short
PREVIEW_WIDTH = 1_000  # pixels
MARK_INK = (110, 116, 128, 58)  # grey, and pale enough to read through
KNOWN = 1_024  # files whose number of pages is remembered, by their hash: the same bytes have the same pages

_counts: OrderedDict[str, int] = OrderedDict()
_lock = Lock()


def read_leaves(pdf: bytes, *, most: int = 300) -> Leaves:
    """Count the pages and read the first ``most``; raises InvalidError for what cannot be opened."""
    try:
        found = leaves_apart(pdf, most=most, drawn=False)
    except InvalidError:
        _remember(pdf, 0)
        raise
    _remember(pdf, found.count if found.count <= MOST_PAGES else 0)
    if not 0 < found.count <= MOST_PAGES:
        raise InvalidError(
            msg("这份 PDF 有 {count} 页，最多 {most} 页。", count=found.count, most=MOST_PAGES)
        )
    return found


def count_leaves(pdf: bytes) -> int:
    """The number of pages; 0 where it cannot be opened or has too many. A file is opened once for it."""
    with _lock:
        known = _counts.get(_key(pdf))
    if known is not None:
        return known
    try:
        return read_leaves(pdf, most=0).count
    except InvalidError:
        return 0


def draw_leaves(pdf: bytes) -> Iterator[Leaf]:
    """Each page at 150 dpi with its words; a few lie in memory at a time."""
    first, count = 0, 1
    while first < count:
        found = leaves_apart(pdf, first=first, most=AT_ONCE, drawn=True)
        yield from found.leaves
        first, count = first + AT_ONCE, found.count


def draw_preview(pdf: bytes, page: int, *, mark: str) -> bytes:
    """One page, from 1, as WebP with ``mark`` (who looks, and when) across it; raises InvalidError."""
    leaves = leaves_apart(pdf, first=page - 1, most=1, drawn=True).leaves if page > 0 else ()
    if not leaves:
        raise InvalidError(msg("没有这一页。"))
    picture = Image.open(BytesIO(leaves[0].jpeg), formats=("JPEG",))
    height = round(picture.height * PREVIEW_WIDTH / picture.width)
    out = BytesIO()
    _watermark(picture.resize((PREVIEW_WIDTH, height)), mark).save(out, "WEBP", quality=70, method=2)
    return out.getvalue()


def _key(pdf: bytes) -> str:
    return hashlib.sha256(pdf).hexdigest()


def _remember(pdf: bytes, count: int) -> None:
    with _lock:
        _counts[_key(pdf)] = count
        while len(_counts) > KNOWN:
            _counts.popitem(last=False)


def _watermark(picture: Image.Image, mark: str) -> Image.Image:
    """Write the mark slantwise over the whole page, so that no cut-out is free of it."""
    base = picture.convert("RGBA")
    side = int((base.width**2 + base.height**2) ** 0.5)
    layer = Image.new("RGBA", (side, side), (255, 255, 255, 0))
    font = ImageFont.truetype(str(font_path(Face.SANS)), max(base.width // 42, 12))
    pen = ImageDraw.Draw(layer)
    step = max(int(pen.textlength(mark, font=font)) + base.width // 9, 1)
    for row, y in enumerate(range(0, side, base.width // 7)):
        for x in range(-(row % 2) * step // 2, side, step):
            pen.text((x, y), mark, font=font, fill=MARK_INK)
    turned = layer.rotate(28, resample=Image.Resampling.BILINEAR)
    left, top = (side - base.width) // 2, (side - base.height) // 2
    return Image.alpha_composite(
        base, turned.crop((left, top, left + base.width, top + base.height))
    ).convert("RGB")
