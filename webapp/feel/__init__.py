"""FEEL of DMN 1.5: text and values in, value out, bounded."""

from webapp.feel.browser import check_browser
from webapp.feel.check import Problem, check
from webapp.feel.errors import FeelError, FeelLimitError
from webapp.feel.expression import Expression, UnaryTests, parse, parse_unary
from webapp.feel.limits import DEFAULT_LIMITS, Budget, Limits
from webapp.feel.outside import admits, coerce, equal, text_of
from webapp.feel.temporal import DaysTimeDuration, YearsMonthsDuration
from webapp.feel.types import BUILTIN as TYPES
from webapp.feel.types import ContextType, FunctionType, ListType, RangeType, Type
from webapp.feel.values import MISSING, Context, Function, Parameter, Range

__all__ = [
    "DEFAULT_LIMITS",
    "MISSING",
    "TYPES",
    "Budget",
    "Context",
    "ContextType",
    "DaysTimeDuration",
    "Expression",
    "FeelError",
    "FeelLimitError",
    "Function",
    "FunctionType",
    "Limits",
    "ListType",
    "Parameter",
    "Problem",
    "Range",
    "RangeType",
    "Type",
    "UnaryTests",
    "YearsMonthsDuration",
    "admits",
    "check",
    "check_browser",
    "coerce",
    "equal",
    "parse",
    "parse_unary",
    "text_of",
]
