"""The order in which a document is signed, sealed and archived, each act checked before it counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.x509 import ocsp

from webapp.adapters.pdfium import bears_on_each_page
from webapp.adapters.signing.document import (
    UnsignablePdfError,
    archive,
    certificates_in,
    last_stamp_ends,
    sign_field,
)
from webapp.adapters.signing.judge import judge_document
from webapp.adapters.signing.local import MARK
from webapp.domain.signing import Edition, RevokedError, SigningUnavailableError
from webapp.domain.text import msg

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from webapp.adapters.signing.document import Act
    from webapp.adapters.signing.local import Identity
    from webapp.adapters.signing.port import CertificateAuthority, RevocationSource, TimeStampAuthority
    from webapp.domain.signing import DocumentReport, RevocationEvidence, SignerRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveDesk:
    """Judges and archives documents; raises SigningUnavailableError when an authority is down."""

    tsa: TimeStampAuthority
    revocations: RevocationSource
    roots: bytes  # PEM, of everybody who signs or stamps

    def archive(self, pdf: bytes, *, now: datetime) -> Edition:
        """Add revocation data issued after the signatures, and a time stamp as the last bytes.

        Refuses a document on which a signature does not hold: what is archived stays as it is.
        """
        done = archive(pdf, self._evidence(pdf, now=now), tsa=self.tsa, now=now)
        return holding(done, judge_document(done, roots=self.roots, now=now))

    def renewal_due(self, pdf: bytes, *, now: datetime, ahead: timedelta) -> bool:
        """Tell whether the certificate of the last time stamp ends within ``ahead``."""
        ends = self.stamp_ends(pdf)
        return ends is not None and ends - now <= ahead

    def stamp_ends(self, pdf: bytes) -> datetime | None:
        """Return when the certificate of the last document time stamp ends; None without a stamp."""
        return last_stamp_ends(pdf)

    def judge(self, pdf: bytes, *, now: datetime) -> DocumentReport:
        """Say which signatures hold now; asks the issuers only where the file does not say so itself."""
        report = judge_document(pdf, roots=self.roots, now=now)
        if report.ok or report.problem or not report.findings:
            return report
        return judge_document(pdf, roots=self.roots, now=now, evidence=self._evidence(pdf, now=now))

    def _evidence(self, pdf: bytes, *, now: datetime) -> tuple[RevocationEvidence, ...]:
        return tuple(self.revocations.ask(each, now=now) for each in certificates_in(pdf))


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningDesk(ArchiveDesk):
    """Signs here, with certificates of an authority."""

    ca: CertificateAuthority
    trial: bool

    def sign(self, pdf: bytes, signer: SignerRequest, act: Act, *, now: datetime) -> Edition:
        """Sign for a person with a certificate of their own, whose key is made for this one signature."""
        identity = self.ca.certify(signer.name, number=signer.number, now=now)
        return self._sign(pdf, identity, act, now=now)

    def seal(self, pdf: bytes, company: SignerRequest, act: Act, *, now: datetime) -> Edition:
        """Seal for a company with its own certificate; ``number`` is the company's code."""
        identity = self.ca.company(company.name, code=company.number, now=now)
        return self._sign(pdf, identity, act, now=now)

    def _sign(self, pdf: bytes, identity: Identity, act: Act, *, now: datetime) -> Edition:
        if self.trial and not bears_on_each_page(pdf, MARK):
            raise UnsignablePdfError(msg("测试签名服务只签署每页标有“测试”的文件。"))
        check_not_revoked(self.revocations.ask(identity.certificate, now=now))
        signed = sign_field(pdf, identity, act, tsa=self.tsa, now=now)
        evidence = self._evidence(signed, now=now)
        return holding(signed, judge_document(signed, roots=self.roots, now=now, evidence=evidence))


def holding(pdf: bytes, report: DocumentReport) -> Edition:
    """The edition, once every signature in it holds; raises SigningUnavailableError otherwise."""
    if not report.ok:
        faults = "; ".join(f.problem for f in report.findings if f.problem) or report.problem
        raise SigningUnavailableError(msg("签署结果未通过校验，未予采用：{detail}", detail=faults))
    return Edition(pdf=pdf, report=report)


def check_not_revoked(evidence: RevocationEvidence) -> None:
    """Raise RevokedError where the issuer says that a certificate was revoked."""
    answer = ocsp.load_der_ocsp_response(evidence.ocsp)
    if answer.certificate_status is ocsp.OCSPCertStatus.REVOKED:
        raise RevokedError
    if answer.certificate_status is not ocsp.OCSPCertStatus.GOOD:
        raise SigningUnavailableError(msg("签发机构不认识这张签名证书。"))
