"""A licensed provider as its customers see it, on the loopback: flows, files, calls back, and its moods."""

import base64
import hashlib
import hmac
import json
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from webapp.adapters.signing import Act
from webapp.adapters.signing.desk import SigningDesk
from webapp.adapters.signing.keys import KeptAuthority, KeyFolder
from webapp.adapters.signing.local import sign_detached
from webapp.adapters.signing.revocation import LocalRevocations
from webapp.domain.signing import SignerRequest

APP, SECRET = "hegui-test", b"a secret that both sides know"
FIRM = SignerRequest(number="YS", name="云衫", role="company")


def sha(data):
    return hashlib.sha256(data).hexdigest()


def signature(*parts, secret=SECRET):
    return hmac.new(secret, "\n".join(parts).encode(), hashlib.sha256).hexdigest()


class Platform:
    """The provider's side: one flow a key, signed when its person presses the button there."""

    def __init__(self, folder):
        keys = KeyFolder(folder=folder)
        self.ca = keys.open(now=datetime.now(UTC), organisation="平台")
        self.revocations = LocalRevocations(authority=self.ca, revoked=keys.revoked)
        self.desk = SigningDesk(
            ca=KeptAuthority(ca=self.ca, keys=keys), tsa=self.ca.tsa, revocations=self.revocations,
            roots=self.ca.root.certificate, trial=False,
        )  # fmt: skip
        self.flows, self.opened, self.mood, self.nonces = {}, 0, "", set()
        self.asleep = threading.Event()  # set: those who wait for a slow answer are let go
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler(self))
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    # what the person and the company do there
    def person_signs(self, flow_id):
        flow = self.flows[flow_id]
        who = SignerRequest(**flow["signers"][0])
        act = Act(field="employee", reason="同意")
        flow["file"] = self.desk.sign(flow["file"], who, act, now=datetime.now(UTC)).pdf
        flow["state"] = "signed"

    def only(self):
        (flow_id,) = self.flows
        return flow_id

    # its interface
    def answer(self, method, path, body):
        parts = path.split("/")
        if (method, path) == ("POST", "/flows"):
            return self.open(body)
        if (method, path) == ("POST", "/cms"):
            identity = self.desk.ca.company("云衫", code="YS", now=datetime.now(UTC))
            return 200, {"signature": b64(sign_detached(base64.b64decode(body["content"]), identity))}
        flow = self.flows.get(parts[2])
        if flow is None:
            return 404, {}
        return self.about(method, flow, parts[3] if len(parts) > 3 else "")

    def open(self, body):
        for flow_id, flow in self.flows.items():
            if flow["key"] == body["flow"]:
                return 200, {"id": flow_id}
        file = base64.b64decode(body["document"])
        if sha(file) != body["document_sha256"]:
            return 400, {}
        self.opened += 1
        flow_id = f"F{self.opened}"
        self.flows[flow_id] = {
            "key": body["flow"], "file": file, "state": "notified", "signers": body["signers"], "callback": body["callback"],
        }  # fmt: skip
        return 200, {"id": flow_id}

    def about(self, method, flow, what):
        if method == "GET" and what == "":
            return 200, {"state": flow["state"], "reason": flow.get("reason", "")}
        if method == "GET" and what in ("document", "report"):
            file = flow["file"] if what == "document" else report_on(flow)
            said = "0" * 64 if self.mood == "wrong hash" else sha(file)
            if self.mood == "another file":
                file, said = b"%PDF-1.4 other", sha(b"%PDF-1.4 other")
            return 200, {"content": b64(file), "sha256": said}
        if method == "POST" and what == "seal":
            if flow["state"] == "signed":
                flow["file"] = self.desk.seal(
                    flow["file"], FIRM, Act(field="company", reason="盖章"), now=datetime.now(UTC)
                ).pdf
                flow["state"] = "sealed"
            return 200, {}
        if method == "POST" and what == "withdraw":
            if flow["state"] in ("signed", "sealed"):
                return 409, {}
            flow["state"] = "withdrawn"
            return 200, {}
        return 404, {}

    def call(self, flow_id, *, secret=SECRET, nonce="n1", at=None, path="/sign/callback", app=APP):
        """Headers and body of a call back."""
        flow = self.flows[flow_id]
        body = json.dumps({"flow": flow["key"], "state": flow["state"]}).encode()
        stated = (at or datetime.now(UTC)).isoformat()
        signed = signature("POST", path, stated, nonce, sha(body), secret=secret)
        return {"X-App": app, "X-Time": stated, "X-Nonce": nonce, "X-Signature": signed}, body


def report_on(flow):
    """What the platform says of a flow, in its own words."""
    said = {"flow": flow["key"], "state": flow["state"], "realname": "passed"}
    return json.dumps(said, sort_keys=True).encode()


def b64(data):
    return base64.b64encode(data).decode()


def handler(platform):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.handle_one("GET")

        def do_POST(self):
            self.handle_one("POST")

        def handle_one(self, method):
            data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = (method, self.path, self.headers["X-Time"], self.headers["X-Nonce"], sha(data))
            if signature(*parts) != self.headers["X-Signature"] or self.headers["X-Nonce"] in platform.nonces:
                return self.say(401, b"{}")
            platform.nonces.add(self.headers["X-Nonce"])
            if platform.mood == "slow":
                platform.asleep.wait(5)
                return None
            if platform.mood == "down":
                return self.say(503, b"")
            if platform.mood == "rubbish":
                return self.say(200, b"<html>")
            status, body = platform.answer(
                method, self.path.removeprefix("/v1"), json.loads(data) if data else None
            )
            return self.say(status, json.dumps(body).encode())

        def say(self, status, body):
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    return Handler
