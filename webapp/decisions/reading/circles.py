"""A requirement graph may not go in circles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.decisions.elements import Decision, Knowledge, Service
from webapp.decisions.errors import ModelError
from webapp.domain.text import msg

if TYPE_CHECKING:
    from webapp.decisions.elements import Element
    from webapp.decisions.model import Model


def refuse_circles(model: Model) -> None:
    """ModelError where a decision needs its own answer.

    Knowledge models may call each other in circles (a recursion ends, or runs into the limit of depth).
    """
    done: set[str] = set()
    for start in model.elements:
        _walk(model, start, done=done)


def _walk(model: Model, start: str, *, done: set[str]) -> None:
    stack = [(start, iter(_needs(model, start)))]
    path = {start}
    while stack:
        key, needs = stack[-1]
        following = next((need for need in needs if need not in done), None)
        if following is None:
            stack.pop()
            path.discard(key)
            done.add(key)
        elif following in path:
            raise ModelError(msg("决策“{name}”循环依赖自身。", name=model.elements[following].name))
        else:
            path.add(following)
            stack.append((following, iter(_needs(model, following))))


def _needs(model: Model, key: str) -> list[str]:
    """What must be evaluated for an element, in this model; imported models have been looked at already."""
    element: Element | None = model.elements.get(key)
    if isinstance(element, Decision):
        refs = element.requires + element.knows
    elif isinstance(element, Service):
        given = {*element.input_data, *element.input_decisions}
        refs = tuple(ref for ref in element.outputs if ref not in given)
    elif isinstance(element, Knowledge):
        refs = tuple(ref for ref in element.knows if not isinstance(model.elements.get(ref.id), Knowledge))
    else:
        refs = ()
    return [ref.id for ref in refs if ref.namespace == model.namespace]
