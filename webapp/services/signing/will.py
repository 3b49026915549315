"""The person's will over exactly this text: a passkey over the intent, or a one-time code bound to it."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from models.account import Account, Passkey
from models.person import Person
from models.signing import SigningCode, SigningFlow
from webapp.adapters.catalog import translate
from webapp.adapters.signing import passkey as webauthn
from webapp.domain.errors import ConflictError, InvalidError
from webapp.domain.signing import FlowState, Intent
from webapp.domain.text import msg
from webapp.services.signing import texts
from webapp.services.signing.codes import deliver_code, hide_codes
from webapp.services.signing.flows import lock_flow, log, move
from webapp.services.signing.steps import all_read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.services.work import Work

ANSWER_WITHIN = timedelta(minutes=10)  # from the intent to its confirmation
CODE_LASTS = timedelta(minutes=5)
CODE_PAUSE = timedelta(seconds=60)  # between two codes
TRIES = 5
DIGITS = 6


class WrongCodeError(InvalidError):
    """The code was wrong, used or too old; the try is counted although the step is refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where the browser is: passkeys belong to a site."""

    rp_id: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the browser needs to have a passkey confirm an intent."""

    intent: Intent
    credentials: tuple[bytes, ...]


def ask_will(work: Work, task_id: int, *, seen: str, language: str | None = None) -> Asked:
    """Make the intent that the person confirms next; an older one is void from now on."""
    flow = lock_flow(work, task_id, seen=seen)
    if flow.state != FlowState.IDENTIFIED:
        raise ConflictError(msg("签署步骤已变化，请刷新页面后继续。"))
    if not all_read(flow):
        raise InvalidError(msg("请先看完全部 {count} 页。", count=flow.document.pages))
    text = translate(msg(texts.WILL.key, title=flow.document.title), language or work.actor.language)
    intent = Intent(
        flow=str(flow.id),
        doc_sha256=flow.document_sha256,
        signer=_number(work, flow),
        role=flow.role,
        act="sign",
        text=text,
        nonce=secrets.token_hex(16),
        time=work.now.isoformat(timespec="seconds"),
    )
    flow.intent = {**asdict(intent), "until": (work.now + ANSWER_WITHIN).isoformat()}
    work.session.flush()
    return Asked(intent=intent, credentials=tuple(each.credential_id for each in passkeys_of(work)))


def _number(work: Work, flow: SigningFlow) -> str:
    return work.session.scalars(select(Person.number).where(Person.id == flow.person_id)).one()


def passkeys_of(work: Work) -> list[Passkey]:
    """The actor's passkeys."""
    return list(
        work.session.scalars(
            select(Passkey)
            .join(Account, Account.id == Passkey.account_id)
            .where(Account.person_id == work.person_id)
            .order_by(Passkey.id)
        )
    )


def confirm_by_passkey(
    work: Work, task_id: int, *, seen: str, answer: Mapping[str, Any], site: Site
) -> SigningFlow:
    """Take the passkey's assertion over the intent; kept whole, so that anybody can check it later.

    Raises IntentNotConfirmedError for another text, person, site, moment or a replay.
    """
    flow = lock_flow(work, task_id, seen=seen)
    intent = _open_intent(work, flow)
    assertion = read_assertion(answer)
    _check(work, intent, assertion, site=site)
    proof = {"method": "passkey", "rp_id": site.rp_id, "origin": site.origin, **plain_assertion(assertion)}
    return _confirmed(work, flow, intent, **proof)


def check_passkey(work: Work, intent: Intent, assertion: webauthn.Assertion, *, site: Site) -> None:
    """Check an assertion of the actor over an intent, and keep the key's counter."""
    _check(work, intent, assertion, site=site)


def _check(work: Work, intent: Intent, assertion: webauthn.Assertion, *, site: Site) -> None:
    row = next((k for k in passkeys_of(work) if k.credential_id == assertion.credential), None)
    if row is None:
        raise webauthn.IntentNotConfirmedError
    key = webauthn.Passkey(credential=row.credential_id, public_key=row.public_key, count=row.sign_count)
    row.sign_count = webauthn.check_intent(
        intent, assertion, passkey=key, rp_id=site.rp_id, origin=site.origin
    )
    row.lastuse_datetime = work.now


def read_assertion(answer: Mapping[str, Any]) -> webauthn.Assertion:
    """Read what the browser sent; raises IntentNotConfirmedError for what is none."""
    fields = ("id", "clientDataJSON", "authenticatorData", "signature")
    if any(not isinstance(answer.get(name), str) for name in fields):
        raise webauthn.IntentNotConfirmedError
    credential, client, authenticator, signature = (webauthn.read_field(answer[name]) for name in fields)
    return webauthn.Assertion(
        credential=credential, client_data=client, authenticator_data=authenticator, signature=signature
    )


def plain_assertion(assertion: webauthn.Assertion) -> dict[str, str]:
    """An assertion as the log keeps it, hexadecimal."""
    return {name: getattr(assertion, name).hex() for name in assertion.__slots__}


def send_code(work: Work, task_id: int, *, seen: str) -> SigningCode:
    """Send a one-time code for the open intent; earlier codes are void. Not twice within a minute."""
    flow = lock_flow(work, task_id, seen=seen)
    intent = _open_intent(work, flow)
    last = last_code(work, flow)
    if last is not None and work.now - last.made_at < CODE_PAUSE:
        raise InvalidError(fields={"code": (msg("验证码刚刚发出，请一分钟后再试。"),)})
    if last is not None and last.used_at is None:
        last.used_at = work.now
    hide_codes(work, flow)
    code = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    salt = secrets.token_hex(16)
    row = SigningCode(
        flow_id=flow.id,
        nonce=intent.nonce,
        salt=salt,
        digest=_digest(salt, code),
        channel=deliver_code(work, flow, code, nonce=intent.nonce, ends_at=work.now + CODE_LASTS),
        made_at=work.now,
        ends_at=work.now + CODE_LASTS,
    )
    work.session.add(row)
    work.session.flush()
    log(work, flow, "code_sent", channel=row.channel, nonce=intent.nonce)
    return row


def confirm_by_code(work: Work, task_id: int, *, seen: str, code: str) -> SigningFlow:
    """Take a one-time code; raises WrongCodeError, and counts the try."""
    flow = lock_flow(work, task_id, seen=seen)
    intent = _open_intent(work, flow)
    row = last_code(work, flow)
    if row is None or row.used_at is not None or row.nonce != intent.nonce or work.now >= row.ends_at:
        raise WrongCodeError(fields={"code": (msg("验证码已失效，请重新获取。"),)})
    if not hmac.compare_digest(_digest(row.salt, code.strip()), row.digest):
        row.attempts += 1
        if row.attempts >= TRIES:
            row.used_at = work.now
            hide_codes(work, flow)
        log(work, flow, "code_refused", attempts=row.attempts)
        left = TRIES - row.attempts
        told = (
            msg("验证码不正确，还可以试 {left} 次。", left=left)
            if left
            else msg("验证码已失效，请重新获取。")
        )
        raise WrongCodeError(fields={"code": (told,)})
    row.used_at = work.now
    hide_codes(work, flow)
    return _confirmed(work, flow, intent, method="code", channel=row.channel, code=row.id)


def _confirmed(work: Work, flow: SigningFlow, intent: Intent, **proof: Any) -> SigningFlow:
    flow.will = {"intent": asdict(intent), "at": work.now.isoformat(), **proof}
    flow.intent = None  # a second answer to it finds nothing to confirm
    challenge = intent.challenge().hex()
    move(work, flow, FlowState.CONFIRMED, will=flow.will, challenge=challenge)
    return flow


def _open_intent(work: Work, flow: SigningFlow) -> Intent:
    kept = dict(flow.intent or {})
    until = kept.pop("until", "")
    if flow.state != FlowState.IDENTIFIED or not kept or work.now.isoformat() >= until:
        raise ConflictError(msg("确认已过期或已使用，请重新确认。"))
    return Intent(**kept)


def last_code(work: Work, flow: SigningFlow) -> SigningCode | None:
    """The newest code of a flow."""
    return work.session.scalars(
        select(SigningCode).where(SigningCode.flow_id == flow.id).order_by(SigningCode.id.desc()).limit(1)
    ).one_or_none()


def _digest(salt: str, code: str) -> str:
    return hashlib.sha256(f"{salt}{code}".encode()).hexdigest()
