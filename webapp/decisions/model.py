"""A decision model that has been read: ask it as often as you like."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from webapp.decisions.elements import Decision, Element, InputData, Knowledge, Ref, Service
from webapp.decisions.errors import ExpressionError, LimitError, ModelError, UnknownDecisionError
from webapp.decisions.evaluation import Evaluation
from webapp.decisions.run import DEFAULT_LIMITS, Frame, Run
from webapp.domain.text import msg
from webapp.feel import FeelError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from webapp.decisions.run import DecisionLimits, Fired
    from webapp.decisions.types import Types
    from webapp.feel import Function


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a decision says, and the rules that made it say so, in the order in which they fired."""

    value: Any
    fired: tuple[Fired, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """One DMN file with what it imports."""

    name: str
    namespace: str
    elements: Mapping[str, Element]  # by id, in the order of the file
    types: Types
    imports: Mapping[str, Model] = field(default_factory=dict)  # by the name given to the import

    @property
    def decision_ids(self) -> tuple[str, ...]:
        """The ids of the decisions, in the order of the file."""
        return tuple(key for key, element in self.elements.items() if isinstance(element, Decision))

    @property
    def input_names(self) -> tuple[str, ...]:
        """The names of the input data, in the order of the file."""
        return tuple(element.name for element in self.elements.values() if isinstance(element, InputData))

    def input_type(self, name: str) -> str:
        """The built-in type under that of an input data; "Any" where it is open, or no such input."""
        found = (e for e in self.elements.values() if isinstance(e, InputData) and e.name == name)
        return next((self.types.base(element.type_ref) for element in found), "Any")

    @property
    def is_open(self) -> bool:
        """Whether the file declares no input data at all, as a lone table from a modeler does.

        Its decisions then see every input by name, which is how Camunda takes such files.
        """
        return not any(isinstance(element, InputData) for element in self.elements.values())

    def evaluate(
        self,
        decision_id: str,
        inputs: Mapping[str, Any],
        *,
        now: datetime | None = None,
        functions: Mapping[str, Function] | None = None,
        limits: DecisionLimits = DEFAULT_LIMITS,
    ) -> Answer:
        """Answer a decision, or call a decision service or knowledge model, by id or name.

        ``inputs`` maps names of input data (for a service also of input decisions, for a knowledge model of
        parameters) to FEEL values. Raises a DecisionError where there is no answer.
        """
        element = self.find(decision_id)
        run = Run(now=now, functions=functions or {}, limits=limits)
        evaluation = Evaluation(run)
        try:
            value = evaluation.answer(self, element, Frame(inputs=inputs))
        except RecursionError as error:
            raise LimitError from error
        except FeelError as error:  # what coercions and rankings cost counts as FEEL's
            raise ExpressionError(error.message) from error
        return Answer(value=value, fired=tuple(run.fired))

    def find(self, key: str) -> Decision | Service | Knowledge:
        """The element that can be asked, by id or else by name; UnknownDecisionError if there is none."""
        found = self.elements.get(key)
        if found is None or isinstance(found, InputData):
            askable = (e for e in self.elements.values() if not isinstance(e, InputData))
            found = next((element for element in askable if element.name == key), None)
        if found is None:
            raise UnknownDecisionError(msg("模型中没有决策“{name}”。", name=key))
        return found

    def resolve(self, ref: Ref) -> tuple[Model, Element]:
        """The model and element that a requirement points at; ModelError where it points nowhere."""
        owner = self if ref.namespace == self.namespace else self._imported(ref.namespace)
        element = owner.elements.get(ref.id) if owner else None
        if owner is None or element is None:
            raise ModelError(msg("引用的元素“{id}”不存在。", id=ref.id))
        return owner, element

    def import_name(self, owner: Model) -> str:
        """The name under which this model sees the elements of another; empty for its own."""
        if owner.namespace == self.namespace:
            return ""
        return next(name for name, model in self.imports.items() if model.namespace == owner.namespace)

    def _imported(self, namespace: str) -> Model | None:
        return next((model for model in self.imports.values() if model.namespace == namespace), None)
