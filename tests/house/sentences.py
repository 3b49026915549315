"""Every sentence of the source, and which of them lack a translation.

``python -m tests.house.sentences`` lists what is missing; ``… fill ROOM`` writes zh-Hant for it with OpenCC
into webapp/translations/zh_Hant/ROOM.po and leaves English to a person.
"""

import ast
import re
import sys
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from jinja2 import Environment
from jinja2.ext import extract_from_ast

ROOT = Path(__file__).resolve().parents[2]
TRANSLATIONS = ROOT / "webapp" / "translations"
CALLS = {"msg", "_", "gettext", "Message"}
HAN = re.compile(r"[\u3400-\u9fff]")
PLACEHOLDER = re.compile(r"\{(\w*)[^{}]*\}")
DEVELOPMENT = {"styleguide.html"}  # shown to nobody but us
# What OpenCC's character conversion leaves in mainland words; reviewed by hand.
TAIWAN = {
    "登錄": "登入", "退出登入": "登出", "賬戶": "帳戶", "賬號": "帳號", "信息": "資訊", "數據": "資料", "默認": "預設",
    "搜索": "搜尋", "網絡": "網路", "鏈接": "連結", "刷新": "重新整理", "保存": "儲存", "上傳": "上傳", "打印": "列印",
    "快捷鍵": "快速鍵", "短信": "簡訊", "郵箱": "信箱", "導出": "匯出", "導入": "匯入", "菜單": "選單", "支持": "支援",
    "服務器": "伺服器", "屏幕": "螢幕", "複選": "核取", "加載": "載入", "粘貼": "貼上", "剪貼板": "剪貼簿", "字符": "字元",
    "字段": "欄位", "列表": "清單", "文件夾": "資料夾", "模板": "範本", "審覈": "審核", "覈對": "核對", "覈": "核",
    # words of mainland law stay what they are there, in traditional characters
    "個人資訊": "個人信息", "數位簽名": "數字簽名", "數位證書": "數字證書", "儲存期限": "保存期限", "儲存至": "保存至",
}  # fmt: skip


def python_sentences(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        first = node.args[0]
        if name in CALLS and isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value


def template_sentences(path):
    environment = Environment(extensions=["jinja2.ext.do"], autoescape=True)
    for _line, _function, text in extract_from_ast(environment.parse(path.read_text("utf-8")), ("_",)):
        if isinstance(text, str):
            yield text
        elif text and isinstance(text[0], str):
            yield text[0]


@cache
def sentences():
    """Each Chinese sentence with one file where it stands."""
    found = {}
    for path in sorted(ROOT.glob("webapp/**/*.py")):
        for text in python_sentences(path):
            found.setdefault(text, str(path.relative_to(ROOT)))
    for path in sorted(ROOT.glob("webapp/**/templates/**/*.html")):
        if path.name not in DEVELOPMENT:
            for text in template_sentences(path):
                found.setdefault(text, str(path.relative_to(ROOT)))
    return {text: place for text, place in found.items() if HAN.search(text)}


@cache
def translations(folder):
    found = {}
    for path in sorted((TRANSLATIONS / folder).glob("*.po")):
        with path.open("rb") as lines:
            found |= {e.id: e.string for e in read_po(lines, ignore_obsolete=True) if e.id and e.string}
    return found


def missing(folder):
    have = translations(folder)
    return {text: place for text, place in sentences().items() if text not in have}


def placeholders(text):
    return sorted(set(PLACEHOLDER.findall(text)))


def to_traditional(text):
    from opencc import OpenCC

    made = OpenCC("s2tw").convert(text)
    for mainland, taiwan in TAIWAN.items():
        made = made.replace(mainland, taiwan)
    return made


def write(folder, room, pairs):
    """Add pairs of sentence and translation to one room's file; what stands there stays."""
    path = TRANSLATIONS / folder / f"{room}.po"
    catalog = Catalog(locale=folder, fuzzy=False, charset="utf-8")
    if path.exists():
        with path.open("rb") as lines:
            for entry in read_po(lines):
                if entry.id:
                    catalog.add(entry.id, entry.string)
    for text, translated in pairs.items():
        if text not in catalog:
            catalog.add(text, translated)
    with path.open("wb") as out:
        lines = [b'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n']
        write_po(stream := _Collected(), catalog, width=0, omit_header=True, sort_output=True)
        out.write(b"".join([*lines, b"\n", *stream.parts]))


class _Collected:
    def __init__(self):
        self.parts = []

    def write(self, part):
        self.parts.append(part)


def main(arguments):
    for folder in ("en", "zh_Hant"):
        lacking = missing(folder)
        if arguments[:1] == ["fill"] and folder == "zh_Hant":
            write(folder, arguments[1], {text: to_traditional(text) for text in lacking})
            continue
        for text, place in lacking.items():
            sys.stdout.write(f"{folder}\t{place}\t{text}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
