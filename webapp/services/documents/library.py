"""The clause library of a procedure (条款库): ``clauses.toml``, each clause with its standing in law."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from webapp.adapters.lawdata import seed_law
from webapp.domain.contracts.clauses import VoidClause, find_void_clauses
from webapp.domain.documents import CHINESE
from webapp.domain.errors import InvalidError
from webapp.domain.schema import LATEST
from webapp.domain.text import Message, msg
from webapp.services.procedures.problems import FileProblem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from webapp.services.procedures.files import File

LIBRARY = "clauses.toml"
KEYS = frozenset({"id", "legal", "article", "why", "title", "text"})


class Legal(StrEnum):
    """What the law makes of a clause."""

    OK = "ok"  # may be used
    CAUTION = "caution"  # may be used; legal looks at each use
    VOID = "void"  # 无效: kept as a warning, never printed


LEGAL_NAMES: dict[Legal, Message] = {
    Legal.OK: msg("可以使用"),
    Legal.CAUTION: msg("谨慎使用"),
    Legal.VOID: msg("无效，禁止使用"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryClause:
    """A locked clause; nobody changes its words in a case."""

    id: str
    titles: Mapping[str, str]
    texts: Mapping[str, str]
    article: str
    legal: Legal
    why: str
    line: int  # in clauses.toml, from 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """The clauses by id, in the order of the file, and what is wrong with the file."""

    clauses: Mapping[str, LibraryClause]
    problems: tuple[FileProblem, ...] = ()


def read_library(files: Iterable[File]) -> Library:
    """The library of a version; empty where it has none."""
    body = next((f.body for f in files if f.kind == "clauses"), "")
    try:
        table = tomllib.loads(body)
    except tomllib.TOMLDecodeError as error:
        message = msg("条款库不是可读的 TOML：{reason}", reason=str(error))
        return Library(clauses={}, problems=(FileProblem(path=LIBRARY, message=message),))
    clauses: dict[str, LibraryClause] = {}
    problems: list[FileProblem] = []
    for number, row in enumerate(table.get("clause", ()), 1):
        line = _line_of(body, number)
        try:
            clause = _clause(row, line=line)
        except InvalidError as error:
            problems.append(_problem(error.message, line=line))
            continue
        if clause.id in clauses:
            problems.append(_problem(msg("条款编号“{id}”重复。", id=clause.id), line=line))
        clauses.setdefault(clause.id, clause)
    return Library(clauses=clauses, problems=tuple(problems))


def _line_of(body: str, number: int) -> int:
    """The line on which the n-th clause begins."""
    lines = [place for place, line in enumerate(body.splitlines(), 1) if line.strip() == "[[clause]]"]
    return lines[number - 1] if number <= len(lines) else 1


def _clause(row: Mapping[str, Any], *, line: int) -> LibraryClause:
    unknown = sorted(set(row) - KEYS)
    lacking = sorted(KEYS - {"why"} - set(row))
    if unknown or lacking:
        raise InvalidError(
            msg(
                "条款的内容有误：多出 {unknown}，缺少 {lacking}。",
                unknown="、".join(unknown) or "—",
                lacking="、".join(lacking) or "—",
            )
        )
    titles, texts, legal = row["title"], row["text"], str(row["legal"])
    if not isinstance(titles, dict) or not isinstance(texts, dict):
        raise InvalidError(msg("条款的 title 和 text 须按语言分列。"))
    if CHINESE not in titles or CHINESE not in texts:
        raise InvalidError(msg("条款缺少简体中文的标题或正文。"))
    if legal not in set(Legal):
        raise InvalidError(msg("条款的 legal 只能是 ok、caution 或 void，不能是“{legal}”。", legal=legal))
    if legal != Legal.OK and not row.get("why"):
        raise InvalidError(msg("谨慎或无效的条款须写明理由（why）。"))
    return LibraryClause(
        id=str(row["id"]),
        titles={k: str(v) for k, v in titles.items()},
        texts={k: str(v).strip() for k, v in texts.items()},
        article=str(row["article"]),
        legal=Legal(legal),
        why=str(row.get("why", "")),
        line=line,
    )


def void_problems(library: Library) -> Iterator[FileProblem]:
    """Clauses that pass for lawful and whose words the law does not honour (W1)."""
    for clause in library.clauses.values():
        if clause.legal is Legal.VOID:
            continue
        for found in find_void(clause.texts[CHINESE]):
            sentence = void_sentence(found.clause.title, found.clause.article, found.sentence)
            yield _problem(sentence, line=clause.line)


def find_void(text: str) -> tuple[VoidClause, ...]:
    """The void terms of a text by the shipped law as it stands last."""
    return find_void_clauses(text, law=seed_law(), on=LATEST)


def void_sentence(title: Message, article: str, sentence: str) -> Message:
    """Why a sentence may not stand in a text."""
    return msg(
        "“{sentence}”：{title}，依{article}无效，不能发布。", sentence=sentence, title=title, article=article
    )


def _problem(message: Message, *, line: int) -> FileProblem:
    return FileProblem(path=LIBRARY, message=msg("第 {line} 行：{message}", line=line, message=message))
