"""DMN: decision models in, answers with the rules that fired out."""

from webapp.decisions.checking.models import check
from webapp.decisions.checking.problems import Finding, Problem, Severity
from webapp.decisions.errors import (
    DecisionError,
    DisagreementError,
    ExpressionError,
    InputError,
    LimitError,
    ModelError,
    NoMatchError,
    OutputError,
    SeveralMatchesError,
    UnknownDecisionError,
)
from webapp.decisions.files import load_file, load_together
from webapp.decisions.model import Answer, Model
from webapp.decisions.reading.models import load
from webapp.decisions.run import DEFAULT_LIMITS, DecisionLimits, Fired

__all__ = [
    "DEFAULT_LIMITS",
    "Answer",
    "DecisionError",
    "DecisionLimits",
    "DisagreementError",
    "ExpressionError",
    "Finding",
    "Fired",
    "InputError",
    "LimitError",
    "Model",
    "ModelError",
    "NoMatchError",
    "OutputError",
    "Problem",
    "SeveralMatchesError",
    "Severity",
    "UnknownDecisionError",
    "check",
    "load",
    "load_file",
    "load_together",
]
