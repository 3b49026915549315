"""The permit register: entered by hand or imported, asked by day, warned of before it ends."""

from webapp.services.permits.register import domain_permits, permit_for

__all__ = ["domain_permits", "permit_for"]
