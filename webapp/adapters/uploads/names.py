"""File names that are fit to be shown and saved; they are never used as a path."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from webapp.adapters.uploads.kinds import EXTENSIONS

if TYPE_CHECKING:
    from webapp.adapters.uploads.kinds import Kind

LONGEST = 120  # characters
NAMELESS = "文件"
# Windows cannot save these under any extension.
TAKEN = frozenset({"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10))})
FORBIDDEN = re.compile(r'[<>:"|?*]')


def display_name(name: str, kind: Kind) -> str:
    """The last part of a name without control and direction characters, its extension true to the content."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    # categories C*: controls, direction overrides that turn "gpj.exe" round, halves of pairs, private use
    visible = "".join(c for c in last if unicodedata.category(c)[0] != "C")
    plain = re.sub(r"\s+", " ", FORBIDDEN.sub("_", visible)).strip(" .")
    stem, dot, extension = plain.rpartition(".")
    if not dot:
        stem, extension = plain, ""
    true = EXTENSIONS.get(kind, ())
    ending = f".{extension}" if extension else ""
    if true and ending.lower() not in true:
        stem, ending = plain, true[0]
    if not stem or stem.lower() in TAKEN:
        stem = f"{NAMELESS}{stem}"
    ending = ending[:20]
    return stem[: LONGEST - len(ending)].rstrip(" .") + ending
