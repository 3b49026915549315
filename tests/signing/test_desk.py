"""Signing, sealing, archiving: what holds, what is refused, and what waits."""

import asyncio
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.pdf.tools import need, needs_openssl, run
from tests.signing.papers import RARE, make_paper
from webapp.adapters.pdf.mark import Mark, draw_mark
from webapp.adapters.signing import Act, Authority, KeyFolder, OutsideTsa, UnsignablePdfError, open_trial
from webapp.adapters.signing.document import archive, last_stamp_ends, sign_field
from webapp.adapters.signing.judge import judge_document
from webapp.adapters.signing.local import LocalTestCA, Purpose, issue, serial_of
from webapp.adapters.signing.names import unassigned
from webapp.domain.errors import InvalidError
from webapp.domain.signing import RevokedError, SignerRequest, SigningUnavailableError, Stroke, read_stroke

pytestmark = needs_openssl
needs_pdfsig = need("poppler", found=shutil.which("pdfsig"))
WHO = SignerRequest(number="E0003", name=RARE, role="employee")
FIRM = SignerRequest(number="YS", name="云衫", role="company")
SIGN, SEAL = Act(field="employee", reason="同意变更"), Act(field="company", reason="公司盖章")
STROKE = Stroke(width=300, height=120, lines=(((20, 20, 0), (60, 90, 30), (100, 30, 60)), ((160, 20, 150),)))


def now():
    return datetime.now(UTC)


class Trial:
    """A trial authority in a folder, and one document through the whole order."""

    def __init__(self, folder, **more):
        self.keys = KeyFolder(folder=folder)
        self.doors = open_trial(folder, now=now(), organisation="云衫", **more)
        self.desk = self.doors.desk
        mark = Mark(name=RARE, label="员工签署", at=now(), stroke=STROKE, trial=True)
        drawn = Act(field="employee", reason="同意变更", appearance=draw_mark(mark))
        self.plain = make_paper()
        self.person = self.desk.sign(self.plain, WHO, drawn, now=now()).pdf
        self.company = self.desk.seal(self.person, FIRM, SEAL, now=now()).pdf
        self.archived = self.desk.archive(self.company, now=now()).pdf
        self.firm = self.desk.ca.company("云衫", code="YS", now=now())


@pytest.fixture(scope="module")
def trial(tmp_path_factory):
    return Trial(tmp_path_factory.mktemp("ca"))


class TestOrder:
    def test_each_state_is_the_beginning_of_the_next(self, trial):
        assert trial.person.startswith(trial.plain)
        assert trial.company.startswith(trial.person)
        assert trial.archived.startswith(trial.company)

    def test_every_signature_is_valid_and_the_last_covers_the_whole_file(self, trial):
        report = trial.desk.judge(trial.archived, now=now())
        assert [(f.field, f.signer, f.stamp, f.valid, f.whole) for f in report.findings] == [
            ("employee", f"测试 {RARE}", False, True, False),
            ("company", "测试 云衫", False, True, False),
            ("archive-1", "测试 时间戳", True, True, True),
        ]
        assert report.ok
        assert report.archived
        assert all(abs(f.at - now()) < timedelta(minutes=2) for f in report.findings)

    @needs_pdfsig
    def test_another_reader_agrees(self, trial, tmp_path):
        (tmp_path / "x.pdf").write_bytes(trial.archived)
        said = run("pdfsig", "-nocert", tmp_path / "x.pdf").stdout.decode()
        assert said.count("Signature is Valid") == 2
        assert said.count("Total document signed") == 1
        assert said.index("Total document signed") > said.index("archive-1")

    def test_a_file_without_archive_stamp_is_not_archived(self, trial):
        report = trial.desk.judge(trial.company, now=now())
        assert (report.ok, report.archived) == (True, False)

    @pytest.mark.parametrize(
        ("days", "holds"), [(10, True), (60, True), (800, True), (1500, True), (3700, False)]
    )
    def test_the_archive_holds_without_asking_anybody_until_its_stamps_certificate_ends(
        self, trial, days, holds
    ):
        roots = trial.doors.trust(now())["root.pem"]
        assert judge_document(trial.archived, roots=roots, now=now() + timedelta(days=days)).ok is holds

    def test_a_name_that_asn1crypto_would_refuse_is_the_certificates_name(self, trial):
        assert [unassigned(char) for char in RARE] == [False] * 6
        assert unassigned("\u0378")

    def test_it_also_signs_where_an_event_loop_runs(self, trial):
        async def inside():
            return trial.desk.seal(trial.person, FIRM, SEAL, now=now()).pdf

        with ThreadPoolExecutor(1) as pool:  # this thread may have the browser's loop already
            assert pool.submit(asyncio.run, inside()).result().startswith(trial.person)


class TestRefusals:
    def test_a_document_without_the_trials_mark_on_each_page_is_not_signed(self, trial):
        with pytest.raises(UnsignablePdfError):
            trial.desk.sign(make_paper(marked=False), WHO, SIGN, now=now())

    def revoked(self, trial, moment):
        """The trial's desk once the company's certificate was revoked at a moment."""
        source = replace(trial.desk.revocations, revoked=lambda: {serial_of(trial.firm): moment})
        return replace(trial.desk, revocations=source)

    def test_a_revoked_seal_seals_nothing(self, trial):
        with pytest.raises(RevokedError):
            self.revoked(trial, now()).seal(trial.person, FIRM, SEAL, now=now())

    def test_what_was_sealed_before_the_revocation_still_holds(self, trial):
        desk = self.revoked(trial, now() + timedelta(minutes=1))
        assert desk.judge(trial.archived, now=now() + timedelta(minutes=2)).ok

    def test_a_signature_made_after_the_revocation_does_not_hold(self, trial):
        desk = self.revoked(trial, now() - timedelta(minutes=4))
        forced = sign_field(trial.person, trial.firm, SEAL, tsa=trial.desk.tsa, now=now())
        assert not desk.judge(forced, now=now()).ok
        with pytest.raises(SigningUnavailableError):
            desk.archive(forced, now=now())

    def test_a_look_alike_authority_is_not_believed(self, trial):
        other = LocalTestCA.create(now=now(), organisation="云衫")
        forged = sign_field(
            trial.plain, other.certify(RARE, number="E1", now=now()), SIGN, tsa=other.tsa, now=now()
        )
        roots = trial.doors.trust(now())["root.pem"]
        assert not judge_document(forged, roots=roots, now=now()).ok


def tampered(data):
    """What people do to a signed file."""
    text = data.index(b"/MediaBox")
    yield "a byte flipped", data[: text + 14] + bytes([data[text + 14] ^ 1]) + data[text + 15 :]
    yield "junk after the end", data + b"junk"
    yield "the end cut off", data[:-200]
    yield "rolled back to the seal", data[: data.rindex(b"%%EOF", 0, data.rindex(b"/DocTimeStamp")) + 6]
    start = data.rindex(b"/Contents <") + 60
    yield (
        "a nibble of the stamp",
        data[:start] + (b"0" if data[start : start + 1] != b"0" else b"1") + data[start + 1 :],
    )
    yield "nothing left", b""


class TestTampering:
    @pytest.mark.parametrize("number", range(6))
    def test_the_judge_never_calls_it_archived(self, trial, number):
        name, data = list(tampered(trial.archived))[number]
        roots = trial.doors.trust(now())["root.pem"]
        report = judge_document(data, roots=roots, now=now())
        assert not report.archived, name


class TestRenewal:
    def test_a_new_stamp_is_set_before_the_old_ones_certificate_ends(self, trial, tmp_path):
        folder = KeyFolder(folder=tmp_path)
        first = folder.open(now=now(), organisation="云衫")
        short = issue(first.root, "时间戳", now=now(), purpose=Purpose.STAMP, days=20)
        (tmp_path / "authority.pem").write_bytes(short.certificate)
        (tmp_path / "authority.key").write_bytes(short.key)
        old = Trial(tmp_path)
        ahead = timedelta(days=90)
        assert old.desk.renewal_due(old.archived, now=now(), ahead=ahead)
        assert not trial.desk.renewal_due(trial.archived, now=now(), ahead=ahead)
        assert last_stamp_ends(old.company) is None
        long = issue(first.root, "时间戳", now=now(), purpose=Purpose.STAMP, days=3650)
        (tmp_path / "authority.pem").write_bytes(long.certificate)
        (tmp_path / "authority.key").write_bytes(long.key)
        desk = open_trial(tmp_path, now=now(), organisation="云衫").desk
        renewed = desk.archive(old.archived, now=now()).pdf
        assert [f.field for f in desk.judge(renewed, now=now()).findings][-2:] == ["archive-1", "archive-2"]
        later = now() + timedelta(days=800)
        assert not judge_document(old.archived, roots=desk.roots, now=later).ok
        assert judge_document(renewed, roots=desk.roots, now=later).ok


@pytest.fixture
def network(tmp_path):
    """The trial authority on the loopback."""
    server = Authority(("127.0.0.1", 0), ca=None, keys=None)
    url = f"http://127.0.0.1:{server.server_port}"
    server.keys = KeyFolder(folder=tmp_path / "ca", url=url)
    server.ca = server.keys.open(now=now(), organisation="云衫")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server, url
    server.shutdown()
    thread.join()
    server.server_close()


class TestOverTheWire:
    def test_stamps_and_revocation_data_come_by_http(self, network):
        server, url = network
        trial = Trial(server.keys.folder, url=url)
        assert trial.desk.judge(trial.archived, now=now()).archived

    def test_a_revocation_is_heard_of(self, network):
        server, url = network
        desk = open_trial(server.keys.folder, now=now(), organisation="云衫", url=url).desk
        server.keys.revoke(serial_of(desk.ca.company("云衫", code="YS", now=now())), now=now())
        with pytest.raises(RevokedError):
            desk.seal(make_paper(), FIRM, SEAL, now=now())

    def test_an_authority_that_went_away_leaves_everything_unsigned(self, network, tmp_path):
        server, url = network
        desk = open_trial(server.keys.folder, now=now(), organisation="云衫", url="http://127.0.0.1:1").desk
        with pytest.raises(SigningUnavailableError):
            desk.sign(make_paper(), WHO, SIGN, now=now())

    def test_rubbish_is_refused_and_the_server_lives(self, network):
        from webapp.adapters.signing.fetch import Request, fetch

        _, url = network
        assert b"BEGIN" not in fetch(Request(url=f"{url}/tsa", data=b"rubbish"))  # a refusal, without a token
        for path in ("/ocsp", "/else"):
            with pytest.raises(SigningUnavailableError):
                fetch(Request(url=url + path, data=b"rubbish"))
        assert b"BEGIN CERTIFICATE" in fetch(Request(url=f"{url}/root.pem"))

    def test_stamps_of_an_outside_authority(self, network, tmp_path):
        server, url = network
        outside = OutsideTsa(url=f"{url}/tsa", roots=server.ca.root.certificate)
        trial = Trial(tmp_path / "own", outside=outside)
        assert trial.desk.judge(trial.archived, now=now()).archived
        assert set(trial.doors.trust(now())) == {"root.pem", "root.crl", "tsa.pem"}


class TestStrokes:
    def test_a_stroke_is_read_and_comes_back_the_same(self):
        assert read_stroke(STROKE.plain()) == STROKE
        assert len(STROKE.digest()) == 64

    @pytest.mark.parametrize(
        "value",
        [
            None,
            {},
            {"width": 300, "height": 120, "lines": []},
            {"width": 300, "height": 120, "lines": [[[1, 1, 1]]]},
            {"width": True, "height": 120, "lines": [[[1, 1, 1]] * 3]},
            {"width": 300, "height": 120, "lines": [[[301, 1, 1]] * 3]},
            {"width": 300, "height": 120, "lines": [[[1, 1]] * 3]},
            {"width": 300, "height": 120, "lines": [[[1, 1, 1]] * 6001]},
            {"width": 300, "height": 120, "lines": [[["1", 1, 1]] * 3]},
            {"width": 300, "height": 120, "lines": [[[1, 1, 1]] * 3], "more": 1},
            {"width": 300, "height": 120, "lines": [7]},
        ],
    )
    def test_what_no_hand_has_written_is_refused(self, value):
        with pytest.raises(InvalidError):
            read_stroke(value)


def test_an_archive_is_refused_for_a_changed_document(trial):
    place = trial.company.index(b"/MediaBox") + 14
    changed = trial.company[:place] + bytes([trial.company[place] ^ 1]) + trial.company[place + 1 :]
    with pytest.raises((SigningUnavailableError, InvalidError)):
        trial.desk.archive(changed, now=now())


def test_the_bare_archive_needs_no_signer(trial):
    stamped = archive(trial.plain, [], tsa=trial.desk.tsa, now=now())
    assert judge_document(stamped, roots=trial.desk.roots, now=now()).findings[0].whole


class TestClocks:
    @pytest.mark.parametrize("seconds", [-240, 240])
    def test_a_server_clock_within_five_minutes_of_the_authoritys_still_signs_and_archives(
        self, trial, seconds
    ):
        ours = now() + timedelta(seconds=seconds)
        signed = trial.desk.sign(trial.plain, WHO, SIGN, now=ours)
        sealed = trial.desk.seal(signed.pdf, FIRM, SEAL, now=ours)
        assert trial.desk.archive(sealed.pdf, now=ours).report.archived

    def test_a_token_from_the_future_is_not_believed(self, trial):
        assert not trial.desk.judge(trial.archived, now=now() - timedelta(minutes=30)).ok
