"""A connection of an event loop: a protocol that reads where a message's bytes belong."""

from __future__ import annotations

import asyncio
import inspect
import socket
from collections import deque
from typing import Any, AsyncIterator, Callable

from . import frames
from .core import Core, Provided, References, failure_of, log
from .errors import BrokenMessageError, ConnectionLost, DeadlineExceeded, ProtocolError, PsyneError, RemoteError
from .frames import Limits
from .methods import CallbackMethod, is_items
from .streams import IncomingCall, OutgoingCall, Stream

_JOINED_BYTES = 32 << 10
_HIGH_WATER_BYTES = 256 << 10
_WEIGHTS = ((1, 8), (2, 4), (3, 1))


class _Waking(Stream):
    """Wakes the tasks that wait for a call."""

    waiters: list[asyncio.Future[None]] | None = None
    timer: asyncio.TimerHandle | None = None

    def changed(self) -> None:
        if self.waiters:
            for waiter in self.waiters:
                if not waiter.done():
                    waiter.set_result(None)
            self.waiters.clear()
        if self.over and self.timer is not None:
            self.timer.cancel()

    async def wait(self, ready: Callable[[], Any]) -> None:
        """Until `ready` or over."""
        while not self.over and not ready():
            waiter = self.core.loop.create_future()  # type: ignore[attr-defined]
            if self.waiters is None:
                self.waiters = []
            self.waiters.append(waiter)
            await waiter

    async def may_send(self) -> None:
        """Until there is credit, and room on the way."""
        core: Any = self.core
        while not self.over and (self.credit <= 0 or core.paused):
            if self.credit <= 0:
                await self.wait(lambda: self.credit > 0)
            else:
                await core.room()


class AsyncOutgoing(_Waking, OutgoingCall):
    def __init__(self, core: Core, number: int, lane: int, granted: int, timeout: float | None) -> None:
        super().__init__(core, number, lane, granted, timeout)
        if timeout is not None:
            self.timer = core.loop.call_later(timeout, self._expire)  # type: ignore[attr-defined]

    def _expire(self) -> None:
        if not self.over:
            self.error = DeadlineExceeded(f"{self.what} has not ended in time")
            self.cancel()

    async def until(self, ready: Callable[[], Any]) -> None:
        """As `wait`; who is cancelled cancels the call."""
        try:
            await self.wait(ready)
        except asyncio.CancelledError:
            self.cancel()
            raise

    async def answer(self) -> memoryview:
        if not self.over:
            await self.until(_never)
        if self.error is not None:
            raise self.error
        if self.result is None:
            raise RemoteError("cancelled", "the call was cancelled here")
        return self.result

    async def send_items(self, items: Any, write: Callable[[Any], tuple[list, int]]) -> None:
        """The caller's items; the call fails with them, and who waits for it is told."""
        try:
            async for item in each_of(items):
                await self.may_send()
                if self.over:
                    return
                self.send_item(write, item)
            if not self.over:
                self.core.send(frames.END, 0, self.lane, self.number, [], 0)
        except PsyneError as error:
            self.fail_input("failed", str(error))
        except Exception as error:
            self.fail_input("failed", f"the caller's items failed: {type(error).__name__}: {error}")


class AsyncIncoming(_Waking, IncomingCall):
    task: asyncio.Task[None] | None = None

    def stopped(self, error: PsyneError) -> None:
        super().stopped(error)
        if self.task is not None:
            self.task.cancel()

    async def until(self, ready: Callable[[], Any]) -> None:
        await self.wait(ready)

    async def send_results(self, results: Any, write: Callable[[Any], tuple[list, int]]) -> None:
        try:
            async for item in each_of(results):
                await self.may_send()
                if self.over:
                    return
                self.send_item(write, item)
            self.end([], 0)
        finally:
            if hasattr(results, "aclose"):
                await results.aclose()


def _closed(*coroutines: Any) -> None:
    """Of a task that was cancelled before it began, what it would have awaited."""
    for each in coroutines:
        if inspect.iscoroutine(each):
            each.close()


def _never() -> bool:
    return False


async def each_of(items: Any) -> AsyncIterator[Any]:
    """The items of an iterable, asynchronous or not; closed when this is."""
    if hasattr(items, "__aiter__"):
        async for item in items:
            yield item
    else:
        for item in items:
            yield item


class AsyncItems:
    """The items of a stream, in order: an asynchronous iterator. `aclose` cancels the call whose result it is."""

    psyne_items = True

    def __init__(self, call: Any, read: Callable[[memoryview], Any]) -> None:
        self._call = call
        self._read = read

    def __aiter__(self) -> AsyncItems:
        return self

    async def __anext__(self) -> Any:
        call = self._call
        if not call.inbox:
            await call.until(lambda: call.inbox or call.input_ended)
        if call.inbox:
            payload = call.inbox.popleft()
            value = self._read(payload)
            call.taken(payload)
            return value
        if call.error is not None:
            raise call.error
        raise StopAsyncIteration

    async def aclose(self) -> None:
        self.close()

    def close(self) -> None:
        if isinstance(self._call, OutgoingCall):
            self._call.cancel()
            self._call.inbox = ()

    def __del__(self) -> None:
        loop = self._call.core.loop
        if not self._call.over and not loop.is_closed():
            loop.call_soon_threadsafe(self._call.cancel if isinstance(self._call, OutgoingCall) else self._call.changed)


class AsyncCallback:
    """A function of the caller's, while its call is under way: to be awaited."""

    def __init__(self, call: Any, number: int, method: CallbackMethod) -> None:
        self._call = call
        self._number = number
        self._method = method

    async def __call__(self, *args: Any) -> Any:
        call = self._call
        if call.over:
            raise call.error or RemoteError("not_found", "the call is over, and its callbacks with it")
        chunks, size = self._method.write_argument(args)
        made = call.core.begin_callback(self._number, call, chunks, size, call.lane, call.remaining())
        return self._method.read_result(await made.answer())


class AsyncCore(Core, asyncio.BufferedProtocol):
    """One connection. While the transport has enough to send, frames wait in their lanes."""

    outgoing_class = AsyncOutgoing
    incoming_class = AsyncIncoming

    def __init__(self, limits: Limits, provided: dict[int, Provided], on_end: Callable[[], None]) -> None:
        super().__init__(limits, provided)
        self.loop = asyncio.get_running_loop()
        self.paused = False
        self.greeting: asyncio.Future[None] = self.loop.create_future()
        self.ended: asyncio.Future[None] = self.loop.create_future()
        self._on_end = on_end
        self._transport: Any = None
        self._lanes: tuple[deque[bytes], ...] = (deque(), deque(), deque(), deque())
        self._waiting_bytes = 0
        self._room: list[asyncio.Future[None]] = []
        self._tasks: set[asyncio.Task[Any]] = set()
        self._heard = self.loop.time()
        self._asked = False
        self._timer = self.loop.call_later(limits.ping_seconds / 2, self._silent)

    # The transport's side.

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        transport.set_write_buffer_limits(_HIGH_WATER_BYTES)
        made = transport.get_extra_info("socket")
        if made is not None and made.family != socket.AF_UNIX:
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get_buffer(self, sizehint: int) -> memoryview:
        return self.reader.target()

    def buffer_updated(self, count: int) -> None:
        self.reader.advance(count)
        self._heard = self.loop.time()
        try:
            message = self.reader.next()
            while message is not None and self.error is None:
                self.handle(message)
                message = self.reader.next()
        except (ProtocolError, BrokenMessageError) as error:
            self.broken(error)

    def connection_lost(self, error: Exception | None) -> None:
        self.end(ConnectionLost(f"the other side has closed it{f': {self.leaving}' if self.leaving else f': {error}' if error else ''}"))
        if not self.ended.done():
            self.ended.set_result(None)
        self._on_end()

    def pause_writing(self) -> None:
        self.paused = True

    def resume_writing(self) -> None:
        self.paused = False
        self._pump()
        if not self.paused:
            room, self._room = self._room, []
            for waiter in room:
                if not waiter.done():
                    waiter.set_result(None)

    def _pump(self) -> None:
        """Lane 0 first, the others 8 : 4 : 1."""
        while not self.paused and self._waiting_bytes:
            self._leave(0, 1 << 30)
            for lane, weight in _WEIGHTS:
                self._leave(lane, weight)

    def _leave(self, lane: int, count: int) -> None:
        waiting = self._lanes[lane]
        while waiting and count and not self.paused:
            data = waiting.popleft()
            self._waiting_bytes -= len(data)
            self._transport.write(data)
            count -= 1

    # The core's side.

    def write(self, frame: list[Any], size: int, lane: int) -> None:
        if self.error is not None:
            raise self._lost()
        if self.paused or self._waiting_bytes:
            if lane and self._waiting_bytes + size > self.limits.waiting_bytes:
                raise RemoteError("unavailable", f"{self._waiting_bytes} bytes wait to be sent, which is as much as may", 100)
            self._lanes[lane].append(b"".join(frame))
            self._waiting_bytes += size
        elif size <= _JOINED_BYTES:
            self._transport.write(b"".join(frame))
        else:
            self._transport.writelines([each for each in frame if len(each)])

    def lease_dropped(self, number: int, call: Any) -> None:
        was_empty = not self.returned
        super().lease_dropped(number, call)
        if was_empty and self.returned and not self.loop.is_closed():
            self.loop.call_soon_threadsafe(self.give_back)

    def answered(self) -> None:
        if not self.greeting.done():
            self.greeting.set_result(None)

    def shut(self) -> None:
        self._timer.cancel()
        self.resume_writing()
        if not self.greeting.done():
            self.greeting.set_result(None)
        if self._transport is not None:
            self._transport.close()

    async def room(self) -> None:
        waiter = self.loop.create_future()
        self._room.append(waiter)
        await waiter

    def _silent(self) -> None:
        silence = self.loop.time() - self._heard
        if silence > self.limits.silence_seconds:
            self.end(ConnectionLost(f"nothing was heard for {silence:.0f} s"))
            self._transport.abort()
            return
        if silence < self.limits.ping_seconds:
            self._asked = False
        elif not self._asked:
            self._asked = True
            self.send_quietly(frames.PING, frames.CONTROL_LANE, 0)
        self._timer = self.loop.call_later(self.limits.ping_seconds / 2, self._silent)

    def task(self, coroutine: Any) -> asyncio.Task[Any]:
        """A task that is kept until it is done."""
        task = self.loop.create_task(coroutine)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def callback_proxy(self, call: IncomingCall, number: int, method: CallbackMethod) -> AsyncCallback:
        return AsyncCallback(call, number, method)

    def start(self, call: Any, payload: memoryview) -> None:
        method, provided = call.method, call.provided
        try:
            items = None if call.input_ended else AsyncItems(call, method.read_input)
            refs = References(self, provided.codecs, call) if method.calls_back else None
            args, named = method.read_arguments(payload, refs, items)
            result = call.function(*args, **named)
            if method.streamed or (method.streamed is None and is_items(result)):
                self._spawn(call, call.send_results(result, method.write_item), result)
            elif inspect.isawaitable(result):
                self._spawn(call, self._awaited(call, result, method), result)
            else:
                call.end_with(method.write_result, result)
        except Exception as error:
            self._failed(call, error)

    def start_callback(self, call: Any, function: Callable[..., Any], method: CallbackMethod, payload: memoryview) -> None:
        try:
            result = function(method.read_argument(payload))
            if inspect.isawaitable(result):
                self._spawn(call, self._awaited(call, result, method), result)
            else:
                call.end_with(method.write_result, result)
        except Exception as error:
            self._failed(call, error)

    async def _awaited(self, call: Any, result: Any, method: Any) -> None:
        value = await result
        if getattr(method, "streamed", False) is None and is_items(value):
            await call.send_results(value, method.write_item)
        else:
            call.end_with(method.write_result, value)

    def _spawn(self, call: Any, coroutine: Any, result: Any) -> None:
        call.task = self.task(self._run(call, coroutine))
        call.task.add_done_callback(lambda _: _closed(coroutine, result))
        left = call.remaining()
        if left is not None:
            call.timer = self.loop.call_later(max(0.0, left), self._late, call)

    def _late(self, call: Any) -> None:
        call.fail("deadline_exceeded", "the method took longer than its caller waits")
        call.task.cancel()

    async def _run(self, call: Any, coroutine: Any) -> None:
        try:
            await coroutine
        except asyncio.CancelledError:
            call.fail("cancelled", "the provider stopped the call")
        except Exception as error:
            self._failed(call, error)
        finally:
            call.changed()

    @staticmethod
    def _failed(call: Any, error: Exception) -> None:
        if not isinstance(error, PsyneError):
            log.warning("a method failed", exc_info=error)
        call.fail(*failure_of(error))
