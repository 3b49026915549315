"""What a person once filled in, in words: options by their labels, lists row by row, files by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from webapp.adapters.catalog import translate
from webapp.services.forms.access import get
from webapp.services.forms.languages import SOURCE
from webapp.services.forms.render import NO, YES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from webapp.services.forms.schema import Component, Form

EMPTY: tuple[Any, ...] = (None, "", [], {})


def spoken(form: Form, values: Mapping[str, Any], language: str = SOURCE) -> Iterator[tuple[str, str]]:
    """(label, words) of every field with a value, in the form's order; ``form`` is in the same language."""
    yield from _said(form.components, values, language)


def _said(
    components: tuple[Component, ...], values: Mapping[str, Any], language: str
) -> Iterator[tuple[str, str]]:
    for component in components:
        if component.type == "group":
            yield from _said(component.children, values, language)
            continue
        value = get(values, component.path) if component.path else None
        if value in EMPTY:
            continue
        if component.repeats and isinstance(value, list):
            yield (
                component.label or component.key,
                " / ".join(_row(component, row, language) for row in value),
            )
        elif component.keyed:
            yield component.label or component.key, _words(component, value, language)


def _row(component: Component, row: Any, language: str) -> str:
    inner = row if isinstance(row, dict) else {}
    colon, semicolon = (": ", "; ") if language == "en" else ("：", "；")
    return semicolon.join(
        f"{label}{colon}{words}" for label, words in _said(component.children, inner, language)
    )


def _words(component: Component, value: Any, language: str) -> str:
    if isinstance(value, bool):
        return translate(YES if value else NO, language)
    labels = {option.value: option.label for option in component.options}
    listed = value if isinstance(value, list) else [value]
    return (", " if language == "en" else "、").join(_one(each, labels) for each in listed)


def _one(value: Any, labels: Mapping[Any, str]) -> str:
    if isinstance(value, dict):  # a file
        return str(value.get("name") or value.get("id") or "")
    return str(labels.get(value, value))
