"""The fonts of printed pages: a character that none of them draws is refused, never drawn blank."""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any
from unicodedata import category

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import SUBSETN, TTFont

from webapp.domain.errors import InvalidError, UnavailableError
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGES = Path("node_modules") / "@expo-google-fonts"
HANAZONO = Path("/usr/share/fonts/truetype/hanazono")
JOINERS = ("\u200d", "\ufe0f", "\u20e3")  # within pictographs; refused anywhere else in names
MAP_BLOCK = 100  # the longest list that a CMap may hold (Adobe TN 5014)
_REFUSED = ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")  # invisible, private or half a character
_LOCK = Lock()


class MissingGlyphError(InvalidError):
    """A character cannot be printed; the message names it by its code point."""

    def __init__(self, char: str) -> None:
        self.code_point = f"U+{ord(char):04X}"
        shown = char if category(char) not in _REFUSED else " "
        super().__init__(
            msg("字符 {char}（{code}）没有可用的字体，无法打印。", char=shown, code=self.code_point)
        )


class FontsMissingError(UnavailableError):
    """The fonts of the front end's packages are not installed."""

    default = msg("未找到中文字体，请先安装前端依赖（npm ci）。")


class Face(StrEnum):
    """Which letters a text is set in; the value is the font's name in the PDF library."""

    SANS = "HeguiSans"
    BOLD = "HeguiSans-Bold"
    SERIF = "HeguiSerif"
    SERIF_BOLD = "HeguiSerif-Bold"


_FILES = {
    Face.SANS: "noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf",
    Face.BOLD: "noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf",
    Face.SERIF: "noto-serif-sc/400Regular/NotoSerifSC_400Regular.ttf",
    Face.SERIF_BOLD: "noto-serif-sc/700Bold/NotoSerifSC_700Bold.ttf",
}
_FALLBACKS = ("HanaMinA", "HanaMinB")


class MappedFont(TTFont):
    """A TrueType font whose text can be searched and copied above U+FFFF too.

    ReportLab 5.1 writes such characters into ToUnicode as five digits, which no reader understands;
    here they are UTF-16BE surrogate pairs as ISO 32000-1 section 9.10.3 asks.
    """

    def addObjects(self, doc: Any) -> None:  # noqa: N802  # ReportLab's name
        """Add the font's objects, then mend the map of each subset."""
        state: Any = self.state[doc]
        subsets = [tuple(subset) for subset in state.subsets]
        super().addObjects(doc)
        for number, subset in enumerate(subsets):
            name = b"".join((SUBSETN(number), b"+", self.face.name, self.face.subfontNameX)).decode("latin-1")
            doc.idToObject[f"toUnicodeCMap:{name}"].content = to_unicode_map(name, subset)

    def draws(self, char: str) -> bool:
        """Tell whether the font has a glyph with an outline (white space needs none)."""
        glyph = self.face.charToGlyph.get(ord(char), 0)
        if not glyph:
            return False
        places = self.face.glyphPos
        return char.isspace() or bool(places[glyph + 1] - places[glyph])


def to_unicode_map(name: str, subset: tuple[int, ...]) -> str:
    """Return a CMap from the codes of a subset to UTF-16BE; unused codes are left out."""
    pairs = [
        f"<{code:02X}> <{chr(point).encode('utf-16-be').hex().upper()}>"
        for code, point in enumerate(subset)
        if point
    ]
    blocks = [pairs[start : start + MAP_BLOCK] for start in range(0, len(pairs), MAP_BLOCK)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        f"/CIDSystemInfo << /Registry ({name}) /Ordering ({name}) /Supplement 0 >> def\n"
        f"/CMapName /{name} def\n/CMapType 2 def\n"
        f"1 begincodespacerange\n<00> <FF>\nendcodespacerange\n{body}\n"
        "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    )


@cache
def _package_folder() -> Path:
    for folder in Path(__file__).resolve().parents:
        if (folder / PACKAGES).is_dir():
            return folder / PACKAGES
    raise FontsMissingError


def font_path(face: Face) -> Path:
    """Where a face's file lies; raises FontsMissingError."""
    return _package_folder() / _FILES[face]


@cache
def _load(name: str) -> MappedFont | None:
    """Load and register a font once a process; None for a fallback that is not installed."""
    path = _package_folder() / _FILES[Face(name)] if name not in _FALLBACKS else HANAZONO / f"{name}.ttf"
    if not path.is_file():
        if name in _FALLBACKS:
            return None
        raise FontsMissingError
    font = MappedFont(name, str(path), asciiReadable=name not in _FALLBACKS)
    pdfmetrics.registerFont(font)
    return font


@cache
def pick_glyph(char: str, face: Face) -> tuple[str, float]:
    """Return the font that draws ``char`` and its width in em; raises MissingGlyphError.

    Private-use characters, variation selectors, zero-width and direction marks are refused even where
    a font has something for them: printed, nobody could tell that they are there.
    """
    if category(char) in _REFUSED or "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef":
        raise MissingGlyphError(char)
    for name in (face, *_FALLBACKS):
        with _LOCK:
            font = _load(name)
        if font is not None and font.draws(char):
            face_of: Any = font.face  # untyped in ReportLab's stubs
            return str(name), face_of.getCharWidth(ord(char)) / 1000
    raise MissingGlyphError(char)


def measure(text: str, face: Face) -> float:
    """Return the width of a line in em."""
    return sum(pick_glyph(char, face)[1] for char in text)


def split_runs(text: str, face: Face) -> Iterator[tuple[str, str]]:
    """Yield (font name, characters): the chain's fonts alternate only where they must."""
    current, held = "", ""
    for char in text:
        name = pick_glyph(char, face)[0]
        if name != current and held:
            yield current, held
            held = ""
        current, held = name, held + char
    if held:
        yield current, held


def spell_pictographs(text: str, *, face: Face = Face.SANS) -> str:
    """Write pictographs that no font draws as 〔U+1F44D〕, so that a comment with one can be printed.

    Letters are never replaced: a name prints exactly or is refused. The joiners and selectors of a
    pictograph are spelt out with it.
    """
    return "".join(_spell(char, face) for char in text)


def _spell(char: str, face: Face) -> str:
    pictograph = category(char) == "So" or char in JOINERS or "\U0001f3fb" <= char <= "\U0001f3ff"
    if not pictograph:
        return char
    try:
        pick_glyph(char, face)
    except MissingGlyphError as error:
        return f"〔{error.code_point}〕"
    return char


def spell_missing(text: str, *, face: Face = Face.SANS) -> str:
    """Write every character that no font draws as 〔U+200B〕, line feeds and tabs excepted.

    For copies of what others wrote: readable whatever stands in it, since the original is beside them.
    """
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        char if char in "\n\t" or _draws(char, face) else f"〔U+{ord(char):04X}〕" for char in plain
    )


def _draws(char: str, face: Face) -> bool:
    try:
        pick_glyph(char, face)
    except MissingGlyphError:
        return False
    return True


def check_printable(text: str, *, face: Face = Face.SANS) -> None:
    """Raise MissingGlyphError for the first character that no font draws; line feeds are fine."""
    for char in text:
        if char != "\n":
            pick_glyph(char, face)
