"""A BPMN file becomes a picture with real text, and the picture says what a case did."""

import re
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pdf.gallery import gallery
from webapp.adapters.diagrams import DiagramError, read_scene, to_svg
from webapp.domain.scene import Bounds, Mark, Text, Trail, crop

XML, TRAIL = gallery()
SVG = "{http://www.w3.org/2000/svg}"
ROOT = Path(__file__).resolve().parents[2]


def scene():
    return read_scene(XML, trail=Trail(**TRAIL))


def node(of, element):
    return next(each for each in of.nodes if each.element == element)


def text_of(of):
    return "".join(line for part in of.parts if isinstance(part, Text) for line in part.lines)


class TestReading:
    def test_every_shape_and_line_is_drawn(self):
        ids = set(re.findall(rb'bpmnElement="([^"]+)"', XML)) - {b"p"}
        assert {each.element.encode() for each in scene().nodes} == ids
        assert all(each.parts for each in scene().nodes)

    def test_names_can_be_replaced_by_another_language(self):
        english = read_scene(XML, names={"e1": "Approval"})
        assert text_of(node(english, "e1")) == "Approval"

    def test_the_window_holds_every_part(self):
        drawn = scene()
        for each in drawn.nodes:
            assert drawn.window.joined(each.bounds) == drawn.window

    @pytest.mark.parametrize(
        "xml",
        [
            b"", b"<a", b"<a/>",
            b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
            XML.replace(b'x="40"', b'x="1e99"', 1), XML.replace(b'x="40"', b'x="nan"', 1), XML.replace(b'x="40"', b'x="q"', 1),
        ],
        ids=["nothing", "broken", "no diagram", "doctype", "far away", "not a number", "a letter"],
    )  # fmt: skip
    def test_what_is_no_diagram_is_refused(self, xml):
        with pytest.raises(DiagramError):
            read_scene(xml)

    def test_an_unknown_plane_is_refused(self):
        with pytest.raises(DiagramError, match="nowhere"):
            read_scene(XML, plane="nowhere")

    def test_diagrams_of_the_house_can_be_drawn(self):
        for path in ROOT.glob("bpmn/**/*.bpmn"):
            assert len(read_scene(path.read_bytes()).nodes) > 3, path


class TestTrail:
    def test_marks_follow_the_case(self):
        drawn = scene()
        for kind in ("passed", "current", "cancelled"):
            assert {each.element for each in drawn.nodes if each.mark is Mark(kind)} >= TRAIL[kind]

    def test_flows_between_reached_elements_are_passed(self):
        marks = {each.element: each.mark for each in scene().nodes}
        assert [marks[key] for key in ("f1", "f2", "f4", "f5", "f6")] == [Mark.PASSED] * 3 + [Mark.PLAIN] * 2

    def test_the_mark_is_said_by_a_badge_and_in_words(self):
        svg = to_svg(scene())
        for word in ("（已完成）", "（进行中）", "（已取消）"):
            assert word in svg
        assert svg.count("bd-badge") == sum(map(len, TRAIL.values()))

    def test_words_follow_the_reader(self):
        assert "Submitted" in to_svg(scene(), translate=lambda message: f"Submitted {message.values}")


class TestSvg:
    def test_it_is_well_formed_and_obeys_a_strict_policy(self):
        root = ET.fromstring(to_svg(scene()))
        for each in root.iter():
            assert each.tag.removeprefix(SVG) in {"svg", "g", "title", "rect", "path", "text", "tspan"}
            assert not {
                name for name in each.attrib if name == "style" or name.startswith("on") or "href" in name
            }

    def test_each_element_has_a_title_and_its_id(self):
        root = ET.fromstring(to_svg(scene()))
        groups = root.findall(f"{SVG}g")
        assert len(groups) == len(scene().nodes)
        assert all(each.findtext(f"{SVG}title") and each.get("data-element") for each in groups)

    @given(
        st.text(
            st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"),
            min_size=1,
            max_size=30,
        )
    )
    @settings(max_examples=60)
    def test_no_name_breaks_out(self, name):
        root = ET.fromstring(to_svg(read_scene(XML, names={"e1": name, "f4": name, "e5": name})))
        assert name in [each.text for each in root.iter(f"{SVG}title")]

    def test_no_line_of_a_label_begins_with_a_stop(self):
        lines = [
            line
            for each in scene().nodes
            for part in each.parts
            if isinstance(part, Text)
            for line in part.lines
        ]
        assert not [line for line in lines if line and line[0] in "，。、；：？！）"]


class TestCrop:
    def test_it_shows_an_element_with_its_neighbours_only(self):
        whole, current = scene(), next(iter(TRAIL["current"]))
        part = crop(whole, current, margin=30, least=(300, 160))
        ids = {each.element for each in part.nodes}
        assert {current, "f4", "f5"} <= ids
        assert len(ids) < len(whole.nodes) / 3
        assert part.window.width >= 300

    def test_an_unknown_element_leaves_the_whole(self):
        assert crop(scene(), "nowhere") == scene()


class TestBounds:
    def test_joining_holds_both(self):
        one, two = Bounds(x=0, y=0, width=2, height=2), Bounds(x=5, y=-1, width=1, height=1)
        both = one.joined(two)
        assert (both.x, both.y, both.right, both.bottom) == (0, -1, 6, 2)
        assert not one.meets(two)
        assert both.meets(one)


class TestOrder:
    def test_containers_lie_under_lines_and_lines_under_shapes(self):
        kinds = [each.title for each in scene().nodes]
        order = [kinds.index(name) for name in ("总部人力资源中心", "sequenceFlow", "填写请假申请")]
        assert all(before < after for before, after in pairwise(order))
