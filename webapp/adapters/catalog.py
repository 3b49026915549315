"""The catalogues: every sentence stands in zh-Hans in the source, and in gettext files for the others."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.pofile import read_po

from webapp.domain.text import Message, Named

if TYPE_CHECKING:
    from collections.abc import Mapping

SOURCE_LOCALE = "zh-Hans"
LOCALES = (SOURCE_LOCALE, "zh-Hant", "en")
ONE = frozenset({"1", "1.0", "1.00"})  # as numbers and decimals of the rules are written
FOLDER = Path(__file__).resolve().parent.parent / "translations"


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """For each locale (BCP 47 tag) the sentence of each zh-Hans key."""

    texts: Mapping[str, Mapping[str, str]]

    def translate(self, text: Message | str, locale: str) -> str:
        """The sentence in ``locale`` with its values put in; zh-Hans where a translation is missing."""
        if isinstance(text, Named):
            return text.in_language(locale)
        if isinstance(text, str):
            return self.texts.get(locale, {}).get(text) or text
        sentence = self.texts.get(locale, {}).get(text.key) or text.key
        if not text.values:
            return sentence
        values = {name: self._value(value, locale) for name, value in text.values.items()}
        if "|" in sentence:
            return sentence.format(**{name: Counted(value) for name, value in values.items()})
        return sentence.format(**values)

    def _value(self, value: object, locale: str) -> object:
        return self.translate(value, locale) if isinstance(value, Message) else value


@dataclass(frozen=True, slots=True)
class Counted:
    """A value that chooses words by its number: ``{n} {n:person|people}`` is 1 person, 2 or 0.5 people.

    Chinese has one form for all numbers; of the product's languages English alone writes the two. Like
    gettext's plural forms, but for each number of a sentence.
    """

    value: object

    def __format__(self, spec: str) -> str:
        """One of the two words, or the value itself."""
        if "|" not in spec:
            return format(self.value, spec)
        one, other = spec.split("|")
        return one if str(self.value) in ONE else other


def read_folder(folder: Path) -> dict[str, str]:
    """All ``*.po`` of one language, by zh-Hans key; the first file by name wins a key."""
    texts: dict[str, str] = {}
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as lines:
            for entry in read_po(lines, ignore_obsolete=True):
                key, sentence = str(entry.id), str(entry.string)
                if not key or not sentence:
                    continue
                texts.setdefault(key, sentence)
    return texts


def load(folder: Path = FOLDER) -> Catalog:
    """Read ``en/*.po`` and ``zh_Hant/*.po`` under ``folder``."""
    others = (locale for locale in LOCALES if locale != SOURCE_LOCALE)
    return Catalog(texts={locale: read_folder(folder / locale.replace("-", "_")) for locale in others})


@lru_cache(maxsize=1)
def catalog() -> Catalog:
    """The product's own catalogue, read once."""
    return load()


def translate(text: Message | str, locale: str) -> str:
    """``Catalog.translate`` of the product's own catalogue."""
    return catalog().translate(text, locale)


def say_filed(text: Message | str) -> str:
    """Say it in simplified Chinese, as all that is filed with a tribunal, whoever prints it."""
    return translate(text, "zh-Hans")
