"""Names in certificates with characters newer than Unicode 3.2, which asn1crypto 1.5.1 refuses.

RFC 5280 section 7.1 prepares names for comparison after RFC 4518, and that counts every character that
Unicode 3.2 (2002) did not know as unassigned: 𬭚, 鿏 and 5,000 others that stand in people's names. A
certificate that bears one could neither be signed with nor verified. Here only what is unassigned today is
refused, and ideographs of the two planes kept for them never are.
"""

from __future__ import annotations

import stringprep
from types import SimpleNamespace
from unicodedata import category

from asn1crypto import x509

IDEOGRAPHS = range(0x20000, 0x3FFFE)  # planes 2 and 3


def unassigned(char: str) -> bool:
    """Tell whether nobody knows the character today; takes the place of RFC 3454 table A.1."""
    return category(char) == "Cn" and ord(char) not in IDEOGRAPHS


def admit_new_characters() -> None:
    """Repair asn1crypto in this process; Python's own ``stringprep`` (which IDNA needs) stays as it is."""
    x509.stringprep = SimpleNamespace(**{**vars(stringprep), "in_table_a1": unassigned})


admit_new_characters()
