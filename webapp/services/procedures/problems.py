"""A problem of a procedure's file, with the place where it is mended."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from webapp.domain.errors import InvalidError
from webapp.domain.text import msg

if TYPE_CHECKING:
    from webapp.domain.text import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class FileProblem:
    """A problem of one file; ``element`` is what its editor selects: element, cell, rule or field."""

    path: str
    message: Message
    error: bool = True  # False: may be released all the same
    element: str = ""
    name: Message | str = ""  # of the element, as people read it


class UnsoundError(InvalidError):
    """A version that has errors or scenarios that do not come true."""

    default = msg("还有问题没有解决，不能提交。")

    def __init__(self, message: Message, problems: tuple[FileProblem, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems
