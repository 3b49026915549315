"""Which steps and settings of a version name a file: what is still named cannot be taken out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from webapp.engine.errors import DiagramError
from webapp.engine.xml import BPMN, ZEEBE, local, read
from webapp.services.documents.template import is_template
from webapp.services.procedures.files import SETTINGS
from webapp.services.procedures.references import settings_table
from webapp.services.procedures.skeletons import ids_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from webapp.services.procedures.files import File

PARTS: Final = frozenset({"extensionElements", "multiInstanceLoopCharacteristics"})  # of a step
NOTIFY: Final = "notify"  # its ``template`` is a sentence of procedure.toml, not a document


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A place that names a file."""

    path: str
    name: str = ""  # of the step, as people read it; empty for a setting


@dataclass(frozen=True, slots=True, kw_only=True)
class _Naming:
    """What one place asks for: a kind of file, by a name or by an expression that holds it as a text."""

    kind: str
    value: str
    use: Use

    @property
    def computed(self) -> bool:
        return self.value.startswith("=")

    def means(self, ids: frozenset[str]) -> bool:
        return any(f'"{each}"' in self.value for each in ids) if self.computed else self.value in ids


def removable(file: File) -> bool:
    """Whether the studio takes out files of this kind at all: forms, decision tables, templates."""
    return file.kind in {"form", "decision"} or is_template(file)


def uses_of(files: tuple[File, ...]) -> dict[str, tuple[Use, ...]]:
    """Path of each removable file -> who names it; a name that two files bear holds neither of them."""
    namings = tuple(_namings(files))
    removables = [(file, ids_of(file)) for file in files if removable(file)]
    found: dict[str, tuple[Use, ...]] = {}
    for file, ids in removables:
        others = (more for other, more in removables if other is not file and other.kind == file.kind)
        own = ids.difference(*others)
        found[file.path] = tuple(
            dict.fromkeys(each.use for each in namings if each.kind == file.kind and each.means(own))
        )
    return found


def _namings(files: tuple[File, ...]) -> Iterator[_Naming]:
    namings = [*_of_settings(settings_table(files))]
    roots = [(file, root) for file in files if file.kind == "diagram" and (root := _root(file)) is not None]
    for file, root in roots:
        namings += [
            _Naming(kind=kind, value=value, use=Use(path=file.path, name=_step(inside)))
            for kind, value, inside in _named(root)
        ]
    yield from namings
    for kind in sorted({each.kind for each in namings if each.computed}):
        yield from _far(kind, files, roots)


def _far(kind: str, files: tuple[File, ...], roots: list[tuple[File, Any]]) -> Iterator[_Naming]:
    """Where a step computes the name, it may come from any expression or table: each that holds it counts."""
    for file, root in roots:
        for element in root.iter(f"{ZEEBE}*"):
            for value in element.attrib.values():
                if str(value).startswith("="):
                    yield _Naming(kind=kind, value=str(value), use=Use(path=file.path, name=_step(element)))
    for file in files:
        if file.kind == "decision" and kind != "decision":
            yield _Naming(kind=kind, value=f"={file.body}", use=Use(path=file.path))


def _root(file: File) -> Any:
    try:
        return read(file.body.encode())
    except DiagramError:
        return None  # the linter says why


def _named(root: Any) -> Iterator[tuple[str, str, Any]]:
    for form in root.iter(f"{ZEEBE}formDefinition"):
        yield "form", str(form.get("formId", "")), form
    for decision in root.iter(f"{ZEEBE}calledDecision"):
        yield "decision", str(decision.get("decisionId", "")), decision
    for header in root.iter(f"{ZEEBE}header"):
        extensions = header.getparent().getparent()
        job = extensions.find(f"{ZEEBE}taskDefinition")
        if header.get("key") == "template" and (job is None or job.get("type") != NOTIFY):
            yield "document", str(header.get("value", "")), header
    for mapping in root.iter(f"{ZEEBE}input"):
        if mapping.get("target") == "template":
            yield "document", str(mapping.get("source", "")), mapping


def _step(inside: Any) -> str:
    """The label of the element that an extension belongs to, its id where it has none."""
    holder = next(e for e in inside.iterancestors(f"{BPMN}*") if local(e) not in PARTS)
    return str(holder.get("name") or holder.get("id", ""))


def _of_settings(table: Mapping[str, Any]) -> Iterator[_Naming]:
    """Start form, forms of messages and campaigns, decisions of alert rules."""
    campaign, alerts = table.get("campaign", {}), table.get("alerts", {})
    forms = [
        table.get("start_form"),
        campaign.get("form"),
        *(each.get("form") for each in table.get("messages", {}).values()),
    ]
    asked = [alerts.get("doubts"), *(each.get("decision") for each in alerts.get("rules", ()))]
    for kind, names in (("form", forms), ("decision", asked)):
        for name in names:
            if name:
                yield _Naming(kind=kind, value=str(name), use=Use(path=SETTINGS))
