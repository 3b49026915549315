"""What can go wrong with a decision; each error has its own class, for callers to tell apart."""

from __future__ import annotations

from webapp.domain.errors import HeguiError, InvalidError
from webapp.domain.text import msg


class DecisionError(HeguiError):
    """A decision has no answer."""

    default = msg("决策无法得出结果。")


class ModelError(InvalidError):
    """The file is not a DMN model that can be read: broken, too large, with a DOCTYPE, or in circles."""

    default = msg("这不是可以读取的 DMN 文件。")


class UnknownDecisionError(DecisionError):
    """The model has no decision, service or knowledge model of this id or name."""

    default = msg("模型中没有这个决策。")


class ExpressionError(DecisionError):
    """An expression of the model cannot be read, or ran into a limit."""

    default = msg("决策中的表达式有误。")


class InputError(DecisionError):
    """An input's value is not of the type, or not among the values, that the model allows."""

    default = msg("决策的输入值不符合要求。")


class OutputError(DecisionError):
    """A rule gives a value that is not among the output values of its column."""

    default = msg("决策的结果不在允许的范围内。")


class NoMatchError(DecisionError):
    """No rule of the table matches, and the table has no default output."""

    default = msg("决策表中没有匹配的规则。")


class SeveralMatchesError(DecisionError):
    """More than one rule of a UNIQUE table matches (DMN 1.5, 8.2.10)."""

    default = msg("决策表要求唯一匹配，却有多条规则同时匹配。")


class DisagreementError(DecisionError):
    """The matching rules of an ANY table do not give the same output (DMN 1.5, 8.2.10)."""

    default = msg("决策表中同时匹配的规则给出了不同的结果。")


class LimitError(DecisionError):
    """The evaluation needs more steps or more depth than a decision may take."""

    default = msg("决策的计算量超出限制。")
