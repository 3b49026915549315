"""Signatures inside a PDF (PAdES, ETSI EN 319 142-1) by pyHanko, each an incremental update.

A person and the company sign at level B-T into the empty fields that the document was made with; later the
revocation data and a document time stamp over the whole file follow as its last bytes (B-LTA): whatever is
added after them shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from asn1crypto import crl, keys, ocsp, pem, tsp, x509
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, LayoutError, SimpleBoxLayoutRule
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigSeedSubFilter, enumerate_sig_fields
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_cms import SimpleSigner
from pyhanko.sign.signers.pdf_signer import PdfSignatureMetadata, PdfSigner, PdfTimeStamper
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

from webapp.adapters.signing import hexadecimal, names  # noqa: F401  # repair pyHanko and asn1crypto before use
from webapp.adapters.signing.apart import finish
from webapp.domain.errors import InvalidError
from webapp.domain.signing import SigningUnavailableError
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from webapp.adapters.signing.local import Identity
    from webapp.adapters.signing.port import TimeStampAuthority
    from webapp.domain.signing import RevocationEvidence

ROOM = 2 * 12_288  # hexadecimal digits kept for a signature with its token; unused ones are zeros
STAMP = "archive-{number}"  # names of the time stamps' fields
DIGEST = "sha256"


class UnsignablePdfError(InvalidError):
    """The file is not one that may be signed here, or its field is not there or not empty."""

    default = msg("此 PDF 无法签名：请使用系统生成的文件。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One signature to be made: where, why, and how it looks."""

    field: str  # of the document: employee or company
    reason: str
    appearance: bytes | None = None  # a PDF of one page, drawn into the field's rectangle
    flow: str = ""  # what a provider knows the signing by
    title: str = ""  # of the document, as a provider shows it


class DrawnPage(PdfContent):
    """A page that is in memory, as the picture of a signature."""

    def __init__(self, pdf: bytes) -> None:
        super().__init__()
        self.pdf = pdf

    def render(self) -> bytes:
        """Bring the page into the document that is being signed."""
        drawn = self._ensure_writer.import_page_as_xobject(PdfFileReader(BytesIO(self.pdf)))
        self.resources.xobject["/Mark"] = drawn
        left, low, right, high = drawn.get_object()["/BBox"]
        self.box = BoxConstraints(width=right - left, height=high - low)
        return b"/Mark Do"


class PortTimeStamper(TimeStamper):
    """Our time-stamp authority as pyHanko asks it; each reply is checked before it enters a document."""

    def __init__(self, tsa: TimeStampAuthority, *, now: datetime) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.tsa = tsa
        self.now = now

    async def async_request_tsa_response(self, req: Any) -> Any:
        """Return a checked reply; raises SigningUnavailableError."""
        query = req.dump()
        reply = self.tsa.ask(query)
        self.tsa.accept(reply, query=query, now=self.now)
        return tsp.TimeStampResp.load(reply)


def empty_fields(pdf: bytes) -> tuple[str, ...]:
    """Return the names of the fields that wait for a signature."""
    writer = _open(pdf)
    return tuple(name for name, value, _ in enumerate_sig_fields(writer.prev) if value is None)


def sign_field(pdf: bytes, identity: Identity, act: Act, *, tsa: TimeStampAuthority, now: datetime) -> bytes:
    """Sign an empty field at PAdES B-T and return the longer file.

    Raises UnsignablePdfError where the field is missing or filled, and SigningUnavailableError where the
    authority gives no good token: there is no signature without one.
    """
    if act.field not in empty_fields(pdf):
        raise UnsignablePdfError(msg("文件没有名为“{field}”的空白签名域，或该处已经签署。", field=act.field))
    described = PdfSignatureMetadata(
        field_name=act.field, md_algorithm=DIGEST, reason=act.reason, subfilter=SigSeedSubFilter.PADES
    )
    signer = PdfSigner(
        described, _signer(identity), timestamper=PortTimeStamper(tsa, now=now), stamp_style=_style(act)
    )
    return _written(signer.async_sign_pdf(_open(pdf), existing_fields_only=True, bytes_reserved=ROOM))


def archive(
    pdf: bytes, evidence: Iterable[RevocationEvidence], *, tsa: TimeStampAuthority, now: datetime
) -> bytes:
    """Add revocation data and, in the same update, a time stamp over the whole file as its last bytes.

    Done again before the stamp's certificate ends, this renews it. Raises SigningUnavailableError.
    """
    writer = _open(pdf)
    certificates = {
        each.chosen.dump(): each.chosen
        for signature in writer.prev.embedded_signatures
        for signed in (signature.signed_data, _token(signature))
        if signed is not None
        for each in signed["certificates"]
    }
    given = tuple(evidence)
    stamper = PdfTimeStamper(PortTimeStamper(tsa, now=now), field_name=_stamp_name(writer))

    async def add() -> Any:
        DocumentSecurityStore.supply_dss_in_writer(
            writer,
            None,
            certs=certificates.values(),
            ocsps=[ocsp.OCSPResponse.load(each.ocsp) for each in given],
            crls=[crl.CertificateList.load(each.crl) for each in given],
        )
        # without a context, so that nothing is written behind the stamp
        return await stamper.async_timestamp_pdf(writer, DIGEST, bytes_reserved=ROOM)

    return _written(add())


def certificates_in(pdf: bytes) -> tuple[bytes, ...]:
    """Return the certificates (PEM) of all who signed or stamped the file, each once."""
    found: dict[bytes, None] = {}
    for signature in _open(pdf).prev.embedded_signatures:
        found[signature.signer_cert.dump()] = None
        token = _token(signature)
        if token is not None:
            found[_stamper(token).dump()] = None
    return tuple(pem.armor("CERTIFICATE", der) for der in found)


def _token(signature: Any) -> Any:
    """Return the signed data of a signature's time-stamp token; None without one, as in a document stamp."""
    return next(extract_tst_data_iter(signature.signer_info, signed=False), None)


def _stamper(token: Any) -> Any:
    """Return the certificate that signed a time-stamp token: the one whose serial number it names."""
    serial = token["signer_infos"][0]["sid"].chosen["serial_number"].native
    return next(c.chosen for c in token["certificates"] if c.chosen.serial_number == serial)


def last_stamp_ends(pdf: bytes) -> datetime | None:
    """Return when the certificate of the last document time stamp ends; None where there is no stamp."""
    stamps = _open(pdf).prev.embedded_timestamp_signatures
    return stamps[-1].signer_cert.not_valid_after if stamps else None


def _open(pdf: bytes) -> Any:
    try:
        writer = IncrementalPdfFileWriter(BytesIO(pdf), strict=True)
        _ = writer.prev.root, writer.prev.embedded_signatures
    except Exception as error:  # whatever a reader stumbles over, this file is not signed
        raise UnsignablePdfError from error
    return writer


def _written(made: Any) -> bytes:
    try:
        out: BytesIO = finish(made)
    except (SigningError, PdfError, LayoutError) as error:
        raise UnsignablePdfError from error
    except TimestampRequestError as error:
        raise SigningUnavailableError from error
    return out.getvalue()


def _signer(identity: Identity) -> SimpleSigner:
    _, _, certificate = pem.unarmor(identity.certificate)
    _, _, key = pem.unarmor(identity.key)
    return SimpleSigner(
        signing_cert=x509.Certificate.load(certificate),
        signing_key=keys.PrivateKeyInfo.load(key),
        cert_registry=SimpleCertificateStore(),  # type: ignore[no-untyped-call]
    )


def _style(act: Act) -> StaticStampStyle | None:
    if act.appearance is None:
        return None
    whole = SimpleBoxLayoutRule(x_align=AxisAlignment.ALIGN_MID, y_align=AxisAlignment.ALIGN_MID)
    return StaticStampStyle(background=DrawnPage(act.appearance), background_layout=whole, border_width=0)


def _stamp_name(writer: Any) -> str:
    return STAMP.format(number=len(writer.prev.embedded_timestamp_signatures) + 1)
