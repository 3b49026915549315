"""Time stamps after RFC 3161: asked of an authority, checked, and given out by a test authority."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from webapp.adapters.signing.fetch import Request, fetch
from webapp.adapters.signing.openssl import Openssl, scratch
from webapp.domain.signing import SigningUnavailableError, Token
from webapp.domain.text import msg

if TYPE_CHECKING:
    from webapp.adapters.signing.local import Identity

SKEW = timedelta(minutes=5)
_TIME = re.compile(r"Time stamp: (\w{3}) +(\d+) (\d\d:\d\d:\d\d)(?:\.\d+)? (\d{4}) GMT")
_CONFIG = """\
[tsa]
default_tsa = authority
[authority]
serial = serial
crypto_device = builtin
signer_cert = signer.pem
certs = signer.pem
signer_key = signer.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = no
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


def read_time(reply: bytes) -> datetime:
    """Return the time that a reply states; raises SigningUnavailableError when it holds no token."""
    with scratch({"reply.tsr": reply}) as tool:
        return _read_time(tool)


def _read_time(tool: Openssl) -> datetime:
    _, said = tool.run("ts", "-reply", "-in", "reply.tsr", "-text")
    found = _TIME.search(said)
    if found is None:
        raise SigningUnavailableError(msg("时间戳服务的回复不含令牌。"))
    text = " ".join(found.groups())
    return datetime.strptime(text, "%b %d %H:%M:%S %Y").replace(tzinfo=UTC)


def make_query(content: bytes) -> bytes:
    """Return a DER request over SHA-256 of ``content`` with a nonce, asking for the certificate."""
    with scratch({"content": content}) as tool:
        tool.must("ts", "-query", "-data", "content", "-sha256", "-cert", "-out", "query.tsq")
        return tool.read("query.tsq")


def accept_reply(reply: bytes, *, query: bytes, roots: bytes, now: datetime) -> Token:
    """Check a reply against its query (imprint and nonce), its authority and the clock.

    Raises SigningUnavailableError for any fault: the caller keeps the flow pending and asks again.
    """
    with scratch({"reply.tsr": reply, "query.tsq": query, "roots.pem": roots}) as tool:
        at = _read_time(tool)
        checks = ("ts", "-verify", "-queryfile", "query.tsq", "-in", "reply.tsr", "-CAfile", "roots.pem")
        good, said = tool.run(*checks)
    if not good:
        raise SigningUnavailableError(msg("时间戳未通过校验：{detail}", detail=said.strip()[-200:]))
    if abs(at - now) > SKEW:
        raise SigningUnavailableError(
            msg(
                "时间戳 {stamp} 与服务器时间 {now} 相差超过 5 分钟。",
                stamp=at.isoformat(),
                now=now.isoformat(),
            )
        )
    return Token(reply=reply, at=at)


def answer_query(query: bytes, authority: Identity) -> bytes:
    """Answer a request as a time-stamp authority does, by the clock of this machine."""
    files = {
        "query.tsq": query,
        "tsa.cnf": _CONFIG.encode(),
        "serial": b"01\n",
        "signer.pem": authority.certificate,
        "signer.key": authority.key,
    }
    with scratch(files) as tool:
        tool.must("ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query.tsq", "-out", "reply.tsr")
        return tool.read("reply.tsr")


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalTestTsa:
    """An authority for trials: its certificate says 测试."""

    authority: Identity
    roots: bytes  # PEM

    def stamp(self, content: bytes, *, now: datetime) -> Token:
        """See TimeStampAuthority."""
        query = make_query(content)
        return self.accept(self.ask(query), query=query, now=now)

    def ask(self, query: bytes) -> bytes:
        """See TimeStampAuthority."""
        return answer_query(query, self.authority)

    def accept(self, reply: bytes, *, query: bytes, now: datetime) -> Token:
        """See TimeStampAuthority."""
        return accept_reply(reply, query=query, roots=self.roots, now=now)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpTsa:
    """An authority reached by HTTP (RFC 3161 section 3.4)."""

    url: str
    roots: bytes  # PEM, got from the authority by another way

    def stamp(self, content: bytes, *, now: datetime) -> Token:
        """See TimeStampAuthority."""
        query = make_query(content)
        return self.accept(self.ask(query), query=query, now=now)

    def ask(self, query: bytes) -> bytes:
        """See TimeStampAuthority."""
        return fetch(
            Request(url=self.url, data=query, headers={"Content-Type": "application/timestamp-query"})
        )

    def accept(self, reply: bytes, *, query: bytes, now: datetime) -> Token:
        """See TimeStampAuthority."""
        return accept_reply(reply, query=query, roots=self.roots, now=now)
