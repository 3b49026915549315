"""Check a whole model, for publishing and for the editor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.decisions.boxed import Typed
from webapp.decisions.checking.kinds import Known, static_type
from webapp.decisions.checking.logic import LogicCheck
from webapp.decisions.checking.problems import Finding
from webapp.decisions.checking.texts import Findings, Scope, Spot
from webapp.decisions.elements import Decision, Element, InputData, Knowledge, Service
from webapp.decisions.language import make_function
from webapp.decisions.table import Table
from webapp.domain.text import msg
from webapp.feel import ContextType, ListType
from webapp.feel.registry import BUILTINS
from webapp.feel.types import ANY, FUNCTION

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from webapp.decisions.checking.problems import Problem
    from webapp.decisions.model import Model
    from webapp.decisions.types import ItemDefinition, Types
    from webapp.feel import Function

REPORTED = 300  # problems after which no further decision is looked at


def check(model: Model, *, functions: Mapping[str, Function] | None = None) -> tuple[Problem, ...]:
    """What is wrong with a model, decision by decision in the order of the file.

    Finds texts that cannot be read, unknown names and functions, types that can never match, and of tables:
    gaps (numbers, dates, times, durations, words, booleans), rules that contradict each other, rules that
    never fire. ``functions`` are those that will be given to ``Model.evaluate``. A cell that depends on more
    than its own input is left out of the account of gaps and overlaps, so what is told is certain. With
    hundreds of problems the rest of the model is not looked at.
    """
    problems = _check_types(model)
    for element in model.elements.values():
        if len(problems) >= REPORTED:
            break
        if isinstance(element, InputData):
            findings = Findings(decision_id=element.id, functions={})
            LogicCheck(findings).kind_of(model.types, element.type_ref, spot=Spot(element_id=element.id))
            problems += findings.problems
        if isinstance(element, Decision | Knowledge):
            findings = Findings(decision_id=element.id, functions=_functions(model, element, functions or {}))
            _check_element(model, element, findings)
            problems += findings.problems
    return tuple(problems)


def _check_types(model: Model) -> list[Problem]:
    """The allowed values and constraints of the file's own types."""
    findings = Findings(decision_id="", functions={})
    for name, definition in model.types.definitions.items():
        _check_definition(findings, model.types, definition, spot=Spot(element_id=name))
    return findings.problems


def _check_definition(findings: Findings, types: Types, definition: ItemDefinition, *, spot: Spot) -> None:
    kind = static_type(types, definition.ref)
    if definition.ref and not types.knows(definition.ref):
        message = msg("没有名为“{name}”的类型。", name=definition.ref)
        findings.add(Finding.TYPE, message, spot=spot)
    if definition.allowed is not None:
        findings.check_tests(definition.allowed, {}, spot=spot, input_type=kind)
    if definition.constraint is not None:
        whole = ListType(kind or ANY) if definition.collection else kind
        findings.check_tests(definition.constraint, {}, spot=spot, input_type=whole)
    for part in definition.components.values():
        _check_definition(findings, types, part, spot=spot)


def _check_element(model: Model, element: Decision | Knowledge, findings: Findings) -> None:
    logic = LogicCheck(findings)
    wanted = logic.kind_of(model.types, element.type_ref, spot=Spot(element_id=element.id))
    if isinstance(element, Decision):
        if element.logic is None:
            return
        found = logic.visit(element.logic, _scope(model, element))
    elif element.function is None:
        return
    else:
        found = logic.visit_body(element.function, _scope(model, element))
    logic.expect(found, wanted, spot=Spot(element_id=element.id))


def _scope(model: Model, element: Decision | Knowledge) -> Scope:
    scope: Scope = dict.fromkeys(_open_names(model, element))
    contexts: dict[str, dict[str, Known]] = {}
    refs = element.requires + element.knows if isinstance(element, Decision) else element.knows
    for ref in refs:
        owner, required = model.resolve(ref)
        prefix = model.import_name(owner)
        kind = _kind_of(owner, required)
        if prefix:
            contexts.setdefault(prefix, {})[required.name] = kind
        elif isinstance(required, InputData | Decision):
            scope[required.name] = kind
    for prefix, members in contexts.items():
        scope[prefix] = ContextType({name: kind or ANY for name, kind in members.items()})
    return scope


def _open_names(model: Model, element: Decision | Knowledge) -> set[str]:
    """What a table tests in a file that declares no input data: those names must be inputs."""
    logic = element.logic if isinstance(element, Decision) else None
    table = logic.inner if isinstance(logic, Typed) else logic
    if not model.is_open or not isinstance(table, Table):
        return set()
    programs = (clause.expression.text.program for clause in table.inputs)
    return {name for program in programs if program for name in program.names if name not in BUILTINS}


def _kind_of(owner: Model, element: Element) -> Known:
    return (
        FUNCTION if isinstance(element, Knowledge | Service) else static_type(owner.types, element.type_ref)
    )


def _functions(
    model: Model,
    element: Decision | Knowledge,
    given: Mapping[str, Function],
) -> dict[str, Function]:
    """The functions that an element's texts may call by their plain names."""
    found = dict(given)
    if isinstance(element, Knowledge) and element.function is not None:
        found[element.name] = _signature(element.name, element.function.parameter_names)
    for ref in element.knows:
        owner, known = model.resolve(ref)
        if model.import_name(owner):
            continue
        if isinstance(known, Knowledge):
            names = known.function.parameter_names if known.function else ()
            found[known.name] = _signature(known.name, names)
        elif isinstance(known, Service):
            given_refs = (*known.input_data, *known.input_decisions)
            found[known.name] = _signature(known.name, (owner.resolve(part)[1].name for part in given_refs))
    return found


def _signature(name: str, parameters: Iterable[str]) -> Function:
    return make_function(name, parameters=parameters, call=lambda *_: None)
