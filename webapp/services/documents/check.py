"""What keeps a version from being released because of its documents: each fault with file and line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from webapp import feel
from webapp.adapters.lawdata import seed_law
from webapp.domain.contracts.content import CONTENTS, missing_items
from webapp.domain.schema import LATEST
from webapp.domain.text import Message, msg
from webapp.services.documents.facts import SHAPES
from webapp.services.documents.library import Legal, find_void, read_library, void_problems, void_sentence
from webapp.services.documents.pieces import blank_out, slots, type_of
from webapp.services.documents.template import LANGUAGES, is_template, read_template
from webapp.services.documents.words import functions
from webapp.services.procedures.problems import FileProblem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from webapp.services.documents.library import Library
    from webapp.services.documents.template import Loop, Node, Template
    from webapp.services.procedures.files import File

HAN = re.compile("[\u4e00-\u9fff]")
LIST_ITEM = feel.TYPES["Any"]


def check_documents(files: tuple[File, ...]) -> tuple[FileProblem, ...]:
    """All problems of the templates and the clause library of a version.

    Unknown placeholders, wrong FEEL, clauses that the law does not honour (劳动合同法 25, 26) and mandatory
    content that is missing (劳动合同法 17, 35) are errors; a clause to be used with care is a remark.
    """
    library = read_library(files)
    problems = [*library.problems, *void_problems(library)]
    for file in files:
        if is_template(file):
            template = read_template(file.path, file.body, library)
            problems += check_template(template, library)
    return tuple(problems)


def check_template(template: Template, library: Library) -> Iterator[FileProblem]:
    """What is wrong with one template."""
    for fault in template.faults:
        yield _problem(template, fault.message, line=fault.line)
    if template.titles:
        yield from _names(template)
        yield from _law(template, library)
        yield from _content(template)
        yield from _translations(template)


def _problem(template: Template, message: Message, *, line: int, error: bool = True) -> FileProblem:
    sentence = msg("第 {line} 行：{message}", line=line, message=message)
    return FileProblem(path=template.path, message=sentence, error=error, element=f"line-{line}")


def known_types(template: Template) -> dict[str, feel.Type | None]:
    """The names that a template may use, with their types."""
    return {name: type_of(shape) for name, shape in {**SHAPES, **template.shapes}.items()}


def _names(template: Template) -> Iterator[FileProblem]:
    known = known_types(template)
    for expression in (
        *template.conditions.values(),
        *(side for rule in template.changes for side in (rule.before, rule.after)),
    ):
        yield from _expression(template, expression, known, line=1)
    for node in template.nodes:
        if not node.locked:
            yield from _node_names(template, node, known)


def _node_names(
    template: Template, node: Node, known: Mapping[str, feel.Type | None]
) -> Iterator[FileProblem]:
    yield from _loop_names(template, node.loop, known, line=node.line)
    inside = _inside(known, node.loop, template)
    for text in (node.text, *node.others.values()):
        for slot in slots(text):
            yield from _expression(template, slot.expression, inside, line=node.line)
    for row in node.rows:
        yield from _loop_names(template, row.loop, known, line=row.line)
        inside = _inside(known, row.loop, template)
        for cell in row.cells:
            for slot in slots(cell):
                yield from _expression(template, slot.expression, inside, line=row.line)


def _loop_names(
    template: Template, loop: Loop | None, known: Mapping[str, feel.Type | None], *, line: int
) -> Iterator[FileProblem]:
    if loop is not None:
        yield from _expression(template, loop.over, known, line=line)


def _inside(
    known: Mapping[str, feel.Type | None], loop: Loop | None, template: Template
) -> Mapping[str, feel.Type | None]:
    """The names within a repeated line: its item, and its position from 1."""
    if loop is None:
        return known
    over: Any = template.shapes.get(loop.over.text)
    item = type_of(over[0]) if isinstance(over, list) else LIST_ITEM
    return {**known, loop.name: item, "position": feel.TYPES["number"]}


def _expression(
    template: Template,
    expression: feel.Expression,
    known: Mapping[str, feel.Type | None],
    *,
    line: int,
) -> Iterator[FileProblem]:
    for problem in feel.check(expression, known, functions=functions()):
        sentence = msg("“{text}”：{message}", text=expression.text, message=problem.message)
        yield _problem(template, sentence, line=line)


def _law(template: Template, library: Library) -> Iterator[FileProblem]:
    for key in template.used:
        clause = library.clauses[key]
        line = next(node.line for node in template.nodes if node.locked and node.clause == key)
        values = {"id": key, "article": clause.article, "why": clause.why}
        if clause.legal is Legal.VOID:
            message = msg("条款“{id}”依{article}无效，不能发布：{why}", **values)
            yield _problem(template, message, line=line)
        elif clause.legal is Legal.CAUTION:
            message = msg("条款“{id}”须谨慎使用（{article}）：{why}", **values)
            yield _problem(template, message, line=line, error=False)
    for node in template.nodes:
        if node.locked:
            continue  # the library has been read for itself
        for found in find_void(blank_out(node.text)):
            message = void_sentence(found.clause.title, found.clause.article, found.sentence)
            yield _problem(template, message, line=node.line)


def _content(template: Template) -> Iterator[FileProblem]:
    if not template.content:
        return
    if template.content not in CONTENTS:
        message = msg(
            "不认识必备内容“{name}”，可以写：{known}。", name=template.content, known="、".join(CONTENTS)
        )
        yield _problem(template, message, line=1)
        return
    text = "\n".join(_lines(template.nodes))
    for item in missing_items(text, CONTENTS[template.content], law=seed_law(), on=LATEST):
        message = msg("缺少必备内容：{title}（{article}）。", title=item.title, article=item.article)
        yield _problem(template, message, line=1)


def _lines(nodes: Iterable[Node]) -> Iterator[str]:
    """What the text says whatever the values are; what it names by a placeholder counts with its name."""
    for node in nodes:
        yield blank_out(node.text)
        for row in node.rows:
            yield "｜".join(blank_out(cell) for cell in row.cells)


def _translations(template: Template) -> Iterator[FileProblem]:
    """Blocks that lack a language which the template promises; tables stand in Chinese."""
    for language in template.languages[1:]:
        lines = [
            node.line
            for node in template.nodes
            if language not in node.others and HAN.search("".join(t for t in node.text if isinstance(t, str)))
        ]
        if lines and language in LANGUAGES:
            message = msg("有 {count} 段没有译文（{language}）。", count=len(lines), language=language)
            yield _problem(template, message, line=lines[0], error=False)
