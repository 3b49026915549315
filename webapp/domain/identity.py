"""Numbers of the citizen identity card 公民身份号码: 17 digits and a check character (GB 11643-1999)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999, 4.2.4: 2^(18-i) mod 11
CHECKS = "10X98765432"
SHAPE = re.compile(r"[1-9][0-9]{16}[0-9X]", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """What a number says about its holder."""

    region: str  # GB/T 2260 code of the first registration, six digits
    born_on: date
    gender: str  # m or f


def read_identity(number: str) -> Identity | None:
    """What the number says, or None: wrong shape, no such day of birth, or wrong check character."""
    text = number.strip().upper()
    if not SHAPE.fullmatch(text) or check_character(text[:17]) != text[17]:
        return None
    try:
        born = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return None
    return Identity(region=text[:6], born_on=born, gender="m" if int(text[16]) % 2 else "f")


def check_character(digits: str) -> str:
    """The eighteenth character for the first seventeen digits (ISO 7064, MOD 11-2)."""
    return CHECKS[sum(w * int(d) for w, d in zip(WEIGHTS, digits, strict=True)) % 11]
