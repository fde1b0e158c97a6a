"""A verification as a team writes it that hosts one itself: FastAPI over SQLite."""

from __future__ import annotations

import hmac
import os
import sqlite3
import threading
import time
from typing import Annotated, Any

from fastapi import FastAPI, Header, HTTPException
from pydantic import BaseModel

app = FastAPI()
local = threading.local()

LIFETIME_MS = 300_000
MOST_CHECKS = 5


class Answer(BaseModel):
    """What a user typed."""

    token: str


def database() -> sqlite3.Connection:
    """The connection of this thread, as safe as the server's own."""
    if not hasattr(local, "connection"):
        local.connection = sqlite3.connect(
            os.environ["BENCH_DATABASE"], timeout=10, isolation_level=None
        )
        local.connection.execute("PRAGMA journal_mode = WAL")
        local.connection.execute("PRAGMA synchronous = FULL")
    connection: sqlite3.Connection = local.connection
    return connection


@app.put("/v1/service/service/{service}/users/{user}/auth")
def verify(
    service: str, user: str, answer: Answer, x_service_auth: Annotated[str, Header()]
) -> dict[str, Any]:
    """Says whether it is the PIN that this user was sent, once."""
    if not hmac.compare_digest(x_service_auth, os.environ["BENCH_AUTH"]):
        raise HTTPException(401)
    connection = database()
    connection.execute("BEGIN IMMEDIATE")
    try:
        verified = judge(connection, service, user, answer.token)
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
    return {"verified": verified, "method": "sms"}


def judge(connection: sqlite3.Connection, service: str, user: str, token: str) -> bool:
    """The same in a transaction that is under way."""
    now = int(time.time() * 1000)
    row = connection.execute(
        "SELECT pin, challenges.ctime, checks FROM users JOIN challenges ON user_id = users.id "
        "WHERE users.id = ? AND service_id = ? AND method = 'sms' AND spent = 0",
        (user, service),
    ).fetchone()
    if row is None:
        raise HTTPException(404)
    pin, ctime, checks = row
    is_open = now - ctime < LIFETIME_MS and checks < MOST_CHECKS
    verified = is_open and hmac.compare_digest(pin, token.encode())
    change = "spent = 1, pin = NULL" if verified else "checks = checks + 1"
    connection.execute(
        f"UPDATE challenges SET {change} WHERE user_id = ? AND method = 'sms'",  # noqa: S608
        (user,),
    )
    connection.execute(
        "UPDATE users SET failures = CASE WHEN ? THEN 0 ELSE failures + 1 END WHERE id = ?",
        (verified, user),
    )
    connection.execute(
        "INSERT INTO audit (trail, ctime, operation, service_id, user_id, outcome) "
        "VALUES ('fastapi', ?, 'verify-pin', ?, ?, ?)",
        (now, service, user, "verified" if verified else "invalid"),
    )
    return verified
