"""Files as people bring them to the vault: honest ones of each kind, and some that are not."""

from __future__ import annotations

import io
import wave
import zipfile
from email.message import EmailMessage

from openpyxl import Workbook
from PIL import Image

CHAT_TXT = (
    "李娜 2026-11-20 09:12:33\n今天下午能替我一个班吗\n\n"
    "王芳 2026-11-20 09:13:05\n可以，三点到五点\n第二行\n\n"
    "李娜 2026-11-20 09:13:40\n谢谢\u200b👍\n"
).encode()
CHAT_CSV = (
    "发送时间,发送人,消息内容\n2026-11-20 09:12:33,李娜,“好，的”\n2026-11-20 09:13:05,王芳,收到\n".encode(
        "gb18030"
    )
)
CHAT_HTML = (
    "<html><head><title>x</title><style>p{}</style></head><body onload='steal()'>"
    "<script>fetch('https://evil.example')</script><img src='https://evil.example/pixel.gif'>"
    "<div>李娜 2026-11-20 09:12:33</div><p>好&amp;的</p><div>王芳 2026-11-20 09:13:05</div><p>收到</p>"
    "</body></html>"
).encode()
CHAT_JSON = (
    '{"room": "x", "messages": [{"sender": {"name": "李娜"}, "send_time": "2026-11-20 09:12:33",'
    ' "msgtype": "text", "content": {"text": "好的"}},'
    ' {"sender": "王芳", "send_time": "2026-11-20 09:13:05", "content": "收到"}]}'
).encode()


def mail(*, html=False, attachment=b"", name="表.xlsx"):
    """An e-mail from a supplier to 李娜's work mailbox."""
    message = EmailMessage()
    message["From"] = "采购 周强 <zhou@supplier.example>"
    message["To"] = "李娜 <lina@yunshan.example>"
    message["Subject"] = "关于返点的安排"
    message["Date"] = "Fri, 20 Nov 2026 18:02:11 +0800"
    message["Message-ID"] = "<20261120.1@supplier.example>"
    message["Received"] = "from mx.supplier.example by mail.yunshan.example; Fri, 20 Nov 2026 18:02:12 +0800"
    if html:
        message.set_content("<p>返点按<b>三个点</b></p><script>alert(1)</script>", subtype="html")
    else:
        message.set_content("返点按三个点，明天面谈。")
    if attachment:
        message.add_attachment(attachment, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def workbook(rows=(("日期", "上班", "下班"), ("2026-11-20", "19:02", "23:05")), formula=True):
    """A small spreadsheet."""
    book, out = Workbook(), io.BytesIO()
    sheet = book.active
    sheet.title = "打卡"
    for row in rows:
        sheet.append(row)
    if formula:
        sheet.append(("合计", "=1+1", ""))
    book.save(out)
    return out.getvalue()


def photo(kind="JPEG", size=(640, 480), exif=True):
    """A photograph with what cameras write."""
    out = io.BytesIO()
    image = Image.new("RGB", size, "#446688")
    data = Image.Exif()
    if exif:
        data[271], data[272] = "HUAWEI", "P60"
        data.get_ifd(0x8769)[36867] = "2026:11:20 18:40:00"
        data.get_ifd(0x8825)[1] = "N"
    image.save(out, kind, exif=data)
    return out.getvalue()


def sound(seconds=1.5, rate=8000):
    """Silence as WAVE."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(bytes(int(seconds * rate) * 2))
    return out.getvalue()


def packed(**members):
    """A zip file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, body)
    return out.getvalue()


ACTIVE_PDF = b"%PDF-1.4\n1 0 obj\n<< /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>\nendobj\n%%EOF\n"
MACRO = packed(
    **{"[Content_Types].xml": "macroEnabled.main+xml", "xl/workbook.xml": "<w/>", "xl/vbaProject.bin": "x"}
)
ARCHIVE = packed(a=b"x" * 100)
SCRIPT = b"#!/bin/sh\nrm -rf /\n"
POLYGLOT = photo() + ARCHIVE
PROGRAM = b"MZ\x90\x00" + bytes(100)
UNKNOWN = b"\x00\x01\x02\x03rubbish\xff\xfe"
DANGEROUS = {
    "active PDF": (ACTIVE_PDF, "通知.pdf"),
    "macros": (MACRO, "考勤.xlsx"),
    "archive": (ARCHIVE, "全部.zip"),
    "script": (SCRIPT, "说明.txt"),
    "two things": (POLYGLOT, "照片.jpg"),
    "program": (PROGRAM, "照片.jpg"),
    "unknown": (UNKNOWN, "导出.dat"),
    "SVG": (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "图.svg"),
    "sound and archive": (sound(0.1) + ARCHIVE, "录音.wav"),
}
