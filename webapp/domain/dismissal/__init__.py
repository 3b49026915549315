"""Dismissal and other ends 解除与终止: every ground as a row, and advice on a situation. It never decides."""

from webapp.domain.dismissal.advice import Advice, Verdict, advise
from webapp.domain.dismissal.situation import Protection, Situation, Union
from webapp.domain.dismissal.table import GROUNDS, find_ground

__all__ = [
    "GROUNDS",
    "Advice",
    "Protection",
    "Situation",
    "Union",
    "Verdict",
    "advise",
    "find_ground",
]
