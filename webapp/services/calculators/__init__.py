"""Calculators 计算器: the areas of the law as forms and sheets; stateless, and ignorant of pages and PDFs."""

from webapp.services.calculators.catalogue import describe, list_groups, questions_of
from webapp.services.calculators.forms import read_form
from webapp.services.calculators.printing import print_calculation
from webapp.services.calculators.sheet import calculate
from webapp.services.calculators.values import Answer, Calculator, Choice, Field, Group, Line, Sheet, Table

__all__ = [
    "Answer",
    "Calculator",
    "Choice",
    "Field",
    "Group",
    "Line",
    "Sheet",
    "Table",
    "calculate",
    "describe",
    "list_groups",
    "print_calculation",
    "questions_of",
    "read_form",
]
