"""Read a file's requirement graph, with what it imports."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from webapp.decisions.elements import Decision, Element, InputData, Knowledge, Ref, Service
from webapp.decisions.errors import ModelError
from webapp.decisions.model import Model
from webapp.decisions.names import Names
from webapp.decisions.reading.circles import refuse_circles
from webapp.decisions.reading.logic import Place, find_logic, read_function, read_logic
from webapp.decisions.reading.types import find_names, read_definitions
from webapp.decisions.types import ItemDefinition, Types
from webapp.decisions.xml import child, children, read_xml, space, tag
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from lxml import etree

ELEMENT_LIMIT = 5_000  # elements a model
IMPORT_DEPTH = 10
NAMESPACES = (
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd",  # 1.1
    "http://www.omg.org/spec/DMN/20180521/MODEL/",  # 1.2
    "https://www.omg.org/spec/DMN/20191111/MODEL/",  # 1.3
    "https://www.omg.org/spec/DMN/20211108/MODEL/",  # 1.4
    "https://www.omg.org/spec/DMN/20230324/MODEL/",  # 1.5
)


def load(xml: bytes, *, imports: Mapping[str, bytes] | None = None) -> Model:
    """Read a DMN 1.1 to 1.5 file; ``imports`` maps namespaces to the files that may be imported.

    Raises ModelError where the file is broken, too large, has a DOCTYPE, points at what is not there, or
    goes in circles. A FEEL text that cannot be read raises only when it is evaluated; ``check`` finds it.
    """
    return _read_model(read_xml(xml), dict(imports or {}), chain=())


def read_namespace(xml: bytes) -> str:
    """The namespace that a DMN file declares for its model."""
    return read_xml(xml).get("namespace", "")


def _read_model(root: etree._Element, files: Mapping[str, bytes], *, chain: tuple[str, ...]) -> Model:
    if tag(root) != "definitions" or space(root) not in NAMESPACES:
        raise ModelError(msg("文件的根元素不是 DMN 1.1 至 1.5 的 definitions。"))
    namespace = root.get("namespace", "")
    if namespace in chain or len(chain) >= IMPORT_DEPTH:
        raise ModelError(msg("DMN 文件之间循环导入，或导入层数过多。"))
    imports = dict(_read_imports(root, files, chain=(*chain, namespace)))
    source = _Source(root, imports)
    model = Model(
        name=root.get("name", ""),
        namespace=namespace,
        elements={key: source.read(node) for key, node in source.nodes.items()},
        types=source.types,
        imports=imports,
    )
    refuse_circles(model)
    return model


def _read_imports(
    root: etree._Element,
    files: Mapping[str, bytes],
    *,
    chain: tuple[str, ...],
) -> Iterator[tuple[str, Model]]:
    for node in children(root, "import"):
        if node.get("importType", "") not in NAMESPACES:
            continue  # PMML and the like: their functions are refused when called
        namespace = node.get("namespace", "")
        if namespace not in files:
            raise ModelError(msg("找不到要导入的 DMN 模型“{namespace}”。", namespace=namespace))
        imported = _read_model(read_xml(files[namespace]), files, chain=chain)
        if imported.namespace != namespace:
            raise ModelError(msg("要导入的 DMN 模型的命名空间与“{namespace}”不符。", namespace=namespace))
        yield node.get("name", ""), imported


class _Source:
    """One file while it is read: what may be referred to must be known before any text is compiled."""

    def __init__(self, root: etree._Element, imports: Mapping[str, Model]) -> None:
        self.namespace = root.get("namespace", "")
        self.imports = imports
        self.types = _gather_types(root, imports)
        self.feel_types = self.types.for_feel()
        self.nodes = _by_id(children(root, *_ELEMENTS))
        if len(self.nodes) > ELEMENT_LIMIT:
            raise ModelError(msg("DMN 模型的元素过多。"))
        self.shared = Names(find_names(root).union(*(_visible_names(model) for model in imports.values())))

    def read(self, node: etree._Element) -> Element:
        return _ELEMENTS[tag(node)](self, node)

    def read_input(self, node: etree._Element) -> InputData:
        return InputData(id=_id_of(node), name=_name_of(node), type_ref=self._type_of(node))

    def read_decision(self, node: etree._Element) -> Decision:
        requires = self._refs(node, "informationRequirement", ("requiredDecision", "requiredInput"))
        knows = self._refs(node, "knowledgeRequirement", ("requiredKnowledge",))
        logic = find_logic(node)
        place = self._place(requires + knows)
        return Decision(
            id=_id_of(node),
            name=_name_of(node),
            type_ref=self._type_of(node),
            requires=requires,
            knows=knows,
            logic=None if logic is None else read_logic(logic, place),
        )

    def read_knowledge(self, node: etree._Element) -> Knowledge:
        knows = self._refs(node, "knowledgeRequirement", ("requiredKnowledge",))
        logic = child(node, "encapsulatedLogic")
        return Knowledge(
            id=_id_of(node),
            name=_name_of(node),
            type_ref=self._result_of(node),
            knows=knows,
            function=None if logic is None else read_function(logic, self._place(knows)),
        )

    def read_service(self, node: etree._Element) -> Service:
        return Service(
            id=_id_of(node),
            name=_name_of(node),
            type_ref=self._result_of(node),
            outputs=self._direct(node, "outputDecision"),
            encapsulated=self._direct(node, "encapsulatedDecision"),
            input_data=self._direct(node, "inputData"),
            input_decisions=self._direct(node, "inputDecision"),
        )

    def _place(self, refs: tuple[Ref, ...]) -> Place:
        own = Names([self._name_in_scope(ref) for ref in refs])
        return Place(types=self.types, shared=self.shared, own=own, feel_types=self.feel_types)

    def _name_in_scope(self, ref: Ref) -> str:
        for name, model in self.imports.items():
            if model.namespace == ref.namespace and ref.id in model.elements:
                return name or model.elements[ref.id].name
        if ref.namespace != self.namespace or ref.id not in self.nodes:
            raise ModelError(msg("引用的元素“{id}”不存在。", id=ref.id))
        return _name_of(self.nodes[ref.id])

    def _refs(self, node: etree._Element, outer: str, inner: tuple[str, ...]) -> tuple[Ref, ...]:
        found = (child(part, *inner) for part in children(node, outer))
        return tuple(self._ref(part) for part in found if part is not None)

    def _direct(self, node: etree._Element, name: str) -> tuple[Ref, ...]:
        refs = tuple(self._ref(part) for part in children(node, name))
        for ref in refs:
            self._name_in_scope(ref)
        return refs

    def _ref(self, node: etree._Element) -> Ref:
        namespace, _, identity = node.get("href", "").rpartition("#")
        return Ref(namespace=namespace or self.namespace, id=identity)

    def _type_of(self, node: etree._Element) -> str:
        variable = child(node, "variable")
        ref = "" if variable is None else variable.get("typeRef", "")
        return str(ref)

    def _result_of(self, node: etree._Element) -> str:
        """What a function gives: its type's output, or in files before DMN 1.3 the type itself."""
        ref = self._type_of(node)
        definition = self.types.find(ref)
        if definition is not None and definition.function:
            return definition.output_ref
        return "" if self.types.base(ref) == "function" else ref


_ELEMENTS: dict[str, Callable[[_Source, etree._Element], Element]] = {
    "inputData": _Source.read_input,
    "decision": _Source.read_decision,
    "businessKnowledgeModel": _Source.read_knowledge,
    "decisionService": _Source.read_service,
}


def _gather_types(root: etree._Element, imports: Mapping[str, Model]) -> Types:
    definitions: dict[str, ItemDefinition] = {}
    for name, model in imports.items():
        prefix = f"{name}." if name else ""
        for key, definition in model.types.definitions.items():
            definitions[prefix + key] = _rename(definition, model.types, prefix)
    types = Types(definitions=definitions | read_definitions(root))
    types.refuse_circles()
    return types


def _rename(definition: ItemDefinition, types: Types, prefix: str) -> ItemDefinition:
    """An imported type refers to its own model's names; here they go by the import's name."""
    ref = prefix + definition.ref if types.find(definition.ref) else definition.ref
    components = {key: _rename(part, types, prefix) for key, part in definition.components.items()}
    return replace(definition, ref=ref, components=components)


def _visible_names(model: Model) -> frozenset[str]:
    elements = frozenset(element.name for element in model.elements.values())
    return elements | frozenset(part for item in model.types.definitions.values() for part in item.components)


def _by_id(nodes: Iterable[etree._Element]) -> dict[str, etree._Element]:
    """The elements by id; ModelError where two have the same, since one would hide the other."""
    found: dict[str, etree._Element] = {}
    for node in nodes:
        key = _id_of(node)
        if key in found:
            raise ModelError(msg("标识“{id}”重复。", id=key))
        found[key] = node
    return found


def _id_of(node: etree._Element) -> str:
    return str(node.get("id") or node.get("name", ""))


def _name_of(node: etree._Element) -> str:
    variable = child(node, "variable")
    own = "" if variable is None else variable.get("name", "")
    return str(own or node.get("name", ""))
