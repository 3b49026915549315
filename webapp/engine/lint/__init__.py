"""The linter: a whitelist. What we do not run is refused at publish, with the element and a sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from webapp.domain.text import msg
from webapp.engine import parser as parsing
from webapp.engine.errors import DiagramError
from webapp.engine.lint import events, expressions, flows, gateways, structure, tasks, whitelist
from webapp.engine.lint.problems import Problem, Report, Severity
from webapp.engine.xml import read

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from webapp.engine.parser import Parsed
    from webapp.feel import Function

__all__ = ["Known", "Problem", "Severity", "check"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a diagram may refer to; None means that nobody knows, so nothing is said about it."""

    forms: Collection[str] | None = None  # ids; a mapping id -> keys of its fields names variables too
    decisions: Collection[str] | None = None
    processes: Collection[str] = field(default_factory=tuple)
    variables: Collection[str] | None = None  # that a case has at its start
    functions: Mapping[str, Function] = field(default_factory=dict)  # that its expressions will be given


def check(
    xml: bytes,
    *,
    forms: Collection[str] | Mapping[str, Collection[str]] | None = None,
    decisions: Collection[str] | None = None,
    processes: Collection[str] = (),
    variables: Collection[str] | None = None,
    functions: Mapping[str, Function] | None = None,
) -> tuple[Problem, ...]:
    """Everything that is wrong with a diagram, errors first, in the order drawn.

    ``forms`` and ``decisions`` are the known ids; a mapping from form id to its field keys, or ``variables``,
    lets names that nobody sets be told. ``processes`` are the ids that call activities may name beside those
    of the same file, ``functions`` those that the engine will be given. A diagram may be published when no
    problem is an error.
    """
    known = Known(
        forms=forms,
        decisions=decisions,
        processes=processes,
        variables=variables,
        functions=functions or {},
    )
    report = Report()
    try:
        root = read(xml)
        whitelist.check_file(root, report)
        callable_ids = {*known.processes, *parsing.processes(root)}
        for parsed in _parsed(root, report):
            _check_process(parsed, known, report, callable_ids=callable_ids)
    except DiagramError as error:
        report.error(error.element_id, error.message)
    order = list(Severity)
    return tuple(sorted(report.problems, key=lambda problem: order.index(problem.severity)))


def _parsed(root: Any, report: Report) -> list[Parsed]:
    found = parsing.processes(root)
    if not found:
        report.error(None, msg("流程图中没有可执行的流程。"))
    out = [
        parsing.parse_process(root, item) for item in found.values() if item.get("isExecutable") != "false"
    ]
    if found and not out:
        report.error(None, msg("流程图中没有可执行的流程。"))
    return out


def _check_process(parsed: Parsed, known: Known, report: Report, *, callable_ids: Collection[str]) -> None:
    structure.check(parsed, report)
    events.check(parsed, report)
    tasks.check(parsed, report, forms=known.forms, decisions=known.decisions, processes=callable_ids)
    gateways.check(parsed, report)
    names = expressions.known_names(parsed, known.forms, known.variables)
    expressions.check(parsed, report, variables=names, functions=known.functions)
    if not any(problem.severity is Severity.ERROR for problem in report.problems):
        flows.check(parsed, report)  # follows tokens, which needs a sound drawing
