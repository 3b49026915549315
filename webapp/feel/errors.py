"""What goes wrong in FEEL, with the place in the text and a sentence for the writer."""

from __future__ import annotations

from webapp.domain.errors import HeguiError
from webapp.domain.text import Message, msg


class FeelError(HeguiError):
    """The expression cannot be read or run; ``line`` and ``column`` count from 1 (0: no place)."""

    default = msg("表达式有误。")

    def __init__(self, message: Message | None = None, *, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class FeelLimitError(FeelError):
    """The expression is refused because it is too large, too deep or takes too long."""

    default = msg("表达式过于复杂，已停止计算。")


def locate(text: str, position: int) -> tuple[int, int]:
    """Line and column of an offset, both counted from 1."""
    return text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)


def fault(text: str, position: int, message: Message) -> FeelError:
    """An error at an offset of the text."""
    line, column = locate(text, position)
    return FeelError(message, line=line, column=column)
