"""The parts of a parsed expression. Every node knows where it stands and how deep it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from webapp.feel.types import Type


@dataclass(slots=True, eq=False)
class Node:
    """A part of an expression; ``start`` is its offset in the text."""

    start: int


@dataclass(slots=True, eq=False)
class Literal(Node):
    """A value written down: number, string, boolean, null, or an ``@`` literal."""

    value: Any


@dataclass(slots=True, eq=False)
class Name(Node):
    """A variable, parameter or function by its normalised name."""

    name: str


@dataclass(slots=True, eq=False)
class Path(Node):
    """``source.name``."""

    source: Node
    name: str


@dataclass(slots=True, eq=False)
class Filter(Node):
    """``source[condition]``."""

    source: Node
    condition: Node


@dataclass(slots=True, eq=False)
class Call(Node):
    """``callee(arguments)``; ``names`` is None for positional arguments."""

    callee: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...] | None


@dataclass(slots=True, eq=False)
class Negate(Node):
    """``-operand``."""

    operand: Node


@dataclass(slots=True, eq=False)
class Chain(Node):
    """Operators of one precedence, from left to right: ``first (operator operand)*``."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(slots=True, eq=False)
class Logic(Node):
    """``and`` or ``or`` over two or more operands."""

    operator: str
    operands: tuple[Node, ...]


@dataclass(slots=True, eq=False)
class Compare(Node):
    """``left operator right`` with one of = != < <= > >=."""

    operator: str
    left: Node
    right: Node


@dataclass(slots=True, eq=False)
class Between(Node):
    """``value between low and high``."""

    value: Node
    low: Node
    high: Node


@dataclass(slots=True, eq=False)
class In(Node):
    """``value in tests``."""

    value: Node
    tests: tuple[Node, ...]


@dataclass(slots=True, eq=False)
class InstanceOf(Node):
    """``value instance of type``."""

    value: Node
    type: Type


@dataclass(slots=True, eq=False)
class UnaryRange(Node):
    """``< endpoint`` and its kin, as a value and as a test."""

    operator: str
    endpoint: Node


@dataclass(slots=True, eq=False)
class RangeLiteral(Node):
    """``[low..high]``; the flags tell whether an end belongs to the range."""

    low: Node
    high: Node
    low_included: bool
    high_included: bool


@dataclass(slots=True, eq=False)
class ListLiteral(Node):
    """``[a, b]``."""

    items: tuple[Node, ...]


@dataclass(slots=True, eq=False)
class ContextLiteral(Node):
    """``{key: value}``; later entries see earlier ones."""

    entries: tuple[tuple[str, Node], ...]


@dataclass(slots=True, eq=False)
class If(Node):
    """``if c then a else if d then b else e``, flattened: pairs of condition and result, then the rest."""

    branches: tuple[tuple[Node, Node], ...]
    otherwise: Node


@dataclass(slots=True, eq=False)
class Iterator(Node):
    """``name in source`` or ``name in low..high``."""

    name: str
    source: Node
    high: Node | None = None


@dataclass(slots=True, eq=False)
class For(Node):
    """``for iterators return body``."""

    iterators: tuple[Iterator, ...]
    body: Node


@dataclass(slots=True, eq=False)
class Quantified(Node):
    """``some`` or ``every`` iterators satisfies condition."""

    kind: str
    iterators: tuple[Iterator, ...]
    condition: Node


@dataclass(slots=True, eq=False)
class Lambda(Node):
    """``function(parameters) body``; ``external`` bodies are refused when called."""

    parameters: tuple[tuple[str, Type | None], ...]
    body: Node
    external: bool = False
    height: int = 1


@dataclass(slots=True, eq=False)
class Tests(Node):
    """Unary tests of a decision table's cell; ``-`` has no tests."""

    tests: tuple[Node, ...]
    negated: bool = False
    uses_input: tuple[bool, ...] = field(default=())
