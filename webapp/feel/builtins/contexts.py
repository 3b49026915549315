"""Functions on contexts (DMN 1.5, table 83)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from webapp.feel.limits import nesting_error
from webapp.feel.registry import builtin
from webapp.feel.values import Context

if TYPE_CHECKING:
    from webapp.feel.runtime import Run


@builtin("get value", "m: context, key: string", "context: context, key: string")
def get_value(_run: Run, context: Context, key: str) -> Any:
    """The value of a key, or null."""
    return context.get(key)


@builtin("get entries", "m: context", "context: context", result="contexts")
def get_entries(run: Run, context: Context) -> tuple[Context, ...]:
    """A list of contexts with key and value."""
    run.budget.charge(len(context) * 3)
    return tuple(Context({"key": key, "value": value}) for key, value in context.items())


@builtin("context", "entries: contexts", result="context")
def context_of(run: Run, entries: tuple[Context, ...]) -> Context | None:
    """A context from a list of keys and values; null when one lacks either or a key comes twice."""
    run.budget.charge(len(entries))
    made: dict[str, Any] = {}
    for entry in entries:
        if entry is None or type(entry.get("key")) is not str or "value" not in entry or entry["key"] in made:
            return None
        made[entry["key"]] = entry["value"]
    return Context(made)


@builtin(
    "context put",
    "context: context, key: string, value: Any",
    "context: context, keys: list, value: Any",
    result="context",
)
def context_put(  # noqa: PLR0917 - the standard's parameters
    run: Run, context: Context, where: Any, value: Any
) -> Context | None:
    """With a key set, or with a key set at the end of a path of keys."""
    keys = where if type(where) is tuple else (where,)
    if not keys or any(type(key) is not str for key in keys):
        return None
    if len(keys) > run.budget.limits.depth:
        raise nesting_error()
    chain = [context]
    for key in keys[:-1]:
        inner = chain[-1].get(key)
        if type(inner) is not Context:
            return None
        chain.append(inner)
    made: Any = value
    for holder, key in zip(reversed(chain), reversed(keys), strict=True):
        run.budget.charge(len(holder) + 1)
        made = Context({**holder, key: made})
    return made if isinstance(made, Context) else None


@builtin("context merge", "contexts: contexts", result="context")
def context_merge(run: Run, contexts: tuple[Context | None, ...]) -> Context | None:
    """All entries together; later contexts win."""
    made: dict[str, Any] = {}
    for context in contexts:
        if context is None:
            return None
        run.budget.charge(len(context) + 1)
        made.update(context)
    return Context(made)
