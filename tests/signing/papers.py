"""A small agreement of two pages with its two empty fields, as the document room makes them."""

from io import BytesIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field
from reportlab.pdfgen.canvas import Canvas

from webapp.adapters.pdf.typeset import BODY, TITLE, draw_line

RARE = "王𬭚鿏䶮㛃𡋾"
FIELDS = {"employee": (60, 90, 230, 150), "company": (330, 90, 500, 150)}


def make_paper(name=RARE, *, pages=2, marked=True, fields=FIELDS, text="工作地点变更为居家办公。"):
    """The bytes of an agreement with a person."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=(595, 842), invariant=True)
    for number in range(1, pages + 1):
        if marked:
            draw_line(canvas, "测试文件 不具法律效力", BODY, x=60, y=800)
        draw_line(canvas, "居家办公补充协议", TITLE, x=60, y=750)
        draw_line(canvas, f"乙方：{name}", BODY, x=60, y=700)
        draw_line(canvas, text, BODY, x=60, y=680)
        draw_line(canvas, f"第 {number} 页，共 {pages} 页", BODY, x=60, y=40)
        canvas.showPage()
    canvas.save()
    writer = IncrementalPdfFileWriter(BytesIO(out.getvalue()))
    for field, box in fields.items():
        append_signature_field(writer, SigFieldSpec(field, on_page=pages - 1, box=box))
    made = BytesIO()
    writer.write(made)
    return made.getvalue()
