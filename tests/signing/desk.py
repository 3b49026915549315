"""The small company, a procedure that ends in a signature, and people who sign it with passkeys or codes."""

import hashlib
import json
import re
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select
from webauthn.helpers import bytes_to_base64url, encode_cbor

from models.account import Account, Grant, Passkey
from models.document import Document
from models.event import Event
from models.job import Notice
from models.person import Contract
from models.signing import SealBatch, SignedEdition, SigningFlow
from models.task import Task, TaskState
from tests.company import Company
from webapp.adapters.signing import open_trial
from webapp.domain.permissions import SYSTEM, Role
from webapp.edge import utc_now
from webapp.services.cases.start import StartCase, start
from webapp.services.signing import finish, seals, steps, will
from webapp.services.signing.will import Site
from webapp.worker import Worker

SHIPPED = Path(__file__).parent / "shipped"
SITE = Site(rp_id="localhost", origin="http://localhost")
PASSWORD = "correct horse battery"
VALUES = {
    "place": "上海市徐汇区漕溪北路1号",
    "pay": 6000,
    "effective_from": "2026-12-01",
    "things": [{"name": "笔记本电脑", "count": 1}],
}
STROKE = {
    "width": 300,
    "height": 120,
    "lines": [[[20, 20, 0], [60, 90, 30]], [[160, 20, 150], [200, 80, 200]]],
}


@cache
def _hashed():
    # verified dozens of times: the form of a real hash, at the least cost that argon2 takes
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


class SoftKey:
    """A passkey of an authenticator that lives in the test."""

    def __init__(self, credential):
        self.credential = credential
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.count = 0

    def cose(self):
        point = self.key.public_key().public_numbers()
        x, y = point.x.to_bytes(32, "big"), point.y.to_bytes(32, "big")
        return encode_cbor({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    def answer(self, challenge, *, origin=SITE.origin, rp_id=SITE.rp_id, verified=True):
        self.count += 1
        client = json.dumps(
            {"type": "webauthn.get", "challenge": bytes_to_base64url(challenge), "origin": origin}
        ).encode()
        flags = 0x05 if verified else 0x01
        data = hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        parts = {
            "id": self.credential,
            "clientDataJSON": client,
            "authenticatorData": data,
            "signature": signature,
        }
        return {name: bytes_to_base64url(value) for name, value in parts.items()}


class Signers(Company):
    """The company with accounts, contracts, passkeys, a seal holder, and the trial's authority."""

    def __init__(self, house, folder):
        self.attach(house, folder)
        super().__init__(house, root=SHIPPED)
        with house.unit(SYSTEM) as work:
            for who, person_id in self.ids.items():
                work.session.add(
                    Contract(
                        person_id=person_id,
                        entity_id=self.actor(who).entity_id,
                        number=f"HT-{person_id}",
                        kind="fixed",
                        starts_on=date(2024, 1, 1),
                        ends_on=date(2028, 12, 31),
                    )
                )
            entity = self.actor("boss").entity_id
            work.session.add(Grant(person_id=self.ids["boss"], role=Role.SEAL_HOLDER, entity_id=entity))
        self.keys, self.ready = {}, {}

    def attach(self, house, folder):
        """Work on a house from now on."""
        house.clock.now = utc_now()  # the authority's clock is the real one
        self.house = house
        self.doors = open_trial(folder, now=utc_now(), organisation="云衫")
        object.__setattr__(house.ports, "doors", lambda: self.doors)
        self.worker = Worker(house)

    def accounts(self, *names):
        """Log-ins with a password and a passkey each."""
        encoded = _hashed()
        with self.house.unit(SYSTEM) as work:
            for who in names:
                account = Account(
                    person_id=self.ids[who],
                    username=who,
                    email=f"{who}@example.cn",
                    password=encoded,
                    fs_uniquifier=f"unique-{who}",
                    mf_recovery_codes=[],
                )
                key = self.keys[who] = SoftKey(f"key-of-{who}".encode())
                account.passkeys.append(
                    Passkey(
                        credential_id=key.credential,
                        public_key=key.cose(),
                        name="手机",
                        create_datetime=work.now,
                        lastuse_datetime=work.now,
                    )
                )
                work.session.add(account)

    def begin(self, who="lina", **changes):
        """A case about a person whose document is made; the id of the signing task."""
        if not changes and who in self.ready:
            return self.ready.pop(who)
        with self.house.view(SYSTEM) as work:
            number = self.person_number(work, who)
        with self.unit("hr") as work:
            values = {**VALUES, "applicant": number, **changes}
            case = start(
                work,
                StartCase(
                    procedure_key="agree", person_id=self.ids[who], title="居家办公协议", variables=values
                ),
            )
            case_id = case.id
        self.worker.sweep()
        return self.open(case_id)

    def person_number(self, work, who):
        from models.person import Person

        return work.session.get(Person, self.ids[who]).number

    def open(self, case_id):
        """The open task of a case; None where there is none."""
        with self.house.view(SYSTEM) as work:
            return work.session.scalar(
                select(Task.id).where(Task.case_id == case_id, Task.state == TaskState.OPEN)
            )

    def read(self, query):
        with self.house.view(SYSTEM) as work:
            return list(work.session.scalars(query))

    def task(self, task_id):
        return self.read(select(Task).where(Task.id == task_id))[0]

    def document(self, task_id):
        named = int(self.task(task_id).properties["document"])
        return self.read(select(Document).where(Document.id == named))[0]

    def flow(self, task_id):
        return self.read(select(SigningFlow).where(SigningFlow.task_id == task_id))[0]

    def kinds(self, case_id):
        return self.read(select(Event.kind).where(Event.case_id == case_id).order_by(Event.sequence))

    def editions(self, task_id):
        document = self.document(task_id)
        return self.read(
            select(SignedEdition).where(SignedEdition.document_id == document.id).order_by(SignedEdition.id)
        )

    def bytes_of(self, sha256):
        return self.house.ports.blobs.get(sha256)

    def pass_time(self, **span):
        self.house.clock.now += timedelta(**span)

    # one click each
    def notice(self, who, task_id):
        with self.unit(who) as work:
            return steps.see_notice(work, task_id).state

    def click(self, who, task_id, step, **values):
        seen = values.pop("seen", None) or self.document(task_id).sha256
        with self.house.unit(self.actor(who), keep=(steps.WrongPasswordError, will.WrongCodeError)) as work:
            return step(work, task_id, seen=seen, **values)

    def until_read(self, who, task_id):
        """Notice, consent, identity, differences, every page."""
        self.notice(who, task_id)
        self.click(who, task_id, steps.consent, agreed=True)
        self.click(who, task_id, steps.identify, session_id=None, password=PASSWORD)
        self.click(who, task_id, steps.see_changes)
        pages = self.document(task_id).pages
        self.click(who, task_id, steps.read_pages, milliseconds=dict.fromkeys(range(1, pages + 1), 2000))

    def confirm(self, who, task_id, **answer):
        asked = self.click(who, task_id, will.ask_will)
        given = self.keys[who].answer(asked.intent.challenge(), **answer)
        self.click(who, task_id, will.confirm_by_passkey, answer=given, site=SITE)
        return given

    def finish(self, who, task_id, stroke=STROKE):
        self.click(who, task_id, finish.finish, version=self.task(task_id).version, stroke=stroke)

    def sign(self, who="lina", **changes):
        """One person from the case's start to the certificate's signature; the task's id."""
        task_id = self.begin(who, **changes)
        self.until_read(who, task_id)
        self.confirm(who, task_id)
        self.finish(who, task_id)
        self.worker.sweep()
        return task_id

    def leave(self, who, task_id, outcome, reason):
        with self.unit(who) as work:
            finish.leave(work, task_id, version=self.task(task_id).version, outcome=outcome, reason=reason)

    def code_sent(self, who):
        told = self.read(select(Notice).where(Notice.person_id == self.ids[who], Notice.kind == "code"))
        return re.search(r"\d{6}", str(told[-1].message["values"]["code"])).group()

    def kept(self, who):
        """What the database keeps of the notices that brought codes."""
        told = self.read(select(Notice).where(Notice.person_id == self.ids[who], Notice.kind == "code"))
        return "".join(str(notice.message) for notice in told)

    def waiting(self, who="boss"):
        with self.view(who) as work:
            return [each.task.id for each in seals.waiting(work)]

    def approve(self, task_ids, who="boss"):
        """List and approve; the batch as it stands before a worker takes it."""
        with self.unit(who) as work:
            batch = seals.list_batch(work, task_ids)
            batch_id, challenge = batch.id, seals.batch_intent(batch).challenge()
        answer = self.keys[who].answer(challenge)
        with self.unit(who) as work:
            seals.approve_by_passkey(work, batch_id, answer=answer, site=SITE)
        return batch_id

    def batch(self, batch_id):
        with self.house.view(SYSTEM) as work:
            batch = work.session.get(SealBatch, batch_id)
            return [(item.state, item.problem and item.problem["key"]) for item in batch.items]
