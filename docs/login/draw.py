"""Draws what passes between program, library, server and phone at a login, from a real run.

    draw.py            runs the demo and writes login.svg
    draw.py --check    runs it, and says whether login.svg shows the same

The release build must be there. Requests, with their paths and statuses, are those in the server's
log; the message is that of its outbox; what came of each call is what the demo printed. What is
used a second time, and denied, is left out of the picture.
"""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys
import tempfile
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

REPOSITORY = Path(__file__).resolve().parents[2]
PICTURE = Path(__file__).with_name("login.svg")
BUILT = REPOSITORY / "target" / "release"

#: The lanes and where they stand.
PROGRAM, LIBRARY, SERVER, PHONE = 75, 255, 620, 745
LANES = {
    PROGRAM: "your program",
    LIBRARY: "libverigator",
    SERVER: "verigator-server",
    PHONE: "phone",
}
WIDTH, TOP, ROW = 800, 52, 32
#: Where that begins which the phone shows.
NOTE = 570

#: The function that the demo calls for each operation of the server's log.
FUNCTIONS = {
    "start-authentication": "verigator_auth_initiate",
    "verify-pin": "verigator_auth_verify",
}

STYLE = """
text { font: 12px system-ui, sans-serif; fill: #1f2933; text-anchor: middle }
.code { font: 11px ui-monospace, 'DejaVu Sans Mono', monospace }
.lane { font-weight: bold }
.title { font-weight: bold; text-anchor: start }
.paper { fill: #ffffff }
.box, .sheet { fill: #e8f1f4; stroke: #1f6f8b }
.life { stroke: #b8c4ca; stroke-dasharray: 2 3 }
.arrow { stroke: #1f6f8b; stroke-width: 1.5; marker-end: url(#head) }
.back { stroke-dasharray: 6 3 }
.head { fill: #1f6f8b }
.yes { fill: #14713d; font-weight: bold }
.no { fill: #b42318; font-weight: bold }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .paper { fill: #0d1117 }
  .box, .sheet { fill: #12303b; stroke: #58b4d1 }
  .life { stroke: #4a5560 }
  .arrow { stroke: #58b4d1 }
  .head { fill: #58b4d1 }
  .yes { fill: #5fd08a }
  .no { fill: #ff8a80 }
}
"""


@dataclass(frozen=True)
class Request:
    """One call of the demo: what the server's log says of it, and what the demo printed."""

    function: str
    method: str
    path: str
    status: int
    step: str
    outcome: str


@dataclass(frozen=True)
class Run:
    """What is known of a run: its calls, in their parts, and the one message."""

    parts: dict[str, list[Request]]
    message: str
    phone_number: str


@contextmanager
def server(log: Path) -> Iterator[str]:
    """A development server, whose log is kept for programs."""
    command = [str(BUILT / "verigator-server"), "--dev", "--database", ":memory:"]
    command += ["--listen", "127.0.0.1:0", "--log-format", "json"]
    with log.open("w") as stderr:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True)
    with process:
        if process.stdout is None or not (said := process.stdout.readline()):
            sys.exit(f"draw.py: the server does not start: {log.read_text('utf-8')}")
        try:
            yield said.split()[-1]
        finally:
            process.terminate()


def demo(folder: Path, url: str) -> str:
    """Compiles and runs what `make demo` runs, and gives what it prints."""
    sources = [f"examples/c/{name}.c" for name in ("demo", "phone", "http", "totp")]
    program = folder / "demo"
    linked = [f"-L{BUILT}", "-lverigator", f"-Wl,-rpath,{BUILT}", "-o", str(program)]
    command = ["cc", "-std=c99", "-Iinclude", *sources, *linked]
    subprocess.run(command, cwd=REPOSITORY, check=True)
    ran = subprocess.run([str(program), url], stdout=subprocess.PIPE, text=True, check=True)
    return ran.stdout


def steps(printed: str) -> dict[str, list[tuple[str, str]]]:
    """The steps of each part of the demo that starts or checks a login, with their outcomes."""
    parts = {}
    for part in printed.split("\n\n"):
        title, *lines = part.splitlines()
        if title.startswith("A login by"):
            pairs = re.findall(r"^  (.+?) +-> (.+)$", "\n".join(lines), flags=re.M)
            parts[title.split(":")[0]] = [step for step in pairs if step[1] != "enrolled"]
    return parts


def record() -> Run:
    """Runs the demo and puts together what is known of it."""
    with tempfile.TemporaryDirectory() as name:
        log = Path(name) / "log"
        with server(log) as url:
            printed = demo(Path(name), url)
            with urllib.request.urlopen(f"{url}/_/outbox") as outbox:
                (message,) = json.load(outbox)["messages"]
        told = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    answered = iter([line for line in told if line.get("operation") in FUNCTIONS])
    names = re.compile(r"/service/service/[^/]+/users/[^/]+/")
    parts = {
        title: [
            Request(
                FUNCTIONS[line["operation"]],
                line["method"],
                names.sub("/service/service/{service}/users/{user}/", line["path"]),
                line["status"],
                step,
                outcome,
            )
            for (step, outcome), line in zip(of_part, answered, strict=False)
        ]
        for title, of_part in steps(printed).items()
    }
    return Run(parts, message["text"], message["phone_number"])


class Drawing:
    """Rows of arrows, from the top down."""

    def __init__(self) -> None:
        self._shapes: list[str] = []
        self._y = TOP

    def next_row(self) -> None:
        """Goes on below."""
        self._y += ROW

    def text(self, x: float, text: str, kind: str = "", y: float = 0) -> None:
        """Writes above the row."""
        label = html.escape(text)
        self._shapes.append(f'<text class="{kind}" x="{x}" y="{y or self._y - 6}">{label}</text>')

    def arrow(self, start: int, end: int, label: str, kind: str = "", look: str = "") -> None:
        """Draws from lane to lane."""
        toward = 4 if end > start else -4
        line = f'x1="{start}" y1="{self._y}" x2="{end - toward}" y2="{self._y}"'
        self._shapes.append(f'<line class="arrow {look}" {line}/>')
        self.text((start + end) / 2, label, kind)

    def title(self, text: str) -> None:
        """Begins a part."""
        self._y += ROW * 5 // 4
        self.text(12, text, "title")

    def note(self, text: str) -> None:
        """Shows what is on the phone, in two lines."""
        first, _, second = text.partition(". ")
        box = f'x="{NOTE}" y="{self._y + 7}" width="{WIDTH - NOTE - 8}" height="36" rx="6"'
        self._shapes.append(f'<rect class="sheet" {box}/>')
        middle = (NOTE + WIDTH - 8) / 2
        self.text(middle, f"{first}.", y=self._y + 22)
        self.text(middle, second, y=self._y + 37)
        self.next_row()

    def svg(self, description: str) -> str:
        """Gives all of it, with the lanes behind."""
        height = self._y + 18
        lanes = []
        for x, name in LANES.items():
            width = 8 * len(name) + 22
            box = f'x="{x - width / 2}" y="14" width="{width}" height="30" rx="4"'
            lanes += [
                f'<line class="life" x1="{x}" y1="44" x2="{x}" y2="{height - 8}"/>',
                f'<rect class="box" {box}/>',
                f'<text class="lane" x="{x}" y="33">{name}</text>',
            ]
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">',
            f"<title>{html.escape(description)}</title>",
            "<!-- Made by docs/login/draw.py from a run of the demo; do not edit it. -->",
            f"<style>{STYLE}</style>",
            '<marker id="head" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7"'
            ' orient="auto"><path class="head" d="M0 0 8 4 0 8z"/></marker>',
            f'<rect class="paper" width="{WIDTH}" height="{height}"/>',
            *lanes,
            *self._shapes,
            "</svg>",
        ]
        return "\n".join(parts) + "\n"


def draw(run: Run) -> str:
    """Draws the run."""
    drawing = Drawing()
    for title, requests in run.parts.items():
        drawing.title(title)
        for request in (request for request in requests if not request.step.endswith("again")):
            drawing.next_row()
            if request.function == "verigator_auth_verify":
                drawing.arrow(PHONE, PROGRAM, f"typed: {request.step}", look="back")
                drawing.next_row()
            drawing.arrow(PROGRAM, LIBRARY, request.function, "code")
            drawing.arrow(LIBRARY, SERVER, f"{request.method} {request.path}", "code")
            drawing.next_row()
            drawing.arrow(SERVER, LIBRARY, str(request.status), "code", "back")
            verdict = {"verified": "yes", "denied": "no"}.get(request.outcome, "")
            drawing.arrow(LIBRARY, PROGRAM, request.outcome, verdict, "back")
            if request.outcome.endswith("SMS"):
                drawing.arrow(SERVER, PHONE, "SMS")
                drawing.note(run.message)
    return drawing.svg("A login by SMS, and one by authenticator app: what is sent between whom")


def without_chance(picture: str) -> str:
    """The picture without what differs each time: the PIN."""
    return re.sub(r"\b\d{6}\b", "PIN", picture)


def main() -> None:
    """Draws, or looks whether it has been drawn."""
    drawn = draw(record())
    if sys.argv[1:] != ["--check"]:
        PICTURE.write_text(drawn, "utf-8")
    elif without_chance(drawn) != without_chance(PICTURE.read_text("utf-8")):
        sys.exit(
            "draw.py: login.svg shows something else than a run does: python3 docs/login/draw.py"
        )


if __name__ == "__main__":
    main()
