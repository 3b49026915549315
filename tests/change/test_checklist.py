"""What an employer must prove of one signature is there: checklist B2 of the evidence reference, line by line.

电子签名法 13, 14; 电子劳动合同订立指引 3-12; 劳动合同法 35.
"""

import json
import re
from datetime import timedelta

from sqlalchemy import select

from models.event import Event
from models.signing import SignedEdition
from tests.pdf.tools import needs_openssl
from tests.web import csrf, make_settings
from webapp.app import create_app
from webapp.domain.permissions import SYSTEM
from webapp.domain.signing import SigningUnavailableError
from webapp.services.signing import finish, steps

pytestmark = needs_openssl


class Record:
    """The chain of one signed person's case."""

    def __init__(self, change, made, number):
        self.change = change
        self.case = change.case(made, number)
        self.document = change.documents(self.case.id)[-1]
        with change.company.house.view(SYSTEM) as work:
            rows = work.session.scalars(
                select(Event).where(Event.case_id == self.case.id).order_by(Event.sequence)
            )
            self.events = [(e.kind, json.loads(e.payload.body)["data"], e.actor_id) for e in rows]
            self.editions = list(
                work.session.scalars(
                    select(SignedEdition)
                    .where(SignedEdition.document_id == self.document.id)
                    .order_by(SignedEdition.id)
                )
            )
            self.files = [work.ports.blobs.get(e.sha256) for e in self.editions]

    def places(self, kind):
        """Where in the chain a kind of event stands."""
        return [n for n, e in enumerate(self.events) if e[0] == kind]

    def place(self, kind):
        """The same for one that stands there once."""
        places = self.places(kind)
        assert len(places) == 1, (kind, places)
        return places[0]

    def made(self, kind):
        """What the log says of the paper of a kind."""
        [found] = [e[1]["document"] for e in self.events if e[0] == "document.made" and e[1]["kind"] == kind]
        return found

    def data(self, kind):
        return self.events[self.place(kind)][1]

    def judged(self, number):
        doors = self.change.company.house.ports.doors()
        return doors.desk.judge(self.files[number], now=self.change.clock.now)


def test_every_line_of_the_list_is_there_for_a_signed_person(signing):
    made = signing.going("N000", "N001", "N002")
    signing.does(made, "N000", "answer", outcome="agree")
    signing.signs(made, "N000")
    signing.seals()
    record = Record(signing, made, "N000")
    person = signing.company.ids["N000"]
    papers = ["notice", "electronic-form", "letter", "supplement"]
    assert [record.events[place][1]["kind"] for place in record.places("document.made")] == papers
    assert record.places("document.made")[-1] < record.place(
        "signing.notified"
    )  # hashes before anybody signs
    order = [
        "signing.notified", "signing.consented", "signing.identified", "signing.compared",
        "signing.read", "signing.confirmed", "signing.signed", "signing.seal_approved", "signing.sealed",
        "signing.archived", "signing.delivered",
    ]  # fmt: skip
    assert [record.place(kind) for kind in order] == sorted(record.place(kind) for kind in order)

    # 1 the notice, with version and hash, before anything else
    notice = record.data("signing.notified")
    told = record.made("notice")
    assert notice["text_version"] == f"D{told['id']}"
    assert notice["text_sha256"] == told["text_sha256"]
    assert notice["paper"]["pdf"] == told["sha256"]
    # 2 agreement to the electronic form and to this method, an event of its own, by the person
    agreed = record.data("signing.consented")
    assert record.events[record.place("signing.consented")][2] == person
    assert agreed["paper"]["pdf"] == record.made("electronic-form")["sha256"]
    assert agreed["text_sha256"] == record.made("electronic-form")["text_sha256"]
    # 3 identity: provider, method, result, time
    assert set(record.data("signing.identified")["identity"]) == {"provider", "method", "result", "at"}
    # 4 the whole document opened, every page shown, how long
    read = record.data("signing.read")
    assert set(read["pages"]) == {str(n) for n in range(1, record.document.pages + 1)}
    assert read["pictures"] == record.document.pictures
    # 5 the changes, old and new, on the screen
    changes = record.data("signing.compared")["changes"]
    assert {"before", "after"} <= set(changes[0])
    assert any("19:00–23:00" in c["after"] for c in changes)
    # 6 the will, bound to the document's hash
    will = record.data("signing.confirmed")["will"]
    assert will["method"] == "passkey"
    assert will["intent"]["doc_sha256"] == record.document.sha256 == record.made("supplement")["sha256"]
    # 7 the employee's certificate, with a time stamp of its own
    first = record.judged(0).findings
    assert [(f.field, f.valid, f.whole, f.at is not None) for f in first] == [("employee", True, True, True)]
    # 8 the company's seal only afterwards, approved by a holder
    assert record.data("signing.seal_approved")["holder"] == signing.company.ids["hr"]
    second = record.judged(1).findings
    assert [(f.field, f.valid) for f in second] == [("employee", True), ("company", True)]
    assert second[0].at <= second[1].at
    # 9 revocation data issued after the signatures, 10 the archive stamp as the last bytes
    assert b"/DSS" in record.files[2]
    assert b"/OCSPs" in record.files[2]
    assert b"/CRLs" in record.files[2]
    report = record.judged(2)
    assert report.archived
    assert report.findings[-1].whole
    # 11 the copy delivered, and each download logged
    with signing.company.unit("N000") as work:
        from webapp.services.documents.read import download

        _, data = download(work, record.document.id)
    assert data == record.files[2]
    assert "document.downloaded" in signing.events(record.case.id)


def test_a_refusal_an_expiry_and_a_withdrawal_are_recorded_too(signing):
    made = signing.going("N000", "N001", "N002")
    for number in ("N000", "N001", "N002"):
        signing.does(made, number, "answer", outcome="agree")
    cases = {n: signing.case(made, n).id for n in ("N000", "N001", "N002")}
    tasks = {n: signing.task(cases[n], "sign") for n in cases}
    for number, task in tasks.items():
        with signing.company.unit(number) as work:
            steps.see_notice(work, task.id)
    with signing.company.unit("N000") as work:
        finish.leave(
            work, tasks["N000"].id, version=tasks["N000"].version, outcome="refused", reason="没看明白"
        )
    signing.work()
    from webapp.services.signing.withdraw import withdraw

    with signing.company.unit("hr") as work:
        withdraw(work, signing.flow(cases["N001"]).id, reason="方案调整")
    signing.work()
    signing.later(10)
    said = {n: set(signing.events(c)) for n, c in cases.items()}
    assert "signing.refused" in said["N000"]
    assert "signing.withdrawn" in said["N001"]
    assert "signing.expired" in said["N002"]
    assert [signing.stage(made, n) for n in cases] == ["refused", "not-agreed", "expired"]


def test_no_box_is_ticked_beforehand_and_nothing_costs_a_fee(signing, tmp_path):
    made = signing.going("N000")
    signing.does(made, "N000", "answer", outcome="agree")
    task = signing.task(signing.case(made, "N000").id, "sign")
    app = create_app(make_settings(tmp_path), house=signing.company.house)
    client = app.test_client()
    token = csrf(client.get("/login").text)
    client.post("/login", data={"username": "N000", "password": "correct horse battery", "csrf_token": token})
    notice = client.get(f"/sign/{task.id}").text
    assert "不收取任何费用" in notice
    with signing.company.unit("N000") as work:
        steps.see_notice(work, task.id)
    consent = client.get(f"/sign/{task.id}").text
    box = re.search(r"<input[^>]*name=\"agreed\"[^>]*>", consent).group()
    assert "checked" not in box


def test_while_the_authority_is_down_the_signature_waits_and_no_clock_stands_in(signing, monkeypatch):
    made = signing.going("N000")
    signing.does(made, "N000", "answer", outcome="agree")
    doors = signing.company.house.ports.doors()
    real = type(doors.desk).sign

    def down(*_args, **_more):
        raise SigningUnavailableError

    monkeypatch.setattr(type(doors.desk), "sign", down)
    signing.signs(made, "N000")
    case = signing.case(made, "N000")
    assert signing.flow(case.id).waiting_for
    assert signing.stage(made, "N000") == "sealing"
    assert "signing.signed" not in signing.events(case.id)
    monkeypatch.setattr(type(doors.desk), "sign", real)
    signing.clock.now += timedelta(minutes=2)
    signing.work()
    assert "signing.signed" in signing.events(case.id)
    assert signing.open(case.id) == {"seal"}
