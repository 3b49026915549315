"""Severance 经济补偿 (劳动合同法第46、47、87条): its months, its wage base, what is paid."""

from webapp.domain.severance.amounts import (
    Settlement,
    Severance,
    compute_compensation,
    compute_settlement,
    compute_severance,
)
from webapp.domain.severance.base import Average, average_wage
from webapp.domain.severance.employment import Employment

__all__ = [
    "Average",
    "Employment",
    "Settlement",
    "Severance",
    "average_wage",
    "compute_compensation",
    "compute_settlement",
    "compute_severance",
]
