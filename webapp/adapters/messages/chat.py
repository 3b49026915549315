"""Personal messages of the company's own application in WeCom (企业微信) and DingTalk (钉钉)."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from webapp.adapters.messages.web import call
from webapp.domain.reach import AddressRefusedError, ChannelUnavailableError, Receipt
from webapp.domain.text import msg

if TYPE_CHECKING:
    from collections.abc import Callable

    from webapp.domain.reach import Letter

WECOM = "https://qyapi.weixin.qq.com"
DINGTALK = "https://oapi.dingtalk.com"
EARLY = 300  # seconds before its end at which a token is renewed
_WECOM_NOBODY = frozenset({60111, 81013})  # no such user; no receiver may be reached
_WECOM_TOKEN = frozenset({40014, 42001})  # token invalid, token expired
_DINGTALK_NOBODY = frozenset({33012, 60121})  # user id unknown


@dataclass(slots=True)
class AccessToken:
    """A token that lives about two hours, kept by the process; renewed early or when it is refused."""

    fetch: Callable[[], dict[str, Any]]
    value: str = ""
    ends: float = 0.0

    def get(self) -> str:
        """Return a token that holds for some minutes more; raises ChannelUnavailableError."""
        if not self.value or time.monotonic() > self.ends:
            answer = self.fetch()
            self.value = str(answer.get("access_token") or "")
            if not self.value:
                raise ChannelUnavailableError
            self.ends = time.monotonic() + max(60, int(answer.get("expires_in", 7200)) - EARLY)
        return self.value

    def drop(self) -> None:
        """Forget the token: the next call asks for another."""
        self.value = ""


@dataclass(slots=True, kw_only=True)
class WeComMessenger:
    """Messages of a WeCom application; whether somebody read them is not told by its interface."""

    corporation: str  # corpid
    agent: int  # agentid
    secret: str
    base: str = WECOM
    asks: bool = False
    token: AccessToken = field(init=False)

    def __post_init__(self) -> None:
        query = {"corpid": self.corporation, "corpsecret": self.secret}
        self.token = AccessToken(lambda: call(f"{self.base}/cgi-bin/gettoken", query=query))

    def send(self, letter: Letter) -> Receipt:
        """Send as text; the duplicate check drops the same content to the same person within four hours."""
        body = json.dumps(
            {
                "touser": letter.address,
                "msgtype": "text",
                "agentid": self.agent,
                "text": {"content": letter.text},
                "enable_duplicate_check": 1,
                "duplicate_check_interval": 14_400,
            },
            ensure_ascii=False,
        ).encode()
        answer = call(
            f"{self.base}/cgi-bin/message/send", query={"access_token": self.token.get()}, body=body
        )
        code = answer.get("errcode")
        if code in _WECOM_TOKEN:
            self.token.drop()
        if code in _WECOM_NOBODY or (code == 0 and answer.get("invaliduser")):
            raise AddressRefusedError(msg("企业微信中没有该成员，或不在应用可见范围内。"))
        if code != 0:
            raise ChannelUnavailableError
        return Receipt(provider_id=str(answer.get("msgid") or letter.key)[:100])

    def status(self, provider_id: str) -> Receipt:
        """WeCom says nothing more."""
        return Receipt(provider_id=provider_id)


@dataclass(slots=True, kw_only=True)
class DingTalkMessenger:
    """Work notices (工作通知) of a DingTalk application; its interface tells later who was reached."""

    key: str  # appkey
    agent: int  # agent_id
    secret: str
    base: str = DINGTALK
    asks: bool = True
    token: AccessToken = field(init=False)

    def __post_init__(self) -> None:
        query = {"appkey": self.key, "appsecret": self.secret}
        self.token = AccessToken(lambda: call(f"{self.base}/gettoken", query=query))

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = call(
            f"{self.base}/topapi/message/corpconversation/{path}",
            query={"access_token": self.token.get()},
            body=json.dumps(body, ensure_ascii=False).encode(),
        )
        if answer.get("errcode") in (40014, 42001):
            self.token.drop()
        return answer

    def send(self, letter: Letter) -> Receipt:
        """Send as text."""
        answer = self._post(
            "asyncsend_v2",
            {
                "agent_id": self.agent,
                "userid_list": letter.address,
                "msg": {"msgtype": "text", "text": {"content": letter.text}},
            },
        )
        if answer.get("errcode") in _DINGTALK_NOBODY:
            raise AddressRefusedError(msg("钉钉通讯录中没有该成员。"))
        if answer.get("errcode") != 0 or not answer.get("task_id"):
            raise ChannelUnavailableError
        return Receipt(provider_id=str(answer["task_id"]))

    def status(self, provider_id: str) -> Receipt:
        """Ask whom the notice reached."""
        answer = self._post("getsendresult", {"agent_id": self.agent, "task_id": int(provider_id)})
        if answer.get("errcode") != 0:
            raise ChannelUnavailableError
        result = answer.get("send_result") or {}
        if result.get("invalid_user_id_list") or result.get("failed_user_id_list"):
            return Receipt(provider_id=provider_id, delivered=False, reason="failed_user_id_list")
        reached = result.get("read_user_id_list") or result.get("unread_user_id_list")
        return Receipt(provider_id=provider_id, delivered=True if reached else None)
