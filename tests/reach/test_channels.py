"""The four channels, each against a server that the test starts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.reach.servers import mail_server, world_server
from webapp.adapters.messages.chat import DingTalkMessenger, WeComMessenger
from webapp.adapters.messages.mail import SmtpMessenger
from webapp.adapters.messages.sms import SmsMessenger
from webapp.domain.reach import AddressRefusedError, ChannelUnavailableError, Letter


def letter(address, text="李娜，请查看居家办公补充协议。", key="k1"):
    return Letter(key=key, address=address, name="李娜", subject="合规系统通知", text=text)


@pytest.fixture
def post():
    with mail_server() as server:
        yield server


@pytest.fixture
def world():
    with world_server() as server:
        yield server


class TestMail:
    def door(self, post):
        return SmtpMessenger(host="127.0.0.1", port=post.port, sender="hr@example.cn", tls=False)

    def test_the_key_is_the_message_id_and_chinese_arrives_whole(self, post):
        receipt = self.door(post).send(letter("lina@example.cn"))
        receivers, message = post.taken["<k1@example.cn>"]
        assert receipt.provider_id == "<k1@example.cn>"
        assert receivers == ["lina@example.cn"]
        assert message["Subject"] == "合规系统通知"
        assert message.get_content().strip() == "李娜，请查看居家办公补充协议。"

    def test_a_repeat_bears_the_same_id(self, post):
        for _ in range(2):
            self.door(post).send(letter("lina@example.cn"))
        assert (post.times, len(post.taken)) == (2, 1)

    def test_no_name_begins_another_header(self, post):
        said = replace(letter("lina@example.cn"), name="李娜\r\nBcc: all@example.cn", subject="通知\nX: y")
        self.door(post).send(said)
        receivers, message = post.taken["<k1@example.cn>"]
        assert (receivers, message["Bcc"], message["X"]) == (["lina@example.cn"], None, None)

    def test_an_unknown_mailbox_is_final(self, post):
        post.refused["gone@example.cn"] = "550 no such mailbox"
        with pytest.raises(AddressRefusedError):
            self.door(post).send(letter("gone@example.cn"))

    def test_a_full_mailbox_may_be_tried_again(self, post):
        post.refused["full@example.cn"] = "452 mailbox full"
        with pytest.raises(ChannelUnavailableError):
            self.door(post).send(letter("full@example.cn"))

    def test_a_server_that_is_away_may_be_tried_again(self):
        door = SmtpMessenger(host="127.0.0.1", port=1, sender="hr@example.cn", tls=False)
        with pytest.raises(ChannelUnavailableError):
            door.send(letter("lina@example.cn"))


class TestSms:
    def door(self, world):
        return SmsMessenger(url=f"{world.url}/sms", account="hegui", secret="s3cret")

    def test_it_is_signed_and_keyed(self, world):
        for _ in range(2):
            assert self.door(world).send(letter("13800138000")).provider_id == "k1"
        assert world.taken == {"k1": "李娜，请查看居家办公补充协议。"}

    def test_a_dead_number_is_final_and_says_why(self, world):
        world.refused.add("13800138000")
        with pytest.raises(AddressRefusedError, match="空号"):
            self.door(world).send(letter("13800138000"))

    def test_what_became_of_it_is_asked_later(self, world):
        door = self.door(world)
        door.send(letter("13800138000"))
        assert door.status("k1").delivered is None
        world.reached["k1"] = "delivered"
        assert door.status("k1").delivered is True

    @pytest.mark.parametrize("secret", ["wrong", ""])
    def test_a_wrong_secret_is_not_taken_for_a_dead_number(self, world, secret):
        door = SmsMessenger(url=f"{world.url}/sms", account="hegui", secret=secret)
        with pytest.raises(ChannelUnavailableError):
            door.send(letter("13800138000"))

    def test_no_secret_stands_in_the_error(self):
        door = SmsMessenger(url="http://127.0.0.1:1/sms", account="hegui", secret="s3cret")
        with pytest.raises(ChannelUnavailableError) as fault:
            door.send(letter("13800138000"))
        assert "s3cret" not in repr(fault.value) + repr(fault.value.__cause__)


class TestWeCom:
    def door(self, world):
        return WeComMessenger(corporation="ww1", agent=7, secret="s", base=world.url)

    def test_a_token_is_asked_once(self, world):
        door = self.door(world)
        door.send(letter("LiNa"))
        door.send(letter("ChenSiyuan"))
        assert (world.tokens, len(world.taken)) == (1, 2)

    def test_a_refused_token_is_renewed_at_the_next_try(self, world):
        door = self.door(world)
        world.bad_token = True
        with pytest.raises(ChannelUnavailableError):
            door.send(letter("LiNa"))
        door.send(letter("LiNa"))
        assert world.tokens == 2

    def test_somebody_unknown_is_final(self, world):
        world.refused.add("LiNa")
        with pytest.raises(AddressRefusedError):
            self.door(world).send(letter("LiNa"))


class TestDingTalk:
    def door(self, world):
        return DingTalkMessenger(key="ding1", agent=7, secret="s", base=world.url)

    def test_a_notice_is_asked_after(self, world):
        door = self.door(world)
        number = door.send(letter("lina")).provider_id
        assert door.status(number).delivered is None
        world.reached[int(number)] = {"unread_user_id_list": ["lina"]}
        assert door.status(number).delivered is True
        world.reached[int(number)] = {"failed_user_id_list": ["lina"]}
        assert door.status(number).delivered is False

    def test_somebody_unknown_is_final(self, world):
        world.refused.add("lina")
        with pytest.raises(AddressRefusedError):
            self.door(world).send(letter("lina"))
