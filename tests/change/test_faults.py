"""What goes wrong round a campaign, and the end that each has; the others stand in test_journey and tests/signing.

Two overlapping campaigns, a corrected text, a stale page: test_journey, test_pages. A signature over another
text, a replay: tests/signing/test_flow. A replayed callback: test_provider. TSA down: test_checklist. A seal
holder dismissed: test_seals.
"""

from cryptography import x509

from models.case import Case
from tests.pdf.tools import needs_openssl
from webapp.domain.permissions import SYSTEM
from webapp.services.signing.withdraw import withdraw

pytestmark = needs_openssl


def test_a_certificate_of_the_company_that_was_revoked_seals_nothing_and_the_old_terms_continue(signing):
    made = signing.going("N000", "N001")
    signing.sealed(made, "N001")  # makes the company's certificate
    signing.does(made, "N000", "answer", outcome="agree")
    signing.signs(made, "N000")
    case = signing.case(made, "N000")
    keys = signing.company.house.ports.doors().desk.ca.keys
    [kept] = keys.folder.glob("company-*.pem")
    serial = x509.load_pem_x509_certificate(kept.read_bytes()).serial_number
    keys.revoke(serial, now=signing.clock.now)
    signing.seals()
    signing.later(1)
    assert "signing.sealed" not in signing.events(case.id)
    with signing.company.house.view(SYSTEM) as work:
        stuck = work.session.get_one(Case, case.id)
        assert stuck.state == "incident"
    with signing.company.unit("hr") as work:
        withdraw(work, signing.flow(case.id).id, reason="印章证书已吊销")
    signing.work()
    assert signing.flow(case.id).state == "withdrawn"
