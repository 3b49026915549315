"""The datastore that Flask-Security works on: our rows, in the request's own unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_security import RoleMixin
from flask_security.datastore import UserDatastore
from sqlalchemy import select

from models.account import Account, Passkey
from webapp.accounts.faces import LoginPasskey, LoginUser
from webapp.accounts.unit import account_open, account_work
from webapp.domain.permissions import SYSTEM
from webapp.services.accounts import find_account
from webapp.views.house import edge

if TYPE_CHECKING:
    from webapp.services.work import Work


class NoRole(RoleMixin):
    """Flask-Security asks for a role model; roles are ours."""


class AccountStore(UserDatastore):
    """Finds and keeps accounts; never commits."""

    def __init__(self) -> None:
        super().__init__(LoginUser, NoRole, LoginPasskey)

    def commit(self) -> None:
        """Flush; the edge commits when the request ends."""
        if account_open():
            account_work().session.flush()

    def put(self, model: Any) -> Any:
        """Keep a face's row in the request's unit."""
        account_work().session.merge(model.row)
        return model

    def delete(self, model: Any) -> None:
        """Delete a face's row: only passkeys are ever deleted."""
        session = account_work().session
        session.delete(session.merge(model.row))

    def reload(self, model: Any) -> Any:
        """Read a face's row anew."""
        return self.find_user(id=model.row.id)

    def find_user(self, case_insensitive: bool = False, **key: Any) -> LoginUser | None:  # noqa: ARG002, FBT001, FBT002
        """An account by one key; within the request's unit where there is one."""
        if account_open() or "fs_uniquifier" not in key:
            return self._face(account_work(), key)
        with edge().view(SYSTEM) as work:
            return self._face(work, key)

    def _face(self, work: Work, key: dict[str, Any]) -> LoginUser | None:
        row = find_account(work.session, **key)
        return None if row is None else LoginUser(row)

    def find_role(self, role: str) -> None:
        """There are none."""

    def find_webauthn(self, credential_id: bytes) -> LoginPasskey | None:
        """A passkey by its credential id."""
        row = (
            account_work()
            .session.scalars(select(Passkey).where(Passkey.credential_id == credential_id))
            .one_or_none()
        )
        return None if row is None else LoginPasskey(row)

    def create_webauthn(self, user: LoginUser, **facts: Any) -> None:  # type: ignore[override]
        """Keep a new passkey of an account."""
        work = account_work()
        account = work.session.get_one(Account, user.row.id)
        columns = {k: v for k, v in facts.items() if k in Passkey.__table__.columns}
        columns.setdefault("create_datetime", work.now)
        work.session.add(Passkey(account_id=account.id, lastuse_datetime=work.now, **columns))
        work.session.flush()
