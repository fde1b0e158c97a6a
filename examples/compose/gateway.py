"""Stands in for a gateway: prints the PIN of each message, if that is signed.

It is called with a port of loopback and the file of the secret that messages are signed with, as
Standard Webhooks has it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

PORT = int(sys.argv[1])
SECRET_TEXT = Path(sys.argv[2]).read_text(encoding="utf-8").strip()
SECRET = base64.b64decode(SECRET_TEXT.removeprefix("whsec_"))


class Gateway(BaseHTTPRequestHandler):
    """Takes messages."""

    def do_POST(self) -> None:
        """Takes one, if it is signed."""
        body = self.rfile.read(int(self.headers["content-length"]))
        head = f"{self.headers['webhook-id']}.{self.headers['webhook-timestamp']}."
        digest = hmac.new(SECRET, head.encode() + body, hashlib.sha256).digest()
        is_signed = self.headers["webhook-signature"] == "v1," + base64.b64encode(digest).decode()
        self.send_response(200 if is_signed else 403)
        self.send_header("content-length", "0")
        self.end_headers()
        if is_signed:
            print(json.loads(body)["text"][:6], flush=True)


HTTPServer(("127.0.0.1", PORT), Gateway).serve_forever()
