"""One schema, three languages: translations lie in each component's ``properties`` beside the Chinese text.

``label.en``, ``description.zh-Hant``, ``text.en``, ``patternErrorMessage.en``, ``prefixAdorner.en``,
``suffixAdorner.en``, ``option.<value>.en`` and ``column.<key>.en``; what is missing stays Chinese.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from webapp.services.forms.loader import load

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from webapp.services.forms.access import Access
    from webapp.services.forms.schema import Component, Form

SOURCE = "zh-Hans"
OTHERS = ("en", "zh-Hant")

# name in properties -> where the text lies in the component
PLACES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "label": (("label",), ("dateLabel",), ("timeLabel",)),
    "description": (("description",),),
    "text": (("text",),),
    "patternErrorMessage": (("validate", "patternErrorMessage"),),
    "prefixAdorner": (("appearance", "prefixAdorner"),),
    "suffixAdorner": (("appearance", "suffixAdorner"),),
}


def localise(schema: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The schema with its texts in a language (zh-Hans, en, zh-Hant)."""
    copy = deepcopy(dict(schema))
    if language != SOURCE:
        for component in _components(copy):
            for holder, place, name in _texts(component):
                translated = _properties(component).get(f"{name}.{language}")
                if isinstance(translated, str) and translated:
                    holder[place] = translated
    return copy


def in_language(form: Form, language: str) -> Form:
    """The same form with labels, options and its own error sentences in a language."""
    return form if language == SOURCE else load(localise(form.source, language))


def untranslated(schema: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """(component, language) for each text that has no translation, for the list shown at publish."""
    missing = {
        (str(component.get("key") or component.get("path") or component.get("id", "")), language)
        for component in _components(deepcopy(dict(schema)))
        for _, _, name in _texts(component)
        for language in OTHERS
        if not _properties(component).get(f"{name}.{language}")
    }
    return tuple(sorted(missing))


def shaped(form: Form, access: Access, language: str) -> dict[str, Any]:
    """The schema for form-js on a step's page: localised, hidden fields gone, locked ones read-only."""
    schema = localise(form.source, language)
    schema["components"] = _shape(schema.get("components", []), form.components, (access, (), False))
    return schema


def _shape(
    raw: list[dict[str, Any]], read: tuple[Component, ...], place: tuple[Access, tuple[str, ...], bool]
) -> list[dict[str, Any]]:
    access, names, above = place
    kept = []
    for item, component in zip(raw, read, strict=True):
        if access.hides(component, names):
            continue
        locked = above or access.locks(component, names)
        if component.keyed and locked:
            item["readonly"] = True
        if component.children:
            inner = (*names, *component.path) if component.repeats else names
            item["components"] = _shape(item["components"], component.children, (access, inner, locked))
            if component.repeats and locked:
                item["allowAddRemove"] = False
        kept.append(item)
    return kept


def _components(schema: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for component in schema.get("components", []):
        yield component
        yield from _components(component)


def _texts(component: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str, str]]:
    """(holder, key, name in properties) of every text that a reader sees."""
    for name, places in PLACES.items():
        for *way, last in places:
            holder: Any = component
            for part in way:
                holder = holder.get(part, {})
            if isinstance(holder, dict) and isinstance(holder.get(last), str) and _has_words(holder[last]):
                yield holder, last, name
    for option in component.get("values") or ():
        yield option, "label", f"option.{option.get('value')}"
    for column in component.get("columns") or ():
        yield column, "label", f"column.{column.get('key')}"


def _has_words(text: str) -> bool:
    return any(c.isalpha() for c in text)


def _properties(component: Mapping[str, Any]) -> Mapping[str, Any]:
    found = component.get("properties")
    return found if isinstance(found, dict) else {}
