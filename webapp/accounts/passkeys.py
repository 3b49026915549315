"""What we ask of a passkey (WebAuthn Level 3): kept by the device, unlocked by its owner, on any device."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_security import WebauthnUtil
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

if TYPE_CHECKING:
    from flask_security import UserMixin


class Passkeys(WebauthnUtil):
    """Phones and security keys alike; without a name at log-in, so the key itself must know whose it is."""

    def authenticator_selection(self, user: UserMixin, usage: str) -> AuthenticatorSelectionCriteria:  # noqa: ARG002
        """Any kind of device, with a resident key, verified by fingerprint, face or number."""
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        )

    def user_verification(self, user: UserMixin | None, usage: list[str]) -> UserVerificationRequirement:  # noqa: ARG002
        """A key that opens the house without a password must have been unlocked."""
        return UserVerificationRequirement.REQUIRED
