"""The databases: filled in bulk, in the tables that the server has made."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from hosting import population
from hosting.process import Process
from runner.bench import RunError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from hosting.population import Population, Row


class Database(Protocol):
    """Where a server keeps what it knows."""

    @property
    def location(self) -> str:
        """As a server is told."""

    def fill(self, program: Path, users: Population) -> None:
        """Has a server make its tables, and puts everybody into them."""

    @property
    def options(self) -> list[str]:
        """What a server is told besides."""

    def pend(self, numbers: range, *, encrypted: bool) -> None:
        """Sends these users a PIN, so to speak; other servers than this read it as it is."""


def encrypt(program: Path, database: Database) -> None:
    """Has the server encrypt what waits for it."""
    command: list[str | Path] = [program, "key", "list", "--database", database.location]
    done = subprocess.run([*command, *database.options], capture_output=True, check=False)
    if done.returncode != 0:
        raise RunError(f"nothing could be encrypted: {done.stderr.decode()}")


def add_accounts(program: Path, location: str) -> None:
    """Adds the accounts, which makes the tables."""
    for name in (population.TENANT, population.OTHER):
        command: list[str | Path] = [program, "account", "add", name, "--database", location]
        password = f"{population.PASSWORD}\n".encode()
        done = subprocess.run(command, input=password, capture_output=True, check=False)
        if done.returncode != 0:
            raise RunError(f"{name} could not be added: {done.stderr.decode()}")


class Sqlite:
    """A file."""

    def __init__(self, file: Path, program: Path) -> None:
        self.location = str(file)
        self._program = program

    @property
    def options(self) -> list[str]:
        """What a server is told besides: it looks for the key beside the file."""
        return []

    def fill(self, program: Path, users: Population) -> None:
        """Has a server make its tables, and puts everybody into them."""
        add_accounts(program, self.location)
        with closing(self._connect()) as connection, connection:
            connection.execute("PRAGMA synchronous = OFF")
            _insert(connection, "services", population.SERVICE_COLUMNS, population.services())
            encrypts = _encrypts(connection)
            columns = population.USER_COLUMNS if encrypts else population.OLD_USER_COLUMNS
            _insert(connection, "users", columns, population.users(users))
            if encrypts:
                phones = population.phones(users)
                _insert(connection, "plain_values", population.PLAIN_COLUMNS, phones)
        if encrypts:
            encrypt(self._program, self)

    def pend(self, numbers: range, *, encrypted: bool) -> None:
        """Sends these users a PIN, so to speak; other servers than this read it as it is."""
        began = population.now()
        with closing(self._connect()) as connection, connection:
            columns = ["user_id", "id", "method", "pin", "ctime"]
            encrypts = _encrypts(connection)
            pin = population.PIN.encode() if encrypts else population.PIN
            fixed: list[str | int | bytes] = ["pending", "sms", pin, began]
            known = connection.execute("SELECT name FROM pragma_table_info('challenges')")
            # Older servers have one challenge a user, and number none.
            if ("sequence",) in known.fetchall():
                columns.append("sequence")
                fixed.append(1)
            rows = ((population.user_id(number), *fixed) for number in numbers)
            _insert(connection, "challenges", columns, rows)
            if encrypts and encrypted:
                waiting = population.pins(numbers)
                _insert(connection, "plain_values", population.PLAIN_COLUMNS, waiting)
        if encrypts and encrypted:
            encrypt(self._program, self)
        # What was written is not left for the next one to bring to the disk.
        with closing(self._connect()) as connection:
            connection.execute("PRAGMA wal_checkpoint(FULL)")

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self.location, timeout=60)


def _encrypts(connection: sqlite3.Connection) -> bool:
    """Whether it is not that of an older server, which keeps all in the clear."""
    tables = "SELECT 1 FROM sqlite_schema WHERE name = 'plain_values'"
    return connection.execute(tables).fetchone() is not None


def _insert(
    connection: sqlite3.Connection, table: str, columns: Sequence[str], rows: Iterable[Row]
) -> None:
    places = ", ".join("?" * len(columns))
    names = ", ".join(columns)
    connection.executemany(
        f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({places})",  # noqa: S608
        rows,
    )


class Postgres:
    """A cluster of PostgreSQL on a socket in a folder of its own. It ends with the `with` block."""

    def __init__(self, program: Path) -> None:
        self._program = program
        # Those who run it must get there, and the path of a socket must be short.
        self._folder = tempfile.TemporaryDirectory(dir="/var/tmp")
        folder = Path(self._folder.name)
        folder.chmod(0o755)
        cluster = folder / "cluster"
        cluster.mkdir(mode=0o700)
        if os.geteuid() == 0:
            subprocess.run(["chown", "-R", "nobody:nogroup", folder], check=True)
        _run("initdb", "--auth=trust", "--username=verigator", "--encoding=UTF8",
             "--locale=C.UTF-8", "--pgdata", cluster)  # fmt: skip
        self._socket = folder
        command: list[str | Path] = [*_ordinary(), _program("postgres"), "-D", cluster]
        command += ["-k", folder]
        command += ["-c", "listen_addresses=", "-c", "max_connections=200"]
        command += ["-c", "shared_buffers=512MB", "-c", "max_wal_size=4GB"]
        self.process = Process(command, folder / "log")
        self.process.wait_for(self._is_ready)
        self._psql("postgres", "CREATE DATABASE verigator")

    def close(self) -> None:
        """Ends it, and leaves nothing."""
        self.process.stop()
        self._folder.cleanup()

    @property
    def location(self) -> str:
        """As a server, and node-postgres, are told."""
        return f"postgres:///verigator?host={self._socket}&user=verigator"

    @property
    def options(self) -> list[str]:
        """What a server is told besides: where the key is."""
        return ["--key-file", str(self._socket / "keys")]

    def fill(self, program: Path, users: Population) -> None:
        """Has a server make its tables, and puts everybody into them."""
        add_accounts(program, self.location)
        self._copy("services", population.SERVICE_COLUMNS, population.services())
        self._copy("users", population.USER_COLUMNS, population.users(users))
        self._copy("plain_values", population.PLAIN_COLUMNS, population.phones(users))
        encrypt(self._program, self)
        self._psql("verigator", "VACUUM ANALYZE")

    def pend(self, numbers: range, *, encrypted: bool) -> None:
        """Sends these users a PIN, so to speak; other servers than this read it as it is."""
        columns = ("user_id", "id", "method", "pin", "ctime", "sequence")
        pin = f"\\\\x{population.PIN.encode().hex()}"
        fixed = ("pending", "sms", pin, population.now(), 1)
        self._psql("verigator", "TRUNCATE challenges")
        rows = ((population.user_id(number), *fixed) for number in numbers)
        self._copy("challenges", columns, rows)
        if encrypted:
            self._copy("plain_values", population.PLAIN_COLUMNS, population.pins(numbers))
            encrypt(self._program, self)
        self._psql("verigator", "VACUUM ANALYZE challenges")

    def _copy(self, table: str, columns: Sequence[str], rows: Iterable[Row]) -> None:
        lines = "\n".join("\t".join(map(str, row)) for row in rows)
        names = ", ".join(columns)
        self._psql("verigator", f"COPY {table} ({names}) FROM STDIN", f"{lines}\n")

    def _psql(self, database: str, statement: str, text: str = "") -> None:
        command: list[str | Path] = [
            _program("psql"),
            "--no-psqlrc",
            "--quiet",
            "--username=verigator",
        ]
        command += ["--host", self._socket, "--dbname", database, "--command", statement]
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RunError(f"{statement}: {done.stderr}")

    def _is_ready(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            if client.connect_ex(str(self._socket / ".s.PGSQL.5432")) != 0:
                return False
        ready: list[str | Path] = [_program("pg_isready"), "--quiet", "--host", self._socket]
        return subprocess.run(ready, check=False).returncode == 0


def _run(name: str, *arguments: str | Path) -> None:
    command: list[str | Path] = [*_ordinary(), _program(name), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/")
    if done.returncode != 0:
        raise RunError(f"{name}: {done.stderr}")


def _program(name: str) -> str:
    """A program of PostgreSQL, which Debian keeps in a folder for each version."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else name


def _ordinary() -> list[str]:
    """What a command begins with that refuses to run as root."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"]
