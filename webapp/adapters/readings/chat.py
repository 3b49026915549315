"""Chat exports of WeCom, DingTalk and the like: who said what and when, from text, CSV, HTML or JSON."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import Any

from webapp.adapters.readings.kinds import decode
from webapp.adapters.readings.limits import CUT, MOST_CHARACTERS, MOST_IN_CELL, MOST_ROWS, PAGE
from webapp.adapters.readings.words import words_of
from webapp.adapters.uploads.kinds import Kind
from webapp.domain import nesting
from webapp.domain.readingcopy import Passage, Reading, Rows
from webapp.domain.text import Message, msg

HEAD = (msg("时间"), msg("发送人"), msg("内容"))
TIME = r"\d{4}[-/年.]\d{1,2}[-/月.]\d{1,2}日?[ T]+\d{1,2}:\d{2}(?::\d{2})?"
# "李娜 2026-11-20 09:12:33", "[2026-11-20 09:12] 李娜: 好的", "2026-11-20 09:12:33 李娜"
FIRST_NAME = re.compile(rf"^(?P<who>\S[^\t\n]{{0,39}}?)[ \t]+(?P<at>{TIME})[:：]?\s*$")
FIRST_TIME = re.compile(
    rf"^\[?(?P<at>{TIME})\]?[ \t]*(?P<who>\S[^:：\n]{{0,39}}?)(?:[:：][ \t]*(?P<said>.*))?$"
)
AT = (
    "时间",
    "发送时间",
    "消息时间",
    "日期",
    "time",
    "sendtime",
    "createtime",
    "msgtime",
    "timestamp",
    "date",
)
WHO = ("发送人", "发送者", "发言人", "姓名", "昵称", "sender", "from", "fromname", "nickname", "name")
SAID = ("内容", "消息内容", "消息", "正文", "content", "text", "message", "msg", "body")
FEWEST = 2  # messages that make a table; below that the text stands as it is

Said = tuple[str, str, str]


def read(data: bytes, media_type: str) -> Reading:
    """The messages as a table where they can be told apart, else the text as it stands."""
    text = decode(data)
    notes: list[Message] = []
    if media_type == Kind.MARKUP:
        text, notes = words_of(text), [PAGE]
    found = _from_json(text) or _from_csv(text, media_type) or _from_lines(text)
    if len(found) < FEWEST:
        notes += [CUT] if len(text) > MOST_CHARACTERS else []
        return Reading(parts=(Passage(text=text[:MOST_CHARACTERS]),), notes=tuple(notes))
    long = len(found) > MOST_ROWS or any(len(said) > MOST_IN_CELL * 10 for _, _, said in found)
    rows = tuple((at, who, said[: MOST_IN_CELL * 10]) for at, who, said in found[:MOST_ROWS])
    notes += [CUT] if long else []
    return Reading(parts=(Rows(head=HEAD, rows=rows, widths=(3, 3, 10)),), notes=tuple(notes))


def _from_json(text: str) -> list[Said]:
    if text.lstrip()[:1] not in "[{":
        return []
    try:
        value = nesting.read_json(text)
    except ValueError:
        return []
    if isinstance(value, dict):
        lists = [v for v in value.values() if isinstance(v, list)]
        value = max(lists, key=len, default=[])
    rows = [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
    return [said for row in rows if (said := _said({str(k).lower(): v for k, v in row.items()}))[2]]


def _said(row: dict[str, Any]) -> Said:
    def pick(names: tuple[str, ...]) -> str:
        value = next((row[n] for n in names if row.get(n) not in (None, "")), "")
        if isinstance(value, dict):  # {"content": {"text": …}}, {"sender": {"name": …}}
            inner = {str(k).lower(): v for k, v in value.items()}
            value = next((inner[n] for n in (*SAID, *WHO) if inner.get(n) not in (None, "")), "")
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    squeezed = {key.replace("_", "").replace(" ", ""): value for key, value in row.items()}
    row = {**squeezed, **row}
    return pick(AT), pick(WHO), pick(SAID)


def _from_csv(text: str, media_type: str) -> list[Said]:
    first = text.split("\n", 1)[0].lower()
    if media_type != Kind.CSV and not any(word in first for word in SAID[:1] + SAID[4:5]):
        return []
    sample = text[:4_096]
    try:
        dialect = csv.Sniffer().sniff(sample, delimiters=",;\t|")
    except csv.Error:
        return []
    rows = list(csv.DictReader(io.StringIO(text[:MOST_CHARACTERS]), dialect=dialect))
    plain = [{str(k).strip().lower(): v for k, v in row.items() if k} for row in rows]
    return [said for row in plain if (said := _said(row))[2] and (said[0] or said[1])]


def _from_lines(text: str) -> list[Said]:
    found: list[Said] = []
    for line in text.split("\n"):
        clean = line.rstrip("\r")
        match = FIRST_NAME.match(clean) or FIRST_TIME.match(clean)
        if match:
            said = match.groupdict().get("said") or ""
            found.append((match["at"], match["who"].strip(), said))
        elif found and clean.strip():
            at, who, said = found[-1]
            found[-1] = (at, who, f"{said}\n{clean}" if said else clean)
    return [said for said in found if said[2]]
