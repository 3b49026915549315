"""What the engine refuses, each with a sentence."""

from __future__ import annotations

from webapp.domain.errors import ConflictError, HeguiError, InvalidError
from webapp.domain.text import Message, msg


class GoneError(ConflictError):
    """The work item, job, timer or wait is not open any more: somebody else was faster."""

    default = msg("此事项已经办结或撤销，请刷新后再看。")


class EarlyError(ConflictError):
    """A timer was fired before its time."""

    default = msg("定时尚未到期。")


class DiagramError(InvalidError):
    """The diagram cannot be read or holds something that is not run here; ``element_id`` says where."""

    default = msg("流程图无法读取。")

    def __init__(self, message: Message | None = None, *, element_id: str | None = None) -> None:
        super().__init__(message)
        self.element_id = element_id


class SnapshotError(HeguiError):
    """The saved state does not fit the specification or this version."""

    default = msg("案件的保存状态无法读取。")


class TooLargeError(InvalidError):
    """A value or the whole case has grown beyond its limit."""

    default = msg("案件数据过大，请把大段内容改存为附件。")


class StuckError(HeguiError):
    """An element cannot go on: the runtime turns this into an incident and the case stays there."""

    default = msg("流程在此处无法继续。")

    def __init__(self, message: Message | None = None, *, kind: str = "evaluation") -> None:
        super().__init__(message)
        self.kind = kind
