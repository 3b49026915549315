"""Reaching people: channels, addresses, quiet hours. What arrives is only what a channel says arrived."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from webapp.domain.errors import HeguiError, InvalidError, UnavailableError
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

SHANGHAI = ZoneInfo("Asia/Shanghai")


class Channel(StrEnum):
    """A way to a person; the order is the order in which they are tried."""

    WECOM = "wecom"  # 企业微信, personal message of the company's own application
    DINGTALK = "dingtalk"  # 钉钉, 工作通知
    SMS = "sms"  # 短信
    MAIL = "mail"  # 电子邮件


NAMES = {
    Channel.WECOM: msg("企业微信"),
    Channel.DINGTALK: msg("钉钉"),
    Channel.SMS: msg("短信"),
    Channel.MAIL: msg("电子邮件"),
}
_PHONE = re.compile(r"(?:\+?86)?1[3-9]\d{9}")  # 中国大陆手机号: eleven digits, the operators' prefixes
_MAIL = re.compile(r"[^@\s]{1,64}@[^@\s]+\.[^@\s.]{2,}")
_USER = re.compile(r"[A-Za-z0-9_@.\-]{1,64}")
_PATTERNS = {
    Channel.SMS: (_PHONE, msg("请填写 11 位手机号码。")),
    Channel.MAIL: (_MAIL, msg("请填写完整的邮箱地址。")),
    Channel.WECOM: (_USER, msg("请填写通讯录中的用户标识。")),
    Channel.DINGTALK: (_USER, msg("请填写通讯录中的用户标识。")),
}


class AddressRefusedError(HeguiError):
    """The channel says that this address does not exist or refuses it: no use in trying again."""

    default = msg("该地址不存在或拒收。")


class ChannelUnavailableError(UnavailableError):
    """The channel did not answer as it must: the message waits and is tried again."""

    default = msg("消息通道暂时不可用，消息已保留，系统会自动重试。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What a channel is handed; ``key`` is the message id that the receiver can see and key on."""

    key: str
    address: str
    name: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a channel says about a message that it took."""

    provider_id: str
    delivered: bool | None = None  # None: the channel does not know (yet)
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """Local time (Asia/Shanghai) within which nobody is disturbed; a company policy, not law."""

    start: time
    end: time

    def until(self, now: datetime) -> datetime:
        """Return ``now``, or the end of the quiet hours that ``now`` falls into (both aware)."""
        local = now.astimezone(SHANGHAI)
        clock = local.time()
        over_midnight = self.start > self.end
        inside = clock >= self.start or clock < self.end if over_midnight else self.start <= clock < self.end
        if not inside:
            return now
        day = local.date() + timedelta(days=1 if over_midnight and clock >= self.start else 0)
        return datetime.combine(day, self.end, SHANGHAI).astimezone(now.tzinfo)


def check_address(channel: Channel, address: str) -> str:
    """Return the address as kept; raises InvalidError at the field ``address``."""
    text = address.strip()
    pattern, sentence = _PATTERNS[channel]
    if not pattern.fullmatch(text):
        raise InvalidError(sentence, fields={"address": (sentence,)})
    return text[-11:] if channel is Channel.SMS else text


def choose(addresses: Mapping[Channel, str], *, tried: Collection[Channel] = ()) -> Channel | None:
    """Return the first channel by which a person can still be reached; None: not by any."""
    return next((c for c in Channel if c in addresses and c not in tried), None)


def masked(channel: Channel, address: str) -> str:
    """Return the address as lists show it: enough to recognise, too little to use (PIPL art. 6)."""
    if channel is Channel.MAIL:
        name, _, host = address.partition("@")
        return f"{name[:1]}***@{host}"
    if channel is Channel.SMS:
        return f"{address[:3]}****{address[-4:]}"
    return f"{address[:2]}***"
