"""Text to tokens (DMN 1.5, 10.3.1.2, rules 22 to 67)."""

from __future__ import annotations

import re
from typing import NamedTuple

from webapp.domain.text import msg
from webapp.feel.errors import FeelError, fault

NAME, NUMBER, STRING, SIGN, END = "name", "number", "string", "sign", "end"

_START = (
    "?A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3005-\u3007\u3021-\ud7ff\uf900-\ufdcf\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"
    "\uff66-\uffdc\ufdf0-\ufdff\ufe70-\ufefe\U00010000-\U000effff"
)
_PART = _START + "0-9\u00b7\u0300-\u036f\u203f-\u2040"

_TOKEN = re.compile(
    r"(?P<space>[\s\u0085\ufeff]+|//[^\n]*|/\*.*?\*/)"
    rf"|(?P<name>[{_START}][{_PART}]*)"
    r"|(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r'|(?P<string>"(?:[^"\\]|\\.)*")'
    r"|(?P<sign>\.\.|\*\*|->|[<>!]=|[-+*/()\[\]{}<>=,.:;@'’|&%$#~^!])",
    re.DOTALL,
)

_ESCAPE = re.compile(
    r"\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|([nrtbf\"'\\]))"
)
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", '"': '"', "'": "'", "\\": "\\"}

# Chinese keyboards give full-width signs; say which half-width sign is meant.
_WIDE = dict(zip("，。；：（）【】“”！＝＋－＊／＞＜｛｝［］、", ',.;:()[]""!=+-*/><{}[],', strict=True))

_HALF = re.compile("[\ud800-\udfff]")  # half of a character, which no text may hold


class Token(NamedTuple):
    """A piece of the text: its kind, its text, and where it begins and ends."""

    kind: str
    text: str
    start: int
    end: int


def tokenize(text: str) -> list[Token]:
    """All tokens and an end token; comments and white space fall away. Raises FeelError."""
    if not text.isascii() and (half := _HALF.search(text)) is not None:
        raise fault(text, half.start(), msg("无法识别的字符“{sign}”。", sign="\ufffd"))
    tokens: list[Token] = []
    position, length, match = 0, len(text), _TOKEN.match
    while position < length:
        found = match(text, position)
        if found is None:
            raise _stray(text, position)
        kind, end = found.lastgroup or "", found.end()
        if kind != "space":
            tokens.append(Token(kind, found.group(), position, end))
        position = end
    tokens.append(Token(END, "", length, length))
    return tokens


def _stray(text: str, position: int) -> FeelError:
    sign = text[position]
    if sign == '"':
        return fault(text, position, msg("文本缺少结尾的引号。"))
    if sign in _WIDE:
        return fault(
            text,
            position,
            msg("“{sign}”是全角符号，请改用半角“{half}”。", sign=sign, half=_WIDE[sign]),
        )
    return fault(text, position, msg("无法识别的字符“{sign}”。", sign=sign))


def _replace(found: re.Match[str]) -> str:
    high, low, four, six, plain = found.groups()
    if high:
        return chr(0x10000 + ((int(high, 16) - 0xD800) << 10) + int(low, 16) - 0xDC00)
    if plain:
        return _PLAIN[plain]
    code = int(four or six, 16)
    if code > 0x10FFFF or 0xD800 <= code <= 0xDFFF:
        return "\ufffd"
    return chr(code)


def unquote(literal: str) -> str:
    """The value of a string literal; an unknown escape keeps its backslash."""
    inner = literal[1:-1]
    return _ESCAPE.sub(_replace, inner) if "\\" in inner else inner
