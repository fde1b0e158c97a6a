"""What every scenario needs: the programs, and databases with everybody in them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from hosting import hosts, population
from hosting.databases import Database, Postgres, Sqlite
from hosting.hosts import Host
from hosting.population import Population
from runner.bench import CHECK, Bench, Effort

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

FULL = Effort("full", rounds=3, seconds=3)
QUICK = Effort("quick", rounds=1, seconds=1)

#: In the databases; with `--check`, only as many as that takes.
EVERYBODY, FEW = Population(100_000, 1_000_000), Population(1_000, 5_000)

CONNECTIONS = 64

Start = Callable[[], Host]

Filled = TypeVar("Filled", bound=Database)


class Hosting(Bench):
    """Runs servers on filled databases. They end with the `with` block."""

    @property
    def is_check(self) -> bool:
        """Whether no number is looked at."""
        return self.effort.name == CHECK.name

    @property
    def population(self) -> Population:
        """Who is in the databases."""
        return FEW if self.is_check else EVERYBODY

    @property
    def program(self) -> Path:
        """The server."""
        return self.build.library.with_name("verigator-server")

    @property
    def before(self) -> Path:
        """The server as it was before its storage was made anew, where it was built."""
        return self.tools / "before" / "target" / "release" / "verigator-server"

    @property
    def tools(self) -> Path:
        """What the bench has built or installed."""
        return self.build.repository / "target" / "bench"

    @property
    def load(self) -> Path:
        """The clients."""
        return self.build.library.with_name("bench-load")

    @cached_property
    def sqlite(self) -> Sqlite:
        """A file with everybody in it."""
        return self._filled(Sqlite(self.folder / "verigator.db", self.program), self.program)

    @cached_property
    def sqlite_before(self) -> Sqlite:
        """The same for the server as it was."""
        return self._filled(Sqlite(self.folder / "before.db", self.before), self.before)

    @cached_property
    def postgres(self) -> Postgres:
        """A cluster of PostgreSQL with everybody in it."""
        postgres = Postgres(self.program)
        self._stack.callback(postgres.close)
        return self._filled(postgres, self.program)

    def host(self, start: Start) -> Host:
        """Starts what is hosted; it ends with the `with` block, if not before."""
        host = start()
        self._stack.callback(host.stop)
        return host

    def verigator(
        self, database: Database, processes: int = 1, options: Sequence[str] = hosts.SILENT
    ) -> Host:
        """Starts the server."""
        return self.host(
            lambda: hosts.verigator(self.program, database, self.folder, options, processes)
        )

    def plan(self, lines: Iterable[str]) -> Path:
        """Writes a plan down."""
        file = self.folder / "plan"
        file.write_text("\n".join(lines) + "\n", "utf-8")
        return file

    def command(self, name: str, argument: str | Path, urls: Iterable[str]) -> list[str]:
        """How clients are run."""
        command = [str(self.load), name, str(argument), "--auth", population.AUTH]
        for url in urls:
            command += ["--url", url]
        return command

    def _filled(self, database: Filled, program: Path) -> Filled:
        database.fill(program, self.population)
        return database
