"""The language of document templates: a TOML head between ``+++`` lines, then Markdown-like text.

``# title``, ``## clause {#id}`` (numbered 第一条; with ``sections = true`` in the head, as forms and letters
have it, 一), ``### heading``, ``1. sub-clause``, ``- item``, tables with ``|``, paragraphs;
``::: clause id`` puts a locked clause of the library there, ``::: changes`` the table of what changes,
``::: break`` begins a page. ``{= … }`` is FEEL over the frozen values, ``{for x in list}`` repeats the next
line, ``@en …`` translates the block above.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from webapp.domain.documents import CHINESE, BlockKind
from webapp.domain.errors import InvalidError
from webapp.domain.text import msg
from webapp.services.documents.pieces import Fault, Text, read_feel, read_text, type_of
from webapp.services.procedures.proof import LONGEST, read_proof

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from webapp import feel
    from webapp.domain.exhibits import Proof
    from webapp.services.documents.library import Library
    from webapp.services.procedures.files import File

HEAD = "+++"
SUFFIX, NOTES = ".md", "scenarios/"
LANGUAGES = (CHINESE, "en", "zh-Hant")
KEYS = frozenset(
    {
        "kind",
        "languages",
        "signatures",
        "content",
        "titles",
        "values",
        "clauses",
        "changes",
        "proof",
        "sections",
    }
)
ROLES = ("employee", "company")
_LOOP = re.compile(r"\{for (\w+) in ([^{}]+)\}")
_ID = re.compile(r"\s*\{#([a-z][a-z0-9-]*)\}$")
_OTHER = re.compile(r"@(\S+)\s+(.*)")
_MARKS = (
    (re.compile(r"# +(.*)"), BlockKind.TITLE),
    (re.compile(r"## +(.*)"), BlockKind.CLAUSE),
    (re.compile(r"### +(.*)"), BlockKind.HEADING),
    (re.compile(r"\d+[.．、] *(.*)"), BlockKind.NUMBERED),
    (re.compile(r"- +(.*)"), BlockKind.ITEM),
)
_RULE = re.compile(r"\|[\s|:-]+\|")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loop:
    """A line that is repeated for each item of a list."""

    name: str
    over: feel.Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a table."""

    cells: tuple[Text, ...]
    line: int
    loop: Loop | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A block that is not yet filled; ``path`` says in whose lines it counts."""

    kind: BlockKind
    line: int
    text: Text = ()
    clause: str = ""
    others: Mapping[str, Text] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    loop: Loop | None = None
    locked: bool = False  # from the clause library; its lines count there


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRule:
    """Where the two sides of a named change come from."""

    titles: Mapping[str, str]
    before: feel.Expression
    after: feel.Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A template that has been read; ``faults`` empty means that it can be filled."""

    path: str
    kind: str = ""
    content: str = ""  # which list of mandatory content holds
    titles: Mapping[str, str] = field(default_factory=dict)
    languages: tuple[str, ...] = (CHINESE,)
    signatures: tuple[str, ...] = ()
    sections: bool = False  # clauses are counted 一, 二 as in forms and letters, not 第一条
    shapes: Mapping[str, Any] = field(default_factory=dict)
    conditions: Mapping[str, feel.Expression] = field(default_factory=dict)
    changes: tuple[ChangeRule, ...] = ()
    nodes: tuple[Node, ...] = ()
    used: tuple[str, ...] = ()  # ids of the locked clauses
    proof: Proof | None = None  # what the document proves, for evidence lists
    faults: tuple[Fault, ...] = ()


def is_template(file: File) -> bool:
    """Whether a file of a version is a document template: the notes beside scenarios are none."""
    return file.kind == "document" and file.path.endswith(SUFFIX) and not file.path.startswith(NOTES)


def read_template(path: str, body: str, library: Library) -> Template:
    """Read a template; whatever is wrong stands in its ``faults``, by line."""
    lines = body.splitlines()
    ends = [n for n, line in enumerate(lines) if line.strip() == HEAD]
    if len(ends) < 2 or ends[0] != 0:
        fault = Fault(line=1, message=msg("文书模板须以两行 +++ 之间的 TOML 开头。"))
        return Template(path=path, faults=(fault,))
    faults: list[Fault] = []
    template = _head(path, "\n".join(lines[1 : ends[1]]), faults)
    reader = _Reader(library, faults)
    nodes = tuple(reader.read(list(enumerate(lines[ends[1] + 1 :], ends[1] + 2))))
    found = {node.clause for node in nodes if node.clause}
    faults += [
        Fault(line=1, message=msg("条件“{id}”没有对应的条款。", id=each))
        for each in template.conditions
        if each not in found
    ]
    return replace(template, nodes=nodes, used=tuple(dict.fromkeys(reader.used)), faults=tuple(faults))


def read_head(path: str, body: str) -> Template:
    """What stands between the ``+++`` lines alone; a template with faults there is an empty one."""
    return _head(path, body.partition(HEAD)[2].partition(f"\n{HEAD}")[0], [])


def _head(path: str, source: str, faults: list[Fault]) -> Template:
    try:
        table = tomllib.loads(source)
        return _settings(path, table, faults)
    except tomllib.TOMLDecodeError as error:
        faults.append(Fault(line=1, message=msg("模板开头不是可读的 TOML：{reason}", reason=str(error))))
    except InvalidError as error:
        faults.append(Fault(line=1, message=error.message))
    return Template(path=path)


def _settings(path: str, table: dict[str, Any], faults: list[Fault]) -> Template:
    unknown = sorted(set(table) - KEYS)
    if unknown:
        raise InvalidError(msg("模板开头有不认识的项目：{names}。", names="、".join(unknown)))
    languages = tuple(table.get("languages", [CHINESE]))
    if not languages or languages[0] != CHINESE or not set(languages) <= set(LANGUAGES):
        raise InvalidError(msg("文书以简体中文为准：languages 的第一项须是 zh-Hans。"))
    titles = table.get("titles", {})
    if lacking := [each for each in LANGUAGES if each not in titles]:
        raise InvalidError(msg("缺少标题的译文：{languages}。", languages="、".join(lacking)))
    signatures = tuple(table.get("signatures", ()))
    if not set(signatures) <= set(ROLES):
        raise InvalidError(msg("签名只能由 employee（员工）和 company（公司）承担。"))
    shapes = table.get("values", {})
    for name, shape in shapes.items():
        if type_of(shape) is None:
            raise InvalidError(msg("值“{name}”的类型不认识。", name=name))
    return Template(
        path=path,
        kind=str(table.get("kind", "")),
        content=str(table.get("content", "")),
        titles=titles,
        languages=languages,
        signatures=signatures,
        sections=table.get("sections", False) is True,
        shapes=shapes,
        conditions=dict(_conditions(table.get("clauses", {}), faults)),
        proof=_proof(table),
        changes=tuple(_changes(table.get("changes", ()), faults)),
    )


def _proof(table: Mapping[str, Any]) -> Proof | None:
    if "proof" not in table:
        return None
    try:
        return read_proof(table["proof"])
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidError(
            msg("proof 须写明证明对象（object）和证明内容（content），各不超过 {most} 字。", most=LONGEST)
        ) from error


def _conditions(table: Mapping[str, str], faults: list[Fault]) -> Iterator[tuple[str, feel.Expression]]:
    for key, source in table.items():
        expression = read_feel(str(source), line=1, faults=faults)
        if expression is not None:
            yield key, expression


def _changes(rows: Any, faults: list[Fault]) -> Iterator[ChangeRule]:
    for row in rows:
        before = read_feel(str(row.get("before", "")), line=1, faults=faults)
        after = read_feel(str(row.get("after", "")), line=1, faults=faults)
        if before is not None and after is not None:
            yield ChangeRule(titles=row.get("title", {}), before=before, after=after)


class _Reader:
    """Reads the lines of a body into nodes."""

    def __init__(self, library: Library, faults: list[Fault], *, locked: bool = False) -> None:
        self.library, self.faults, self.locked = library, faults, locked
        self.used: list[str] = []
        self.clause = ""
        self.held: list[Node] = []
        self.loop: Loop | None = None

    def read(self, lines: list[tuple[int, str]]) -> list[Node]:
        open_paragraph = False
        for number, raw in lines:
            line = raw.strip()
            if not line:
                open_paragraph = False
            elif open_paragraph and self._goes_on(line):
                self._join(line, number)
            else:
                open_paragraph = self._line(line, number)
        return self.held

    def _goes_on(self, line: str) -> bool:
        """Whether a line belongs to the paragraph above it."""
        return not (
            line[0] in "@|" or line.startswith((":::", "{for ")) or any(m.fullmatch(line) for m, _ in _MARKS)
        )

    def _join(self, line: str, number: int) -> None:
        last = self.held[-1]
        self.held[-1] = replace(last, text=(*last.text, *self._text(line, number)))

    def _line(self, line: str, number: int) -> bool:
        """Take a line in; whether the next one may go on with it."""
        if line.startswith(":::"):
            self._directive(line[3:].split(), number)
        elif match := _LOOP.fullmatch(line):
            over = read_feel(match.group(2), line=number, faults=self.faults)
            self.loop = None if over is None else Loop(name=match.group(1), over=over)
        elif line.startswith("@"):
            self._other(line, number)
        elif line.startswith("|"):
            self._row(line, number)
        else:
            return self._block(line, number)
        return False

    def _text(self, source: str, number: int) -> Text:
        return read_text(source, line=number, faults=self.faults)

    def _block(self, line: str, number: int) -> bool:
        for mark, kind in _MARKS:
            if match := mark.fullmatch(line):
                self._add(kind, match.group(1), number)
                return False
        self._add(BlockKind.PARAGRAPH, line, number)
        return True

    def _add(self, kind: BlockKind, source: str, number: int) -> None:
        if kind is BlockKind.CLAUSE and not self.locked:
            match = _ID.search(source)
            if match is None:
                self.faults.append(
                    Fault(line=number, message=msg("条款标题须带编号，如 {example}。", example="{#place}"))
                )
            self.clause, source = match.group(1) if match else f"line-{number}", _ID.sub("", source)
        elif kind is BlockKind.TITLE and self.held:
            self.clause = f"annex-{sum(node.kind is BlockKind.TITLE for node in self.held)}"
        loop, self.loop = self.loop, None
        self.held.append(
            Node(
                kind=kind,
                line=number,
                text=self._text(source, number),
                clause=self.clause,
                loop=loop,
                locked=self.locked,
            )
        )

    def _other(self, line: str, number: int) -> None:
        match = _OTHER.fullmatch(line)
        if match is None or match.group(1) not in LANGUAGES[1:] or not self.held:
            self.faults.append(
                Fault(line=number, message=msg("译文写成“@en 译文”或“@zh-Hant 译文”，放在所译的段落之后。"))
            )
            return
        last = self.held[-1]
        others = {**last.others, match.group(1): self._text(match.group(2), number)}
        self.held[-1] = replace(last, others=others)

    def _row(self, line: str, number: int) -> None:
        if _RULE.fullmatch(line):
            return
        cells = tuple(self._text(cell.strip(), number) for cell in line.strip("|").split("|"))
        loop, self.loop = self.loop, None
        row = Row(cells=cells, line=number, loop=loop)
        last = self.held[-1] if self.held else None
        if last is None or last.kind is not BlockKind.TABLE or last.others:
            self.held.append(Node(kind=BlockKind.TABLE, line=number, clause=self.clause, rows=(row,)))
            return
        if len(cells) != len(last.rows[0].cells):
            self.faults.append(Fault(line=number, message=msg("表格这一行的列数与表头不同。")))
            return
        self.held[-1] = replace(last, rows=(*last.rows, row))

    def _directive(self, words: list[str], number: int) -> None:
        match words:
            case ["clause", key] if key in self.library.clauses and not self.locked:
                self._locked(key, number)
            case ["clause", key]:
                self.faults.append(Fault(line=number, message=msg("条款库中没有条款“{id}”。", id=key)))
            case ["changes"]:
                self.held.append(Node(kind=BlockKind.CHANGES, line=number, clause=self.clause))
            case ["break"]:
                self.held.append(Node(kind=BlockKind.BREAK, line=number, clause=self.clause))
            case _:
                self.faults.append(
                    Fault(line=number, message=msg("看不懂“::: {words}”。", words=" ".join(words)))
                )

    def _locked(self, key: str, number: int) -> None:
        """Put the words of a library clause here; translations go with the block of the same place."""
        clause = self.library.clauses[key]
        self.clause = key
        self.used.append(key)
        heading = Node(
            kind=BlockKind.CLAUSE,
            line=number,
            text=(clause.titles[CHINESE],),
            clause=key,
            others={k: (v,) for k, v in clause.titles.items() if k != CHINESE},
            locked=True,
        )
        inner = {
            language: self._inner(key, text, line=clause.line) for language, text in clause.texts.items()
        }
        self.held.append(heading)
        for place, node in enumerate(inner[CHINESE]):
            others = {k: v[place].text for k, v in inner.items() if k != CHINESE and place < len(v)}
            self.held.append(replace(node, others=others, line=number))

    def _inner(self, key: str, text: str, *, line: int) -> list[Node]:
        reader = _Reader(self.library, self.faults, locked=True)
        reader.clause = key
        return reader.read([(line, each) for each in text.splitlines()])
