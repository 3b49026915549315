"""Walk the logic of a decision with the names and types that each text may use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.decisions.boxed import (
    Boxed,
    Conditional,
    ContextBox,
    Filter,
    For,
    FunctionBox,
    Invocation,
    ListBox,
    Literal,
    Loop,
    Quantified,
    Relation,
    Typed,
)
from webapp.decisions.checking.kinds import Known, may_fit, static_type
from webapp.decisions.checking.problems import Finding
from webapp.decisions.checking.texts import Findings, Scope, Spot
from webapp.domain.text import msg
from webapp.feel import ContextType, ListType
from webapp.feel.check_base import label
from webapp.feel.types import ANY, BOOLEAN, FUNCTION

if TYPE_CHECKING:
    from webapp.decisions.table import Table
    from webapp.decisions.types import Types


class LogicCheck:
    """Checks boxed expressions; each visit gives the type of the value, or None where nobody can tell."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings

    def visit(self, boxed: Boxed, scope: Scope, *, spot: Spot | None = None) -> Known:
        """Check an expression and what is inside it."""
        place = spot or Spot(element_id=boxed.id)
        if isinstance(boxed, Literal):
            return self.findings.check_text(boxed.text, scope, spot=place)
        if isinstance(boxed, Typed):
            return self._typed(boxed, scope, place)
        visit = getattr(self, f"_on_{type(boxed).__name__.lower()}", None)
        found: Known = visit(boxed, scope) if visit else None
        return found

    def kind_of(self, types: Types, ref: str, *, spot: Spot) -> Known:
        """What values of a type look like; notes a type that nobody defined."""
        if not types.knows(ref):
            self.findings.add(Finding.TYPE, msg("没有名为“{name}”的类型。", name=ref), spot=spot)
        return static_type(types, ref)

    def expect(self, found: Known, wanted: Known, *, spot: Spot) -> Known:
        """Note a value that can never be of the type that is wanted; that type, or else what was found."""
        if not may_fit(found, wanted):
            message = msg("这里需要{wanted}，却得到{found}。", wanted=label(wanted), found=label(found))
            self.findings.add(Finding.TYPE, message, spot=spot)
        return wanted or found

    def _typed(self, boxed: Typed, scope: Scope, spot: Spot) -> Known:
        wanted = self.kind_of(boxed.types, boxed.type_ref, spot=spot)
        return self.expect(self.visit(boxed.inner, scope, spot=spot), wanted, spot=spot)

    def _on_contextbox(self, boxed: ContextBox, scope: Scope) -> Known:
        inner, made = dict(scope), {}
        for entry in boxed.entries:
            found = self.visit(entry.value, inner)
            if not entry.name:
                return found
            inner[entry.name] = found
            made[entry.name] = found or ANY
        return ContextType(made)

    def _on_listbox(self, boxed: ListBox, scope: Scope) -> Known:
        found = {str(kind): kind for kind in (self.visit(item, scope) for item in boxed.items)}
        only = next(iter(found.values())) if len(found) == 1 else None
        return ListType(only or ANY)

    def _on_relation(self, boxed: Relation, scope: Scope) -> Known:
        for row in boxed.rows:
            for cell in row:
                self.visit(cell, scope)
        return ListType(ContextType(dict.fromkeys(boxed.columns, ANY)))

    def _on_functionbox(self, boxed: FunctionBox, scope: Scope) -> Known:
        self.visit_body(boxed, scope)
        return FUNCTION

    def visit_body(self, boxed: FunctionBox, scope: Scope) -> Known:
        """Check a function's body with its parameters in scope; the type of what it gives."""
        inner = dict(scope)
        for parameter in boxed.parameters:
            inner[parameter.name] = self.kind_of(
                boxed.types, parameter.type_ref, spot=Spot(element_id=boxed.id)
            )
        return self.visit(boxed.body, inner) if boxed.kind in {"", "FEEL"} else None

    def _on_invocation(self, boxed: Invocation, scope: Scope) -> Known:
        self.visit(boxed.callee, scope)
        for binding in boxed.bindings:
            self.visit(binding.value, scope)
        return None

    def _on_conditional(self, boxed: Conditional, scope: Scope) -> Known:
        self.expect(self.visit(boxed.condition, scope), BOOLEAN, spot=Spot(element_id=boxed.condition.id))
        then, otherwise = self.visit(boxed.then, scope), self.visit(boxed.otherwise, scope)
        return then if then == otherwise else None

    def _on_filter(self, boxed: Filter, scope: Scope) -> Known:
        source = self.visit(boxed.source, scope)
        item = source.item if isinstance(source, ListType) else None
        inner = {**scope, "item": item}
        if isinstance(item, ContextType) and item.members:
            self.visit(boxed.match, {**inner, **item.members})
        return source if isinstance(source, ListType) else None

    def _loop(self, loop: Loop, scope: Scope) -> Known:
        source = self.visit(loop.source, scope)
        item = source.item if isinstance(source, ListType) else None
        return self.visit(loop.body, {**scope, loop.variable: item, "partial": ListType(ANY)})

    def _on_for(self, boxed: For, scope: Scope) -> Known:
        return ListType(self._loop(boxed.loop, scope) or ANY)

    def _on_quantified(self, boxed: Quantified, scope: Scope) -> Known:
        self._loop(boxed.loop, scope)
        return BOOLEAN

    def _on_table(self, boxed: Table, scope: Scope) -> Known:
        from webapp.decisions.checking.tables import check_table  # noqa: PLC0415 - tables hold logic, and logic tables

        return check_table(self, boxed, scope)
