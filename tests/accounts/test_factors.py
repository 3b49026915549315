"""Second factors in a real browser: authenticator, recovery code, passkey, and the account page."""

import base64
import hashlib
import hmac
import struct
import time

import pytest

from tests.web import PASSWORD

pytestmark = pytest.mark.browser


def totp(secret):
    """RFC 6238 with SHA-1, six digits, thirty seconds, by the real clock that the server reads."""
    plain = secret.replace(" ", "").replace("-", "").upper()
    key = base64.b32decode(plain + "=" * (-len(plain) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def set_up_totp(screen):
    page = screen.open("/tf-setup")
    page.click("text=开始设置")
    page.wait_for_selector("#code")
    secret = page.locator("dd .hash").first.inner_text()
    page.fill("#code", totp(secret))
    with page.expect_navigation():
        page.click("text=启用")
    return secret


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
class TestFactors:
    def test_an_authenticator_is_asked_for_at_the_next_log_in(self, desk):
        screen = desk()
        screen.log_in("hr")
        secret = set_up_totp(screen)
        assert "已启用" in screen.open("/account/").inner_text("main")
        other = desk()
        page = other.log_in("hr")
        assert "六位数字" in page.inner_text("main")
        assert other.open("/inbox/").url.split("/")[3].startswith("login")
        page = other.log_in("hr")
        page.fill("#code", totp(secret))
        page.click("text=确认")
        page.wait_for_selector(".rail")
        assert screen.complaints == other.complaints == []

    def test_a_recovery_code_opens_once(self, desk):
        screen = desk()
        screen.log_in("hr")
        set_up_totp(screen)
        page = screen.open("/mf-recovery-codes")
        page.click("text=生成新的恢复码")
        page.click("[data-confirm-yes]")
        page.wait_for_selector("li.hash")
        code = page.locator("li.hash").first.inner_text()
        for attempt in (1, 2):
            other = desk()
            page = other.log_in("hr")
            page.click("text=用恢复码")
            page.fill("#code", code)
            with page.expect_navigation():
                page.click("text=确认")
            assert (page.locator(".rail").count() == 1) == (attempt == 1)

    def test_a_passkey_logs_in_without_a_password(self, desk):
        screen = desk()
        page = screen.log_in("hr")
        client = screen.context.new_cdp_session(page)
        client.send("WebAuthn.enable")
        client.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )
        page = screen.open("/wan-register")
        page.fill("#name", "我的手机")
        page.click("button:has-text('添加')")
        page.wait_for_selector("text=已添加的通行密钥")
        page = screen.open("/account/")
        page.click(".topbar details summary")
        with page.expect_navigation():
            page.click("text=退出登录")
        page = screen.open("/login")
        page.click("text=用通行密钥登录")
        page.wait_for_selector(".rail")
        assert screen.complaints == []

    def test_a_changed_password_ends_other_sessions(self, desk):
        screen, other = desk(), desk()
        screen.log_in("hr")
        other.log_in("hr")
        page = screen.open("/change")
        page.fill("#password", PASSWORD)
        page.fill("#new_password", "another long phrase 42")
        page.fill("#new_password_confirm", "another long phrase 42")
        with page.expect_navigation():
            page.click("main button:has-text('修改密码')")
        assert "/login" in other.open("/inbox/").url
