"""What pages show of numbers and addresses to those who need not know them (个人信息保护法 art. 6).

Enough to tell one from another, too little to use; whoever needs the whole asks for it with a reason.
"""

from __future__ import annotations

from typing import Final

STAR: Final = "*"
HIDDEN: Final = "****"
HEAD, TAIL = 3, 4  # characters that stay of a number
PLACE: Final = 6  # characters that stay of an address: province and city

NUMBERS: Final = frozenset({"identity_number", "phone", "bank_account"})
PLACES: Final = frozenset({"address", "delivery_address"})
MAILS: Final = frozenset({"email"})
MASKED: Final = NUMBERS | PLACES | MAILS


def mask(name: str, value: str | None) -> str:
    """The value of a field as pages show it; a field that is not masked stays as it is."""
    if not value or name not in MASKED:
        return value or ""
    if name in MAILS:
        person, _, host = value.partition("@")
        return f"{person[:1]}{HIDDEN}@{host}"
    if name in PLACES:
        return value[:PLACE] + HIDDEN if len(value) > PLACE else value[:1] + HIDDEN
    if len(value) <= HEAD + TAIL:
        return HIDDEN + value[-1:]
    return value[:HEAD] + STAR * (len(value) - HEAD - TAIL) + value[-TAIL:]


def kept(name: str, typed: str, before: str | None) -> str:
    """What a form brings back: the mask of what is there means that nothing was changed."""
    return before if before and typed == mask(name, before) else typed
