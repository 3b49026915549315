"""Pages of a PDF that somebody brought, drawn within the bounded process; the parent never opens the file."""

from __future__ import annotations

import base64
import io
import json
from dataclasses import dataclass
from typing import Any

import pypdfium2

DPI = 150
QUALITY = 80
MOST_TEXT = 20_000  # characters kept of one page
MOST_PIXELS = 12_000_000  # of one drawn page: a plan of A0 is drawn coarser


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A page: its words, its size on paper in points, and where it was drawn its picture as JPEG."""

    text: str
    width: float
    height: float
    jpeg: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaves:
    """How many pages a PDF has, and those that were asked for."""

    count: int
    leaves: tuple[Leaf, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """What each of them says."""
        return tuple(leaf.text for leaf in self.leaves)


def read(data: bytes, *question: str) -> bytes:
    """JSON of pages: ``question`` is the first (from 0), at most how many, and 1 where they are to be drawn.

    Forms are drawn as they are filled in: what is signed shows its mark in its field. This PDFium runs no
    scripts.
    """
    first, most, drawn = map(int, question)
    document = pypdfium2.PdfDocument(data)
    try:
        document.init_forms()
        count = len(document)
        numbers = range(first, min(first + most, count))
        leaves = [_leaf(document[number], drawn=bool(drawn)) for number in numbers]
    finally:
        document.close()
    return json.dumps({"count": count, "leaves": leaves}, ensure_ascii=False).encode()


def _leaf(page: Any, *, drawn: bool) -> dict[str, Any]:
    width, height = page.get_width(), page.get_height()
    out = io.BytesIO()
    if drawn:
        scale = min(DPI / 72, (MOST_PIXELS / max(width * height, 1)) ** 0.5)
        picture = page.render(scale=scale, may_draw_forms=True).to_pil().convert("RGB")
        picture.save(out, "JPEG", quality=QUALITY)
    text = page.get_textpage().get_text_bounded()[:MOST_TEXT]
    return {"text": text, "width": width, "height": height, "jpeg": base64.b64encode(out.getvalue()).decode()}


def from_json(text: bytes) -> Leaves:
    """Read what :func:`read` wrote; raises ValueError, KeyError or TypeError for anything else."""
    plain = json.loads(text)
    return Leaves(
        count=int(plain["count"]),
        leaves=tuple(
            Leaf(
                text=str(leaf["text"]),
                width=float(leaf["width"]),
                height=float(leaf["height"]),
                jpeg=base64.b64decode(leaf["jpeg"]),
            )
            for leaf in plain["leaves"]
        ),
    )
