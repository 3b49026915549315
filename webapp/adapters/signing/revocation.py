"""Whether a certificate was revoked: its issuer says so by OCSP (RFC 6960) and by list (RFC 5280)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from webapp.adapters.signing.fetch import Request, fetch
from webapp.domain.signing import RevocationEvidence, SigningUnavailableError
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from webapp.adapters.signing.local import LocalTestCA
    from webapp.adapters.signing.port import RevocationSource

LARGEST_LIST = 16 * 1024 * 1024  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalRevocations:
    """The trial authority asked within the process; certificates of others are asked about elsewhere."""

    authority: LocalTestCA
    revoked: Callable[[], Mapping[int, datetime]]
    elsewhere: RevocationSource | None = None

    def ask(self, certificate: bytes, *, now: datetime) -> RevocationEvidence:
        """See RevocationSource."""
        subject = x509.load_pem_x509_certificate(certificate)
        root = self.authority.root.certificate
        if self.elsewhere is not None and not _issued(subject, x509.load_pem_x509_certificate(root)):
            return self.elsewhere.ask(certificate, now=now)
        request = make_request(subject, _issuer(subject, root))
        revoked = self.revoked()
        return RevocationEvidence(
            ocsp=self.authority.answer_ocsp(request, revoked, now=now),
            crl=self.authority.revocations(revoked, now=now),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRevocations:
    """Asks where each certificate says that it may be asked about."""

    issuers: bytes  # PEM: roots and intermediate certificates of the authorities in use

    def ask(self, certificate: bytes, *, now: datetime) -> RevocationEvidence:  # noqa: ARG002  # its own clock
        """See RevocationSource; checks only that these are answers: what they say is judged elsewhere."""
        subject = x509.load_pem_x509_certificate(certificate)
        request = make_request(subject, _issuer(subject, self.issuers))
        headers = {"Content-Type": "application/ocsp-request"}
        answer = fetch(Request(url=_responder(subject), data=request, headers=headers))
        listed = fetch(Request(url=_list_place(subject), largest=LARGEST_LIST))
        return RevocationEvidence(ocsp=_checked_answer(answer), crl=_checked_list(listed))


def make_request(certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
    """Return an OCSP request (DER) about one certificate."""
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA256())
    return builder.build().public_bytes(Encoding.DER)


def _issuer(certificate: x509.Certificate, candidates: bytes) -> x509.Certificate:
    for candidate in x509.load_pem_x509_certificates(candidates):
        if _issued(certificate, candidate):
            return candidate
    raise SigningUnavailableError(msg("签名证书的签发机构不在受信名单内。"))


def _issued(certificate: x509.Certificate, candidate: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(candidate)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _responder(certificate: x509.Certificate) -> str:
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except x509.ExtensionNotFound:
        access = x509.AuthorityInformationAccess([])
    for each in access:
        if each.access_method == AuthorityInformationAccessOID.OCSP:
            return str(each.access_location.value)
    raise SigningUnavailableError(msg("签名证书没有写明吊销查询地址。"))


def _list_place(certificate: x509.Certificate) -> str:
    try:
        points = certificate.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except x509.ExtensionNotFound:
        points = x509.CRLDistributionPoints([])
    for point in points:
        for name in point.full_name or ():
            if str(name.value).startswith(("http://", "https://")):
                return str(name.value)
    raise SigningUnavailableError(msg("签名证书没有写明吊销查询地址。"))


def _checked_answer(answer: bytes) -> bytes:
    try:
        status = ocsp.load_der_ocsp_response(answer).response_status
    except ValueError as error:
        raise SigningUnavailableError(msg("吊销查询服务的回复无法读取。")) from error
    if status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        raise SigningUnavailableError(msg("吊销查询服务没有答复：{status}", status=status.name))
    return answer


def _checked_list(listed: bytes) -> bytes:
    try:
        return x509.load_der_x509_crl(listed).public_bytes(Encoding.DER)
    except ValueError as error:
        raise SigningUnavailableError(msg("吊销查询服务的回复无法读取。")) from error
