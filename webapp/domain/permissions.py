"""Who may do what: one enum, one table. Whose records: see ``webapp.services.scope``."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a person is in Hegui. Every account is an employee; the others are granted with a scope."""

    EMPLOYEE = "employee"  # 员工: own requests, own tasks
    MANAGER = "manager"  # 主管: derived from the manager line, and grantable over a department
    HR = "hr"  # 人事: tasks and people of an entity
    HR_HEAD = "hr-head"  # 人事负责人: second eyes
    LEGAL = "legal"  # 法务: evidence and legal review
    PROCESS_OWNER = "process-owner"  # 流程负责人: draws and publishes procedures
    UNION = "union"  # 工会: consultation and opinions
    SEAL_HOLDER = "seal-holder"  # 印章保管人: seals what the company signs
    ADMINISTRATOR = "administrator"  # 系统管理员: accounts and reference data, no case contents
    AUDITOR = "auditor"  # 审计: reads everything, changes nothing


class Permission(StrEnum):
    """``scope:resource:action``."""

    CASE_READ = "entity:case:read"
    CASE_OPERATE = "entity:case:operate"  # suspend, resume, cancel, retry, return on behalf
    TASK_WORK = "entity:task:work"  # claim and complete from a queue of the role
    TASK_REASSIGN = "entity:task:reassign"
    PERSON_READ = "entity:person:read"
    PERSON_WRITE = "entity:person:write"
    ATTENDANCE_READ = "entity:attendance:read"
    LEAVE_ADJUST = "entity:leave:adjust"
    EVIDENCE_READ = "entity:evidence:read"
    VAULT_READ = "entity:vault:read"
    VAULT_WRITE = "entity:vault:write"  # take evidence in, note what happens to it
    BUNDLE_WORK = "entity:bundle:work"  # put bundles of evidence together; privileged notes too
    GAP_RULE_WRITE = "group:gap-rule:write"  # the rules by which a bundle has gaps
    HOLD_WRITE = "entity:hold:write"  # place and release legal holds
    ERASE = "entity:case:erase"  # propose, and decide on what another proposed
    DOCUMENT_READ = "entity:document:read"  # contracts, supplements and their working terms too
    PERMIT_READ = "entity:permit:read"
    PERMIT_WRITE = "entity:permit:write"
    DOCUMENT_SEAL = "entity:document:seal"
    MONITORING_READ = "entity:monitoring:read"
    MONITORING_WRITE = "entity:monitoring:write"  # profiles, assessments, sources
    ALERT_READ = "entity:alert:read"
    PRIVACY_READ = "entity:privacy:read"  # the ledger of consents
    PROCEDURE_EDIT = "group:procedure:edit"
    PROCEDURE_RELEASE = "group:procedure:release"
    REFERENCE_READ = "group:reference:read"
    REFERENCE_WRITE = "group:reference:write"
    REFERENCE_CONFIRM = "group:reference:confirm"
    ACCOUNT_WRITE = "group:account:write"
    IMPORT_RUN = "entity:import:run"
    JOB_READ = "group:job:read"
    JOB_RETRY = "group:job:retry"


_P = Permission
TABLE: dict[Role, frozenset[Permission]] = {
    Role.EMPLOYEE: frozenset(),
    Role.MANAGER: frozenset({_P.CASE_READ, _P.ATTENDANCE_READ}),
    Role.HR: frozenset(
        {
            _P.CASE_READ,
            _P.DOCUMENT_READ,
            _P.PERMIT_READ,
            _P.PERMIT_WRITE,
            _P.CASE_OPERATE,
            _P.TASK_WORK,
            _P.TASK_REASSIGN,
            _P.PERSON_READ,
            _P.PERSON_WRITE,
            _P.PRIVACY_READ,
            _P.ATTENDANCE_READ,
            _P.LEAVE_ADJUST,
            _P.VAULT_READ,
            _P.VAULT_WRITE,
            _P.REFERENCE_READ,
            _P.IMPORT_RUN,
        }
    ),
    Role.HR_HEAD: frozenset(
        {
            _P.CASE_READ,
            _P.DOCUMENT_READ,
            _P.PERMIT_READ,
            _P.PERMIT_WRITE,
            _P.CASE_OPERATE,
            _P.TASK_WORK,
            _P.TASK_REASSIGN,
            _P.PERSON_READ,
            _P.PERSON_WRITE,
            _P.ATTENDANCE_READ,
            _P.LEAVE_ADJUST,
            _P.EVIDENCE_READ,
            _P.VAULT_READ,
            _P.VAULT_WRITE,
            _P.MONITORING_READ,
            _P.MONITORING_WRITE,
            _P.ALERT_READ,
            _P.PRIVACY_READ,
            _P.ERASE,
            _P.PROCEDURE_RELEASE,
            _P.REFERENCE_READ,
            _P.REFERENCE_WRITE,
            _P.REFERENCE_CONFIRM,
            _P.IMPORT_RUN,
        }
    ),
    Role.LEGAL: frozenset(
        {
            _P.CASE_READ,
            _P.DOCUMENT_READ,
            _P.PERMIT_READ,
            _P.TASK_WORK,
            _P.EVIDENCE_READ,
            _P.VAULT_READ,
            _P.VAULT_WRITE,
            _P.MONITORING_READ,
            _P.MONITORING_WRITE,
            _P.ALERT_READ,
            _P.BUNDLE_WORK,
            _P.GAP_RULE_WRITE,
            _P.PRIVACY_READ,
            _P.HOLD_WRITE,
            _P.ERASE,
            _P.PROCEDURE_RELEASE,
            _P.REFERENCE_READ,
            _P.REFERENCE_CONFIRM,
        }
    ),
    Role.PROCESS_OWNER: frozenset({_P.PROCEDURE_EDIT, _P.PROCEDURE_RELEASE, _P.REFERENCE_READ}),
    Role.UNION: frozenset({_P.TASK_WORK}),
    Role.SEAL_HOLDER: frozenset({_P.TASK_WORK, _P.DOCUMENT_SEAL}),
    Role.ADMINISTRATOR: frozenset(
        {
            _P.PERSON_READ,
            _P.PERSON_WRITE,
            _P.REFERENCE_READ,
            _P.REFERENCE_WRITE,
            _P.ACCOUNT_WRITE,
            _P.IMPORT_RUN,
            _P.JOB_READ,
            _P.JOB_RETRY,
        }
    ),
    Role.AUDITOR: frozenset(
        {
            _P.CASE_READ,
            _P.DOCUMENT_READ,
            _P.PERMIT_READ,
            _P.PERSON_READ,
            _P.ATTENDANCE_READ,
            _P.EVIDENCE_READ,
            _P.VAULT_READ,
            _P.MONITORING_READ,
            _P.ALERT_READ,
            _P.PRIVACY_READ,
            _P.REFERENCE_READ,
            _P.JOB_READ,
        }
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """A role held within a scope; both empty: the whole group."""

    role: Role
    entity_id: int | None = None
    department_path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts. ``person_id`` is None for the system itself (timers, jobs, the command line)."""

    person_id: int | None
    name: str
    entity_id: int | None = None
    department_path: str = ""
    grants: tuple[Granted, ...] = ()
    queues: tuple[str, ...] = ()  # role@entity: what may be claimed
    language: str = "zh-Hans"
    number: str = ""  # employee number

    @property
    def system(self) -> bool:
        """Whether no person stands behind the act."""
        return self.person_id is None

    def scopes(self, permission: Permission) -> tuple[Granted, ...]:
        """The grants that carry a permission; each names the records for which it holds."""
        return tuple(g for g in self.grants if permission in TABLE[g.role])

    def may(self, permission: Permission) -> bool:
        """Whether the permission is held for any record at all."""
        return self.system or bool(self.scopes(permission))

    def may_within(self, permission: Permission, *, entity_id: int, department_path: str = "") -> bool:
        """Whether the permission is held for a record of this entity and department."""
        return self.system or any(
            covers(g, entity_id=entity_id, department_path=department_path) for g in self.scopes(permission)
        )

    def has(self, role: Role) -> bool:
        """Whether the role is held in any scope."""
        return any(g.role is role for g in self.grants)


SYSTEM = Actor(person_id=None, name="Hegui")


def covers(grant: Granted, *, entity_id: int, department_path: str) -> bool:
    """Whether a grant's scope holds a record."""
    if grant.department_path is not None:
        return department_path.startswith(grant.department_path)
    return grant.entity_id is None or grant.entity_id == entity_id
