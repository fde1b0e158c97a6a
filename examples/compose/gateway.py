"""Stands in for a gateway: prints the PIN of each message that is signed as Standard Webhooks has it.

    python3 gateway.py [ADDRESS:]PORT SECRET_FILE
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

ADDRESS, _, PORT = sys.argv[1].rpartition(":")
SECRET = base64.b64decode(Path(sys.argv[2]).read_text(encoding="utf-8").strip().removeprefix("whsec_"))


class Gateway(BaseHTTPRequestHandler):
    """Takes messages."""

    def do_POST(self) -> None:  # noqa: N802 # the name is the base class's
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


HTTPServer((ADDRESS or "127.0.0.1", int(PORT)), Gateway).serve_forever()
