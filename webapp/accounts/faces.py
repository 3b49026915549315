"""Our accounts under the names that Flask-Security wants: thin faces over plain rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_security import UserMixin, WebAuthnMixin
from flask_security.utils import get_message

from models.account import Account, Passkey
from webapp.accounts.unit import account_work
from webapp.services import accounts

if TYPE_CHECKING:
    from models.person import Person


def _face(name: str) -> Any:
    def read(self: Any) -> Any:
        return getattr(self.row, name)

    def write(self: Any, value: Any) -> None:
        setattr(self.row, name, value)

    return property(read, write)


class LoginPasskey(WebAuthnMixin):
    """A passkey as Flask-Security sees it."""

    def __init__(self, row: Passkey) -> None:
        self.row = row

    @property
    def user_id(self) -> int:
        """Key of the account."""
        return self.row.account_id


class LoginUser(UserMixin):
    """An account as Flask-Security and Flask-Login see it."""

    roles = []  # noqa: RUF012  permissions are ours: webapp.domain.permissions
    tf_phone_number = None  # codes by SMS are no second factor here

    def __init__(self, row: Account) -> None:
        self.row = row

    @property
    def person(self) -> Person:
        """Whose account it is."""
        return self.row.person

    @property
    def webauthn(self) -> list[LoginPasskey]:  # type: ignore[override]
        """The account's passkeys."""
        return [LoginPasskey(row) for row in self.row.passkeys]

    def track_failed_authn(self, auth_type: str, tfa: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        """Count a wrong password, code or key; the count outlives the refused request."""
        accounts.count_failure(account_work(), self.row, auth_type)

    def is_locked(self, form_error: list[str] | None = None) -> bool:
        """Whether wrong tries lock the account now; says no more than a wrong password does."""
        locked = accounts.is_locked(account_work(), self.row)
        if locked and form_error is not None:
            form_error.append(get_message("INVALID_PASSWORD")[0])
        return locked

    def __eq__(self, other: object) -> bool:
        """The same account."""
        return isinstance(other, LoginUser) and other.row.id == self.row.id

    def __hash__(self) -> int:
        """By the account."""
        return hash(self.row.id)


for _column in Account.__table__.columns:
    setattr(LoginUser, _column.key, _face(_column.key))
for _column in Passkey.__table__.columns:
    setattr(LoginPasskey, _column.key, _face(_column.key))
