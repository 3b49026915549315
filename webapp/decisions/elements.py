"""The elements of a requirement graph (DMN 1.5, 6.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from webapp.decisions.boxed import Boxed, FunctionBox


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref:
    """Where an element is: the model's namespace and the element's id."""

    namespace: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InputData:
    """Something that is given."""

    id: str
    name: str
    type_ref: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Something that is found out from what it requires; ``logic`` is None where the file has none."""

    id: str
    name: str
    type_ref: str = ""
    requires: tuple[Ref, ...] = ()  # decisions and input data
    knows: tuple[Ref, ...] = ()  # knowledge models and decision services
    logic: Boxed | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """A business knowledge model: a function that decisions may call."""

    id: str
    name: str
    type_ref: str = ""  # of what it gives
    knows: tuple[Ref, ...] = ()
    function: FunctionBox | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A decision service: a part of the graph that is called as one function."""

    id: str
    name: str
    type_ref: str = ""  # of what it gives
    outputs: tuple[Ref, ...] = ()
    encapsulated: tuple[Ref, ...] = ()
    input_data: tuple[Ref, ...] = ()
    input_decisions: tuple[Ref, ...] = ()


Element = InputData | Decision | Knowledge | Service
