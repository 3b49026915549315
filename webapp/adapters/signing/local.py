"""A certification authority for trials: what it signs proves nothing to outsiders and says so (测试).

Production needs a licensed provider (电子签名法 art. 16): the same port, another adapter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    pkcs7,
)
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from webapp.adapters.signing.timestamp import LocalTestTsa
from webapp.domain.errors import ForbiddenError
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Mapping

MARK = "测试"
ROOT_YEARS = 30
LEAF_DAYS = 365
CRL_DAYS = 3650  # long-lived, so that the archive needs no fresh list
OCSP_DAYS = 7
DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336


class Purpose(StrEnum):
    """What a certificate may be used for."""

    SIGN = "sign"  # documents and seals
    STAMP = "stamp"  # time stamps only
    SERVE = "serve"  # a web server: for tests of wrong usage


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A certificate and its private key, both PEM."""

    certificate: bytes
    key: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalTestCA:
    """A root of our own; signs P-256 certificates whose names begin with 测试."""

    root: Identity
    seal: Identity
    authority: Identity  # of the time stamps
    url: str = ""  # where its revocation list and OCSP responder answer; stands in its certificates

    @classmethod
    def create(cls, *, now: datetime, organisation: str, url: str = "") -> LocalTestCA:
        """Make root, seal and time-stamp certificate, valid from ``now``."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("Hegui 测试根证书，不得用于正式签署")
        builder = _builder(name, key.public_key(), issuer=name, now=now, days=365 * ROOT_YEARS)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(_usage(root=True), critical=True)
        root = _identity(builder.sign(key, hashes.SHA256()), key)
        seal = issue(root, organisation, now=now, url=url)
        authority = issue(root, "时间戳", now=now, purpose=Purpose.STAMP, days=365 * 10, url=url)
        return cls(root=root, seal=seal, authority=authority, url=url)

    @property
    def tsa(self) -> LocalTestTsa:
        """The time-stamp authority of the trial."""
        return LocalTestTsa(authority=self.authority, roots=self.root.certificate)

    def sign_detached(self, content: bytes) -> bytes:
        """See Sealer: signs with the organisation's trial seal."""
        return sign_detached(content, self.seal)

    def certify(self, name: str, *, number: str, now: datetime) -> Identity:
        """Return a certificate for a person with a key of its own, made for one signature and never kept."""
        return issue(self.root, name, now=now, number=number, url=self.url)

    def revocations(self, revoked: Mapping[int, datetime], *, now: datetime) -> bytes:
        """Return a revocation list (DER): serial number to the moment of revocation."""
        issuer = x509.load_pem_x509_certificate(self.root.certificate)
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(issuer.subject)
            .last_update(now)
            .next_update(now + timedelta(days=CRL_DAYS))
            .add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
            .add_extension(_issued_by(self.root), critical=False)
        )
        for serial, moment in sorted(revoked.items()):
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(moment).build()
            builder = builder.add_revoked_certificate(entry)
        return builder.sign(_load_key(self.root), hashes.SHA256()).public_bytes(Encoding.DER)

    def answer_ocsp(self, request: bytes, revoked: Mapping[int, datetime], *, now: datetime) -> bytes:
        """Answer an OCSP request (RFC 6960, DER) about a certificate of this root.

        Raises ValueError for what is no request; a certificate of another root is answered ``unauthorized``.
        """
        asked = ocsp.load_der_ocsp_request(request)
        root = x509.load_pem_x509_certificate(self.root.certificate)
        if asked.issuer_key_hash != _key_hash(root, asked.hash_algorithm):
            refused = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.UNAUTHORIZED)
            return refused.public_bytes(Encoding.DER)
        moment = revoked.get(asked.serial_number)
        builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
            issuer_name_hash=asked.issuer_name_hash,
            issuer_key_hash=asked.issuer_key_hash,
            serial_number=asked.serial_number,
            algorithm=asked.hash_algorithm,
            cert_status=ocsp.OCSPCertStatus.REVOKED if moment else ocsp.OCSPCertStatus.GOOD,
            this_update=now,
            next_update=now + timedelta(days=OCSP_DAYS),
            revocation_time=moment,
            revocation_reason=None,
        )
        builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, root)
        return builder.sign(_load_key(self.root), hashes.SHA256()).public_bytes(Encoding.DER)


def issue(
    root: Identity,
    name: str,
    *,
    now: datetime,
    purpose: Purpose = Purpose.SIGN,
    days: int = LEAF_DAYS,
    number: str = "",
    url: str = "",
) -> Identity:
    """Return a certificate for ``name`` (prefixed with 测试) with a key of its own.

    ``number`` tells two people of one name apart; ``url`` is where the root's list and responder answer.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = x509.load_pem_x509_certificate(root.certificate).subject
    builder = _builder(_name(f"{MARK} {name}", number), key.public_key(), issuer=issuer, now=now, days=days)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_issued_by(root), critical=False)
    builder = builder.add_extension(_usage(root=False), critical=True)
    for extension in _places(url) if url else ():
        builder = builder.add_extension(extension, critical=False)
    uses = {
        Purpose.SIGN: (
            x509.ExtendedKeyUsage([DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]),
            False,
        ),
        Purpose.STAMP: (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True),
        Purpose.SERVE: (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
    }
    extension, critical = uses[purpose]
    builder = builder.add_extension(extension, critical=critical)
    return _identity(builder.sign(_load_key(root), hashes.SHA256()), key)


def sign_detached(content: bytes, identity: Identity) -> bytes:
    """Return a detached CMS signature (RFC 5652, DER, SHA-256) that carries its certificate."""
    certificate = x509.load_pem_x509_certificate(identity.certificate)
    if not common_name(certificate).startswith(MARK):
        raise ForbiddenError(msg("测试签名服务不得使用正式证书。"))
    builder = pkcs7.PKCS7SignatureBuilder().set_data(content)
    builder = builder.add_signer(certificate, _load_key(identity), hashes.SHA256())
    options = [pkcs7.PKCS7Options.DetachedSignature, pkcs7.PKCS7Options.Binary]
    return builder.sign(Encoding.DER, options)


def common_name(certificate: x509.Certificate) -> str:
    """Return the subject's common name."""
    return str(certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)


def serial_of(identity: Identity) -> int:
    """Return the certificate's serial number."""
    return x509.load_pem_x509_certificate(identity.certificate).serial_number


def _name(common: str, number: str = "") -> x509.Name:
    parts = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, f"Hegui {MARK}"),
        x509.NameAttribute(NameOID.COMMON_NAME, common),
    ]
    if number:
        parts.append(x509.NameAttribute(NameOID.SERIAL_NUMBER, number))
    return x509.Name(parts)


def _issued_by(root: Identity) -> x509.AuthorityKeyIdentifier:
    """Two trials have roots of one name: the key tells them apart."""
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(_load_key(root).public_key())


def _places(url: str) -> tuple[x509.ExtensionType, ...]:
    """Where a checker asks whether a certificate was revoked (RFC 5280 sections 4.2.1.13 and 4.2.2.1)."""
    lists = x509.UniformResourceIdentifier(f"{url}/root.crl")
    point = x509.DistributionPoint(full_name=[lists], relative_name=None, reasons=None, crl_issuer=None)
    responder = x509.AccessDescription(
        AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(f"{url}/ocsp")
    )
    return x509.CRLDistributionPoints([point]), x509.AuthorityInformationAccess([responder])


def _key_hash(root: x509.Certificate, algorithm: hashes.HashAlgorithm) -> bytes:
    """Return the hash of the public key's bits, as an OCSP request names its issuer."""
    digest = hashes.Hash(algorithm)
    key = root.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    digest.update(key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))
    return digest.finalize()


def _builder(
    subject: x509.Name, key: ec.EllipticCurvePublicKey, *, issuer: x509.Name, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, root: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not root,
        content_commitment=not root,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=root,
        crl_sign=root,
        encipher_only=False,
        decipher_only=False,
    )


def _identity(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Identity:
    return Identity(
        certificate=certificate.public_bytes(Encoding.PEM),
        key=key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    )


def _load_key(identity: Identity) -> ec.EllipticCurvePrivateKey:
    key = load_pem_private_key(identity.key, password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key
