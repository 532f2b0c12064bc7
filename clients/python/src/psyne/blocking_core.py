"""A connection whose socket is read and written by the threads that wait: see `turns`."""

from __future__ import annotations

import select
import socket
import struct
import threading
import time
from collections import deque
from typing import Any, Callable, Iterator

from . import frames
from .core import BUSY_RETRY_MILLIS, Core, Provided, References, failure_of, log
from .errors import BrokenMessageError, ConnectionLost, DeadlineExceeded, ProtocolError, PsyneError, RemoteError
from .frames import Limits
from .methods import CallbackMethod, is_items
from .streams import IncomingCall, OutgoingCall, Stream
from .turns import Turns, wake_all

_JOINED_BYTES = 32 << 10
_IOV_MAX = 512
_SILENCE_TICKS = 2
_QUICK_SECONDS = 0.001


class _Waking(Stream):
    """Wakes the threads that wait for a call."""

    sleepers: Any = None

    def changed(self) -> None:
        if self.sleepers:
            wake_all(self.sleepers)

    def sleeping(self) -> list[threading.Lock]:
        """Where a thread that waits leaves what wakes it."""
        return self.__dict__.setdefault("sleepers", [])

    def is_over(self) -> bool:
        return self.over


class BlockingOutgoing(_Waking, OutgoingCall):
    def wait(self, ready: Callable[[], bool]) -> None:
        """Until `ready` or over; DeadlineExceeded when its time has passed."""
        if not self.core.turns.wait(self.sleeping, lambda: self.over or ready(), self.expires):  # type: ignore[attr-defined]
            raise self.expired()

    def answer(self) -> memoryview:
        """The result's message."""
        if not self.core.turns.wait(self.sleeping, self.is_over, self.expires):  # type: ignore[attr-defined]
            raise self.expired()
        if self.error is not None:
            raise self.error
        assert self.result is not None
        return self.result

    def send_items(self, items: Any, write: Callable[[Any], tuple[list, int]]) -> None:
        """The caller's items, as credit allows; the call fails with them."""
        try:
            for item in items:
                if self.credit <= 0:
                    self.wait(lambda: self.credit > 0)
                if self.over:
                    break
                self.send_item(write, item)
            else:
                if not self.over:
                    self.core.send(frames.END, 0, self.lane, self.number, [], 0)
        except BaseException as error:
            self.fail_input("failed", f"the caller's items failed: {type(error).__name__}: {error}")
            raise
        finally:
            close = getattr(items, "close", None)
            if close is not None and self.over:
                close()


class BlockingIncoming(_Waking, IncomingCall):
    def wait(self, ready: Callable[[], bool]) -> None:
        if not self.core.turns.wait(self.sleeping, lambda: self.over or ready(), self.expires):  # type: ignore[attr-defined]
            raise DeadlineExceeded("the method took longer than its caller waits")

    def send_results(self, results: Any, write: Callable[[Any], tuple[list, int]]) -> None:
        """A method's items, as credit allows."""
        try:
            for item in results:
                if self.credit <= 0:
                    self.wait(lambda: self.credit > 0)
                if self.over:
                    return
                if self.expires is not None and time.monotonic() > self.expires:
                    raise DeadlineExceeded("the method took longer than its caller waits")
                self.send_item(write, item)
            self.end([], 0)
        finally:
            close = getattr(results, "close", None)
            if close is not None:
                close()


class Items:
    """The items of a stream, in order: an iterator. Closing it cancels the call whose result it is; dropping it does so soon."""

    psyne_items = True

    def __init__(self, call: Any, read: Callable[[memoryview], Any]) -> None:
        self._call = call
        self._read = read

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        call = self._call
        if not call.inbox:
            call.wait(lambda: call.inbox or call.input_ended)
        if call.inbox:
            payload = call.inbox.popleft()
            value = self._read(payload)
            call.taken(payload)
            return value
        if call.error is not None:
            raise call.error
        raise StopIteration

    def close(self) -> None:
        if isinstance(self._call, OutgoingCall):
            self._call.cancel()
            self._call.inbox = ()

    def __del__(self) -> None:
        # Whoever drops it may hold a lock that cancelling wants.
        if not self._call.over:
            self._call.core.dropped.append(self._call)


class Callback:
    """A function of the caller's, while its call is under way."""

    def __init__(self, call: Any, number: int, method: CallbackMethod) -> None:
        self._call = call
        self._number = number
        self._method = method

    def __call__(self, *args: Any) -> Any:
        call = self._call
        if call.over:
            raise call.error or RemoteError("not_found", "the call is over, and its callbacks with it")
        chunks, size = self._method.write_argument(args)
        made = call.core.begin_callback(self._number, call, chunks, size, call.lane, call.remaining())
        return self._method.read_result(made.answer())


class BlockingCore(Core):
    """One connected socket."""

    outgoing_class = BlockingOutgoing
    incoming_class = BlockingIncoming

    def __init__(self, made: socket.socket, limits: Limits, provided: dict[int, Provided], on_serving: Callable[[], None]) -> None:
        super().__init__(limits, provided)
        self.turns = Turns(self._lead, lambda: self.error is not None, limits.threads)
        self._on_serving = on_serving
        self.dropped: deque[Stream] = deque()
        self._socket = made
        self._writing = threading.Lock()
        self._heard = time.monotonic()
        self._asked = False
        seconds, fraction = divmod(limits.ping_seconds / _SILENCE_TICKS, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, struct.pack("ll", int(seconds), int(fraction * 1e6)))
        seconds, fraction = divmod(limits.silence_seconds, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, struct.pack("ll", int(seconds), int(fraction * 1e6)))
        self._poll = select.poll()
        self._poll.register(made, select.POLLIN)

    def begin(self, *args: Any, **named: Any) -> Any:
        if self.dropped:
            self.cancel_dropped()
        return super().begin(*args, **named)

    def cancel_dropped(self) -> None:
        """Cancels the calls whose items nobody wants any more."""
        while self.dropped:
            call = self.dropped.popleft()
            if isinstance(call, OutgoingCall):
                call.cancel()
        if self.returned:
            self.give_back()

    # Writing.

    def write(self, frame: list[Any], size: int, lane: int) -> None:
        if self.error is not None:
            raise self._lost()
        try:
            with self._writing:
                if size <= _JOINED_BYTES:
                    data = b"".join(frame)
                    sent = self._socket.send(data)
                    if sent < size:
                        self._socket.sendall(data[sent:])
                else:
                    self._gather(frame)
        except OSError as error:
            self.end(ConnectionLost("the other side takes nothing" if isinstance(error, BlockingIOError) else f"it cannot be written: {error}"))
            raise self._lost() from error

    def _gather(self, frame: list[Any]) -> None:
        views = [memoryview(each).cast("B") for each in reversed(frame) if len(each)]
        while views:
            sent = self._socket.sendmsg(views[: -_IOV_MAX - 1 : -1])
            while sent:
                view = views.pop()
                if len(view) > sent:
                    views.append(view[sent:])
                    sent = 0
                else:
                    sent -= len(view)

    # Reading.

    def _lead(self, me: int, ready: Callable[[], bool], expires: float | None) -> None:
        """Reads until `ready`, until time is up, or until the turn has been taken away."""
        reader, turns = self.reader, self.turns
        try:
            while True:
                while reader.end or reader.current is not None:
                    message = reader.next()
                    if message is None:
                        break
                    self.handle(message)
                    if turns.leader != me:
                        return
                if ready() or not self._receive(expires):
                    return
        except (ProtocolError, BrokenMessageError) as error:
            self.broken(error)
        except OSError as error:
            self.end(error if isinstance(error, PsyneError) else ConnectionLost(f"it cannot be read: {error}"))
        finally:
            if self.error is not None:
                self._socket.close()

    def _receive(self, expires: float | None) -> bool:
        """Takes what has come, waiting for it; false when time is up."""
        if expires is not None:
            left = expires - time.monotonic()
            if left <= 0:
                return False
            if not self._poll.poll(min(left * 1000, self.limits.ping_seconds * 500) + 1):
                self._silent()
                return True
        try:
            count = self._socket.recv_into(self.reader.target(), 0, socket.MSG_WAITALL if self.reader.missing else 0)
        except BlockingIOError:
            self._silent()
            return True
        if not count:
            raise ConnectionLost(f"the other side has closed it{f': {self.leaving}' if self.leaving else ''}")
        self.reader.advance(count)
        self._heard = time.monotonic()
        return True

    def _silent(self) -> None:
        """Asks a silent peer whether it is there, and gives it up."""
        silence = time.monotonic() - self._heard
        if silence > self.limits.silence_seconds:
            raise ConnectionLost(f"nothing was heard for {silence:.0f} s")
        if silence < self.limits.ping_seconds:
            self._asked = False
        elif not self._asked:
            self._asked = True
            self.send_quietly(frames.PING, frames.CONTROL_LANE, 0)

    def look(self) -> None:
        """Reads what has come while nobody waits, so that a peer that asks is answered."""

        def work(me: int) -> None:
            if self._poll.poll(0):
                self._lead(me, lambda: not self._poll.poll(0), None)
            else:
                self._silent()

        try:
            self.turns.try_lead(work)
        except OSError as error:
            self.end(ConnectionLost(str(error)))

    def shut(self) -> None:
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # it is gone already
        if self.turns.leader is None:
            self._socket.close()
        self.turns.end()

    def greet(self, timeout: float) -> None:
        sleepers: list[threading.Lock] = []
        if not self.turns.wait(lambda: sleepers, lambda: self.peer is not None or self.error is not None, time.monotonic() + timeout):
            self.end(ConnectionLost(f"no answer to HELLO came within {timeout} s"))
        if self.error is not None:
            raise self.leaving or ConnectionLost(str(self.error))

    # Being called.

    def serve(self) -> None:
        """From now on a thread reads, whoever waits or not."""
        if not self.turns.serving:
            self.turns.serve()
            self._on_serving()

    def offer_callback(self, function: Callable[..., Any], method: CallbackMethod) -> int:
        self.serve()
        return super().offer_callback(function, method)

    def callback_proxy(self, call: IncomingCall, number: int, method: CallbackMethod) -> Callback:
        return Callback(call, number, method)

    def start(self, call: IncomingCall, payload: memoryview) -> None:
        self._run(call, self._serve, call, payload)

    def start_callback(self, call: IncomingCall, function: Callable[..., Any], method: CallbackMethod, payload: memoryview) -> None:
        self._run(call, lambda: call.end_with(method.write_result, function(method.read_argument(payload))))

    def _run(self, call: IncomingCall, serve: Callable[..., None], *args: Any) -> None:
        """On the reader that reads; beside a thread that reads for its own answer alone, in a thread of its own."""
        turns, me = self.turns, threading.get_ident()
        if not turns.is_reader(me):
            threading.Thread(target=self._guarded, args=(call, serve, args), name="psyne method", daemon=True).start()
            return
        if me in turns.inside:
            # Above a method that waits it might wait for that one.
            call.fail("unavailable", f"{self.limits.threads} methods run and wait, which is as many as may", BUSY_RETRY_MILLIS)
            return
        provided, begun = call.provided, 0.0
        turns.inside.add(me)
        if provided is not None and call.method_number in provided.slow:
            begun = time.monotonic()
            turns.hand_over(me)
        else:
            turns.running = call, me
        try:
            self._guarded(call, serve, args)
        finally:
            turns.end_run(call)
            turns.inside.discard(me)
            if begun and provided is not None and time.monotonic() - begun < _QUICK_SECONDS:
                provided.slow.discard(call.method_number)

    @staticmethod
    def _guarded(call: IncomingCall, serve: Callable[..., None], args: tuple[Any, ...]) -> None:
        try:
            serve(*args)
        except PsyneError as error:
            call.fail(*failure_of(error))
        except Exception as error:
            log.warning("a method failed", exc_info=True)
            call.fail(*failure_of(error))

    def _serve(self, call: Any, payload: memoryview) -> None:
        method = call.method
        items = None if call.input_ended else Items(call, method.read_input)
        refs = References(self, call.provided.codecs, call) if method.calls_back else None
        args, named = method.read_arguments(payload, refs, items)
        result = call.function(*args, **named) if named else call.function(*args)
        if method.streamed is False or (method.streamed is None and not is_items(result)):
            call.end_with(method.write_result, result)
        else:
            call.send_results(result, method.write_item)

    def busy(self, before: Any) -> Any:
        """Called at a steady pace: a method that still runs loses the turn, and begins without it until it is quick again. Returns what runs now."""
        running = self.turns.running
        if running is not None and running is before and self.turns.take_from(running):
            call = running[0]
            if call.provided is not None:
                call.provided.slow.add(call.method_number)
        return running
