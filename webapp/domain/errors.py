"""One tree of errors. Each bears a sentence for the user; views map classes to HTTP statuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.domain.text import Message, msg

if TYPE_CHECKING:
    from collections.abc import Mapping


class HeguiError(Exception):
    """Something that the user must be told in words."""

    default = msg("出了点问题，请稍后再试。")

    def __init__(self, message: Message | None = None) -> None:
        self.message = message or self.default
        super().__init__(str(self.message))


class NotFoundError(HeguiError):
    """The record does not exist, or this person may not know that it does: both look the same (404)."""

    default = msg("没有找到，或您无权查看。")


class ForbiddenError(HeguiError):
    """The person may read the record but not do this with it (403)."""

    default = msg("您无权进行此操作。")


class ConflictError(HeguiError):
    """Somebody else was faster, or the page is stale (409)."""

    default = msg("内容已被他人更改，请刷新后再试。")


class InvalidError(HeguiError):
    """The values given cannot be accepted (422); ``fields`` names each field with its sentences."""

    default = msg("填写有误，请按提示修改。")

    def __init__(
        self,
        message: Message | None = None,
        *,
        fields: Mapping[str, tuple[Message, ...]] | None = None,
    ) -> None:
        super().__init__(message)
        self.fields: Mapping[str, tuple[Message, ...]] = fields or {}


class UnavailableError(HeguiError):
    """A door to the world is shut; what was asked is kept and tried again (503)."""

    default = msg("外部服务暂时不可用，系统会自动重试。")
