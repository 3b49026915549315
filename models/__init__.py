"""SQLAlchemy models: one noun a file. Importing the package knows all tables."""

from models import (
    account,
    campaign,
    case,
    contract,
    delivery,
    document,
    event,
    example,
    identity,
    job,
    leave,
    log,
    migration,
    organisation,
    permit,
    person,
    procedure,
    reference,
    signing,
    task,
    trigger,
)
from models.base import Base

metadata = Base.metadata

__all__ = [
    "Base",
    "account",
    "campaign",
    "case",
    "contract",
    "delivery",
    "document",
    "event",
    "example",
    "identity",
    "job",
    "leave",
    "log",
    "metadata",
    "migration",
    "organisation",
    "permit",
    "person",
    "procedure",
    "reference",
    "signing",
    "task",
    "trigger",
]
