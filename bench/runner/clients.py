"""The programs that are compared, and where they were built."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

#: This library from C, which the others are compared with.
VERIGATOR = "verigator"

#: Many calls of it at once, from one thread.
QUEUE = "verigator_queue"

#: The script of each client in Python.
PYTHON = {
    "python-verigator": "verigator_client.py",
    "python-requests": "requests_client.py",
    "python-requests-session": "requests_session_client.py",
    "asyncio-verigator": "verigator_async_client.py",
    "asyncio-aiohttp": "aiohttp_client.py",
    "asyncio-httpx": "httpx_client.py",
}

#: The class of each client in Java.
JAVA = {
    "java-verigator": "VerigatorClient",
    "java-urlconnection": "UrlConnectionClient",
}

#: Those in Java that block no thread: what is said of threads is said of calls in flight.
JAVA_IN_FLIGHT = {
    "java-verigator-async": "VerigatorAsyncClient",
    "java-httpclient-async": "HttpClientAsyncClient",
}

#: The script of each client for Node.js: what is said of threads is said of calls in flight.
NODE = {
    "node-verigator": "verigator.mjs",
    "node-fetch": "fetch.mjs",
}

#: The program of each client in C#, on Mono. Those block no thread either.
CSHARP = {
    "csharp-verigator-async": "VerigatorClient.exe",
    "csharp-httpclient-async": "HttpClientClient.exe",
}

ALL_JAVA = {**JAVA, **JAVA_IN_FLIGHT}

#: The program of each client in Go, whose threads are goroutines.
GO = {
    "go-verigator": "verigator",
    "go-nethttp": "nethttp",
}

#: The script of each client in PHP.
PHP = {
    "php-verigator": "verigator_client.php",
    "php-curl": "curl_client.php",
}

#: Those in PHP with many calls in flight.
PHP_IN_FLIGHT = {
    "php-verigator-fibers": "verigator_async_client.php",
    "php-curl-multi": "curl_multi_client.php",
}

ALL_PHP = {**PHP, **PHP_IN_FLIGHT}


@dataclass(frozen=True)
class Build:
    """What `bench/build` made."""

    repository: Path
    #: `release`, or `debug` to see that the bench works.
    profile: str

    @property
    def library(self) -> Path:
        """The library that is measured."""
        return self.repository / "target" / self.profile / "libverigator.so"

    @property
    def server(self) -> Path:
        """The server."""
        return self.library.with_name("bench-server")

    def program(self, name: str) -> str:
        """A program in C or C++."""
        return str(self._out / name)

    def command(self, client: str) -> list[str]:
        """How a client is run, without its arguments."""
        clients, out = self.repository / "bench" / "clients", self._out
        jni = f"-Dcom.messente.verigator.library={self.library.with_name('libverigator_jni.so')}"
        php = f"include_path={out / 'php' / 'package' / 'src'}"
        # Of each language the clients, what runs them, and what stands before their names.
        languages: tuple[tuple[dict[str, str], list[str], str], ...] = (
            (PYTHON, [sys.executable], f"{clients / 'python'}/"),
            (ALL_JAVA, ["java", jni, "-cp", str(out / "java")], ""),
            # With its cache of compiled code, as a server has it.
            (ALL_PHP, ["php", "-d", "opcache.enable_cli=1", "-d", php], f"{clients / 'php'}/"),
            (NODE, ["node"], f"{clients / 'node'}/"),
            (GO, [], f"{out / 'go'}/"),
            (CSHARP, ["mono"], f"{out / 'csharp'}/"),
        )
        for names, runs, before in languages:
            if client in names:
                return [*runs, before + names[client]]
        return [self.program(client)]

    def environment(self) -> dict[str, str]:
        """The environment that clients run in: the packages of the bindings are not installed."""
        packages = {"PYTHONPATH": str(self._out / "python"), "NODE_PATH": str(self._out / "node")}
        return {**os.environ, **packages}

    @property
    def _out(self) -> Path:
        return self.repository / "target" / "bench" / self.profile
