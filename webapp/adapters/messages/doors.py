"""Which channels an installation has: those that its settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from webapp.adapters.messages.chat import DINGTALK, WECOM, DingTalkMessenger, WeComMessenger
from webapp.adapters.messages.mail import SmtpMessenger
from webapp.adapters.messages.port import QuietMessenger
from webapp.adapters.messages.sms import SmsMessenger
from webapp.domain.reach import Channel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.adapters.messages.port import Messenger
    from webapp.settings import ChannelSettings


def open_channels(settings: ChannelSettings) -> Mapping[Channel, Messenger]:
    """Open what is configured; without any, one quiet SMS channel that says it sends nothing."""
    doors: dict[Channel, Messenger] = {}
    if settings.wecom_corporation:
        doors[Channel.WECOM] = WeComMessenger(
            corporation=settings.wecom_corporation,
            agent=settings.wecom_agent,
            secret=settings.wecom_secret,
            base=settings.wecom_base or WECOM,
        )
    if settings.dingtalk_key:
        doors[Channel.DINGTALK] = DingTalkMessenger(
            key=settings.dingtalk_key,
            agent=settings.dingtalk_agent,
            secret=settings.dingtalk_secret,
            base=settings.dingtalk_base or DINGTALK,
        )
    if settings.sms_url:
        doors[Channel.SMS] = SmsMessenger(
            url=settings.sms_url, account=settings.sms_account, secret=settings.sms_secret
        )
    if settings.smtp_host:
        doors[Channel.MAIL] = SmtpMessenger(
            host=settings.smtp_host,
            port=settings.smtp_port,
            sender=settings.smtp_sender,
            user=settings.smtp_user,
            password=settings.smtp_password,
            tls=settings.smtp_tls,
        )
    return doors or {Channel.SMS: QuietMessenger()}
