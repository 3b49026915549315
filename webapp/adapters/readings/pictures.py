"""Pictures, drawn anew as JPEG: nothing of the original's bytes goes on."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import ExifTags, Image, ImageOps

from webapp.adapters.readings.limits import (
    DRAWN,
    PICTURE_HEIGHT,
    PICTURE_WIDTH,
    QUALITY,
)
from webapp.domain.readingcopy import Facts, Picture, Reading
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from webapp.domain.readingcopy import Words

FORMATS = ("PNG", "JPEG", "WEBP")
MOST_PIXELS = 60_000_000
MADE, MAKER, MODEL, PLACE = 36867, 271, 272, ExifTags.IFD.GPSInfo


def read(data: bytes, _media_type: str) -> Reading:
    """The picture, upright and no larger than a page, and what its file says about its making."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS  # twice as many raise DecompressionBombError
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        facts = _facts(image)
        upright = ImageOps.exif_transpose(image)
        return Reading(parts=(facts, draw(upright)), notes=(DRAWN,))


def _facts(image: Image.Image) -> Facts:
    exif = image.getexif()
    rows: list[tuple[Message, Words]] = [
        (msg("像素"), f"{image.width} × {image.height}"),
        (msg("格式"), str(image.format)),
    ]
    made = exif.get_ifd(ExifTags.IFD.Exif).get(MADE)
    if made:
        rows.append((msg("拍摄时间（文件所写）"), str(made)[:40]))
    camera = " ".join(str(exif[tag]) for tag in (MAKER, MODEL) if tag in exif)
    if camera:
        rows.append((msg("拍摄设备（文件所写）"), camera[:120]))
    rows.append((msg("位置信息"), msg("含，见原件") if exif.get_ifd(PLACE) else msg("无")))
    return Facts(rows=tuple(rows))


def draw(image: Image.Image) -> Picture:
    """Redraw on white, within a page."""
    if image.mode in ("RGBA", "LA", "P", "PA"):
        layer = image.convert("RGBA")
        ground = Image.new("RGBA", layer.size, "white")
        image = Image.alpha_composite(ground, layer)
    plain = image.convert("RGB")
    plain.thumbnail((PICTURE_WIDTH, PICTURE_HEIGHT))
    out = io.BytesIO()
    plain.save(out, "JPEG", quality=QUALITY)
    return Picture(jpeg=out.getvalue(), width=plain.width, height=plain.height)
