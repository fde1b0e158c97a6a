"""Programs that end while a client with a logger is in use: `python ending.py WHEN [URL]`."""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import socket
import sys
import threading


def logger(lines):
    """A logger whose lines go to a function."""

    class Lines(logging.Handler):
        def emit(self, record):
            lines(record.getMessage())

    logger = logging.Logger("ending", logging.DEBUG)
    logger.addHandler(Lines())
    return logger


def in_a_call():
    """A call waits in a daemon thread, and is answered when the interpreter has ended."""
    # What is kept here is removed when the interpreter ends.
    sys.late_answer = LateAnswer(call_in_a_daemon_thread())


def in_a_child(process_ids):
    """A process ends that was forked while a call waited in a thread, which it does not have.

    In another PID namespace it may have the id of its parent: `same`.
    """
    if process_ids == "same":
        os.getpid = lambda: 1
    connection = call_in_a_daemon_thread()
    sys.stdout.flush()
    process = os.fork()
    if process:
        print(f"the child ended with {os.waitpid(process, 0)[1]}")
        connection.close()


def in_a_log_line():
    """A log line in a daemon thread never ends."""
    line = threading.Event()

    class Waits(logging.Logger):
        # Not a handler's lines, whose end `logging` itself waits for.
        def handle(self, _record):
            line.set()
            threading.Event().wait()

    url, waits = "http://127.0.0.1:1", Waits("ending", logging.DEBUG)
    client = verigator.Client("user", "password", base_url=url, logger=waits)
    threading.Thread(target=lambda: client.get_service("id"), daemon=True).start()
    line.wait()
    print("ending")


def call_in_a_daemon_thread():
    """Returns the connection on which the call waits for its answer."""
    listener = socket.create_server(("127.0.0.1", 0))
    client = new_client(f"http://127.0.0.1:{listener.getsockname()[1]}", print)

    def call():
        # What is raised is not printed, since the interpreter ends now.
        with contextlib.suppress(verigator.VerigatorError):
            client.get_service("id")

    threading.Thread(target=call, daemon=True).start()
    return listener.accept()[0]


class LateAnswer:
    """Answers a request when it is removed, which is after all exit hooks.

    No name is left by then but those that it has itself.
    """

    def __init__(self, connection):
        self.connection = connection

    def __del__(self):
        try:
            self.connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            while self.connection.recv(1024):
                pass
        except OSError:
            # The client is gone, as it should be.
            pass


def before_a_call(url):
    """A daemon thread makes a call after the exit hook of the library; so does the main thread."""
    client = new_client(url, lambda _line: None)
    go = threading.Event()

    def late():
        go.wait()
        try:
            client.get_service("id")
        except verigator.ClosedError as error:
            print(f"daemon: ClosedError, {error}, {error.status}, {error.maybe_sent}")

    daemon = threading.Thread(target=late, daemon=True)
    daemon.start()

    def hook():
        print(f"main: {client.get_service('id').name}")
        go.set()
        daemon.join()

    hooks.append(hook)


def with_a_close(url):
    """A hook that runs after those of the library and of `weakref` uses a client and closes it."""
    client = new_client(url, lambda _line: None)

    def hook():
        print(client.get_service("id").name)
        client.close()
        print("closed")

    hooks.append(hook)


def new_client(url, lines):
    return verigator.Client("user", "password", base_url=url, logger=logger(lines))


# Hooks run the last first, so this runs after those that come with the import.
hooks = []
atexit.register(lambda: [hook() for hook in hooks])

import verigator  # noqa: E402

if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
