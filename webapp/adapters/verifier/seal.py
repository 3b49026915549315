"""The seal: CMS signature, RFC 3161 time stamp, the certificate's usage and revocation."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator  # noqa: TC003  # the bundle has no type-checking block
from datetime import datetime, timedelta, timezone
from pathlib import Path  # noqa: TC003  # see above

from webapp.adapters.verifier.container import Bag, Note, Refused

SIGNING_USES = ("E-mail Protection", "1.3.6.1.5.5.7.3.36", "1.2.840.113583.1.1.5")
SKEW = timedelta(minutes=5)
UTC = timezone.utc  # noqa: UP017  # Python 3.9 must run this too


class Tool:
    """``openssl`` in a scratch folder that holds the outside roots."""

    def __init__(self, folder: Path, roots: bytes) -> None:
        self.folder = folder
        self.write("roots.pem", roots)

    def write(self, name: str, content: bytes) -> None:
        """Put a file there."""
        (self.folder / name).write_bytes(content)

    def run(self, *arguments: str) -> tuple[bool, str]:
        """Run and return success and output."""
        program = shutil.which("openssl")
        if program is None:
            raise Refused("未找到 openssl 程序 / the openssl program was not found")
        done = subprocess.run(  # noqa: S603  # no shell; the arguments are ours
            [program, *arguments], cwd=self.folder, capture_output=True, check=False, timeout=60
        )
        return done.returncode == 0, (done.stdout + done.stderr).decode("utf-8", "replace")

    def check_token(self, content: bytes, token: bytes) -> tuple[bool, datetime, str]:
        """Verify an RFC 3161 reply over ``content`` under the outside roots, as of the time it states."""
        self.write("token.tsr", token)
        self.write("content", content)
        _, said = self.run("ts", "-reply", "-in", "token.tsr", "-text")
        found = re.search(r"Time stamp: (\w{3}) +(\d+) (\d\d:\d\d:\d\d)(?:\.\d+)? (\d{4}) GMT", said)
        if found is None:
            raise Refused("时间戳无法读取 / the time stamp cannot be read")
        at = _moment(" ".join(found.groups()))
        verify = ("ts", "-verify", "-data", "content", "-in", "token.tsr", "-CAfile", "roots.pem")
        good, said = self.run(*verify, "-attime", str(int(at.timestamp())))
        return good, at, _last_line(said)


def _moment(text: str) -> datetime:
    return datetime.strptime(" ".join(text.split()), "%b %d %H:%M:%S %Y").replace(tzinfo=UTC)


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return next((line for line in lines if "error" in line.lower()), lines[-1] if lines else "")[:200]


def check_seal(bag: Bag, tool: Tool) -> Iterator[str]:
    """Check signature and time stamp over the tag manifest, and the signer's certificate."""
    manifest, signature = bag.read("tagmanifest-sha256.txt"), bag.read("seal.p7s")
    good, at, said = tool.check_token(manifest + signature, bag.read("seal.tsr"))
    if not good:
        yield f"签章时间戳无效 / the seal's time stamp is not valid: {said}"
    tool.write("manifest", manifest)
    tool.write("seal.p7s", signature)
    good, text = tool.run(
        *("cms", "-verify", "-binary", "-inform", "DER", "-in", "seal.p7s", "-content", "manifest"),
        *("-CAfile", "roots.pem", "-purpose", "any", "-signer", "signer.pem", "-out", "verified"),
        *("-attime", str(int(at.timestamp()))),
    )
    if not good:
        yield f"签章无效 / the seal is not valid: {_last_line(text)}"
        return
    yield from _check_usage(tool)
    yield from _check_revocation(bag, tool, at=at)
    _, text = tool.run(
        "x509", "-in", "signer.pem", "-noout", "-subject", "-nameopt", "utf8,sep_comma_plus_space"
    )
    yield Note(f"签章人与时间 / sealed by, at: {text.strip()[8:]}; {at.isoformat()}")
    if "测试" in text:
        yield Note("测试证书，不具证据效力 / trial certificate, proves nothing to outsiders")


def _check_usage(tool: Tool) -> Iterator[str]:
    wanted = "keyUsage,extendedKeyUsage,basicConstraints"
    _, text = tool.run("x509", "-in", "signer.pem", "-noout", "-ext", wanted)
    usage = re.search(r"v3 Key Usage:.*\n(.+)", text)
    extended = re.search(r"Extended Key Usage:.*\n(.+)", text)
    if "CA:TRUE" in text or (usage and not re.search("Digital Signature|Non Repudiation", usage.group(1))):
        yield "证书用途不是签名 / the sealing certificate is not one for signing"
    if extended and not any(use in extended.group(1) for use in SIGNING_USES):
        yield "证书扩展用途不是签名 / the sealing certificate's extended usage is not signing"


def _check_revocation(bag: Bag, tool: Tool, *, at: datetime) -> Iterator[str]:
    _, text = tool.run("x509", "-in", "signer.pem", "-noout", "-serial")
    serial = text.strip()[7:].lstrip("0").upper()
    fresh = False
    for name in sorted(name for name in bag.names if re.fullmatch(r"data/trust/.+\.crl", name)):
        tool.write("list.crl", bag.read(name))
        show = ("crl", "-inform", "DER", "-in", "list.crl", "-CAfile", "roots.pem", "-noout", "-text")
        _, said = tool.run(*show)
        if "verify OK" not in said:
            yield f"吊销列表的签名无效 / revocation list is not signed by the root: {name}"
            continue
        issued = re.search(r"Last Update: (.+?) GMT", said)
        fresh = fresh or bool(issued and _moment(issued.group(1)) >= at - SKEW)
        found = re.search(rf"Serial Number: 0*{serial}\s+Revocation Date: (.+?) GMT", said)
        if found and _moment(found.group(1)) <= at:
            yield "签章时证书已被吊销 / the certificate was revoked before it sealed"
        elif found:
            yield Note("证书在签章之后被吊销 / the certificate was revoked after it sealed")
    if not fresh:
        yield Note("没有签章之后签发的吊销列表 / no revocation list issued after the seal")
