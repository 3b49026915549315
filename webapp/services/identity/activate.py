"""First activation: who holds the link and knows their own number becomes an account; an identity act."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from sqlalchemy import select

from models.account import Account
from models.delivery import Delivery
from webapp.adapters.passwords import hash_password
from webapp.domain.errors import ConflictError, InvalidError
from webapp.domain.text import msg
from webapp.services import events
from webapp.services.identity.invite import open_invitation

if TYPE_CHECKING:
    from webapp.services.work import Work

TRIES = 5  # wrong numbers, then the link is dead
SHORTEST = 12  # characters, as at a change of password
LONGEST = 128


class WrongNumberError(InvalidError):
    """The number is not that of the person invited: counted, so it must be kept although it is refused."""


def activate(work: Work, token: str, *, number: str, password: str, again: str, address: str) -> Account:
    """Make the account of the person invited.

    Raises NotFoundError for a dead link, InvalidError at the fields; a wrong employee number is counted
    (the caller keeps the unit for WrongNumberError), and after five the link is dead.
    """
    row = open_invitation(work, token, lock=True)
    person = row.person
    if number.strip().casefold() != person.number.casefold():
        row.tries += 1
        if row.tries >= TRIES:
            row.used_at = work.now
        sentence = msg("工号与被邀请人不符。")
        raise WrongNumberError(sentence, fields={"number": (sentence,)})
    _check_password(password, again, number=person.number)
    username = person.number.casefold()
    if work.session.scalar(select(Account.id).where(Account.username == username)) is not None:
        raise ConflictError(msg("{name}已有账户。", name=person.name))
    account = Account(
        person_id=person.id,
        username=username,
        email=f"{username}@people.invalid",  # RFC 2606: never gets mail; ours goes to contacts
        password=hash_password(password),
        fs_uniquifier=secrets.token_hex(32),
        mf_recovery_codes=[],
    )
    work.session.add(account)
    row.used_at = work.now
    work.session.flush()
    carried = None if row.delivery_id is None else work.session.get(Delivery, row.delivery_id)
    events.append(
        work,
        "account.activated",
        {
            "person": person.id,
            "invitation": row.id,
            "method": "link-and-employee-number",
            "channel": None if carried is None else carried.channel,
            "message": None if carried is None else carried.key,
            "provider_id": None if carried is None else carried.provider_id,
            "message_state": None if carried is None else str(carried.state),
            "address": address[:64],
        },
        subject=f"person/{person.id}",
    )
    return account


def _check_password(password: str, again: str, *, number: str) -> None:
    if not SHORTEST <= len(password) <= LONGEST:
        sentence = msg("密码应为 {least} 至 {most} 个字符。", least=SHORTEST, most=LONGEST)
        raise InvalidError(sentence, fields={"password": (sentence,)})
    if number.casefold() in password.casefold():
        sentence = msg("密码中不能含有工号。")
        raise InvalidError(sentence, fields={"password": (sentence,)})
    if password != again:
        sentence = msg("两次输入的密码不一致。")
        raise InvalidError(sentence, fields={"again": (sentence,)})
