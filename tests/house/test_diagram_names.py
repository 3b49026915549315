"""Every step, event, gateway and flow label of a shipped procedure has its name in three languages."""

from pathlib import Path

import pytest
from lxml import etree

from webapp.adapters.diagrams import read_scene
from webapp.domain.scene import Text

ROOT = Path(__file__).resolve().parents[2]
MODEL = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
DIAGRAMS = sorted((ROOT / "bpmn").glob("*/*.bpmn"))
NAMELESS = {"message", "signal", "error", "escalation"}  # codes that nobody reads


def lacking(xml):
    """Ids of named elements without one of the translations."""
    for element in etree.fromstring(xml).iter(f"{MODEL}*"):
        if element.get("name") and etree.QName(element).localname not in NAMELESS:
            rows = element.iterfind(f"{MODEL}extensionElements/{ZEEBE}properties/{ZEEBE}property")
            said = {row.get("name") for row in rows if (row.get("value") or "").strip()}
            if {"name.en", "name.zh-Hant"} - said:
                yield element.get("id")


def said(xml, language):
    """All that a picture of the diagram says."""
    parts = (part for node in read_scene(xml, language=language).nodes for part in node.parts)
    return "".join(line for part in parts if isinstance(part, Text) for line in part.lines)


def test_there_are_diagrams():
    assert len(DIAGRAMS) >= 12


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda p: p.stem)
def test_has_its_names_in_three_languages(path):
    assert list(lacking(path.read_bytes())) == []


@pytest.mark.parametrize("path", DIAGRAMS, ids=lambda p: p.stem)
def test_its_picture_speaks_english_on_an_english_page(path):
    xml = path.read_bytes()
    assert [c for c in said(xml, "en") if "\u3400" <= c <= "\u9fff"] == []
    assert any("\u3400" <= c <= "\u9fff" for c in said(xml, "zh-Hant"))
    assert said(xml, "fr") == said(xml, "")  # a language that it does not have


def test_a_name_that_lacks_one_would_be_found():
    xml = (ROOT / "bpmn" / "leave" / "leave.bpmn").read_bytes()
    broken = xml.replace(b'name="name.en"', b'name="name.fr"', 1)
    assert len(list(lacking(broken))) == 1
