"""What an upgrade brings to a procedure that its owner changed: offered, never put in place of theirs."""

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from models.event import Event
from models.procedure import Procedure, ShippedState
from tests.company import ROOT
from tests.web import csrf, log_in
from webapp.domain.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from webapp.domain.permissions import SYSTEM
from webapp.services.procedures import updates
from webapp.services.procedures.drafts import files_of
from webapp.services.procedures.files import read_settings
from webapp.services.procedures.shipped import append_release, install_shipped
from webapp.services.procedures.updates import KEEP, TAKE, Choice


def ship(studio, *changes, path="bpmn/leave/leave.bpmn"):
    """An upgrade brings leave with texts of a file replaced."""
    body = (ROOT / path).read_text(encoding="utf-8")
    for old, new in changes:
        assert old in body
        body = body.replace(old, new)
    with tempfile.TemporaryDirectory() as folder, studio.house.unit(SYSTEM) as work:
        root = Path(folder)
        for top in ("bpmn", "forms"):
            shutil.copytree(ROOT / top / "leave", root / top / "leave")
        (root / path).write_text(body, encoding="utf-8")
        install_shipped(work, root)


def own(studio):
    """The owner renames a step and has it released as version 2."""
    with studio.house.unit(SYSTEM) as work:
        procedure = work.session.scalars(select(Procedure).where(Procedure.key == "leave")).one()
        files = tuple(
            replace(file, body=file.body.replace('name="人事审核"', 'name="人事复核"'))
            for file in files_of(procedure.versions[-1])
        )
        append_release(work, procedure, settings=read_settings("leave", files), files=files, number=2)


def upgrade(studio):
    """The product renames the same step, and another."""
    own(studio)
    ship(studio, ('name="人事审核"', 'name="人力资源审核"'), ('name="直属主管审批"', 'name="主管审批"'))


def offered(studio, who="owner"):
    with studio.view(who) as work:
        return updates.read_offer(work, "leave")


def chosen(offer, **sides):
    """Everything as it stands on the page, with some sides chosen by name of the element."""
    units = dict(offer.units())
    picked = {name: sides.get(unit.key.partition("\t")[0], TAKE) for name, unit in units.items()}
    return Choice(number=offer.local.number, sha256=offer.sha256, chosen=picked)


def take(studio, choice, who="owner"):
    with studio.unit(who) as work:
        return updates.take(work, "leave", choice).number


class TestUpdates:
    def test_without_an_upgrade_there_is_nothing_to_look_at(self, studio):
        own(studio)
        ship(studio)
        with pytest.raises(NotFoundError):
            offered(studio)

    def test_an_upgrade_touches_no_version_and_names_what_both_changed(self, studio):
        upgrade(studio)
        assert studio.numbers() == [(1, "released"), (2, "released")]
        assert 'name="人事复核"' in studio.body(2)
        offer = offered(studio)
        assert {(unit.name, unit.conflict) for _, unit in offer.units()} == {
            ("人力资源审核", True),
            ("主管审批", False),
        }
        assert (offer.count, offer.conflicts) == (2, 1)

    def test_what_is_taken_becomes_a_draft_that_goes_the_usual_way_and_then_it_is_settled(self, studio):
        upgrade(studio)
        number = take(studio, chosen(offered(studio), hr=KEEP))
        body = studio.body(number)
        assert 'name="人事复核"' in body
        assert 'name="主管审批"' in body
        assert offered(studio).open.number == number  # not settled before somebody else releases it
        studio.submit(number)
        with pytest.raises(ForbiddenError):
            studio.release(number, who="owner")
        studio.release(number)
        with pytest.raises(NotFoundError):
            offered(studio)
        ship(studio, ('name="人事审核"', 'name="人力资源审核"'), ('name="直属主管审批"', 'name="经理审批"'))
        [(_, unit)] = offered(studio).units()
        assert (unit.name, unit.conflict) == ("经理审批", False)

    def test_an_update_that_is_left_is_not_offered_again_and_the_next_one_lists_what_is_new(self, studio):
        upgrade(studio)
        with studio.unit("owner") as work:
            updates.leave(work, "leave", chosen(offered(studio)))
        with pytest.raises(NotFoundError):
            offered(studio)
        assert studio.numbers() == [(1, "released"), (2, "released")]
        with studio.house.view(SYSTEM) as work:
            assert work.session.scalars(select(Event).where(Event.kind == "procedure.update_left")).one()
        ship(
            studio, ('name="人事审核"', 'name="人力资源审核"'), ('name="满一个工作日"', 'name="满两个工作日"')
        )
        names = {unit.name for _, unit in offered(studio).units()}
        assert "满两个工作日" in names
        assert "人力资源审核" not in names

    def test_an_installation_that_kept_no_state_yet_begins_with_the_version_that_it_was_installed_with(
        self, studio
    ):
        own(studio)
        with studio.house.unit(SYSTEM) as work:
            work.session.execute(delete(ShippedState))
            work.session.scalars(
                select(Procedure).where(Procedure.key == "leave")
            ).one().compared_sha256 = None
        ship(studio, ('name="人事审核"', 'name="人力资源审核"'))
        [(_, unit)] = offered(studio).units()
        assert (unit.name, unit.conflict) == ("人力资源审核", True)

    def test_a_procedure_that_its_owner_never_changed_is_offered_the_same_way(self, studio):
        ship(studio, ('name="人事审核"', 'name="人力资源审核"'))
        number = take(studio, chosen(offered(studio)))
        studio.submit(number)
        studio.release(number)
        with studio.house.view(SYSTEM) as work:
            procedure = work.session.scalars(select(Procedure).where(Procedure.key == "leave")).one()
            assert procedure.versions[-1].sha256 == procedure.shipped_sha256
            assert len(files_of(procedure.versions[-1])) == len(files_of(procedure.versions[0]))

    def test_a_conflict_that_nobody_chose_is_said_at_its_place_and_nothing_taken_is_no_draft(self, studio):
        upgrade(studio)
        offer = offered(studio)
        full = chosen(offer)
        conflict = next(name for name, unit in offer.units() if unit.conflict)
        lacking = {name: side for name, side in full.chosen.items() if name != conflict}
        with pytest.raises(InvalidError) as refused:
            take(studio, Choice(number=2, sha256=offer.sha256, chosen=lacking))
        assert set(refused.value.fields) == {conflict}
        nothing = dict.fromkeys(full.chosen, KEEP)
        for wrong in (nothing, {**full.chosen, "change.9.9": TAKE}, {**full.chosen, conflict: "both"}):
            with pytest.raises(InvalidError):
                take(studio, Choice(number=2, sha256=offer.sha256, chosen=wrong))
        assert studio.numbers()[-1] == (2, "released")

    def test_a_stale_page_and_a_second_draft_are_refused_and_so_is_who_does_not_draw_it(self, studio):
        upgrade(studio)
        choice = chosen(offered(studio))
        with pytest.raises(ForbiddenError):
            take(studio, choice, who="hr2")
        for number, sha256 in ((1, choice.sha256), (2, "0" * 64)):
            with pytest.raises(ConflictError):
                take(studio, Choice(number=number, sha256=sha256, chosen=choice.chosen))
        studio.draft()
        with pytest.raises(ConflictError, match="第 3 版已由"):
            take(studio, choice)
        with studio.view("lina") as work, pytest.raises(ForbiddenError):
            updates.read_offer(work, "leave")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestPage:
    def test_the_list_leads_there_and_the_choices_come_back_with_what_is_missing(self, app, studio):
        upgrade(studio)
        client = log_in(app, "owner")
        assert "/studio/leave/update" in client.get("/studio/").text
        page = client.get("/studio/leave/update").text
        assert page.count("两边都改过") >= 2
        assert "名称由“人事审核”改为“人事复核”。" in page
        offer = offered(studio)
        form = {name: TAKE for name, unit in offer.units() if not unit.conflict}
        form |= {"number": "2", "sha256": offer.sha256, "csrf_token": csrf(page)}
        refused = client.post("/studio/leave/update", data=form)
        assert refused.status_code == 422
        assert "两边都改过，请选择采用哪一边。" in refused.text
        form |= {name: KEEP for name, unit in offer.units() if unit.conflict}
        answer = client.post("/studio/leave/update", data=form)
        assert answer.location.endswith("/studio/leave/3/review")
        assert "发布或放弃第 3 版草稿" in client.get("/studio/leave/update").text

    def test_left_it_is_gone_from_the_list(self, app, studio):
        upgrade(studio)
        client = log_in(app, "owner")
        page = client.get("/studio/leave/update").text
        form = {"number": "2", "sha256": offered(studio).sha256, "csrf_token": csrf(page)}
        assert client.post("/studio/leave/update/leave", data=form).status_code == 303
        assert "/studio/leave/update" not in client.get("/studio/").text
        assert client.get("/studio/leave/update").status_code == 404
