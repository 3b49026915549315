"""The table of all grounds, in the order of the statute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.domain.dismissal.fault import FAULT
from webapp.domain.dismissal.no_fault import NO_FAULT
from webapp.domain.dismissal.other_ends import OTHER_ENDS
from webapp.domain.errors import NotFoundError
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.domain.dismissal.ground import Ground

GROUNDS: Mapping[str, Ground] = {
    ground.code: ground for ground in sorted((*FAULT, *NO_FAULT, *OTHER_ENDS), key=lambda ground: ground.code)
}


def find_ground(code: str) -> Ground:
    """The ground of a code such as ``39(4)``; NotFoundError."""
    if code not in GROUNDS:
        raise NotFoundError(
            msg("没有依据“{code}”。可用的依据：{codes}。", code=code, codes="、".join(GROUNDS))
        )
    return GROUNDS[code]
