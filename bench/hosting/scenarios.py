"""What is measured of the servers."""

from __future__ import annotations

import json
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Any

from hosting import hosts, population, privacyidea
from hosting.needs import CONNECTIONS, Hosting
from hosting.process import busy_seconds
from runner.bench import RunError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from hosting.databases import Database
    from hosting.hosts import Host
    from runner.rounds import Metrics, Run
    from runner.scenarios import Scenario

#: The subject of the goals: a verification, over SQLite.
VERIFY = "verigator"
GET = "verigator, GET"
START = "verigator, start"
BEFORE = "verigator, as it was"
POSTGRES = "verigator, PostgreSQL"
POSTGRES_START = "verigator, PostgreSQL, start"
POSTGRES_TWO = "verigator, PostgreSQL, two processes"
FASTAPI = "FastAPI, SQLite"
EXPRESS = "Express, PostgreSQL"
PRIVACYIDEA = "privacyIDEA, SQLite"

#: Requests of a run that tells how many more are to be made.
TRIAL = 640
#: Requests of a run that measures nothing.
FEW = 64
#: As many processes as there are cores is what those of one core each are run with.
WORKERS = 2


@dataclass(frozen=True)
class Setting:
    """What one client of a scenario asks, and whom."""

    start: Callable[[Hosting], Host]
    plan: Callable[[range], Iterable[str]] = population.verifications
    database: Callable[[Hosting], Database | None] = lambda needs: needs.sqlite
    #: Whether it encrypts what it keeps.
    encrypts: bool = True
    #: The most users that can be asked about.
    most: int | None = None


def _sqlite(needs: Hosting) -> Host:
    return needs.verigator(needs.sqlite, options=hosts.SENDING)


def _before(needs: Hosting) -> Host:
    start = partial(hosts.verigator, needs.before, needs.sqlite_before, needs.folder, [])
    return needs.host(start)


def _postgres(needs: Hosting, processes: int = 1) -> Host:
    return needs.verigator(needs.postgres, processes, hosts.SENDING)


def _fastapi(needs: Hosting) -> Host:
    start = partial(hosts.fastapi, needs.tools, needs.sqlite, needs.folder, WORKERS)
    return needs.host(start)


def _express(needs: Hosting) -> Host:
    return needs.host(partial(hosts.express, needs.tools, needs.postgres, needs.folder))


def _privacyidea(needs: Hosting) -> Host:
    return needs.host(partial(hosts.privacyidea, needs.tools, needs.folder, WORKERS))


def _in_postgres(needs: Hosting) -> Database:
    return needs.postgres


SETTINGS: dict[str, Setting] = {
    VERIFY: Setting(_sqlite),
    GET: Setting(_sqlite, population.reads),
    START: Setting(_sqlite, population.starts),
    BEFORE: Setting(_before, database=lambda needs: needs.sqlite_before),
    POSTGRES: Setting(_postgres, database=_in_postgres),
    POSTGRES_START: Setting(_postgres, population.starts, _in_postgres),
    POSTGRES_TWO: Setting(partial(_postgres, processes=2), database=_in_postgres),
    FASTAPI: Setting(_fastapi, encrypts=False),
    EXPRESS: Setting(_express, database=_in_postgres, encrypts=False),
    PRIVACYIDEA: Setting(
        _privacyidea, privacyidea.verifications, lambda _: None, most=privacyidea.TOKENS
    ),
}


def requests(  # noqa: PLR0913 - all that a run is
    needs: Hosting,
    setting: Setting,
    host: Host,
    numbers: range,
    rate: float | None = None,
    plan: Callable[[range], Iterable[str]] | None = None,
) -> Metrics:
    """Makes requests about some users, and measures what they take."""
    database = setting.database(needs)
    if database:
        database.pend(numbers, encrypted=setting.encrypts)
    file = needs.plan((plan or setting.plan)(numbers))
    command = needs.command("requests", file, host.urls)
    command += ["--connections", str(min(CONNECTIONS, len(numbers)))]
    if rate:
        command += ["--rate", str(rate)]
    before = _spent(needs, host)
    metrics = needs.run(command)
    calls = metrics["calls"]
    cpu, database_cpu, busy = (
        after - earlier for after, earlier in zip(_spent(needs, host), before, strict=True)
    )
    metrics["cpu_us"] = round(cpu / calls * 1e6, 1)
    metrics["database_cpu_us"] = round(database_cpu / calls * 1e6, 1)
    metrics["busy_cores"] = round(busy / metrics["elapsed_s"], 2)
    metrics["peak_rss_kb"] = sum(process.peak_kb() for process in host.processes)
    return metrics


def _spent(needs: Hosting, host: Host) -> tuple[float, float, float]:
    """CPU time so far: the server's, PostgreSQL's where there is one, and the machine's."""
    server = sum(process.cpu_seconds() for process in host.processes)
    postgres = needs.__dict__.get("postgres")
    return server, postgres.process.cpu_seconds() if postgres else 0, busy_seconds()


@dataclass(frozen=True)
class Saturated:
    """As many requests as get through, on 64 connections."""

    name: str
    title: str
    clients: tuple[str, ...]
    once: bool = False

    def prepare(self, bench: Hosting, client: str) -> Run:
        """Finds out how many requests fit the time of a run."""
        setting = SETTINGS[client]
        host = setting.start(bench)
        most = setting.most or bench.population.users
        # The first request has its password checked, which is remembered.
        requests(bench, setting, host, range(1))
        if bench.is_check:
            return partial(requests, bench, setting, host, range(1, FEW))
        trial = requests(bench, setting, host, range(min(TRIAL, most)))
        count = min(most, round(trial["calls_per_s"] * bench.effort.seconds))
        return partial(requests, bench, setting, host, range(max(count, FEW)))


ALONE = "alone"
BESIDE_WHOLE = "beside the list as a whole"
BESIDE_PAGES = "beside the list page by page"


@dataclass(frozen=True)
class BesideLists:
    """Verifications at a fixed rate, while another tenant lists its users over and over."""

    name: str
    title: str
    rate: float
    clients: tuple[str, ...] = (ALONE, BESIDE_WHOLE, BESIDE_PAGES)
    once: bool = False

    def prepare(self, bench: Hosting, client: str) -> Run:
        """The server is the same for all."""
        return partial(self._run, bench, bench.verigator(bench.sqlite), client)

    def _run(self, needs: Hosting, host: Host, client: str) -> Metrics:
        setting = SETTINGS[VERIFY]
        count = FEW if needs.is_check else round(self.rate * needs.effort.seconds)
        requests(needs, setting, host, range(1))
        if client == ALONE:
            return requests(needs, setting, host, range(count), self.rate)
        with listing(needs, host, client == BESIDE_PAGES):
            return requests(needs, setting, host, range(count), self.rate)


@contextmanager
def listing(needs: Hosting, host: Host, pages: bool) -> Iterator[None]:
    """The other tenant lists its users meanwhile."""
    with _clients(_list_command(needs, host, pages)):
        yield


def _list_command(needs: Hosting, host: Host, pages: bool) -> list[str]:
    path = population.path(service=population.OTHER_SERVICE)
    command = needs.command("list", path, host.urls)
    command += ["--auth", population.OTHER_AUTH]
    return [*command, "--pages"] if pages else command


@contextmanager
def _clients(*commands: list[str]) -> Iterator[list[dict[str, Any]]]:
    """Clients that run until the block ends; what each said when it was under way."""
    running = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for command in commands
    ]
    try:
        yield [_said(one) for one in running]
    finally:
        for one in running:
            one.communicate()
    for one in running:
        if one.returncode != 0:
            raise RunError(f"{one.args!r} ended with {one.returncode}")


def _said(process: subprocess.Popen[str]) -> dict[str, Any]:
    assert process.stdout is not None
    line = process.stdout.readline()
    if not line:
        raise RunError(f"{process.args!r} said nothing")
    said: dict[str, Any] = json.loads(line)
    return said


WHOLE_LIST = "the list as a whole"
PAGES = "the list page by page"
GUESSES = "a flood of wrong passwords"
MANY = "20,000 connections"


@dataclass(frozen=True)
class Memory:
    """The most memory that a server of its own has resident, with a million users on disk."""

    name: str
    title: str
    clients: tuple[str, ...] = (WHOLE_LIST, PAGES, GUESSES, MANY)
    once: bool = True

    def prepare(self, bench: Hosting, client: str) -> Run:
        """Each has a server of its own."""
        return partial(self._run, bench, client)

    def _run(self, needs: Hosting, client: str) -> Metrics:
        host = needs.verigator(needs.sqlite)
        began = time.monotonic()
        work: dict[str, Callable[[Hosting, Host], float]] = {
            WHOLE_LIST: partial(self._list, pages=False),
            PAGES: partial(self._list, pages=True),
            GUESSES: self._guess,
            MANY: self._connect,
        }
        calls = work[client](needs, host)
        elapsed = time.monotonic() - began
        peak = sum(process.peak_kb() for process in host.processes)
        host.stop()
        return {"calls": calls, "elapsed_s": round(elapsed, 2), "peak_rss_kb": peak}

    def _list(self, needs: Hosting, host: Host, pages: bool) -> float:
        with listing(needs, host, pages):
            pass
        return needs.population.others

    def _guess(self, needs: Hosting, host: Host) -> float:
        count = FEW if needs.is_check else 5_000
        command = needs.command("requests", needs.plan(population.guesses(count)), host.urls)
        command += ["--connections", str(CONNECTIONS), "--sources", str(CONNECTIONS)]
        return needs.run(command)["calls"]

    def _connect(self, needs: Hosting, host: Host) -> float:
        """From two processes, since each has so many descriptors only."""
        each = FEW if needs.is_check else 10_000
        command = needs.command("hold", needs.plan(population.reads(range(1))), host.urls)
        command += ["--connections", str(each)]
        with _clients(command, command) as said:
            return float(sum(one["answered"] for one in said))


IN_SQLITE, IN_POSTGRES = "SQLite", "PostgreSQL"


@dataclass(frozen=True)
class Logins:
    """Whole logins at a fixed rate: for each one that starts, another one is verified."""

    name: str
    title: str
    rate: float
    clients: tuple[str, ...] = (IN_SQLITE, IN_POSTGRES)
    once: bool = False

    def prepare(self, bench: Hosting, client: str) -> Run:
        """The server is the same in all rounds."""
        setting = SETTINGS[VERIFY if client == IN_SQLITE else POSTGRES]
        host = setting.start(bench)
        requests(bench, setting, host, range(1))
        return partial(self._run, bench, setting, host)

    def _run(self, needs: Hosting, setting: Setting, host: Host) -> Metrics:
        count = FEW if needs.is_check else round(self.rate * 2 * needs.effort.seconds)
        written = _written(needs, host)
        metrics = requests(needs, setting, host, range(count), 2 * self.rate, _mixed)
        metrics["written_bytes"] = round((_written(needs, host) - written) / count)
        return metrics


def _mixed(numbers: range) -> Iterator[str]:
    """The first half verify and the second half start, by turns."""
    half = len(numbers) // 2
    pairs = zip_longest(population.verifications(numbers[:half]), population.starts(numbers[half:]))
    return (line for line in chain.from_iterable(pairs) if line)


def _written(needs: Hosting, host: Host) -> int:
    postgres = needs.__dict__.get("postgres")
    processes = [*host.processes, *([postgres.process] if postgres else [])]
    return sum(process.written_bytes() for process in processes)


SCENARIOS: tuple[Scenario[Hosting], ...] = (
    Saturated(
        "verify",
        "Verifications of an SMS PIN, 64 connections",
        tuple(SETTINGS),
    ),
    BesideLists("lists", "500 verifications a second, 64 connections", 500),
    Memory("memory", "Memory, with a million users on disk"),
    Logins("logins", "100 logins a second, 100,000 users", 100),
)
