"""How many statements a click on leave costs."""

from tests.leave.acts import form
from tests.services.test_click import Counter
from webapp.services.leave.ask import AskLeave, ask
from webapp.services.tasks.complete import CompleteTask, complete


def test_asking(leave, company, engine):
    leave.ask(first="2026-11-30", last="2026-11-30")
    actor = company.actor("lina")
    with Counter(engine) as seen, company.house.unit(actor) as work:
        ask(work, AskLeave(values=form(handover="E0004"), key="k1"))
    for s in seen.statements:
        print("ASK", " ".join(s.split())[:170])
    assert seen.commits == 1


def test_approving_with_booking(leave, company, engine):
    leave.approved(first="2026-11-30", last="2026-11-30")
    request_id = leave.ask()
    task = leave.tasks(request_id)["approve"]
    actor = company.actor("head")
    with Counter(engine) as seen, company.house.unit(actor) as work:
        complete(
            work, CompleteTask(task_id=task.id, version=task.version, values={"outcome": "approve"}, key="k")
        )
    for s in seen.statements:
        print("APP", " ".join(s.split())[:170])
    assert seen.commits == 1
