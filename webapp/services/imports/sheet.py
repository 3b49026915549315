"""A CSV or xlsx file as titled rows of cells; what cannot be trusted in a cell is a fault, never a guess."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zipfile import ZipFile

from openpyxl import load_workbook

from webapp.adapters.uploads import inspect
from webapp.adapters.uploads.kinds import Kind
from webapp.domain.errors import InvalidError
from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_BYTES = 10_000_000
MOST_UNPACKED = 50_000_000  # bytes of an xlsx: a full sheet has a third, and all of it is held in memory
MOST_ROWS = 20_000
MOST_COLUMNS = 60
LONGEST = 500  # characters of a cell
ENCODINGS = ("utf-8-sig", "gb18030")
FORMULA = ("=", "+", "-", "@")

# openpyxl's types of cells that hold no value of their own
SPOILT = {
    "f": msg("单元格是公式，请复制后粘贴为数值。"),
    "e": msg("单元格显示的是错误值，请改正。"),
}

Value = str | date | Decimal | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell's value: text is trimmed, an empty one is None; ``fault`` says why it cannot be used."""

    value: Value = None
    fault: Message | None = None
    numeric: bool = False  # stored as a number by the spreadsheet


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row with content; ``number`` as the spreadsheet counts, from 1."""

    number: int
    cells: tuple[Cell, ...]

    def cell(self, index: int) -> Cell:
        """The cell of a column, empty where the row is shorter."""
        return self.cells[index] if index < len(self.cells) else EMPTY


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A file's first sheet."""

    sha256: str
    titles: tuple[str, ...]
    rows: tuple[Row, ...] = field(repr=False)


EMPTY = Cell()


def read_sheet(data: bytes, name: str) -> Sheet:
    """Read a file; raises InvalidError when it is too large, of another kind, or has no rows."""
    if len(data) > MOST_BYTES:
        raise InvalidError(msg("导入文件过大（上限 {limit} MB）。", limit=MOST_BYTES // 1_000_000))
    found = inspect(data, name)
    if found.dangerous:
        raise InvalidError(msg("这个文件不能导入：{reason}", reason=found.reasons[0]))
    if found.media_type not in {Kind.XLSX, Kind.CSV, Kind.TEXT}:
        raise InvalidError(msg("请导入 CSV 或 xlsx 文件。"))
    lines = _xlsx(data) if found.media_type == Kind.XLSX else _csv(data)
    rows = list(_rows(lines))
    if not rows or rows[0].number != 1:
        raise InvalidError(msg("第一行应为列标题。"))
    titles = tuple("" if c.value is None else str(c.value) for c in rows[0].cells)
    if len(rows) < 2:
        raise InvalidError(msg("文件里没有数据行。"))
    return Sheet(sha256=hashlib.sha256(data).hexdigest(), titles=titles, rows=tuple(rows[1:]))


def _rows(lines: Iterable[tuple[Cell, ...]]) -> Iterator[Row]:
    for number, cells in enumerate(lines, 1):
        if number > MOST_ROWS + 1:
            raise InvalidError(msg("行数过多（上限 {limit} 行），请分批导入。", limit=MOST_ROWS))
        if any(c.value is not None or c.fault for c in cells):
            yield Row(number=number, cells=cells)


def _csv(data: bytes) -> Iterator[tuple[Cell, ...]]:
    text = _decoded(data)
    first = text.split("\n", 1)[0]
    separator = max((",", "\t", ";"), key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for line in reader:
            yield tuple(_text(value, csv_file=True) for value in line[:MOST_COLUMNS])
    except csv.Error as error:
        raise InvalidError(msg("第 {row} 行的引号或分隔符有误，无法读取。", row=reader.line_num)) from error


def _decoded(data: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise InvalidError(msg("文字编码无法识别，请另存为 UTF-8 编码的 CSV。"))


def _xlsx(data: bytes) -> Iterator[tuple[Cell, ...]]:
    try:
        _check_unpacked(data)
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for number, line in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), 1):
            yield tuple(_cell(cell.value, str(getattr(cell, "data_type", "n"))) for cell in line)
            if number > MOST_ROWS + 1:
                break
        book.close()
    except InvalidError:
        raise
    except Exception as error:  # openpyxl raises whatever a broken part makes Python raise
        raise InvalidError(msg("表格文件无法读取，可能已损坏。")) from error


def _check_unpacked(data: bytes) -> None:
    with ZipFile(io.BytesIO(data)) as parts:
        unpacked = sum(part.file_size for part in parts.infolist())  # no more is read of one
    if unpacked > MOST_UNPACKED:
        raise InvalidError(msg("导入文件过大（上限 {limit} MB）。", limit=MOST_UNPACKED // 1_000_000))


def _cell(value: Any, data_type: str) -> Cell:
    if value is None or data_type in SPOILT:
        fault = SPOILT.get(data_type)
        return EMPTY if fault is None else Cell(fault=fault)
    if isinstance(value, datetime):
        clean = value.time() == time()
        return Cell(value=value.date()) if clean else Cell(fault=msg("日期里带有时间，请只留日期。"))
    if isinstance(value, bool | date):
        return Cell(value=value)
    return _number(value) if isinstance(value, int | float) else _text(str(value), csv_file=False)


def _number(value: float) -> Cell:
    number = Decimal(repr(value))
    return Cell(value=number, numeric=True) if number.is_finite() else Cell(fault=msg("不是可用的数字。"))


def _text(raw: str, *, csv_file: bool) -> Cell:
    text = " ".join(raw.replace("\u00a0", " ").replace("\u3000", " ").replace("\ufeff", "").split())
    if not text:
        return EMPTY
    if len(raw) > LONGEST:
        return Cell(fault=msg("内容过长（上限 {limit} 个字符）。", limit=LONGEST))
    if any(ord(c) < 0x20 and c not in "\t\r\n" for c in raw) or "\ufffd" in raw:
        return Cell(fault=msg("含有乱码或控制字符，请重新填写。"))
    # a telephone number may begin with "+" and a lone dash is only a dash
    risky = (
        text.startswith(FORMULA)
        and not text[1:].replace(" ", "").replace("-", "").isdigit()
        and len(text) > 1
    )
    if csv_file and risky:
        return Cell(fault=msg("内容以“{sign}”开头，像是公式，请改为普通文字。", sign=text[0]))
    return Cell(value=text)
