"""Sentences that are shown in the reader's language, written down once in Chinese."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence: its zh-Hans text is the key of the catalogues, ``{name}`` marks a value.

    A value may itself be a Message; whoever shows the sentence translates both.
    """

    key: str
    values: Mapping[str, Any]

    def __str__(self) -> str:
        """The zh-Hans sentence, which is also what logs and exceptions show."""
        return self.key.format(**self.values) if self.values else self.key


@dataclass(frozen=True, slots=True)
class Named(Message):
    """A name that its owner gives in several languages, as diagrams do; the catalogues are not asked."""

    names: Mapping[str, str]

    def in_language(self, language: str) -> str:
        """The name in a language, in zh-Hans where that is missing."""
        return self.names.get(language) or self.key


def named(names: Mapping[str, str], fallback: str = "") -> Named:
    """A name by language tag (zh-Hans, en, zh-Hant)."""
    return Named(names.get("zh-Hans") or fallback, {}, names)


def msg(key: str, /, **values: Any) -> Message:
    """Mark a zh-Hans sentence for the catalogues and bind its values; use a literal as key."""
    return Message(key, values)
