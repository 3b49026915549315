"""A release pressed by two at once, and an idempotency key in the hands of somebody else."""

import threading

import pytest

from tests.company import ask, open_task
from tests.web import csrf, log_in
from webapp.domain.permissions import SYSTEM
from webapp.services.procedures import drafts, release
from webapp.services.procedures.drafts import SaveFile
from webapp.services.procedures.release import Decision


@pytest.fixture
def submitted(company):
    """Version 2 of leave, handed in by its owner: its number and the guard of its page."""
    with company.unit("owner") as work:
        draft = drafts.make_draft(work, "leave")
        body = drafts.read_file(work, "leave", draft.number, path="leave.bpmn").body
        changed = (
            body.replace('name="直属主管审批"', 'name="主管审批"')
            .replace('"name.en" value="Approval by line manager"', '"name.en" value="Manager approves"')
            .replace('"name.zh-Hant" value="直屬主管審批"', '"name.zh-Hant" value="主管審批"')
        )
        command = SaveFile(path="leave.bpmn", body=changed, version=draft.version)
        saved = drafts.save_file(work, "leave", draft.number, command=command)
        work.session.flush()
        decision = Decision(version=saved.version, note="改个名称")
        release.submit(work, "leave", draft.number, decision=decision)
        work.session.flush()
        return draft.number, saved.version


class TestRelease:
    def test_of_two_at_once_one_wins_and_the_other_reads_who(self, app, company, submitted):
        number, version = submitted
        people = {"legal": None, "hr_head": None}
        clients = {who: log_in(app, who) for who in people}
        tokens = {who: csrf(client.get("/inbox/").text) for who, client in clients.items()}
        together = threading.Barrier(len(people))

        def press(who):
            together.wait()
            form = {"csrf_token": tokens[who], "version": str(version)}
            people[who] = clients[who].post(f"/studio/leave/{number}/release", data=form)

        threads = [threading.Thread(target=press, args=(who,)) for who in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        by_status = {answer.status_code: who for who, answer in people.items()}
        assert sorted(by_status) == [303, 409], {w: a.text[-600:] for w, a in people.items()}
        assert f"第 {number} 版已由{by_status[303]}发布" in people[by_status[409]].text
        with company.house.view(SYSTEM) as work:
            found = drafts.read_version(work, "leave", number)
            assert found.released_by_id == company.ids[by_status[303]]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestKeys:
    def test_somebody_elses_key_answers_nothing(self, app, company):
        task = open_task(company, ask(company))
        body = {"data": {"outcome": "approve"}, "version": task.version}

        def press(person):
            client = log_in(app, person)
            token = csrf(client.get("/inbox/").text)
            headers = {"X-CSRFToken": token, "Idempotency-Key": "one-press", "Accept": "application/json"}
            return client.post(f"/tasks/{task.id}/complete", json=body, headers=headers)

        assert press("head").status_code == 200
        assert press("head").status_code == 200  # the owner of the key is told again
        for who, status in (("wang", 404), ("hr", 409)):  # one may not read the task, the other may
            answer = press(who)
            assert answer.status_code == status
            assert "location" not in answer.json
            assert status == 404 or "陈思远" in answer.json["message"]

    def test_a_key_of_another_act_is_refused(self, app, company):
        one, two = open_task(company, ask(company)), open_task(company, ask(company, "wang"))
        client = log_in(app, "head")
        headers = {"X-CSRFToken": csrf(client.get("/inbox/").text), "Idempotency-Key": "one-press"}
        for task, status in ((one, 200), (two, 409)):
            body = {"data": {"outcome": "approve"}, "version": task.version}
            assert client.post(f"/tasks/{task.id}/complete", json=body, headers=headers).status_code == status
