"""Time stamps and seals: checked when they arrive, never replaced by the server's own clock."""

import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pdf.tools import needs_openssl
from webapp.adapters.signing import (
    HttpTsa,
    Identity,
    KeyFolder,
    LocalTestCA,
    accept_reply,
    issue,
    make_query,
    read_time,
    sign_detached,
)
from webapp.adapters.signing.local import common_name
from webapp.adapters.signing.timestamp import answer_query
from webapp.domain.errors import ForbiddenError
from webapp.domain.signing import ENDS, STEPS, FlowState, Intent, SigningUnavailableError, may_follow


@pytest.fixture(scope="module")
def ca():
    return LocalTestCA.create(now=datetime.now(UTC), organisation="星河")


@pytest.fixture
def server(ca):
    """An authority on the loopback whose answer each test chooses."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            query = self.rfile.read(int(self.headers["Content-Length"]))
            status, body = self.server.answer(query)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as http:
        http.answer = lambda query: (200, answer_query(query, ca.authority))
        thread = threading.Thread(target=http.serve_forever, daemon=True)
        thread.start()
        yield http
        http.shutdown()
        thread.join()


def tsa(server, ca):
    return HttpTsa(url=f"http://127.0.0.1:{server.server_port}/", roots=ca.root.certificate)


@needs_openssl
class TestTimeStamps:
    def test_a_token_states_the_authoritys_time(self, server, ca):
        now = datetime.now(UTC)
        token = tsa(server, ca).stamp(b"content", now=now)
        assert abs(token.at - now) < timedelta(minutes=1)
        assert read_time(token.reply) == token.at

    @pytest.mark.parametrize(
        "answer", [(500, b""), (200, b""), (200, b"rubbish"), (200, b"x" * 1_100_000), (404, b"not here")]
    )
    def test_an_authority_that_fails_leaves_the_flow_pending(self, server, ca, answer):
        server.answer = lambda _: answer
        with pytest.raises(SigningUnavailableError):
            tsa(server, ca).stamp(b"content", now=datetime.now(UTC))

    def test_an_authority_that_is_down_leaves_the_flow_pending(self, ca):
        down = HttpTsa(url="http://127.0.0.1:1/", roots=ca.root.certificate)
        with pytest.raises(SigningUnavailableError):
            down.stamp(b"content", now=datetime.now(UTC))

    @pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x/", "data:,x"])
    def test_an_address_that_is_no_web_address_is_refused(self, ca, url):
        with pytest.raises(SigningUnavailableError):
            HttpTsa(url=url, roots=ca.root.certificate).stamp(b"x", now=datetime.now(UTC))

    def test_a_stale_token_with_another_nonce_is_refused(self, server, ca):
        stale = answer_query(make_query(b"content"), ca.authority)
        server.answer = lambda _: (200, stale)
        with pytest.raises(SigningUnavailableError, match="未通过校验"):
            tsa(server, ca).stamp(b"content", now=datetime.now(UTC))

    def test_a_token_over_other_content_is_refused(self, server, ca):
        other = answer_query(make_query(b"other"), ca.authority)
        server.answer = lambda _: (200, other)
        with pytest.raises(SigningUnavailableError):
            tsa(server, ca).stamp(b"content", now=datetime.now(UTC))

    def test_a_token_of_a_look_alike_authority_is_refused(self, server, ca):
        forger = LocalTestCA.create(now=datetime.now(UTC), organisation="星河")
        server.answer = lambda query: (200, answer_query(query, forger.authority))
        with pytest.raises(SigningUnavailableError):
            tsa(server, ca).stamp(b"content", now=datetime.now(UTC))

    @pytest.mark.parametrize("hours", [-1, 1])
    def test_a_server_clock_that_is_wrong_is_noticed(self, ca, hours):
        query = make_query(b"content")
        reply = answer_query(query, ca.authority)
        with pytest.raises(SigningUnavailableError, match="相差超过"):
            accept_reply(
                reply, query=query, roots=ca.root.certificate, now=datetime.now(UTC) + timedelta(hours=hours)
            )


class TestAuthority:
    def test_every_name_that_it_issues_says_trial(self, ca):
        from cryptography import x509

        for identity in (ca.seal, ca.authority, issue(ca.root, "王𬭚鿏𡋾", now=datetime.now(UTC))):
            assert common_name(x509.load_pem_x509_certificate(identity.certificate)).startswith("测试 ")

    def test_a_real_certificate_is_not_used_for_trials(self, ca):
        with pytest.raises(ForbiddenError):
            sign_detached(b"x", Identity(certificate=ca.root.certificate, key=ca.root.key))

    def test_keys_are_kept_for_their_owner_alone_and_found_again(self, tmp_path):
        now = datetime.now(UTC)
        keys = KeyFolder(folder=tmp_path / "ca")
        first = keys.open(now=now, organisation="星河")
        assert keys.open(now=now, organisation="星河") == first
        assert {path.stat().st_mode & 0o077 for path in (tmp_path / "ca").glob("*.key")} == {0}


class TestFlow:
    def test_it_goes_step_by_step(self):
        for before, after in zip(STEPS, STEPS[1:], strict=False):
            assert may_follow(before, after)
        assert not may_follow(FlowState.PENDING, FlowState.SIGNED)
        assert not may_follow(FlowState.CONFIRMED, FlowState.SEALED)

    def test_the_person_may_leave_it_until_they_have_signed(self):
        for end in (FlowState.REFUSED, FlowState.EXPIRED):
            assert may_follow(FlowState.CONFIRMED, end)
            assert not may_follow(FlowState.SIGNED, end)

    def test_the_company_may_withdraw_until_its_seal(self):
        assert may_follow(FlowState.CONFIRMED, FlowState.WITHDRAWN)
        assert may_follow(FlowState.SIGNED, FlowState.WITHDRAWN)
        assert not may_follow(FlowState.SEALED, FlowState.WITHDRAWN)

    @given(st.sampled_from(sorted(ENDS)), st.sampled_from(list(FlowState)))
    def test_an_end_is_an_end(self, end, other):
        assert not may_follow(end, other)


INTENT = {
    "flow": "f1", "doc_sha256": "a" * 64, "signer": "SH-0187", "role": "employee", "act": "sign",
    "text": "我已阅读并同意", "nonce": "n", "time": "2026-11-24T00:00:00Z",
}  # fmt: skip


class TestIntent:
    @given(st.sampled_from(sorted(INTENT)))
    def test_its_challenge_is_bound_to_every_field(self, name):
        assert Intent(**INTENT).challenge() != Intent(**{**INTENT, name: "other"}).challenge()

    def test_its_challenge_is_that_of_the_canonical_text(self):
        import hashlib
        import json

        text = json.dumps(INTENT, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        assert Intent(**INTENT).challenge() == hashlib.sha256(text.encode()).digest()
