"""Regular expressions of forms: written for JavaScript, run by RE2 in linear time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import re2

from webapp.domain.text import Message, msg

SPACES = r"\t-\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}"
ANY_BUT_LINE_END = r"[^\n\r\x{2028}\x{2029}]"
LONGEST = 1_000
PLAIN_ESCAPES = frozenset("dDwWbBtnrfv")


class PatternError(ValueError):
    """The pattern cannot be run here; ``message`` says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern as written; ``matches`` looks for it anywhere in the text, as ``RegExp.test`` does."""

    source: str

    def matches(self, text: str) -> bool:
        """Whether the pattern is found in the text."""
        return _compiled(self.source).search(text) is not None


def read(source: str) -> Pattern:
    """The pattern, or PatternError: too long, back-reference, look-around, or not an expression at all."""
    if len(source) > LONGEST:
        raise PatternError(msg("校验格式过长（上限 {limit} 个字符）。", limit=LONGEST))
    _compiled(source)
    return Pattern(source)


@lru_cache(maxsize=512)
def _compiled(source: str) -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 4 << 20
    try:
        return re2.compile(translate(source), options)
    except re2.error as error:
        raise PatternError(msg("校验格式“{source}”不是可用的正则表达式。", source=source)) from error


def translate(source: str) -> str:
    """The same expression in RE2's words; raises PatternError for what RE2 cannot do."""
    out: list[str] = []
    at = 0
    inside = False
    while at < len(source):
        char = source[at]
        if char == "\\":
            word, at = _escape(source, at, inside=inside)
            out.append(word)
            continue
        if not inside and source.startswith(("(?=", "(?!", "(?<=", "(?<!"), at):
            raise PatternError(msg("校验格式不支持前后断言，请改写“{source}”。", source=source))
        if ord(char) > 0xFFFF:
            raise PatternError(msg("校验格式不支持表情等扩展字符：“{char}”。", char=char))
        inside = _inside(char, inside=inside)
        out.append(_literal(source, at, inside=inside))
        at += 1
    return "".join(out)


def _inside(char: str, *, inside: bool) -> bool:
    if char == "[":
        return True
    return inside and char != "]"


def _literal(source: str, at: int, *, inside: bool) -> str:
    char = source[at]
    if char == "." and not inside:
        return ANY_BUT_LINE_END
    # RE2 reads "[[:" as the start of a class name, JavaScript reads a bracket
    return (
        r"\["
        if char == "[" and source[at - 1 : at] == "[" and at and source[at + 1 : at + 2] == ":"
        else char
    )


def _escape(source: str, at: int, *, inside: bool) -> tuple[str, int]:
    following = source[at + 1 : at + 2]
    if following == "k" or (following.isdigit() and following != "0"):
        raise PatternError(msg("校验格式不支持反向引用，请改写“{source}”。", source=source))
    if following == "s":
        return (SPACES if inside else f"[{SPACES}]"), at + 2
    if following == "S" and not inside:
        return f"[^{SPACES}]", at + 2
    if following in {"u", "x"}:
        return _code(source, at, 4 if following == "u" else 2)
    if following in PLAIN_ESCAPES and following:
        return f"\\{following}", at + 2
    if following and not following.isalnum() and ord(following) < 0x80:
        return f"\\{following}", at + 2
    raise PatternError(msg("校验格式“{source}”中的“{part}”无法使用。", source=source, part=f"\\{following}"))


def _code(source: str, at: int, digits: int) -> tuple[str, int]:
    code = source[at + 2 : at + 2 + digits]
    try:
        value = int(code, 16) if len(code) == digits else -1
    except ValueError:
        value = -1
    if value < 0 or 0xD800 <= value <= 0xDFFF:
        raise PatternError(
            msg("校验格式“{source}”中的“{part}”无法使用。", source=source, part=source[at : at + 2])
        )
    return f"\\x{{{value:x}}}", at + 2 + digits
