"""The zeebe extensions of one element."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from webapp.engine.xml import BPMN, ZEEBE, extension, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES: Final = ("en", "zh-Hant")
SOURCE_LANGUAGE: Final = "zh-Hans"
# extension -> its attributes -> the name of the setting
SETTINGS: Final[Mapping[str, Mapping[str, str]]] = {
    "assignmentDefinition": {
        "assignee": "assignee",
        "candidateUsers": "candidateUsers",
        "candidateGroups": "candidateGroups",
    },
    "taskSchedule": {"dueDate": "dueDate", "followUpDate": "followUpDate"},
    "priorityDefinition": {"priority": "priority"},
    "formDefinition": {"formId": "formId", "formKey": "formKey", "externalReference": "externalReference"},
    "taskDefinition": {"type": "jobType", "retries": "retries"},
    "script": {"expression": "script", "resultVariable": "resultVariable"},
    "calledDecision": {"decisionId": "decisionId", "resultVariable": "resultVariable"},
    "calledElement": {
        "processId": "processId",
        "propagateAllChildVariables": "propagateChild",
        "propagateAllParentVariables": "propagateParent",
    },
    "versionTag": {"value": "versionTag"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Extensions:
    """What stands under an element's extensionElements, as far as it is run."""

    properties: Mapping[str, str]
    headers: Mapping[str, str]
    inputs: tuple[tuple[str, str], ...]
    outputs: tuple[tuple[str, str], ...]
    settings: Mapping[str, str]

    def texts(self, element: Any) -> dict[str, Any]:
        """Names by language and the documentation, as keywords of a Node."""
        names = {SOURCE_LANGUAGE: element.get("name", "")}
        for language in LANGUAGES:
            translated = self.properties.get(f"name.{language}")
            if translated:
                names[language] = translated
        return {
            "names": {tag: name for tag, name in names.items() if name},
            "documentation": text_of(element, "documentation") or "",
        }

    def rest(self) -> dict[str, Any]:
        """The other keywords of a Node."""
        return {
            "properties": {k: v for k, v in self.properties.items() if not k.startswith("name.")},
            "headers": self.headers,
            "inputs": self.inputs,
            "outputs": self.outputs,
            "settings": self.settings,
        }


def read_extensions(element: Any) -> Extensions:
    """Read the zeebe extensions of an element."""
    settings: dict[str, str] = {}
    for name, attributes in SETTINGS.items():
        found = extension(element, name)
        if found is None:
            continue
        settings.update({own: found.get(theirs) for theirs, own in attributes.items() if found.get(theirs)})
    return Extensions(
        properties=_pairs(element, "properties/*", ("name", "value")),
        headers=_pairs(element, "taskHeaders/*", ("key", "value")),
        inputs=_mappings(element, "input"),
        outputs=_mappings(element, "output"),
        settings=settings,
    )


def _pairs(element: Any, path: str, names: tuple[str, str]) -> dict[str, str]:
    parent, child = path.split("/")
    found = element.iterfind(f"{BPMN}extensionElements/{ZEEBE}{parent}/{child}")
    return {item.get(names[0]): item.get(names[1], "") for item in found if item.get(names[0])}


def _mappings(element: Any, kind: str) -> tuple[tuple[str, str], ...]:
    found = element.iterfind(f"{BPMN}extensionElements/{ZEEBE}ioMapping/{ZEEBE}{kind}")
    return tuple((item.get("source", ""), item.get("target", "")) for item in found)
