"""`AsyncClient` on event loops of every kind, one after another and side by side, to their ends."""

from __future__ import annotations

import asyncio
import gc
import os
import select
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

import verigator
from verigator import AsyncClient, _queues
from verigator._library import library

VERIFIED = (200, {}, b'{"verified": true}')
COUNT = 32


class NoReader(asyncio.SelectorEventLoop):
    """As the loop that Windows has by default."""

    def add_reader(self, *_arguments):
        raise NotImplementedError


def uvloop():
    return pytest.importorskip("uvloop").new_event_loop()


LOOPS = {"selector": asyncio.SelectorEventLoop, "no reader": NoReader, "uvloop": uvloop}


@pytest.fixture(params=LOOPS)
def run(request):
    """Runs a coroutine on a new loop of one kind; the loop hears of no trouble."""

    def run(main):
        loop, trouble = LOOPS[request.param](), []
        loop.set_exception_handler(lambda _loop, context: trouble.append(context))
        try:
            return loop.run_until_complete(main)
        finally:
            gc.collect()
            loop.run_until_complete(asyncio.sleep(0))
            loop.close()
            assert trouble == []

    return run


def meeting(scripted, count=COUNT):
    """Nobody is answered before so many calls are at the server."""
    meet = threading.Barrier(count)

    def answer(_request):
        # Only when something is broken does this end by time.
        meet.wait(60)
        return VERIFIED

    scripted.answer = answer


def stalling(scripted):
    """Nobody is answered; gives what counts the requests."""
    came = threading.Semaphore(0)

    def answer(_request):
        came.release()
        scripted.ended.wait()

    scripted.answer = answer
    return came


async def arrive(came, count=1):
    """Waits for so many requests."""
    for _ in range(count):
        assert await asyncio.get_running_loop().run_in_executor(None, came.acquire, True, 60)


def new(scripted, **options):
    return AsyncClient("user", "password", base_url=scripted.url, **options)


def verifying(client, user="user"):
    return asyncio.ensure_future(client.verify("service", user, "123456"))


def ours():
    """The threads of Python's that are this package's, or a pool's."""
    names = [thread.name for thread in threading.enumerate()]
    return [name for name in names if name.startswith(("verigator", "asyncio", "ThreadPool"))]


def test_all_calls_are_under_way_at_once(scripted, run):
    meeting(scripted)

    async def main():
        async with new(scripted) as client:
            answers = asyncio.gather(*(verifying(client, f"{n}") for n in range(COUNT)))
            await asyncio.sleep(0)
            # One where the loop watches no descriptors, and none elsewhere.
            no_reader = isinstance(asyncio.get_running_loop(), NoReader)
            assert ours() == ["verigator"] * no_reader
            return await answers

    assert all(run(main()))
    assert len(scripted.requests) == COUNT


def test_a_client_is_used_on_one_loop_after_another(scripted, run):
    scripted.says(200, {"verified": True})
    client = new(scripted)

    async def main():
        return await client.verify("service", "user", "123456")

    for _ in range(3):
        assert run(main())
    # Once with what was left behind by a loop that ended amid a call.
    came = stalling(scripted)

    async def leaves():
        task = verifying(client)
        await arrive(came)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(leaves())
    scripted.says(200, {"verified": True})
    assert run(main())


def test_two_loops_in_two_threads_share_a_client(scripted, run):
    meeting(scripted, 2 * COUNT)
    client = new(scripted)

    async def main():
        return await asyncio.gather(*(verifying(client, f"{n}") for n in range(COUNT)))

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda _: run(main()), range(2)))
    assert all(map(all, answers))


class OthersBegin(asyncio.SelectorEventLoop):
    """A loop that lets other threads run whenever it is asked whether it is closed."""

    meanwhile = None

    def is_closed(self):
        if self.meanwhile is not None and threading.current_thread() is threading.main_thread():
            begins = threading.Thread(target=self.meanwhile)
            begins.start()
            begins.join()
        return super().is_closed()


def test_loops_that_begin_in_several_threads_at_once_share_a_client(scripted):
    scripted.says(200, {"verified": True})
    client = new(scripted)

    def verified():
        loop = asyncio.SelectorEventLoop()
        loops.append(loop)
        answers.append(bool(loop.run_until_complete(verifying_on(client))))
        loop.close()

    async def verifying_on(client):
        return await client.verify("service", "user", "123456")

    loops, answers = [], []
    before = OthersBegin()
    before.run_until_complete(verifying_on(client))
    before.close()
    # What one thread finds closed, another has let go meanwhile; and another loop is there.
    before.meanwhile = verified
    verified()
    before.meanwhile = None
    assert answers
    assert all(answers)


def test_a_task_that_is_cancelled_cancels_its_call(scripted, run):
    came = stalling(scripted)

    async def main():
        async with new(scripted) as client:
            task = verifying(client)
            await arrive(came)
            task.cancel()
            with pytest.raises(asyncio.CancelledError) as caught:
                await task
            assert task.cancelled()
            return caught.value

    cancelled = run(main())
    # Python 3.9 and 3.10 raise another one for who awaits the task.
    cause = cancelled.__cause__ or cancelled.__context__.__cause__
    assert type(cause) is verigator.CallCancelledError
    assert cause.maybe_sent
    assert not cause.retry_safe


def test_a_call_that_is_cancelled_twice_ends_once(scripted, run):
    came = stalling(scripted)

    async def main():
        async with new(scripted) as client:
            task = verifying(client)
            await arrive(came)
            task.cancel()
            # It is about to wait for the end of its call.
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    run(main())


def test_of_a_call_that_was_never_begun_nothing_was_sent(scripted, run):
    came = stalling(scripted)

    async def main():
        async with new(scripted, max_connections=1) as client:
            first = verifying(client)
            await arrive(came)

            async def second():
                with pytest.raises(asyncio.CancelledError) as caught:
                    await client.verify("service", "user", "123456")
                return caught.value.__cause__

            task = asyncio.ensure_future(second())
            await asyncio.sleep(0)
            task.cancel()
            cause = await task
            assert not cause.maybe_sent
            assert cause.retry_safe
            first.cancel()
            await asyncio.wait([first])

    run(main())
    assert len(scripted.requests) == 1


def test_a_deadline_of_the_programs_ends_the_call(scripted, run):
    stalling(scripted)

    async def main():
        async with new(scripted) as client:
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(client.verify("service", "user", "123456"), 0.05)

    run(main())


def blocked_until_it_ended(client):
    """Keeps the loop from taking out the only call until that has ended."""
    (queue,) = client._queues.values()
    (call,) = queue._under_way
    while library.verigator_call_status(call) == -40:
        select.select([], [], [], 0.001)
    return queue


def test_an_answer_that_comes_with_the_cancel_is_told_of(scripted, run):
    scripted.says(200, {"verified": True})

    async def main():
        async with new(scripted) as client:
            task = verifying(client)
            await asyncio.sleep(0)
            blocked_until_it_ended(client)
            task.cancel()
            with pytest.raises(asyncio.CancelledError) as caught:
                await task
            return caught.value

    cancelled = run(main())
    cause = cancelled.__cause__ or cancelled.__context__.__cause__
    assert type(cause) is verigator.CallCancelledError
    assert "answered already" in str(cause)
    assert cause.maybe_sent


@pytest.mark.parametrize("first", ["cancelled", "taken"])
def test_a_call_is_taken_out_in_the_turn_in_which_its_task_is_cancelled(scripted, run, first):
    scripted.says(200, {"verified": True})

    async def main():
        async with new(scripted) as client:
            task = verifying(client)
            await asyncio.sleep(0)
            queue = blocked_until_it_ended(client)
            steps = [queue._take, task.cancel]
            for step in reversed(steps) if first == "cancelled" else steps:
                step()
            with pytest.raises(asyncio.CancelledError):
                await task

    run(main())


def test_the_loop_sees_to_other_things_between_many_calls(scripted, monkeypatch):
    scripted.says(200, {"verified": True})
    monkeypatch.setattr(_queues, "_MOST_A_TURN", 4)

    async def main():
        async with new(scripted) as client:
            tasks = [verifying(client, f"{n}") for n in range(COUNT)]
            await asyncio.sleep(0)
            (queue,) = client._queues.values()
            for call in queue._under_way:
                while library.verigator_call_status(call) == -40:
                    select.select([], [], [], 0.001)
            left = [len(queue._under_way)]
            while queue._under_way:
                await asyncio.sleep(0)
                left.append(len(queue._under_way))
            assert max(before - after for before, after in zip(left, left[1:])) == 4
            return await asyncio.gather(*tasks)

    assert all(asyncio.run(main()))


def test_the_loop_watches_only_while_a_call_is_under_way(scripted):
    came, watched = stalling(scripted), []

    class Loop(asyncio.SelectorEventLoop):
        def add_reader(self, descriptor, *arguments):
            watched.append(descriptor)
            super().add_reader(descriptor, *arguments)

        def remove_reader(self, descriptor):
            watched.remove(descriptor)
            return super().remove_reader(descriptor)

    async def main():
        client = new(scripted)
        first, second = verifying(client), verifying(client)
        await arrive(came, 2)
        assert len(watched) == 1
        first.cancel()
        await asyncio.wait([first])
        assert len(watched) == 1
        second.cancel()
        await asyncio.wait([second])
        assert watched == []
        scripted.says(200, {"verified": True})
        assert await client.verify("service", "user", "123456")
        assert watched == []

    loop = Loop()
    loop.run_until_complete(main())
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


def test_a_call_that_comes_when_the_thread_has_just_stopped_is_waited_for(scripted):
    scripted.says(200, {"verified": True})
    late = []

    class Loop(NoReader):
        def call_soon_threadsafe(self, callback, *arguments, **more):
            if callback.__name__ == "stopped" and not late:
                late.append(callback)
                return None
            return super().call_soon_threadsafe(callback, *arguments, **more)

    async def main():
        async with new(scripted) as client:
            assert await verifying(client)
            while not late:
                select.select([], [], [], 0.001)
            task = verifying(client)
            await asyncio.sleep(0)
            # Only now the loop hears that nobody waits for calls any more.
            late[0]()
            assert await task

    loop = Loop()
    loop.run_until_complete(main())
    loop.close()


def test_a_coroutine_that_is_closed_lets_go_of_its_call(scripted):
    stalling(scripted)

    async def main():
        async with new(scripted) as client:
            call = client.verify("service", "user", "123456")
            call.send(None)
            (queue,) = client._queues.values()
            (handle,) = queue._under_way
            call.close()
            assert not queue._under_way
            assert queue._stop_watching is None
            assert library.verigator_call_status(handle) == -2

    asyncio.run(main())


def test_a_signal_amid_the_end_of_a_call_leaves_no_task_that_cannot_be_cancelled(
    scripted, monkeypatch
):
    scripted.says(200, {"verified": True})

    def interrupted(_queue, _call):
        raise KeyboardInterrupt

    loop = asyncio.SelectorEventLoop()
    task = loop.create_task(new(scripted).verify("service", "user", "123456"))
    with monkeypatch.context() as patch:
        patch.setattr(_queues.Queue, "_has_ended", interrupted)
        with pytest.raises(KeyboardInterrupt):
            loop.run_until_complete(task)
    # As asyncio.run does then.
    task.cancel()
    _, pending = loop.run_until_complete(asyncio.wait([task], timeout=10))
    assert not pending
    assert task.cancelled()
    loop.close()


def test_a_thread_that_cannot_be_started_is_tried_again(scripted, monkeypatch):
    scripted.says(200, {"verified": True})

    def refuses(_thread):
        raise RuntimeError("can't start new thread")

    async def main():
        async with new(scripted) as client:
            with monkeypatch.context() as patch:
                patch.setattr(threading.Thread, "start", refuses)
                with pytest.raises(RuntimeError, match="new thread"):
                    await client.verify("service", "user", "123456")
            assert await client.verify("service", "user", "123456")

    loop = NoReader()
    loop.run_until_complete(main())
    loop.close()


def test_close_waits_for_the_calls_of_the_loop(scripted, run):
    came = stalling(scripted)

    async def main():
        client = new(scripted)
        tasks = [verifying(client, f"{n}") for n in range(COUNT)]
        await arrive(came, COUNT)
        (queue,) = client._queues.values()
        await client.aclose()
        assert not queue._under_way
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert {type(error) for error in ended} == {verigator.CallCancelledError}
        assert all(error.maybe_sent for error in ended)

    run(main())


def test_close_cancels_what_waits_in_line(scripted, run, monkeypatch):
    came = stalling(scripted)

    async def main():
        client = new(scripted, max_connections=1)
        tasks = [verifying(client, f"{n}") for n in range(4)]
        await arrive(came)
        (queue,) = client._queues.values()
        calls, close = list(queue._under_way), client._client.close

        def closes_slowly():
            close()
            while any(library.verigator_call_status(call) == -40 for call in calls):
                select.select([], [], [], 0.001)

        monkeypatch.setattr(client._client, "close", closes_slowly)
        await client.aclose()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert {type(error) for error in ended} == {verigator.CallCancelledError}
        assert [error.maybe_sent for error in ended] == [True, False, False, False]

    run(main())


@pytest.mark.parametrize("is_closed", [True, False])
def test_tasks_and_clients_that_are_never_finished_are_collected(scripted, is_closed):
    came = stalling(scripted)
    trouble = []

    def leaves():
        loop = asyncio.new_event_loop()
        # That the tasks were pending is what Python has to say.
        loop.set_exception_handler(lambda _loop, context: trouble.append(context["message"]))

        async def main():
            client = new(scripted)
            tasks.extend(verifying(client, f"{n}") for n in range(4))
            await arrive(came, 4)

        tasks = []
        loop.run_until_complete(main())
        if is_closed:
            loop.run_until_complete(loop.shutdown_default_executor())
            loop.close()
        return loop

    loop = leaves()
    gc.collect()
    if not is_closed:
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()
    del loop
    gc.collect()
    assert set(trouble) <= {"Task was destroyed but it is pending!"}


def test_many_calls_leave_nothing_behind(scripted):
    scripted.says(200, {"verified": True})

    async def main():
        async with new(scripted) as client:
            for _ in range(20):
                assert all(await asyncio.gather(*(verifying(client) for _ in range(COUNT))))
            (queue,) = client._queues.values()
            assert not queue._under_way
            assert queue._stop_watching is None

    asyncio.run(main())


def test_the_number_of_its_descriptor_is_closed_by_the_queue_alone(scripted, run):
    scripted.says(200, {"verified": True})

    async def main():
        client = new(scripted)
        assert await verifying(client)

    run(main())
    # Client, queue and loop are gone; what the program opens now has their numbers.
    files = [os.open(os.devnull, os.O_RDONLY) for _ in range(64)]
    gc.collect()
    for file in files:
        os.close(file)
