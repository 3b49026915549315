"""Every sentence of the product exists in three languages, with the same placeholders."""

import importlib.util
from pathlib import Path

import pytest

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
