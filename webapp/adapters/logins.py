"""Who a WeCom or DingTalk code stands for: both speak OAuth 2.0 with turns of their own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlencode

from webapp.adapters.messages.chat import WECOM, AccessToken
from webapp.adapters.messages.web import call
from webapp.domain.reach import ChannelUnavailableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from webapp.settings import ChannelSettings

WECOM_PAGE = "https://login.work.weixin.qq.com/wwlogin/sso/login"
WECOM_INSIDE = "https://open.weixin.qq.com/connect/oauth2/authorize"
DINGTALK_PAGE = "https://login.dingtalk.com/oauth2/auth"
DINGTALK_API = "https://api.dingtalk.com"


class Login(Protocol):
    """A provider of log-ins that is not OpenID Connect."""

    code_field: str  # name of the code in the way back

    def begin(self, *, back: str, state: str, agent: str) -> str:
        """Return the address to send the browser to; ``agent`` is its User-Agent."""

    def subject(self, code: str) -> str:
        """Return the provider's name for the person; raises ChannelUnavailableError."""


@dataclass(slots=True, kw_only=True)
class WeComLogin:
    """Log-in by WeCom (企业微信): inside its own browser without a click, elsewhere by scanning."""

    corporation: str
    agent_id: int
    secret: str
    base: str = WECOM
    code_field: str = "code"

    def begin(self, *, back: str, state: str, agent: str) -> str:
        """The application's own page, or the silent one inside WeCom."""
        if "wxwork" in agent.lower():
            query = {"appid": self.corporation, "redirect_uri": back, "response_type": "code"}
            query |= {"scope": "snsapi_base", "state": state, "agentid": str(self.agent_id)}
            return f"{WECOM_INSIDE}?{urlencode(query)}#wechat_redirect"
        query = {"login_type": "CorpApp", "appid": self.corporation, "agentid": str(self.agent_id)}
        return f"{WECOM_PAGE}?{urlencode(query | {'redirect_uri': back, 'state': state})}"

    def subject(self, code: str) -> str:
        """The userid of a member; a stranger to the corporation has none."""
        query = {"corpid": self.corporation, "corpsecret": self.secret}
        token = AccessToken(lambda: call(f"{self.base}/cgi-bin/gettoken", query=query)).get()
        found = call(f"{self.base}/cgi-bin/auth/getuserinfo", query={"access_token": token, "code": code})
        if found.get("errcode") != 0 or not found.get("userid"):
            raise ChannelUnavailableError
        return str(found["userid"]).lower()  # WeCom's ids know no case


@dataclass(slots=True, kw_only=True)
class DingTalkLogin:
    """Log-in by DingTalk (钉钉)."""

    client: str
    secret: str
    base: str = DINGTALK_API
    code_field: str = "authCode"

    def begin(self, *, back: str, state: str, agent: str) -> str:  # noqa: ARG002  one page for all browsers
        """DingTalk's page."""
        query = {"redirect_uri": back, "response_type": "code", "client_id": self.client}
        return (
            f"{DINGTALK_PAGE}?{urlencode(query | {'scope': 'openid', 'state': state, 'prompt': 'consent'})}"
        )

    def subject(self, code: str) -> str:
        """The unionId, the same in all applications of the organisation."""
        asked = {"clientId": self.client, "clientSecret": self.secret, "code": code}
        body = json.dumps(asked | {"grantType": "authorization_code"}).encode()
        token = call(f"{self.base}/v1.0/oauth2/userAccessToken", query={}, body=body).get("accessToken")
        if not token:
            raise ChannelUnavailableError
        headers = {"x-acs-dingtalk-access-token": str(token)}
        found = call(f"{self.base}/v1.0/contact/users/me", query={}, headers=headers).get("unionId")
        if not found:
            raise ChannelUnavailableError
        return str(found)


def open_logins(settings: ChannelSettings) -> Mapping[str, Login]:
    """The providers that the settings name."""
    found: dict[str, Login] = {}
    if settings.wecom_corporation:
        found["wecom"] = WeComLogin(
            corporation=settings.wecom_corporation,
            agent_id=settings.wecom_agent,
            secret=settings.wecom_secret,
            base=settings.wecom_base or WECOM,
        )
    if settings.dingtalk_key:
        found["dingtalk"] = DingTalkLogin(
            client=settings.dingtalk_key,
            secret=settings.dingtalk_secret,
            base=settings.dingtalk_api or DINGTALK_API,
        )
    return found
