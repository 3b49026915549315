"""What goes wrong round a campaign, and the end that each has; the others stand in test_journey and tests/signing.

Two overlapping campaigns, a corrected text, a stale page: test_journey, test_pages. A signature over another
text, a replay: tests/signing/test_flow. A replayed callback: test_provider. TSA down: test_checklist. A seal
holder dismissed: test_seals.
"""

from datetime import date

from cryptography import x509

from models.case import CaseState
from models.person import Person
from models.procedure import ProcedureVersion
from tests.change.acts import VALUES
from tests.pdf.tools import needs_openssl
from webapp.domain.permissions import SYSTEM
from webapp.services.cases.operate import cancel
from webapp.services.contracts.terms import terms_on
from webapp.services.procedures.files import File, read_settings
from webapp.services.procedures.shipped import append_release

pytestmark = needs_openssl


def test_a_seal_whose_certificate_was_revoked_seals_nothing_until_somebody_ends_the_case(change, tmp_path):
    change.opens_signing(tmp_path / "ca")  # an authority of its own: what is revoked stays so
    made = change.going("N000", "N001")
    change.sealed(made, "N001")  # makes the company's certificate
    change.does(made, "N000", "answer", outcome="agree")
    change.signs(made, "N000")
    case_id = change.case(made, "N000").id
    keys = change.company.house.ports.doors().desk.ca.keys
    [kept] = keys.folder.glob("company-*.pem")
    serial = x509.load_pem_x509_certificate(kept.read_bytes()).serial_number
    keys.revoke(serial, now=change.clock.now)
    change.seals()
    change.later(1)
    change.later(1)  # tried three times
    assert "signing.sealed" not in change.events(case_id)
    assert change.case(made, "N000").state == CaseState.INCIDENT  # operations see the reason
    with change.company.unit("hr") as work:
        cancel(work, case_id, reason="印章证书已吊销，改日重新签署")
    change.work()
    assert change.stage(made, "N000") == "cancelled"
    with change.company.house.view(SYSTEM) as work:
        person = work.session.get_one(Person, change.company.ids["N000"])
        assert terms_on(work, person, date(2027, 1, 1)) is None  # the old terms continue


def test_a_template_released_midway_changes_nothing_for_whom_was_asked(change):
    first = change.going("N000")
    with change.company.house.unit(SYSTEM) as work:
        version = work.session.get_one(ProcedureVersion, change.campaign(first).procedure_version_id)
        files = tuple(
            File(path=f.path, kind=f.kind, body=f.body.replace("就居家办公订立", "就在家办公订立"))
            for f in version.files
        )
        settings = read_settings("contract-change", files)
        append_release(work, version.procedure, settings=settings, files=files, number=2)
    later = change.going("N001")
    texts = [change.documents(change.case(c, n).id)[0].text for c, n in ((first, "N000"), (later, "N001"))]
    assert ["就居家办公订立" in texts[0], "就在家办公订立" in texts[1]] == [True, True]
    case = change.case(first, "N000")
    change.does(first, "N000", "answer", outcome="negotiate", wish="希望早半小时下班")
    reply = {k: VALUES[k] for k in ("place", "hours_system", "shift_start", "allowance", "effective_from")}
    revised = {"outcome": "revise", "reply": "可以", "shift_end": "22:30", "remark": "", **reply}
    change.does(first, "N000", "counter", who="hr", **revised)
    assert "就居家办公订立" in change.documents(case.id)[-1].text  # another round, the same version
