"""A template filled: conditions decided, lists repeated, placeholders in words, clauses numbered."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from webapp.adapters.catalog import translate
from webapp.domain.documents import (
    CHINESE,
    Block,
    BlockKind,
    FilledDocument,
    NamedChange,
    Signature,
    chinese_number,
    clause_number,
)
from webapp.domain.errors import HeguiError, InvalidError
from webapp.domain.text import Message, msg
from webapp.services.documents.facts import SHAPES
from webapp.services.documents.pieces import Slot, coerce
from webapp.services.documents.words import functions, show

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from webapp import feel
    from webapp.services.documents.pieces import Text
    from webapp.services.documents.template import Loop, Node, Row, Template

ROLE_LABELS = {"employee": msg("员工签字"), "company": msg("公司盖章")}
MOST_ROWS = 500  # that a list may bring
NOTHING = "—"


def fill(
    template: Template,
    values: Mapping[str, Any],
    *,
    number: str,
    languages: tuple[str, ...],
    made_at: datetime,
) -> FilledDocument:
    """Fill a sound template; ``values`` are plain JSON, facts and own values together.

    Raises InvalidError, by line, where a placeholder has no value: a document has no blanks.
    """
    if template.faults:
        first = template.faults[0]
        raise InvalidError(_at(template, first.line, first.message))
    shapes = {**SHAPES, **template.shapes}
    context = {name: coerce(values.get(name), shape, name=name) for name, shape in shapes.items()}
    filler = _Filler(template, context, languages=languages, now=made_at)
    changes = tuple(filler.changes())
    return FilledDocument(
        number=number,
        kind=template.kind,
        titles=dict(template.titles),
        languages=languages,
        employer=str(values["employer"]["name"]),
        blocks=tuple(_numbered(filler.blocks(changes), sections=template.sections)),
        signatures=tuple(
            Signature(name=role, label=filler.both(ROLE_LABELS[role]), party=_party(role, values))
            for role in template.signatures
        ),
        changes=changes,
        made_at=made_at,
    )


def _party(role: str, values: Mapping[str, Any]) -> str:
    return str(values["employee" if role == "employee" else "employer"]["name"])


def _at(template: Template, line: int, message: Message) -> Message:
    return msg("{path} 第 {line} 行：{message}", path=template.path, line=line, message=message)


@dataclass
class _Filler:
    template: Template
    context: Mapping[str, Any]
    languages: tuple[str, ...]
    now: datetime

    def both(self, message: Message) -> str:
        """A label in all languages of the document."""
        return " / ".join(dict.fromkeys(translate(message, each) for each in self.languages))

    def blocks(self, changes: tuple[NamedChange, ...]) -> Iterator[Block]:
        absent = {key for key, rule in self.template.conditions.items() if not self._holds(rule)}
        for node in self.template.nodes:
            if node.clause in absent:
                continue
            if node.kind is BlockKind.CHANGES:
                yield self._change_table(node, changes)
            else:
                for context in self._turns(node.loop, line=node.line):
                    yield self._block(node, context)

    def changes(self) -> Iterator[NamedChange]:
        """The named changes whose two sides differ."""
        for rule in self.template.changes:
            before, after = self._side(rule.before), self._side(rule.after)
            if before != after:
                yield NamedChange(titles=dict(rule.titles), before=before, after=after)

    def _side(self, expression: feel.Expression) -> str:
        value = self._evaluate(expression, self.context, line=1, language=CHINESE)
        return "" if value is None else show(value, CHINESE)

    def _change_table(self, node: Node, changes: tuple[NamedChange, ...]) -> Block:
        head = tuple(self.both(each) for each in (msg("变更事项"), msg("原约定"), msg("变更为")))
        names = [[c.titles[each] for each in self.languages if each in c.titles] for c in changes]
        rows = (
            (" / ".join(dict.fromkeys(name)), change.before or NOTHING, change.after or NOTHING)
            for name, change in zip(names, changes, strict=True)
        )
        return Block(kind=BlockKind.TABLE, clause=node.clause, rows=(head, *rows))

    def _holds(self, rule: feel.Expression) -> bool:
        return self._evaluate(rule, self.context, line=1, language=CHINESE) is True

    def _evaluate(
        self, expression: feel.Expression, context: Mapping[str, Any], *, line: int, language: str
    ) -> Any:
        try:
            return expression.evaluate(context, now=self.now, functions=functions(language))
        except HeguiError as error:
            raise InvalidError(_at(self.template, line, error.message)) from error

    def _turns(self, loop: Loop | None, *, line: int) -> Iterator[Mapping[str, Any]]:
        """The context once, or once for each item of the loop's list."""
        if loop is None:
            yield self.context
            return
        items = self._evaluate(loop.over, self.context, line=line, language=CHINESE) or ()
        if not isinstance(items, tuple) or len(items) > MOST_ROWS:
            raise InvalidError(
                _at(self.template, line, msg("这里应是最多 {most} 项的列表。", most=MOST_ROWS))
            )
        for position, item in enumerate(items, 1):
            yield {**self.context, loop.name: item, "position": position}

    def _block(self, node: Node, context: Mapping[str, Any]) -> Block:
        return Block(
            kind=node.kind,
            clause=node.clause,
            text=self._text(node.text, context, line=node.line, language=CHINESE),
            others={
                language: self._text(text, context, line=node.line, language=language)
                for language, text in node.others.items()
                if language in self.languages
            },
            rows=tuple(self._rows(node.rows)),
        )

    def _rows(self, rows: tuple[Row, ...]) -> Iterator[tuple[str, ...]]:
        for row in rows:
            for context in self._turns(row.loop, line=row.line):
                yield tuple(self._text(cell, context, line=row.line, language=CHINESE) for cell in row.cells)

    def _text(self, text: Text, context: Mapping[str, Any], *, line: int, language: str) -> str:
        return "".join(
            part if isinstance(part, str) else self._slot(part, context, line=line, language=language)
            for part in text
        )

    def _slot(self, slot: Slot, context: Mapping[str, Any], *, line: int, language: str) -> str:
        value = self._evaluate(slot.expression, context, line=line, language=language)
        try:
            return show(value, language)
        except InvalidError as error:
            sentence = msg("“{slot}”{reason}，不能生成文书。", slot=slot.source, reason=error.message)
            raise InvalidError(_at(self.template, line, sentence)) from error


def _numbered(blocks: Iterator[Block], *, sections: bool) -> Iterator[Block]:
    """Number clauses through and sub-clauses within them; an annex begins its clauses anew.

    ``sections``: 一 and 1. as forms and letters have it, instead of 第一条 and 1.1 of contracts and rules.
    """
    clause = sub = titles = 0
    for block in blocks:
        if block.kind is BlockKind.TITLE:
            titles += 1
            clause = sub = 0
            if titles == 2:  # the annexes begin on a page of their own
                yield Block(kind=BlockKind.BREAK, clause=block.clause)
            yield block
        elif block.kind is BlockKind.CLAUSE:
            clause, sub = clause + 1, 0
            yield replace(block, number=chinese_number(clause) if sections else clause_number(clause))
        elif block.kind is BlockKind.NUMBERED:
            sub += 1
            yield replace(block, number=f"{clause}.{sub}" if clause and not sections else f"{sub}.")
        else:
            if block.kind is BlockKind.HEADING:
                sub = 0
            yield block
