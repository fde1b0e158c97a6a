"""A pre-fork server in small: what is imported, made and called before fork() works after it.

    python prefork.py own|same URL SERVICE_ID WORKERS

`same` gives all processes one id, as PID namespaces may.

Calls in the master, with a thread inside a call at the moment of each fork(); forks the workers, in
which all calls have to succeed; and calls in the master again.
"""

from __future__ import annotations

import asyncio
import gc
import os
import sys
import threading
import traceback

import verigator
from messente.verigator.api import Api

CALLS = 20


def main(url: str, service_id: str, workers: int) -> int:
    client = verigator.Client("demo", "demo-password", base_url=url)
    # One that workers free, while the master goes on with it.
    freed = [verigator.Client("demo", "demo-password", base_url=url)]
    twin = verigator.AsyncClient("demo", "demo-password", base_url=url)
    api = Api("demo", "demo-password", url)

    def calls() -> None:
        for _ in range(CALLS):
            assert client.get_service(service_id).id == service_id
            assert api.services.get(service_id).id == service_id
            assert asyncio.run(twin.get_service(service_id)).id == service_id
        try:
            client.get_service("no-such-service")
        except verigator.NotFoundError:
            return
        raise AssertionError("an error was lost")

    def worker() -> int:
        try:
            freed.clear()
            gc.collect()
            calls()
        except BaseException:  # noqa: BLE001 a worker must not go on with the master's code
            traceback.print_exc()
            return 1
        return 0

    calls()
    assert freed[0].get_service(service_id).id == service_id
    stop = threading.Event()
    busy = threading.Thread(target=lambda: keep_calling(client, service_id, stop))
    busy.start()
    processes = []
    for _ in range(workers):
        process = os.fork()
        if process == 0:
            os._exit(worker())
        processes.append(process)
    calls()
    stop.set()
    busy.join()
    codes = [os.waitpid(process, 0)[1] for process in processes]
    assert freed[0].get_service(service_id).id == service_id
    calls()
    print(f"{codes.count(0)} of {len(codes)} workers")
    return 0 if not any(codes) else 1


def keep_calling(client: verigator.Client, service_id: str, stop: threading.Event) -> None:
    while not stop.is_set():
        client.get_service(service_id)


if __name__ == "__main__":
    if sys.argv[1] == "same":
        os.getpid = lambda: 1
    sys.exit(main(sys.argv[2], sys.argv[3], int(sys.argv[4])))
