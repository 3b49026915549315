"""A licensed provider by HTTP: its answers are judged, its calls checked, its silence waited for."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from models.event import Event
from models.job import Job
from models.signing import ProviderCall
from tests.evidence.packs import unpack, verify
from tests.pdf.tools import needs_openssl
from tests.signing.papers import make_paper
from tests.signing.platform import APP, FIRM, SECRET, Platform, report_on
from tests.web import make_settings
from webapp.adapters.signing import Access, Act, open_provider
from webapp.adapters.signing.provider import CallbackRefusedError
from webapp.app import create_app
from webapp.domain.errors import ConflictError, InvalidError
from webapp.domain.permissions import SYSTEM
from webapp.domain.signing import FlowState, SignerRequest, SigningUnavailableError
from webapp.services.evidence.export import export_pack
from webapp.settings import SettingsError, from_environment

pytestmark = needs_openssl
WHO = SignerRequest(number="E0003", name="李娜", role="employee")
ACT = Act(field="employee", reason="同意", flow="7-abc", title="协议")


def now():
    return datetime.now(UTC)


@pytest.fixture
def platform(tmp_path):
    made = Platform(tmp_path / "platform")
    yield made
    made.asleep.set()
    made.close()


@pytest.fixture
def doors(platform):
    access = Access(url=platform.url, app=APP, secret=SECRET)
    made = open_provider(
        access,
        callback_url="http://localhost/sign/callback",
        tsa=platform.ca.tsa,
        roots=platform.ca.root.certificate,
    )
    return replace(made, desk=replace(made.desk, revocations=platform.revocations))


class TestTheDesk:
    def test_it_waits_for_the_person_and_then_takes_the_judged_file(self, platform, doors):
        pdf = make_paper("李娜", marked=False)
        for _ in range(2):
            with pytest.raises(SigningUnavailableError):
                doors.desk.sign(pdf, WHO, ACT, now=now())
        assert platform.opened == 1
        platform.person_signs(platform.only())
        signed = doors.desk.sign(pdf, WHO, ACT, now=now())
        assert signed.report.ok
        sealed = doors.desk.seal(signed.pdf, FIRM, replace(ACT, field="company"), now=now())
        assert [f.field for f in sealed.report.findings] == ["employee", "company"]
        assert doors.desk.archive(sealed.pdf, now=now()).report.archived
        assert sealed.proof == report_on(platform.flows[platform.only()])
        assert b'"sealed"' in sealed.proof
        assert b'"signed"' in signed.proof

    def test_whatever_is_wrong_with_its_answer_nothing_is_taken(self, platform, doors):
        pdf = make_paper("李娜", marked=False)
        with pytest.raises(SigningUnavailableError):
            doors.desk.sign(pdf, WHO, ACT, now=now())
        platform.person_signs(platform.only())
        for mood in ("down", "rubbish", "slow", "wrong hash", "another file"):
            platform.mood = mood
            access = replace(doors.provider.access, timeout=0.3 if mood == "slow" else 20)
            hasty = replace(doors.provider, access=access)
            with pytest.raises(SigningUnavailableError):
                replace(doors.desk, provider=hasty).sign(pdf, WHO, ACT, now=now())
        platform.mood = ""
        assert doors.desk.sign(pdf, WHO, ACT, now=now()).report.ok

    def test_a_wrong_secret_opens_nothing(self, platform, doors):
        access = replace(doors.provider.access, secret=b"guess")
        with pytest.raises(SigningUnavailableError):
            replace(doors.provider, access=access).read_flow("F1")

    def test_what_somebody_signed_is_not_withdrawn(self, platform, doors):
        with pytest.raises(SigningUnavailableError):
            doors.desk.sign(make_paper("李娜", marked=False), WHO, ACT, now=now())
        flow_id = platform.only()
        platform.person_signs(flow_id)
        with pytest.raises(ConflictError):
            doors.provider.withdraw(flow_id, reason="条款有误")
        platform.flows[flow_id]["state"] = "notified"
        doors.provider.withdraw(flow_id, reason="条款有误")
        with pytest.raises(InvalidError):
            doors.desk.sign(make_paper("李娜", marked=False), WHO, ACT, now=now())

    def test_packs_are_sealed_there_too(self, platform, doors):
        sealed = doors.seal(b"manifest", now=now())
        assert sealed.signature
        assert sealed.token.at


class TestCalls:
    def accept(self, doors, headers, body, **more):
        return doors.provider.accept_call(headers, body, path=more.get("path", "/sign/callback"), now=now())

    @pytest.fixture
    def flow_id(self, platform, doors):
        with pytest.raises(SigningUnavailableError):
            doors.desk.sign(make_paper("李娜", marked=False), WHO, ACT, now=now())
        return platform.only()

    def test_a_signed_call_is_heard(self, platform, doors, flow_id):
        call = self.accept(doors, *platform.call(flow_id))
        assert (call.flow, call.state) == ("7-abc", FlowState.NOTIFIED)

    def test_any_other_is_refused(self, platform, doors, flow_id):
        for wrong in (
            {"secret": b"guess"},
            {"app": "other"},
            {"nonce": ""},
            {"nonce": "x" * 65},
            {"at": now() - timedelta(minutes=6)},
            {"at": now() + timedelta(minutes=6)},
            {"path": "/elsewhere"},
        ):
            with pytest.raises(CallbackRefusedError):
                self.accept(doors, *platform.call(flow_id, **wrong))

    def test_a_changed_body_is_refused(self, platform, doors, flow_id):
        headers, body = platform.call(flow_id)
        with pytest.raises(CallbackRefusedError):
            self.accept(doors, headers, body.replace(b"notified", b"signed"))


class TestInTheHouse:
    def test_a_call_wakes_the_job_once_and_a_replay_does_nothing(self, firm, platform, doors, tmp_path):
        firm.doors = doors
        firm.ready.clear()
        task_id = firm.sign("lina")
        case_id = firm.task(task_id).case_id
        assert firm.flow(task_id).state == FlowState.CONFIRMED
        flow_id = platform.only()
        platform.person_signs(flow_id)
        client = create_app(make_settings(tmp_path), house=firm.house).test_client()
        headers, body = platform.call(flow_id)
        for _ in range(2):
            assert client.post("/sign/callback", data=body, headers=headers).status_code == 204
        assert len(firm.read(select(ProviderCall))) == 1
        assert len(firm.read(select(Event).where(Event.kind == "signing.called_back"))) == 1
        firm.worker.sweep()
        assert firm.flow(task_id).state == FlowState.SIGNED
        firm.approve([firm.open(case_id)])
        for _ in range(4):
            firm.worker.sweep()
        assert firm.flow(task_id).state == FlowState.ARCHIVED
        assert firm.flow(task_id).provider == "provider"
        self.its_reports_lie_in_the_pack(firm, doors, case_id, folder=tmp_path)

    def its_reports_lie_in_the_pack(self, firm, doors, case_id, *, folder):
        """One for the signature, one for the seal; each named by an event, and a stranger finds them whole."""
        out = BytesIO()
        export_pack(lambda: firm.house.unit(SYSTEM), case_id, out, doors=doors)
        pack = unpack(out.getvalue())
        held = [pack[name] for name in sorted(pack) if name.startswith("data/signers/")]
        assert [json.loads(each)["state"] for each in held] == ["signed", "sealed"]
        code, report = verify(folder, out.getvalue(), doors.trust(now())["roots.pem"])
        assert code == 0, report

    def test_a_forged_call_is_refused_and_moves_nothing(self, firm, platform, doors, tmp_path):
        firm.doors = doors
        firm.ready.clear()
        firm.sign("lina")
        due = firm.read(select(Job.due_at).where(Job.type == "sign-document"))
        client = create_app(make_settings(tmp_path), house=firm.house).test_client()
        headers, body = platform.call(platform.only(), secret=b"guess")
        assert client.post("/sign/callback", data=body, headers=headers).status_code == 403
        assert firm.read(select(Job.due_at).where(Job.type == "sign-document")) == due

    def test_without_a_provider_nobody_is_heard(self, firm, tmp_path):
        client = create_app(make_settings(tmp_path), house=firm.house).test_client()
        assert client.post("/sign/callback", data=b"{}").status_code == 404


class TestSettings:
    @pytest.mark.parametrize(
        "given",
        [
            {"HEGUI_PROVIDER_URL": "https://sign.example"},
            {
                "HEGUI_PROVIDER_URL": "https://sign.example",
                "HEGUI_PROVIDER_APP": "a",
                "HEGUI_PROVIDER_SECRET": "s",
            },
            {"HEGUI_TSA_URL": "https://tsa.example"},
            {"HEGUI_TSA_URL": "https://tsa.example", "HEGUI_TSA_ROOTS": "/nowhere.pem"},
        ],
    )
    def test_half_a_provider_or_authority_is_told_in_words(self, given):
        with pytest.raises(SettingsError):
            from_environment(given)

    def test_a_whole_one_is_taken(self, tmp_path):
        roots = tmp_path / "roots.pem"
        roots.write_text("pem")
        made = from_environment(
            {
                "HEGUI_PROVIDER_URL": "https://sign.example/v1/",
                "HEGUI_PROVIDER_APP": "a",
                "HEGUI_PROVIDER_SECRET": "s",
                "HEGUI_PROVIDER_ROOTS": str(roots),
                "HEGUI_TSA_URL": "https://tsa.example",
                "HEGUI_TSA_ROOTS": str(roots),
            }
        )
        assert made.signing.provider_url == "https://sign.example/v1"
