"""Imports of people, contracts, permits: a file and what exists go in, a plan with faults in words comes out.

Nothing is written here. ``read_sheet`` reads CSV or xlsx, ``plan_people`` and ``plan_contracts`` compare with
a frozen look-up of what exists; a plan without faults is what a service then carries out.
"""

from webapp.services.imports.contracts import plan_contracts
from webapp.services.imports.existing import ContractRow, DepartmentRow, EntityRow, Existing, PersonRow
from webapp.services.imports.people import plan_people
from webapp.services.imports.plan import Change, Fault, Plan, PlannedRow, RowState
from webapp.services.imports.report import report
from webapp.services.imports.sheet import Sheet, read_sheet

__all__ = [
    "Change",
    "ContractRow",
    "DepartmentRow",
    "EntityRow",
    "Existing",
    "Fault",
    "PersonRow",
    "Plan",
    "PlannedRow",
    "RowState",
    "Sheet",
    "plan_contracts",
    "plan_people",
    "read_sheet",
    "report",
]
