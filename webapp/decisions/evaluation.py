"""Walk a requirement graph: find out what a decision requires, then the decision (DMN 1.5, 10.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from webapp.decisions.elements import Decision, Element, InputData, Knowledge, Service
from webapp.decisions.errors import InputError
from webapp.decisions.language import UNKNOWN, make_function
from webapp.decisions.run import Frame
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Iterable

    from webapp.decisions.boxed import Scope
    from webapp.decisions.elements import Ref
    from webapp.decisions.model import Model
    from webapp.decisions.run import Run
    from webapp.feel import Function


class Evaluation:
    """The walk itself; every value is found out once in its frame."""

    def __init__(self, run: Run) -> None:
        self.run = run

    def answer(self, model: Model, element: Element, frame: Frame) -> Any:
        """What the caller asked for: a decision's value, or what a service or knowledge model gives."""
        if isinstance(element, Service):
            return self._serve(model, element, self._service_frame(model, element, frame.inputs))
        if isinstance(element, Knowledge):
            function = self._knowledge_function(model, element)
            names = element.function.parameter_names if element.function else ()
            return function.call(*(frame.inputs.get(name) for name in names))
        return self._value(model, element, frame)

    def _value(self, model: Model, element: Element, frame: Frame) -> Any:
        key = (model.namespace, element.id)
        if key not in frame.known:
            frame.known[key] = self._find_out(model, element, frame)
        return frame.known[key]

    def _find_out(self, model: Model, element: Element, frame: Frame) -> Any:
        if isinstance(element, InputData):
            return self._read_input(model, element, frame)
        if not isinstance(element, Decision) or element.logic is None:
            return None
        with self.run.within(element.id):
            scope = self._scope(model, element, frame)
            value = element.logic.evaluate(scope, self.run)
        return model.types.null_coerce(value, element.type_ref, self.run)

    def _read_input(self, model: Model, element: InputData, frame: Frame) -> Any:
        given = frame.inputs.get(element.name)
        value = model.types.coerce(given, element.type_ref, self.run)
        if value is UNKNOWN:
            raise InputError(msg("输入“{name}”的值不符合其类型的要求。", name=element.name))
        return value

    def _scope(self, model: Model, element: Decision, frame: Frame) -> Scope:
        scope: Scope = dict(frame.inputs) if model.is_open else {}
        for ref in element.requires:
            owner, required = model.resolve(ref)
            _put(
                scope, model.import_name(owner), name=required.name, value=self._value(owner, required, frame)
            )
        self._add_knowledge(scope, model, element.knows)
        return scope

    def _add_knowledge(self, scope: Scope, model: Model, refs: Iterable[Ref]) -> None:
        for ref in refs:
            owner, known = model.resolve(ref)
            if isinstance(known, Knowledge | Service):
                _put(scope, model.import_name(owner), name=known.name, value=self._function(owner, known))

    def _function(self, model: Model, element: Knowledge | Service) -> Function:
        if isinstance(element, Knowledge):
            return self._knowledge_function(model, element)
        return self._service_function(model, element)

    def _knowledge_function(self, model: Model, element: Knowledge) -> Function:
        box = element.function
        if box is None:
            return make_function(element.id, parameters=(), call=lambda: None)

        def call(*arguments: Any) -> Any:
            scope: Scope = {element.name: function}
            self._add_knowledge(scope, model, element.knows)
            value = box.apply(arguments, scope=scope, run=self.run, name=element.id)
            return model.types.null_coerce(value, element.type_ref, self.run)

        function = make_function(element.id, parameters=box.parameter_names, call=call)
        return function

    def _service_function(self, model: Model, service: Service) -> Function:
        parameters = [model.resolve(ref)[1] for ref in (*service.input_data, *service.input_decisions)]
        names = tuple(parameter.name for parameter in parameters)

        def call(*arguments: Any) -> Any:
            frame = self._service_frame(model, service, dict(zip(names, arguments, strict=True)))
            return None if frame.refused else self._serve(model, service, frame)

        return make_function(service.id, parameters=names, call=call)

    def _service_frame(self, model: Model, service: Service, inputs: Any) -> Frame:
        frame = Frame(inputs={})
        for ref in (*service.input_data, *service.input_decisions):
            owner, element = model.resolve(ref)
            value = owner.types.coerce(inputs.get(element.name), element.type_ref, self.run)
            frame.refused = frame.refused or value is UNKNOWN
            frame.known[owner.namespace, element.id] = None if value is UNKNOWN else value
        return frame

    def _serve(self, model: Model, service: Service, frame: Frame) -> Any:
        with self.run.within(service.id):
            found = {}
            for ref in service.outputs:
                owner, element = model.resolve(ref)
                found[element.name] = self._value(owner, element, frame)
        value = next(iter(found.values())) if len(found) == 1 else found
        return model.types.null_coerce(value, service.type_ref, self.run)


def _put(scope: Scope, prefix: str, *, name: str, value: Any) -> None:
    if prefix:
        scope.setdefault(prefix, {})[name] = value
    else:
        scope[name] = value
