"""Every sentence of the product exists in three languages, with the same placeholders."""

import importlib.util
import re
from decimal import Decimal
from pathlib import Path

import pytest

from webapp.adapters.catalog import translate
from webapp.domain.text import Message

_spec = importlib.util.spec_from_file_location("sentences", Path(__file__).with_name("sentences.py"))
sentences = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(sentences)

FOLDERS = ("en", "zh_Hant")


def test_there_are_sentences_to_check():
    assert len(sentences.sentences()) > 50


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_sentence_lacks_a_translation(folder):
    lacking = sentences.missing(folder)
    assert lacking == {}


@pytest.mark.parametrize("folder", FOLDERS)
def test_translations_keep_the_placeholders(folder):
    wrong = {
        text: translated
        for text, translated in sentences.translations(folder).items()
        if sentences.placeholders(text) != sentences.placeholders(translated)
    }
    assert wrong == {}


def test_english_holds_no_chinese():
    left = {k: v for k, v in sentences.translations("en").items() if sentences.HAN.search(v)}
    assert left == {}


@pytest.mark.parametrize("folder", FOLDERS)
def test_one_sentence_has_one_translation(folder):
    seen, clashes = {}, {}
    for path in sorted((sentences.TRANSLATIONS / folder).glob("*.po")):
        with path.open("rb") as lines:
            entries = [e for e in sentences.read_po(lines, ignore_obsolete=True) if e.id]
        clashes |= {e.id: path.name for e in entries if seen.setdefault(e.id, e.string) != e.string}
    assert clashes == {}


#: What people count in this product. A sentence says "{n} {n:person|people}": one person, two people.
COUNTED = re.compile(
    r"\{\w+\} (?:[a-z-]+ )?(people|days|months|years|hours|minutes|seconds|characters|rows|items|votes|"
    r"exhibits|pages|numbers|findings|cells|clauses|changes|paragraphs|levels|events|faults|examples|units|"
    r"files|entries|problems|filters|terms|parameters|workers|tries|keys|documents|scenarios|values|points|"
    r"packs|infants|places|instances|elements|cases|tasks|steps|employees|contracts|permits|alerts|columns|"
    r"messages|notices|copies|questions|answers|signatures|versions|editions|members|rounds|posts|lines|"
    r"records|weeks|names|rules|errors|jobs|comments|branches|departments)\b(?!\|)"
)


def test_english_counts_one_and_many_in_different_words():
    english = sentences.translations("en")
    assert {k: v for k, v in english.items() if COUNTED.search(v)} == {}, "write {n} {n:person|people}"
    assert COUNTED.search("{n} people were asked")
    people = next(key for key, said in english.items() if said == "{n} {n:person|people}")
    told = [translate(Message(people, {"n": n}), "en") for n in (0, 1, "1", Decimal("0.5"), 2, "1000+")]
    assert told == ["0 people", "1 person", "1 person", "0.5 people", "2 people", "1000+ people"]


def test_both_words_of_a_count_name_a_value_of_the_sentence():
    for text, said in sentences.translations("en").items():
        for name, one, other in re.findall(r"\{(\w+):([^{}|]*)\|([^{}|]*)\}", said):
            assert name in sentences.placeholders(text), text
            assert one, text
            assert other, text
            assert one != other, text
