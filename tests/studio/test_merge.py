"""Three states of a procedure's files: what ships anew is named change by change, and merged as it is chosen."""

import json

import pytest

from tests.company import ROOT
from webapp.engine import xml as bpmn
from webapp.services.procedures import flatten
from webapp.services.procedures.files import File, file_kind, read_folder
from webapp.services.procedures.merge import WHOLE, merge_files, offer_files
from webapp.services.procedures.shipped import shipped_keys

DIAGRAM, TABLE, FORM, SETTINGS = "leave.bpmn", "proof.dmn", "approve.form", "procedure.toml"


def shipped(key):
    """Its files in order of path, as versions hold them."""
    return tuple(sorted(read_folder(ROOT, key), key=lambda file: file.path))


BASE = shipped("leave")


def body_of(files, path):
    return next((file.body for file in files if file.path == path), None)


def edited(path, *changes, files=BASE):
    """The files with texts of one replaced where they first stand."""
    body = body_of(files, path)
    for old, new in changes:
        assert old in body
        body = body.replace(old, new, 1)
    return tuple(File(path=f.path, kind=f.kind, body=body) if f.path == path else f for f in files)


def units_of(local, new, base=BASE):
    """Every change by path, then key."""
    return {offer.path: {unit.key: unit for unit in offer.units} for offer in offer_files(base, local, new)}


def merged(local, new, *, base=BASE, taken=None):
    """The merged files; without ``taken`` every change is taken."""
    every = {path: frozenset(units) for path, units in units_of(local, new, base).items()}
    chosen = every if taken is None else {path: frozenset(keys) for path, keys in taken.items()}
    return merge_files(base, local, new, taken=chosen)


def added_step(files=BASE):
    """A step between request and check, with its flow and both drawn."""
    return edited(
        DIAGRAM,
        ('<bpmn:sequenceFlow id="f_start" sourceRef="request" targetRef="check" />',
         ('<bpmn:userTask id="look" name="初看"><bpmn:incoming>f_start</bpmn:incoming><bpmn:outgoing>f_look'
         '</bpmn:outgoing></bpmn:userTask><bpmn:sequenceFlow id="f_start" sourceRef="request" targetRef="look" />'
         '<bpmn:sequenceFlow id="f_look" sourceRef="look" targetRef="check" />')),
        ("<bpmn:incoming>f_start</bpmn:incoming>\n      <bpmn:outgoing>f_check</bpmn:outgoing>",
         "<bpmn:incoming>f_look</bpmn:incoming>\n      <bpmn:outgoing>f_check</bpmn:outgoing>"),
        ('<bpmndi:BPMNShape id="check_di" bpmnElement="check">',
         ('<bpmndi:BPMNShape id="look_di" bpmnElement="look"><dc:Bounds x="1" y="2" width="100" height="80" />'
          '</bpmndi:BPMNShape><bpmndi:BPMNShape id="check_di" bpmnElement="check">')),
        files=files,
    )  # fmt: skip


class TestEveryKind:
    @pytest.mark.parametrize("key", shipped_keys(ROOT))
    def test_nothing_taken_leaves_the_owners_files_and_all_taken_of_an_unchanged_one_gives_the_shipped(
        self, key
    ):
        base = shipped(key)
        new = tuple(
            File(path=f.path, kind=f.kind, body=f.body + "\n# more\n")
            if f.kind in ("settings", "scenario", "document")
            else f
            for f in base
        )
        assert merged(base, new, base=base) == new
        assert merged(base, new, base=base, taken={}) == base

    def test_what_did_not_ship_anew_is_not_offered_and_stays(self):
        local = edited(DIAGRAM, ('name="人事审核"', 'name="人事复核"'))
        assert units_of(local, BASE) == {}
        assert merged(local, BASE) == local

    def test_what_the_owner_has_already_is_not_offered(self):
        same = edited(DIAGRAM, ('name="人事审核"', 'name="人事复核"'))
        assert units_of(same, same) == {}

    def test_a_file_that_ships_anew_or_no_more_is_taken_or_left_whole(self):
        extra = File(path="second.form", kind=file_kind("second.form"), body="{}")
        without = tuple(f for f in BASE if f.path != "verify.form")
        new = (*without, extra)
        found = units_of(BASE, new)
        assert {path: set(units) for path, units in found.items()} == {
            "second.form": {WHOLE},
            "verify.form": {WHOLE},
        }
        assert {f.path for f in merged(BASE, new)} == {f.path for f in new}
        assert merged(BASE, new, taken={}) == BASE


class TestDiagrams:
    def test_two_properties_of_one_element_are_brought_together(self):
        local = edited(
            DIAGRAM, ('dueDate="=add working days(now(), 2)"', 'dueDate="=add working days(now(), 5)"')
        )
        new = edited(DIAGRAM, ('name="直属主管审批"', 'name="主管审批"'))
        [unit] = units_of(local, new)[DIAGRAM].values()
        assert (unit.name, unit.conflict) == ("主管审批", False)
        assert [str(said) for said in unit.says] == ["名称由“直属主管审批”改为“主管审批”。"]
        approve = flatten.diagram(body_of(merged(local, new), DIAGRAM))["approve"]
        assert approve.name == "主管审批"
        assert approve.facts["taskSchedule.dueDate"] == "=add working days(now(), 5)"

    def test_the_same_property_changed_by_both_is_a_conflict_and_either_can_be_chosen(self):
        local = edited(DIAGRAM, ('name="人事审核"', 'name="人事复核"'))
        new = edited(DIAGRAM, ('name="人事审核"', 'name="人力资源审核"'))
        [(key, unit)] = units_of(local, new)[DIAGRAM].items()
        assert unit.conflict
        assert [str(said) for said in unit.ours] == ["名称由“人事审核”改为“人事复核”。"]
        assert (
            flatten.diagram(body_of(merged(local, new, taken={DIAGRAM: {key}}), DIAGRAM))["hr"].name
            == "人力资源审核"
        )
        assert merged(local, new, taken={}) == local

    def test_a_new_step_comes_with_its_flow_and_its_shape_and_flows_are_named_at_both_ends(self):
        local = edited(DIAGRAM, ('name="人事审核"', 'name="人事复核"'))
        body = body_of(merged(local, added_step()), DIAGRAM)
        items = flatten.diagram(body)
        assert items["hr"].name == "人事复核"
        assert items["f_start"].facts["targetRef"] == "look"
        root = bpmn.read(body.encode())
        ends = {
            e.get("id"): [(bpmn.local(c), c.text) for c in e if bpmn.local(c) in flatten.SKIPPED]
            for e in root.iter(f"{bpmn.BPMN}userTask", f"{bpmn.BPMN}businessRuleTask")
        }
        assert ends["look"] == [("incoming", "f_start"), ("outgoing", "f_look")]
        assert ends["check"] == [("incoming", "f_look"), ("outgoing", "f_check")]
        assert [e.get("id") for e in root.iter() if e.get("bpmnElement") == "look"] == ["look_di"]

    def test_a_step_that_ships_no_more_goes_with_its_shape(self):
        old, local = added_step(), edited(DIAGRAM, ('name="人事审核"', 'name="人事复核"'), files=added_step())
        body = body_of(merged(local, BASE, base=old), DIAGRAM)
        assert flatten.diagram(body).keys() == flatten.diagram(body_of(BASE, DIAGRAM)).keys()
        assert 'bpmnElement="look"' not in body

    def test_what_the_owner_took_out_and_the_product_changed_is_a_conflict_that_can_bring_it_back(self):
        local = body_of(BASE, DIAGRAM)
        start = local.index('<bpmn:boundaryEvent id="remind"')
        gone = (
            local[:start]
            + local[local.index("</bpmn:boundaryEvent>", start) + len("</bpmn:boundaryEvent>") :]
        )
        local = tuple(File(path=f.path, kind=f.kind, body=gone) if f.path == DIAGRAM else f for f in BASE)
        new = edited(DIAGRAM, ('name="满一个工作日"', 'name="满两个工作日"'))
        [unit] = units_of(local, new)[DIAGRAM].values()
        assert [str(said) for said in unit.ours] == ["删除边界事件。"]
        assert flatten.diagram(body_of(merged(local, new), DIAGRAM))["remind"].name == "满两个工作日"

    def test_parts_of_a_step_are_added_changed_and_taken_away(self):
        new = edited(
            DIAGRAM,
            ('<bpmn:userTask id="hr" name="人事审核">',
             '<bpmn:userTask id="hr" name="人事审核"><bpmn:documentation>看仔细</bpmn:documentation>'),
            ('<zeebe:assignmentDefinition assignee="=manager" />', ""),
            ('<zeebe:output source="=comment" target="manager_comment" />',
             '<zeebe:output source="=upper case(comment)" target="manager_comment" />'),
        )  # fmt: skip
        local = edited(DIAGRAM, ('name="满一个工作日"', 'name="满两个工作日"'))
        items = flatten.diagram(body_of(merged(local, new), DIAGRAM))
        wanted = flatten.diagram(body_of(new, DIAGRAM))
        assert items["hr"] == wanted["hr"]
        assert items["approve"] == wanted["approve"]
        assert items["remind"].name == "满两个工作日"

    def test_moved_shapes_come_along_only_where_the_owner_drew_nothing(self):
        moved = edited(DIAGRAM, ('<bpmndi:BPMNShape id="check_di" bpmnElement="check">',
                                 '<bpmndi:BPMNShape id="check_di" bpmnElement="check" isExpanded="true">'))  # fmt: skip
        assert set(units_of(BASE, moved)[DIAGRAM]) == {WHOLE}
        assert merged(BASE, moved) == moved
        local = edited(DIAGRAM, ('name="人事审核"', 'name="人事复核"'))
        assert units_of(local, moved)[DIAGRAM] == {}
        assert merged(local, moved) == local


RULE = '<rule id="leave-proof-none">'


class TestTables:
    def test_rows_of_both_are_brought_together_and_a_new_row_stands_behind_its_neighbour(self):
        row = body_of(BASE, TABLE)
        row = row[row.index(RULE) : row.index("</rule>", row.index(RULE)) + 7]
        new = edited(TABLE, (RULE, row.replace("leave-proof-none", "leave-proof-new") + RULE))
        local = edited(TABLE, ('id="leave-proof" name="请假证明要求"', 'id="leave-proof" name="证明要求"'))
        assert set(units_of(local, new)[TABLE]) == {"leave-proof-new"}
        items = list(flatten.decision(body_of(merged(local, new), TABLE)))
        assert items.index("leave-proof-new") == items.index("leave-proof-none") - 1
        assert flatten.decision(body_of(merged(local, new), TABLE))["leave-proof"].name == "证明要求"

    def test_a_row_changed_by_both_is_one_choice(self):
        local, new = (edited_row(number) for number in (4, 6))
        [unit] = units_of(local, new)[TABLE].values()
        assert unit.conflict
        assert merged(local, new) != local
        taken = flatten.decision(body_of(merged(local, new), TABLE))
        assert taken == flatten.decision(body_of(new, TABLE))

    def test_a_row_that_ships_no_more_goes(self):
        body = body_of(BASE, TABLE)
        start = body.index('<rule id="leave-proof-event-given">')
        row = body[start : body.index("</rule>", start) + 7]
        new, local = edited(TABLE, (row, "")), edited_row(4)
        items = flatten.decision(body_of(merged(local, new), TABLE))
        assert "leave-proof-event-given" not in items
        assert items.keys() < flatten.decision(body).keys()

    def test_a_table_with_other_columns_is_taken_or_kept_as_one(self):
        new = edited(TABLE, ('label="天数"', 'label="请假天数"'))
        [unit] = units_of(edited_row(4), new)[TABLE].values()
        assert unit.conflict
        assert body_of(merged(edited_row(4), new), TABLE).count("请假天数") == 1


def edited_row(number):
    """The file with another number of days in the row of an event without proof."""
    body = body_of(BASE, TABLE)
    start = body.index('<rule id="leave-proof-event-owed">')
    place = body.rindex("<text>", start, body.index("</rule>", start))
    end = body.index("</text>", place)
    changed = body[:place] + f"<text>{number}0" + body[end:]
    return tuple(File(path=f.path, kind=f.kind, body=changed) if f.path == TABLE else f for f in BASE)


class TestForms:
    def form(self, change):
        schema = json.loads(body_of(BASE, FORM))
        change(schema["components"])
        body = json.dumps(schema, ensure_ascii=False)
        return tuple(File(path=f.path, kind=f.kind, body=body) if f.path == FORM else f for f in BASE)

    def test_fields_of_both_are_brought_together_and_a_new_one_stands_behind_its_neighbour(self):
        new = self.form(
            lambda fields: fields.insert(1, {"type": "textfield", "key": "extra", "label": "附注"})
        )
        local = self.form(lambda fields: fields[0].update(label="假别"))
        assert set(units_of(local, new)[FORM]) == {"extra"}
        fields = json.loads(body_of(merged(local, new), FORM))["components"]
        assert [(field["label"]) for field in fields[:2]] == ["假别", "附注"]

    def test_a_field_changed_by_both_is_one_choice_and_one_that_ships_no_more_goes(self):
        new = self.form(lambda fields: (fields[0].update(label="类型"), fields.pop(2)))
        local = self.form(lambda fields: fields[0].update(label="假别"))
        found = units_of(local, new)[FORM]
        assert [unit.conflict for unit in found.values()] == [True, False]
        fields = json.loads(body_of(merged(local, new), FORM))["components"]
        assert fields == json.loads(body_of(new, FORM))["components"]


class TestLines:
    BASE = "一\n二\n三\n四\n五\n"

    def files(self, body):
        return (File(path="notes.md", kind="document", body=body),)

    def test_stretches_apart_are_brought_together(self):
        base, local, new = map(self.files, (self.BASE, "一\n贰\n三\n四\n五\n", "一\n二\n三\n四\n伍\n六\n"))
        [unit] = units_of(local, new, base)["notes.md"].values()
        assert (unit.shows, unit.conflict) == (("- 五", "+ 伍", "+ 六"), False)
        assert body_of(merged(local, new, base=base), "notes.md") == "一\n贰\n三\n四\n伍\n六\n"

    def test_stretches_that_touch_are_one_conflict(self):
        base, local, new = map(self.files, (self.BASE, "一\n贰\n三\n四\n五\n", "一\n二\n叁\n四\n五\n"))
        [unit] = units_of(local, new, base)["notes.md"].values()
        assert unit.ours_shows == ("- 二", "- 三", "+ 贰", "+ 三")
        assert body_of(merged(local, new, base=base), "notes.md") == "一\n二\n叁\n四\n五\n"
        assert merged(local, new, base=base, taken={}) == local

    def test_a_text_that_is_no_xml_is_taken_or_kept_whole(self):
        base, local, new = (
            (File(path="a.bpmn", kind="diagram", body=body),) for body in ("<a/>", "no xml", "<b/>")
        )
        assert set(units_of(local, new, base)["a.bpmn"]) == {WHOLE}
        assert merged(local, new, base=base) == new
