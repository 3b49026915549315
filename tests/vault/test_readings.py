"""What a file is told from its content; its reading copy says what it says, and nothing in it acts."""

import io

import pytest
from PIL import Image
from pypdfium2 import PdfDocument
from reportlab.pdfgen.canvas import Canvas

from tests.conftest import START
from tests.vault import samples
from webapp.adapters.pdf import CopySheet, render_reading
from webapp.adapters.pdf.fonts import spell_missing
from webapp.adapters.readings import chat, documents, mail, pictures, sound, tables
from webapp.adapters.readings.apart import read_apart
from webapp.adapters.readings.kinds import classify, decode
from webapp.domain.custody import ItemKind
from webapp.domain.errors import InvalidError
from webapp.domain.readingcopy import Caption, Facts, Passage, Picture, Reading, Rows, from_json, to_json


def facts(reading):
    return {str(k): str(v) for part in reading.parts if isinstance(part, Facts) for k, v in part.rows}


def rows(reading):
    return [row for part in reading.parts if isinstance(part, Rows) for row in part.rows]


def text(reading):
    return "\n".join(part.text for part in reading.parts if isinstance(part, Passage))


class TestKinds:
    @pytest.mark.parametrize(
        ("data", "name", "kind", "media_type"),
        [
            (samples.mail(), "返点.eml", ItemKind.MAIL, "message/rfc822"),
            (samples.mail(html=True), "返点.txt", ItemKind.MAIL, "message/rfc822"),
            (samples.CHAT_TXT, "会话.txt", ItemKind.CHAT, "text/plain"),
            (samples.CHAT_CSV, "会话.csv", ItemKind.CHAT, "text/csv"),
            (samples.CHAT_JSON, "会话.json", ItemKind.CHAT, "text/plain"),
            (samples.CHAT_HTML, "会话.html", ItemKind.CHAT, "text/x-markup"),
            (b"a,b\n1,2\n", "x.csv", ItemKind.TABLE, "text/csv"),
            (samples.workbook(), "打卡.xlsx", ItemKind.TABLE, None),
            (samples.photo(), "现场.jpg", ItemKind.PICTURE, "image/jpeg"),
            (samples.photo("PNG", exif=False), "截图.png", ItemKind.PICTURE, "image/png"),
            (samples.sound(0.1), "谈话.wav", ItemKind.SOUND, "audio/wav"),
            (b"ID3\x03" + bytes(64), "谈话.mp3", ItemKind.SOUND, "audio/mpeg"),
            (b"\x00\x00\x00\x18ftypM4A \x00\x00", "谈话.m4a", ItemKind.SOUND, "audio/mp4"),
            (b"\x00\x00\x00\x18ftypisom\x00\x00", "走廊.mp4", ItemKind.VIDEO, "video/mp4"),
            ("说明：无".encode(), "说明.txt", ItemKind.DOCUMENT, "text/plain"),
        ],
        ids=lambda value: value if isinstance(value, str) and "." in value else "",
    )
    def test_a_file_is_what_its_content_says(self, data, name, kind, media_type):
        found = classify(data, name)
        assert (found.kind, found.readable) == (kind, True)
        assert media_type in (None, found.media_type)

    @pytest.mark.parametrize("what", list(samples.DANGEROUS))
    def test_what_may_act_is_kept_flagged_and_never_read(self, what):
        found = classify(*samples.DANGEROUS[what])
        assert found.dangerous
        assert not found.readable
        assert found.reasons

    def test_a_chat_as_web_page_is_flagged_but_its_words_can_be_read(self):
        found = classify(samples.CHAT_HTML, "会话.html")
        assert (found.dangerous, found.readable) == (True, True)

    @pytest.mark.parametrize("data", [b"", bytes(20_000_001)], ids=["empty", "too large"])
    def test_only_empty_and_too_large_files_are_refused(self, data):
        with pytest.raises(InvalidError):
            classify(data, "x.bin")

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
    def test_text_is_read_in_the_encodings_that_exports_use(self, encoding):
        assert decode("聊天记录".encode(encoding)) == "聊天记录"


class TestMail:
    def test_headers_text_and_attachments_are_listed_and_none_is_opened(self):
        reading = mail.read(samples.mail(attachment=samples.MACRO), "")
        said = facts(reading)
        assert said["发件人"] == "采购 周强 <zhou@supplier.example>"
        assert said["主题"] == "关于返点的安排"
        assert said["邮件编号"] == "<20261120.1@supplier.example>"
        assert "mx.supplier.example" in said["经过的服务器"]
        assert "三个点" in text(reading)
        (row,) = rows(reading)
        assert (row[0], row[2]) == ("表.xlsx", f"{len(samples.MACRO):,}")
        assert "宏" in str(row[4])

    def test_of_html_only_the_words_are_left(self):
        reading = mail.read(samples.mail(html=True), "")
        assert text(reading) == "返点按三个点"
        assert "脚本" in str(reading.notes[0])

    @pytest.mark.parametrize(
        "data",
        [b"From: x\nTo: y\nDate: z\n", b"From: a\nTo: =?x?q?=?=\nSubject: \xff\xfe\nContent-Type: multipart/mixed\n\nx",
         b"From: a\nTo: b\nDate: c\nContent-Type: text/plain; charset=none\n\n\xe5\xa5\xbd"],
        ids=["no body", "torn", "unknown character set"],
    )  # fmt: skip
    def test_a_torn_mail_still_gives_a_copy(self, data):
        assert facts(mail.read(data, ""))["发件人"]


class TestChats:
    @pytest.mark.parametrize(
        ("data", "name"),
        [(samples.CHAT_TXT, "a.txt"), (samples.CHAT_CSV, "a.csv"), (samples.CHAT_HTML, "a.html"), (samples.CHAT_JSON, "a.json")],
        ids=["txt", "csv", "html", "json"],
    )  # fmt: skip
    def test_who_said_what_and_when(self, data, name):
        found = rows(chat.read(data, classify(data, name).media_type))
        assert [(at, who) for at, who, _ in found][:2] == [
            ("2026-11-20 09:12:33", "李娜"),
            ("2026-11-20 09:13:05", "王芳"),
        ]
        assert found[0][2]

    def test_several_lines_stay_one_message(self):
        assert rows(chat.read(samples.CHAT_TXT, "text/plain"))[1][2] == "可以，三点到五点\n第二行"

    def test_nothing_of_a_page_but_its_words_goes_on(self):
        made = to_json(chat.read(samples.CHAT_HTML, "text/x-markup")).decode()
        assert "evil" not in made
        assert "steal" not in made
        assert "好&的" in made

    def test_text_without_messages_stays_as_it_is(self):
        assert text(chat.read("第一行\n第二行".encode(), "text/plain")) == "第一行\n第二行"


class TestTables:
    def test_the_values_of_a_workbook_and_no_formula(self):
        reading = tables.read(samples.workbook(), "")
        assert rows(reading)[0] == ("2026-11-20", "19:02", "23:05")
        assert "=1+1" not in to_json(reading).decode()
        assert str(reading.parts[0].words) == "工作表：打卡"

    def test_a_long_table_says_that_it_was_cut(self):
        data = "\n".join(f"{n},x" for n in range(3_000)).encode()
        reading = tables.read(data, "text/csv")
        assert len(rows(reading)) == 2_000
        assert any("前面一部分" in str(note) for note in reading.notes)


class TestPicturesAndPapers:
    def test_a_picture_is_drawn_anew_with_what_its_file_says(self):
        reading = pictures.read(samples.photo(), "image/jpeg")
        assert facts(reading)["拍摄时间（文件所写）"] == "2026:11:20 18:40:00"
        assert facts(reading)["位置信息"] == "含，见原件"
        (picture,) = [part for part in reading.parts if isinstance(part, Picture)]
        assert b"HUAWEI" not in picture.jpeg
        assert (picture.width, picture.height) == (640, 480)

    def test_a_picture_that_unpacks_without_end_is_refused(self):
        out = io.BytesIO()
        Image.new("1", (12_000, 12_000)).save(out, "PNG")  # 20 KB that unpack to 144 million pixels
        with pytest.raises(Image.DecompressionBombError):
            pictures.read(out.getvalue(), "image/png")

    def test_the_pages_of_a_paper_are_pictures(self):
        out = io.BytesIO()
        canvas = Canvas(out)
        for number in range(3):
            canvas.drawString(100, 700, f"page {number}")
            canvas.showPage()
        canvas.save()
        reading = documents.read(out.getvalue(), "application/pdf")
        assert sum(isinstance(part, Picture) for part in reading.parts) == 3
        again = from_json(to_json(reading))
        assert [str(p.words) for p in again.parts if isinstance(p, Caption)][2] == "原件第 3 页，共 3 页"

    def test_a_recording_tells_its_length(self):
        assert facts(sound.read(samples.sound(1.5), "audio/wav"))["时长"] == "00:00:01.500"
        assert "未能读取" in facts(sound.read(b"ID3", "audio/mpeg"))["时长"]


class TestApart:
    def test_a_file_is_read_in_a_process_of_its_own(self):
        reading = read_apart(samples.CHAT_TXT, kind="chat", media_type="text/plain")
        assert len(rows(reading)) == 3

    def test_what_cannot_be_read_is_said_in_words(self):
        with pytest.raises(InvalidError, match="无法解析"):
            read_apart(b"PK\x03\x04rubbish", kind="table", media_type="x")

    def test_what_takes_too_long_is_ended(self):
        with pytest.raises(InvalidError, match="时间或内存"):
            read_apart(samples.CHAT_TXT, kind="chat", media_type="text/plain", seconds=0.001)


class TestPrint:
    READING = Reading(
        parts=(
            Facts(rows=((mail.HEADERS[0][1], "a\u202eb"),)),
            Caption(words="段"),
            Passage(text="第一行\n\U0001f44d\u200b"),
            Rows(head=("甲", "乙"), rows=(("1", "2"),), widths=(1, 2)),
            *[part for part in pictures.read(samples.photo(), "").parts if isinstance(part, Picture)],
        ),
        notes=(mail.PAGE,),
    )
    SHEET = CopySheet(
        title="返点.eml",
        number="EV-2026-000001",
        organisation="云衫",
        sha256="a" * 64,
        sm3="b" * 64,
        made_at=START,
    )

    def test_the_same_copy_gives_the_same_bytes_and_every_character_shows(self):
        pdf, pages = render_reading(self.READING, self.SHEET)
        assert (pdf, pages) == render_reading(self.READING, self.SHEET)
        said = PdfDocument(pdf)[0].get_textpage().get_text_bounded()
        for words in ("发件人", "a〔U+202E〕b", "〔U+200B〕", "a" * 64, "仅供阅读，以原件为准"):
            assert words in said.replace("\r\n", "")
        assert pages == 1

    def test_it_comes_back_from_json_as_it_was(self):
        assert from_json(to_json(self.READING)) == self.READING

    def test_names_that_fonts_draw_are_left_alone(self):
        assert spell_missing("王𬭚\t㛃\r\n") == "王𬭚\t㛃\n"
