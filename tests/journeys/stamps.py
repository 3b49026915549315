"""A trial authority whose time stamps follow the clock of a test: stories last months, tests do not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import Any

from asn1crypto import keys, pem, tsp
from asn1crypto import x509 as plain
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import DummyTimeStamper

from webapp.adapters.signing import open_trial
from webapp.adapters.signing.keys import KeyFolder
from webapp.adapters.signing.local import Identity, issue
from webapp.adapters.signing.timestamp import LocalTestTsa
from webapp.edge import utc_now

YEAR = timedelta(days=330)  # a seal's certificate lasts 365 days
LONG = timedelta(days=3650)  # how long the certificate lasts
FIRM = "云衫"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockedTsa(LocalTestTsa):
    """Answers as an authority whose own clock is the test's; its replies are checked like all others."""

    clock: Any

    def ask(self, query):
        """See TimeStampAuthority."""
        certificate = plain.Certificate.load(pem.unarmor(self.authority.certificate)[2])
        key = keys.PrivateKeyInfo.load(pem.unarmor(self.authority.key)[2])
        stamper = DummyTimeStamper(certificate, key, fixed_dt=self.clock.now.replace(microsecond=0))
        return stamper.request_tsa_response(tsp.TimeStampReq.load(query)).dump()


class Authority:
    """A trial authority made at the clock's time when it is first asked; a call answers its doors.

    Its own seal is renewed once a year, as the operator of an authority does.
    """

    def __init__(self, folder, clock):
        self.folder, self.clock = folder, clock
        self.began, self.seals = None, {}

    def __call__(self):
        now = self.clock.now
        if self.began is None:
            self.began = now
            both = min(now, utc_now())  # openssl checks tokens by the machine's clock, all else by the test's
            self.made = open_trial(self.folder, now=both, organisation=FIRM)
            self.ca = KeyFolder(folder=self.folder).open(now=both, organisation=FIRM)
            root = self.ca.root
            self.tsa = ClockedTsa(authority=_stamper(root, both), roots=root.certificate, clock=self.clock)
        year = (now - self.began) // YEAR
        if year not in self.seals:
            self.seals[year] = replace(self.ca, seal=issue(self.ca.root, FIRM, now=now))
        desk = replace(self.made.desk, tsa=self.tsa)
        return replace(self.made, tsa=self.tsa, desk=desk, sealer=self.seals[year])


@cache
def _key():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _stamper(root, now):
    """A certificate for time stamps alone (RFC 3161 section 2.3), from the trial's root."""
    issuer = x509.load_pem_x509_certificate(root.certificate)
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "测试 时间戳")]))
        .issuer_name(issuer.subject)
        .public_key(_key().public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + LONG)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(_key().public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()), critical=False
        )
        .add_extension(
            x509.KeyUsage(
                digital_signature=True,
                content_commitment=True,
                key_encipherment=False,
                data_encipherment=False,
                key_agreement=False,
                key_cert_sign=False,
                crl_sign=False,
                encipher_only=False,
                decipher_only=False,
            ),
            critical=True,
        )  # fmt: skip
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .sign(load_pem_private_key(root.key, None), hashes.SHA256())
    )
    private = _key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Identity(certificate=made.public_bytes(Encoding.PEM), key=private)
