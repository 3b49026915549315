"""Servers that play the world: a mail server, a gateway for short messages, WeCom, DingTalk."""

from __future__ import annotations

import json
import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

from aiosmtpd.controller import Controller

from webapp.adapters.messages.sms import signature


class Post:
    """A mail server's handler: keeps what it takes, refuses whom it is told to."""

    def __init__(self):
        self.taken = {}  # Message-ID -> (receivers, text): a repeat is recognised
        self.times = 0
        self.refused = {}

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        import email
        from email import policy

        message = email.message_from_bytes(envelope.content, policy=policy.default)
        self.times += 1
        self.taken[message["Message-ID"]] = (list(envelope.rcpt_tos), message)
        return "250 OK"


@contextmanager
def mail_server():
    post = Post()
    with socket.socket() as free:  # the controller wants to be told a port
        free.bind(("127.0.0.1", 0))
        post.port = free.getsockname()[1]
    controller = Controller(post, hostname="127.0.0.1", port=post.port)
    controller.start()
    try:
        yield post
    finally:
        controller.stop()


class World:
    """An HTTP server with its own memory; tests set ``answers`` and read ``asked``."""

    def __init__(self):
        self.asked = []
        self.taken = {}
        self.broken = 0  # answers 503 so many times
        self.refused = set()
        self.reached = {}
        self.tokens = 0
        self.bad_token = False

    def handle(self, method, path, query, headers, body):
        self.asked.append((method, path))
        if self.broken:
            self.broken -= 1
            return 503, {}
        return 200, getattr(
            self, "at_" + path.strip("/").replace("/", "_").replace("-", "_").replace(".", "_")
        )(query, headers, body)

    # a gateway for short messages
    def at_sms(self, query, headers, body):
        signed = body or query["id"][0].encode()
        if headers["X-Signature"] != signature("s3cret", headers["X-Time"], signed):
            return {"state": "denied"}
        if not body:
            key = query["id"][0]
            return {"id": key, "state": self.reached.get(key, "accepted")}
        asked = json.loads(body)
        if asked["to"] in self.refused:
            return {"id": asked["id"], "state": "refused", "reason": "空号"}
        self.taken.setdefault(asked["id"], asked["text"])  # keyed: a repeat is the same message
        return {"id": asked["id"], "state": "accepted"}

    # WeCom
    def at_cgi_bin_gettoken(self, query, headers, body):
        self.tokens += 1
        return {"errcode": 0, "access_token": f"token{self.tokens}", "expires_in": 7200}

    def at_cgi_bin_message_send(self, query, headers, body):
        if self.bad_token:
            self.bad_token = False
            return {"errcode": 42001, "errmsg": "access_token expired"}
        asked = json.loads(body)
        if asked["touser"] in self.refused:
            return {"errcode": 81013, "errmsg": "user & party & tag all invalid"}
        assert asked["enable_duplicate_check"] == 1
        self.taken.setdefault((asked["touser"], asked["text"]["content"]), asked)
        return {"errcode": 0, "msgid": f"m{len(self.taken)}", "invaliduser": ""}

    # DingTalk
    def at_gettoken(self, query, headers, body):
        return {"errcode": 0, "access_token": "d1", "expires_in": 7200}

    def at_topapi_message_corpconversation_asyncsend_v2(self, query, headers, body):
        asked = json.loads(body)
        if asked["userid_list"] in self.refused:
            return {"errcode": 33012, "errmsg": "无效的USERID"}
        self.taken[len(self.taken) + 1] = asked
        return {"errcode": 0, "task_id": len(self.taken)}

    def at_topapi_message_corpconversation_getsendresult(self, query, headers, body):
        return {"errcode": 0, "send_result": self.reached.get(json.loads(body)["task_id"], {})}


@contextmanager
def world_server():
    world = World()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self):
            at = urlparse(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, found = world.handle(self.command, at.path, parse_qs(at.query), self.headers, body)
            data = json.dumps(found).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = _answer

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    world.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield world
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
