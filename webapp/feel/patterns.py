"""Regular expressions of XPath 2.0 (7.6.1) on RE2, which runs in linear time and has no back-references."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import re2

from webapp.feel.pattern_classes import BLOCKS, ClassError, subtract

if TYPE_CHECKING:
    from webapp.feel.limits import Budget

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False

_OUTSIDE = {"d": r"\p{Nd}", "D": r"\P{Nd}", "s": r"[ \t\n\r]", "S": r"[^ \t\n\r]"}
_OUTSIDE |= {"w": r"[^\p{P}\p{Z}\p{C}]", "W": r"[\p{P}\p{Z}\p{C}]"}
_OUTSIDE |= {
    "i": r"[\p{L}_:]",
    "I": r"[^\p{L}_:]",
    "c": r"[\p{L}\p{N}\p{M}_:.\-]",
    "C": r"[^\p{L}\p{N}\p{M}_:.\-]",
}
_INSIDE = {
    "d": r"\p{Nd}",
    "D": r"\P{Nd}",
    "s": r" \t\n\r",
    "w": r"\p{L}\p{M}\p{N}\p{S}",
    "W": r"\p{P}\p{Z}\p{C}",
}
_INSIDE |= {"i": r"\p{L}_:", "c": r"\p{L}\p{N}\p{M}_:.\-"}
_PLAIN = frozenset("nrt\\|.?*+(){}$-[]^/,:;=!#&'\"<>@~%_` ")


class PatternError(ValueError):
    """The pattern is not one of XPath's, or asks for what RE2 cannot do (back-references)."""


@lru_cache(maxsize=512)
def compile_pattern(pattern: str, flags: str) -> Any:
    """The compiled pattern, or None when pattern or flags are not valid."""
    try:
        return compile_or_raise(pattern, flags)
    except (PatternError, ClassError):
        return None


def compile_or_raise(pattern: str, flags: str) -> Any:
    """The compiled pattern; raises PatternError with the reason."""
    if not set(flags) <= set("smix"):
        raise PatternError("flags")
    source = translate(pattern, flags)
    letters = "".join(flag for flag in "smi" if flag in flags)
    try:
        return re2.compile(f"(?{letters}:{source})" if letters else source, _OPTIONS)
    except re2.error as error:
        raise PatternError(str(error)) from None


def translate(pattern: str, flags: str) -> str:
    """XPath's syntax in RE2's."""
    pattern = _squeeze(pattern) if "x" in flags else pattern
    out: list[str] = []
    index = 0
    while index < len(pattern):
        sign = pattern[index]
        if sign == "\\":
            piece, index = _escape(pattern, index, inside=False)
        elif sign == "[":
            piece, index = _class(pattern, index, flags)
        elif sign == "." and "s" not in flags:
            piece, index = r"[^\n\r]", index + 1
        elif pattern.startswith("(?", index) and not pattern.startswith("(?:", index):
            raise PatternError("group")
        else:
            piece, index = sign, index + 1
        out.append(piece)
    return "".join(out)


def _squeeze(pattern: str) -> str:
    """Without white space outside of character classes (flag x)."""
    out, level, index = [], 0, 0
    while index < len(pattern):
        sign = pattern[index]
        if sign == "\\":
            out.append(pattern[index : index + 1])
            index += 1
            while not level and index < len(pattern) and pattern[index] in " \t\n\r":
                index += 1
            sign = pattern[index : index + 1]
        elif sign in "[]":
            level += 1 if sign == "[" else -1
        if level or sign not in " \t\n\r":
            out.append(sign)
        index += 1
    return "".join(out)


def _escape(pattern: str, index: int, *, inside: bool) -> tuple[str, int]:
    sign = pattern[index + 1 : index + 2]
    if sign in ("p", "P"):
        return _property(pattern, index)
    table = _INSIDE if inside else _OUTSIDE
    if sign in table:
        return table[sign], index + 2
    if sign in _PLAIN and sign:
        return (f"\\{sign}" if sign not in "/,:;=!#&'\"<>@~%_` " else sign), index + 2
    raise PatternError("back-reference" if sign.isdigit() else "escape")


def _property(pattern: str, index: int) -> tuple[str, int]:
    found = re.compile(r"\\([pP])\{([A-Za-z0-9-]+)\}").match(pattern, index)
    if found is None:
        raise PatternError("property")
    if not found[2].startswith("Is"):
        return found[0], found.end()
    block = BLOCKS.get(found[2][2:])
    if block is None:
        raise PatternError("block")
    span = f"\\x{{{block[0]:x}}}-\\x{{{block[1]:x}}}"
    return f"[{'^' if found[1] == 'P' else ''}{span}]", found.end()


def _class(pattern: str, index: int, flags: str) -> tuple[str, int]:
    """A character class; ``[a-z-[aeiou]]`` becomes the ranges that remain."""
    begin = index
    out = ["["]
    index += 1
    if pattern.startswith("^", index):
        out.append("^")
        index += 1
    first = index
    while index < len(pattern) and (pattern[index] != "]" or index == first):
        if pattern.startswith("-[", index):
            return subtract(pattern, begin, ignore_case="i" in flags)
        if pattern[index] == "[":
            raise PatternError("class")
        if pattern[index] == "\\":
            piece, index = _escape(pattern, index, inside=True)
            out.append(piece[1:-1] if piece.startswith("[") else piece)
        else:
            out.append(pattern[index])
            index += 1
    if index >= len(pattern):
        raise PatternError("class")
    return "".join([*out, "]"]), index + 1


def replacement_parts(text: str, groups: int) -> list[str | int] | None:
    """Literal text and group numbers, or None when ``$`` or a backslash stands wrong."""
    parts: list[str | int] = []
    index = 0
    while index < len(text):
        sign, after = text[index], text[index + 1 : index + 2]
        if sign == "\\":
            if after not in ("\\", "$"):
                return None
            parts.append(after)
            index += 2
        elif sign == "$":
            if not (after.isascii() and after.isdigit()):
                return None
            number, index = int(after), index + 2
            while (
                index < len(text) and text[index] in "0123456789" and number * 10 + int(text[index]) <= groups
            ):
                number, index = number * 10 + int(text[index]), index + 1
            parts.append(number if number <= groups else "")
        else:
            parts.append(sign)
            index += 1
    return parts


def expand(program: Any, string: str, parts: list[str | int], *, budget: Budget) -> str:
    """The string with every match replaced."""
    out: list[str] = []
    last = size = 0
    for found in program.finditer(string):
        piece = "".join(part if isinstance(part, str) else (found.group(part) or "") for part in parts)
        size += found.start() - last + len(piece)
        budget.charge(10)
        budget.check_string(size)
        out += (string[last : found.start()], piece)
        last = found.end()
    budget.check_string(size + len(string) - last)
    return "".join([*out, string[last:]])
