"""Whether the signatures of a PDF hold (ETSI EN 319 102-1), by pyHanko; whatever it stumbles over fails."""

from __future__ import annotations

import logging
from contextlib import suppress
from dataclasses import replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

from asn1crypto import crl, ocsp, pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.diff_analysis import ModificationLevel, SuspiciousModification
from pyhanko.sign.validation.ades import (
    ades_timestamp_validation,
    ades_with_time_validation,
)
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer

from webapp.adapters.signing import hexadecimal, names  # noqa: F401  # repair pyHanko and asn1crypto before use
from webapp.adapters.signing.apart import finish
from webapp.adapters.signing.timestamp import SKEW
from webapp.domain.signing import DocumentReport, Finding

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from webapp.domain.signing import RevocationEvidence

logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # what it stumbles over stands in the report
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)

BY_ANY = RevocationCheckingPolicy(
    ee_certificate_rule=RevocationCheckingRule.CRL_OR_OCSP_REQUIRED,
    intermediate_ca_cert_rule=RevocationCheckingRule.CRL_OR_OCSP_REQUIRED,
)


def judge_document(
    pdf: bytes, *, roots: bytes, now: datetime, evidence: Iterable[RevocationEvidence] = ()
) -> DocumentReport:
    """Return what holds of a PDF's signatures at ``now`` under the given roots (PEM).

    ``evidence`` is revocation data beside the file's own; nothing is fetched. Never raises: what cannot be
    judged has failed.
    """
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=True)
        signatures = tuple(reader.embedded_signatures)
        spec = _spec(roots, _knowledge(reader, tuple(evidence), now=now))
    except Exception as error:  # noqa: BLE001  # a fault of the reader is a fault of the file
        return DocumentReport(findings=(), problem=_words(error))
    found: list[Finding] = []
    moment = _moment(signatures, now=now)
    for signature in reversed(signatures):
        finding = _judge(signature, spec, now=moment)
        if finding.stamp and finding.valid and finding.at is not None:
            moment = finding.at  # what a stamp covers need only have held when it was set
        found.append(finding)
    return DocumentReport(findings=tuple(reversed(found)))


def _moment(signatures: tuple[Any, ...], *, now: datetime) -> datetime:
    """``now``, or the newest token's time where the authority's clock is a little ahead of ours."""
    times = [found for each in signatures for found in (_token_time(each),) if found is not None]
    return min(max([now, *times]), now + SKEW)


def _token_time(signature: Any) -> datetime | None:
    try:
        token = signature.signed_data
        if not _is_stamp(signature):
            token = next(extract_tst_data_iter(signature.signer_info, signed=False))
        stated: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
    except (StopIteration, ValueError, KeyError, TypeError, AttributeError):
        return None
    return stated


def _is_stamp(signature: Any) -> bool:
    return str(signature.sig_object.get("/Type")) == "/DocTimeStamp"


def _judge(signature: Any, spec: SignatureValidationSpec, *, now: datetime) -> Finding:
    timing = ValidationTimingInfo(
        validation_time=now, best_signature_time=now, point_in_time_validation=False
    )
    try:
        signature.compute_integrity_info()
        return finish((_stamp if _is_stamp(signature) else _signature)(signature, spec, timing))
    except Exception as error:  # noqa: BLE001  # pyHanko raises AttributeError on a broken CMS, for one
        return Finding(
            field=str(getattr(signature, "field_name", "")),
            signer="",
            stamp=False,
            at=None,
            valid=False,
            whole=False,
            problem=_words(error),
        )


async def _signature(signature: Any, spec: SignatureValidationSpec, timing: ValidationTimingInfo) -> Finding:
    result: Any = await ades_with_time_validation(
        signature.signed_data,
        spec,
        timing_info=timing,
        raw_digest=signature.compute_digest(),
        extra_status_kwargs=signature.summarise_integrity_info(),
        status_cls=PdfSignatureStatus,
    )
    stamped = None if result.api_status is None else result.api_status.timestamp_validity
    problems = _problems(signature, result)
    if stamped is None or not stamped.intact or not stamped.valid:
        problems.append("no valid time stamp of its own")
    return _finding(signature, problems, at=None if stamped is None else stamped.timestamp, stamp=False)


async def _stamp(signature: Any, spec: SignatureValidationSpec, timing: ValidationTimingInfo) -> Finding:
    result = await ades_timestamp_validation(
        signature.signed_data, spec, signature.compute_digest, timing_info=timing
    )
    at = None if result.api_status is None else result.api_status.timestamp
    return _finding(signature, _problems(signature, result), at=at, stamp=True)


def _finding(signature: Any, problems: list[str], *, at: datetime | None, stamp: bool) -> Finding:
    return Finding(
        field=str(signature.field_name),
        signer=str(signature.signer_cert.subject.native.get("common_name", "")),
        stamp=stamp,
        at=at,
        valid=not problems,
        whole=signature.coverage is SignatureCoverageLevel.ENTIRE_FILE,
        problem="; ".join(problems),
    )


def _problems(signature: Any, result: Any) -> list[str]:
    """What the validator says, and what was done to the file beyond signing and archiving it further."""
    found = [] if result.ades_subindic == AdESPassed.OK else [result.failure_msg or str(result.ades_subindic)]
    if signature.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
        found.append("the signature leaves out a part of its own revision")
    changes = signature.diff_result
    if isinstance(changes, SuspiciousModification):
        found.append(f"changed after this signature: {changes}")
    elif changes is not None and changes.modification_level > ModificationLevel.FORM_FILLING:
        found.append("changed after this signature")
    return found


def _spec(roots: bytes, known: LocalKnowledge) -> SignatureValidationSpec:
    anchors = [x509.Certificate.load(der) for _, _, der in pem.unarmor(roots, multiple=True)]
    return SignatureValidationSpec(
        cert_validation_policy=CertValidationPolicySpec(
            trust_manager=SimpleTrustManager.build(trust_roots=anchors),
            revinfo_policy=CertRevTrustPolicy(revocation_checking_policy=BY_ANY),
            time_tolerance=SKEW,
        ),
        revinfo_gathering_policy=RevocationInfoGatheringSpec(
            online_fetching_rule=RevinfoOnlineFetchingRule.LOCAL_ONLY
        ),
        local_knowledge=known,
    )


def _knowledge(
    reader: PdfFileReader, evidence: tuple[RevocationEvidence, ...], *, now: datetime
) -> LocalKnowledge:
    """All certificates and revocation data at hand; that they exist at ``now`` we see ourselves."""
    answers, lists = [each.ocsp for each in evidence], [each.crl for each in evidence]
    certificates = [c.chosen for s in reader.embedded_signatures for c in s.signed_data["certificates"]]
    with suppress(NoDSSFoundError):
        store = DocumentSecurityStore.read_dss(reader)
        answers += [each.get_object().data for each in store.ocsps]
        lists += [each.get_object().data for each in store.crls]
        certificates += store.load_certs()
    known = LocalKnowledge(
        known_ocsps=[c for a in answers for c in OCSPContainer.load_multi(ocsp.OCSPResponse.load(a))],
        known_crls=[CRLContainer(crl.CertificateList.load(each)) for each in lists],
        known_certs=certificates,
    )
    return replace(known, known_poes=list(known.assert_existence_known_at(now)))


def _words(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]
