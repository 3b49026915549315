"""What a file needs to be prepared as PDF/A-3b (ISO 19005-3): XMP, output intent, no clock in either.

"Prepared as": nobody here has validated it; the claim is made after a validator has passed in a release.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from PIL import ImageCms
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFStream, PDFString

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

CREATED = slice(24, 36)  # date and time in an ICC header (ICC.1:2010, 7.2)
ID = slice(84, 100)  # its MD5, which covers the date
EPOCH = bytes((0x07, 0xD0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0))  # 2000-01-01: the profile does not tell when
END = b"endstream\n"
VERSION = (1, 7)  # of the file's header

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance></rdf:Description>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:description>
<rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description></rdf:Description>
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<xmp:CreatorTool>{creator}</xmp:CreatorTool>
<xmp:CreateDate>{at}</xmp:CreateDate><xmp:ModifyDate>{at}</xmp:ModifyDate></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<pdf:Producer>{producer}</pdf:Producer>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def end_streams_on_a_line(write: Callable[[Any, Any], bytes]) -> Callable[[Any, Any], bytes]:
    """Repair of ReportLab 5.1, which sets ``endstream`` right behind the bytes (ISO 19005-3, 6.1.7.1)."""

    def format(stream: Any, document: Any) -> bytes:  # noqa: A001  # ReportLab's own name
        return write(stream, document).removesuffix(END) + b"\n" + END

    return format


PDFStream.format = end_streams_on_a_line(PDFStream.format)  # type: ignore[method-assign,assignment]


class PlainStream(PDFStream):
    """A stream without the key Filter, readable without unpacking, as ISO 19005-3, 6.6.2.1 wants XMP."""

    def format(self, document: Any) -> bytes:
        """The object as bytes."""
        content: bytes = self.content
        head = PDFDictionary({**self.dictionary.dict, "Length": len(content)})
        return bytes(head.format(document)) + b"\nstream\n" + content + b"\n" + END


@cache
def colour_profile() -> bytes:
    """An sRGB profile whose bytes are always the same."""
    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    made[CREATED] = EPOCH
    made[ID] = bytes(16)
    return bytes(made)


def prepare_archive(canvas: Any, *, title: str, author: str, at: datetime) -> None:
    """Give the canvas's document its metadata and colour space; ``at`` is a local, aware time."""
    document = canvas._doc  # noqa: SLF001  # ReportLab has neither of them
    catalog = document.Catalog
    if getattr(catalog, "Metadata", None) is not None:
        return
    info = document.info
    info.subject = title
    text = _XMP.format(
        title=escape(title),
        author=escape(author),
        subject=escape(title),
        creator=escape(str(info.creator)),
        producer=escape(str(info.producer)),
        at=at.isoformat(timespec="seconds"),
    )
    kind = PDFDictionary({"Type": PDFName("Metadata"), "Subtype": PDFName("XML")})
    catalog.Metadata = PlainStream(kind, text.encode())
    profile = PDFStream(PDFDictionary({"N": 3}), colour_profile())
    intent = PDFDictionary(
        {
            "Type": PDFName("OutputIntent"),
            "S": PDFName("GTS_PDFA1"),
            "OutputConditionIdentifier": PDFString("sRGB IEC61966-2.1"),
            "Info": PDFString("sRGB IEC61966-2.1"),
            "DestOutputProfile": document.Reference(profile, "output-profile"),
        }
    )
    catalog.__NoDefault__ = [*catalog.__NoDefault__, "OutputIntents"]
    catalog.OutputIntents = PDFArray([intent])
    document._pdfVersion = max(document._pdfVersion, VERSION)  # noqa: SLF001
