"""The doors to people outside Hegui: SMS, mail, WeCom and DingTalk behind one port."""

from webapp.adapters.messages.doors import open_channels
from webapp.adapters.messages.port import Messenger, QuietMessenger

__all__ = ["Messenger", "QuietMessenger", "open_channels"]
