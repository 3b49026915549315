"""Filing copies: a PDF for every exhibit of a bundle, whatever its original is.

A PDF stands for itself and is drawn by PDFium alone; a picture is set on a page; text is set anew; of
everything else, active files above all, a slip says where the original lies. A court reads these pages in
place of the exhibit, so a PDF keeps its own; ``readingcopy`` sets the vault's copies anew, with notes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING
from warnings import catch_warnings, simplefilter

from PIL import Image, ImageOps, UnidentifiedImageError
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from webapp.adapters.papertext import text_of
from webapp.adapters.pdf.flow import Pairs, Prose
from webapp.adapters.pdf.fonts import spell_missing
from webapp.adapters.pdf.leaves import read_leaves
from webapp.adapters.pdf.page import Sheet, render
from webapp.adapters.pdf.typeset import BODY, CELL, MM, TITLE
from webapp.adapters.uploads.kinds import Kind
from webapp.domain.errors import InvalidError
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reportlab.platypus.flowables import Flowable

PICTURES = frozenset({Kind.PNG, Kind.JPEG, Kind.WEBP})
FORMATS = ("PNG", "JPEG", "WEBP")
TEXTS = frozenset({Kind.TEXT, Kind.CSV, Kind.DOCX})
MOST_PIXELS = 80_000_000  # of a picture that is opened at all
WIDEST = 2_000  # pixels kept of it
MARGIN = 18 * MM
BROKEN = (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError)
ALWAYS = datetime(2020, 1, 1, tzinfo=UTC)  # in the file's own data: a copy made twice has the same bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """A file as it is kept."""

    name: str
    media_type: str
    sha256: str
    data: bytes
    dangerous: bool


def reading_copy(original: Original, *, say: Callable[[Message], str]) -> bytes:
    """A PDF to read and print; the same original gives the same bytes."""
    if original.dangerous:
        return slip(original, msg("含有活动内容，只保存原件，不打开、不打印。"), say=say)
    if original.media_type == Kind.PDF:
        try:
            read_leaves(original.data, most=0)
        except InvalidError:
            return slip(original, msg("文件已加密或损坏，只保存原件。"), say=say)
        return original.data
    if original.media_type in PICTURES:
        return _picture(original) or slip(original, msg("图片打不开，只保存原件。"), say=say)
    text = text_of(original.data, original.media_type) if original.media_type in TEXTS else ""
    if text.strip():
        return _text(original, text, say=say)
    return slip(original, msg("这种文件不能打印，只保存原件。"), say=say)


def is_printable(original: Original) -> bool:
    """Whether a reading copy would show what the file says; a slip stands in for all others."""
    if original.dangerous:
        return False
    if original.media_type == Kind.PDF:
        try:
            return read_leaves(original.data, most=0).count > 0
        except InvalidError:
            return False
    if original.media_type in PICTURES:
        return _opened(original.data) is not None
    return original.media_type in TEXTS and bool(text_of(original.data, original.media_type).strip())


def slip(original: Original, why: Message, *, say: Callable[[Message], str]) -> bytes:
    """One page in place of a file that is not printed: its name, hash and the reason."""
    pairs = [
        (say(msg("文件名")), spell_missing(original.name), True),
        ("SHA-256", original.sha256, True),
        (say(msg("字节数")), f"{len(original.data):,}", True),
        (say(msg("说明")), say(why), True),
    ]
    return _render(say(msg("原件另存")), [Prose("", BODY, after=40 * MM), Pairs(pairs)], say=say)


def lines_copy(title: str, pairs: Sequence[tuple[str, str]], *, say: Callable[[Message], str]) -> bytes:
    """A page of labels and values, as of an act in the log."""
    rows = [(label, spell_missing(value), True) for label, value in pairs]
    return _render(spell_missing(title), [Pairs(rows)], say=say)


def _text(original: Original, text: str, *, say: Callable[[Message], str]) -> bytes:
    lines = spell_missing(text.replace("\t", "    ")).splitlines()
    return _render(spell_missing(original.name), [Prose(line, CELL, after=1) for line in lines], say=say)


def _render(title: str, story: Sequence[Flowable], *, say: Callable[[Message], str]) -> bytes:
    sheet = Sheet(
        title=title,
        left=say(msg("阅读件")),
        right="",
        foot=say(msg("阅读件，以原件为准")),
        language="zh-Hans",
        translate=say,
        made_at=ALWAYS,
    )
    head = Prose(title, TITLE.evolve(size=15, leading=22), after=8)
    return render(sheet, lambda: [head, *story])


def _opened(data: bytes) -> Image.Image | None:
    """A picture whose head was read; None for one that is broken or far too large."""
    try:
        with catch_warnings():
            simplefilter("ignore", Image.DecompressionBombWarning)
            opened = Image.open(BytesIO(data), formats=FORMATS)
    except BROKEN:
        return None
    return opened if opened.width * opened.height <= MOST_PIXELS else None


def _picture(original: Original) -> bytes | None:
    """The picture, upright, on a page; None for one that cannot be drawn."""
    opened = _opened(original.data)
    try:
        picture = None if opened is None else ImageOps.exif_transpose(opened).convert("RGB")
    except BROKEN:
        return None
    if picture is None:
        return None
    picture.thumbnail((WIDEST, WIDEST))
    shot = BytesIO()
    picture.save(shot, "JPEG", quality=85)
    shot.seek(0)
    out = BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=True)
    room = (A4[0] - 2 * MARGIN, A4[1] - 2 * MARGIN)
    scale = min(room[0] / picture.width, room[1] / picture.height)
    width, height = picture.width * scale, picture.height * scale
    canvas.drawImage(ImageReader(shot), (A4[0] - width) / 2, (A4[1] - height) / 2, width, height)
    canvas.showPage()
    canvas.save()
    return out.getvalue()
