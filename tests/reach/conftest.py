"""A company with ways to its people, played by servers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.person import Person
from tests.company import Company
from tests.reach.servers import mail_server, world_server
from webapp.adapters.messages.chat import WeComMessenger
from webapp.adapters.messages.mail import SmtpMessenger
from webapp.adapters.messages.sms import SmsMessenger
from webapp.domain.permissions import SYSTEM
from webapp.domain.reach import Channel
from webapp.services.messages.ask import ask
from webapp.worker import Worker


@pytest.fixture
def world():
    with world_server() as server:
        yield server


@pytest.fixture
def post():
    with mail_server() as server:
        yield server


@pytest.fixture
def company(house, world, post):
    """李娜 has a number and a mail address, 王芳 neither."""
    doors = {
        Channel.WECOM: WeComMessenger(corporation="ww1", agent=7, secret="s", base=world.url),
        Channel.SMS: SmsMessenger(url=f"{world.url}/sms", account="hegui", secret="s3cret"),
        Channel.MAIL: SmtpMessenger(host="127.0.0.1", port=post.port, sender="hr@example.cn", tls=False),
    }
    company = Company(replace(house, ports=replace(house.ports, channels=doors)))
    company.worker = Worker(company.house)
    with company.house.unit(SYSTEM) as work:
        lina = work.session.get_one(Person, company.ids["lina"])
        lina.phone, lina.email = "13800138000", "lina@example.cn"
    return company


@pytest.fixture
def say(company):
    """Ask for a message to somebody; its id."""

    def say(who="lina", text="请查看补充协议。", key="k1", **more):
        with company.house.unit(SYSTEM) as work:
            person = work.session.get_one(Person, company.ids[who])
            return ask(work, person, template="letter", text=text, key=key, **more).id

    return say
