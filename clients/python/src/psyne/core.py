"""The calls of both sides over one connection, without a socket: what the blocking and the asyncio client have in common."""

from __future__ import annotations

import itertools
import logging
import struct
import threading
from collections import deque
from typing import Any, Callable

from . import frames
from .codec import Codecs
from .errors import BrokenMessageError, ConnectionLost, ProtocolError, PsyneError, RemoteError, remote_error
from .frames import Limits, Message
from .methods import CallbackMethod, NamedMethod
from .shared import NUMBER_BYTES, Lease, Lending, LentPayload, Shared, joined
from .streams import IncomingCall, OutgoingCall
from .wire_records import FAILURE, HELLO, VERSION

log = logging.getLogger("psyne")
BUSY_RETRY_MILLIS = 100
_CANCELLED = RemoteError("cancelled", "the caller wants nothing more")


class Provided:
    """A service of this side: its methods' encodings and functions, by their numbers. `slow` are those that once kept the reader waiting."""

    def __init__(self, name: str, number: int, methods: list[Any], functions: list[Callable[..., Any]], schema: str | None, codecs: Codecs | None) -> None:
        self.name = name
        self.number = number
        self.methods = methods
        self.functions = functions
        self.schema = schema
        self.codecs = codecs
        self.slow: set[int] = set()

    def by_name(self, method: int) -> NamedMethod | None:
        """A method of a schema for callers that have none; None of a service without a schema."""
        typed = self.methods[method]
        return NamedMethod(typed.name, typed.streamed) if typed.typed else None


class References:
    """What callbacks stand for in the arguments of one call."""

    def __init__(self, core: Core, codecs: Codecs | None, call: Any = None) -> None:
        self.core = core
        self.codecs = codecs
        self.call = call
        self.numbers: list[int] = []

    def number(self, function: Callable[..., Any], type: Any) -> int:
        number = self.core.offer_callback(function, CallbackMethod(self.codecs, type))
        self.numbers.append(number)
        return number

    def callback(self, number: int, type: Any) -> Any:
        return self.core.callback_proxy(self.call, number, CallbackMethod(self.codecs, type))


class Core:
    """One connection of a client. `write` sends one frame, `start` runs a method; nothing else here touches a socket or a thread."""

    outgoing_class: type[OutgoingCall] = OutgoingCall
    incoming_class: type[IncomingCall] = IncomingCall

    def __init__(self, limits: Limits, provided: dict[int, Provided]) -> None:
        self.limits = limits
        self.provided = provided
        self.reader = frames.FrameReader(limits)
        self.peer: dict[str, Any] | None = None
        self.piece_bytes = frames.FIRST_PIECE
        self.peer_message_bytes = limits.message_bytes
        self.outgoing: dict[int, OutgoingCall] = {}
        self.incoming: dict[int, IncomingCall] = {}
        self.callbacks: dict[int, tuple[Callable[..., Any], CallbackMethod]] = {}
        self.numbers = itertools.count(1, 2)
        self.callback_numbers = itertools.count(1)
        self.leaving: RemoteError | None = None
        self.error: PsyneError | None = None
        self.counting = threading.Lock()
        self._state = threading.Lock()
        self._mid_message: dict[int, list[tuple]] = {}
        self._table = [
            None,
            self._hello,
            self._call,
            self._item,
            self._end,
            self._error,
            self._credit,
            self._cancel,
            self._ping,
            self._pong,
            self._goaway,
            self._callback,
            self._release,
            self._unmap,
        ]
        self.shared: Shared | None = None
        self.returned: deque[int] = deque()

    # What a client's kind does in its own way.

    def write(self, frame: list[Any], size: int, lane: int) -> None:
        raise NotImplementedError

    def start(self, call: IncomingCall, payload: memoryview) -> None:
        raise NotImplementedError

    def start_callback(self, call: IncomingCall, function: Callable[..., Any], method: CallbackMethod, payload: memoryview) -> None:
        raise NotImplementedError

    def callback_proxy(self, call: IncomingCall, number: int, method: CallbackMethod) -> Any:
        raise NotImplementedError

    def answered(self) -> None:
        """The other side has answered HELLO."""

    def shut(self) -> None:
        """Closes the socket."""

    # Sending.

    def send(self, kind: int, flags: int, lane: int, stream: int, chunks: list, size: int) -> None:
        if size <= self.piece_bytes and not self._mid_message:
            self.write([frames.HEADER.pack(kind, flags, lane, stream, size, size), *chunks], size + frames.HEADER_BYTES, lane)
            return
        if size > self.peer_message_bytes:
            raise RemoteError("too_large", f"a message of {size} bytes; the other side takes {self.peer_message_bytes}")
        self._send_pieces(kind, flags, lane, stream, chunks, size)

    def _send_pieces(self, kind: int, flags: int, lane: int, stream: int, chunks: list, size: int) -> None:
        """Other messages of a stream wait until all pieces of one have left."""
        with self._state:
            held = self._mid_message.get(stream)
            if held is not None:
                held.append((kind, flags, lane, stream, [bytes(each) for each in chunks], size))
                return
            if size > self.piece_bytes:
                self._mid_message[stream] = []
        try:
            for frame in frames.frames(kind, flags, lane, stream, chunks, size, self.piece_bytes):
                self.write(frame, sum(map(len, frame)), lane)
        finally:
            with self._state:
                held = self._mid_message.pop(stream, None) if size > self.piece_bytes else None
        for each in held or ():
            self.send(*each)

    def send_hello(self, name: str, token: str | None, workspace: str | None, client: str | None) -> None:
        limits = self.limits
        hello = {
            "version": VERSION,
            "name": name,
            "maxMessageBytes": limits.message_bytes,
            "pieceBytes": limits.piece_bytes,
            "maxCalls": limits.calls,
            "token": token,
            "workspace": workspace,
            "client": client,
        }
        chunks, size = HELLO.chunks(hello)
        self.send(frames.HELLO, 0, frames.CONTROL_LANE, 0, chunks, size)

    def send_failure(self, lane: int, stream: int, code: str, message: str, retry_after_millis: int | None = None) -> None:
        chunks, size = FAILURE.chunks({"code": code, "message": message[:4096], "retryAfterMillis": retry_after_millis})
        self._quietly(frames.ERROR, lane, stream, chunks, size)

    def send_quietly(self, kind: int, lane: int, stream: int) -> None:
        self._quietly(kind, lane, stream, [], 0)

    def _quietly(self, kind: int, lane: int, stream: int, chunks: list, size: int) -> None:
        """What need not arrive where the connection is gone: the other side knows then that nothing follows."""
        try:
            self.send(kind, 0, lane, stream, chunks, size)
        except ConnectionLost:
            pass

    # Calls of this side.

    def begin(
        self,
        service: int,
        method: int,
        prefix: list,
        size: int,
        *,
        flags: int = 0,
        lane: int = frames.RPC_LANE,
        window: int = 0,
        timeout: float | None = None,
        callbacks: list[int] | None = None,
        lending: Lending | None = None,
    ) -> OutgoingCall:
        """Makes a call with its arguments' chunks."""
        deadline = 0 if timeout is None else max(1, min(int(timeout * 1000), 0x7FFFFFFF))
        if self.returned:
            self.give_back()
        try:
            call = self._numbered(lane, window, timeout, callbacks)
        except BaseException:
            if lending is not None:
                lending.abandon()
            raise
        if lending is not None:
            flags, prefix, size = self.lent(lending, call.number, flags, prefix, size)
        size += frames.CALL_HEADER_BYTES
        try:
            if size <= self.piece_bytes and not self._mid_message:
                head = frames.CALL_FRAME.pack(frames.CALL, flags, lane, call.number, size, size, service, method, deadline, window, 0)
                self.write([head, *prefix], size + frames.HEADER_BYTES, lane)
            else:
                header = frames.CALL_HEADER.pack(service, method, deadline, window, 0)
                self.send(frames.CALL, flags, lane, call.number, [header, *prefix], size)
        except BaseException:
            self.forget_outgoing(call)
            if self.shared is not None:
                self.shared.answered(call.number)
            raise
        return call

    # What is lent.

    def lending(self, lends: bool, others: Any = None) -> Lending | None:
        """For a message that is to be written, if its reader takes references."""
        return Lending(self.shared, others) if lends and self.shared is not None else None

    def lent(self, lending: Lending, stream: int, flags: int, chunks: list, size: int) -> tuple[int, list, int]:
        """Flags, chunks and size of a message with what it lends; `stream` is that of a call of this side's, or 0."""
        if not lending.blocks or self.shared is None:
            return flags, chunks, size
        number = self.shared.hold(lending.blocks, stream)
        lending.blocks = []
        return flags | frames.REFERENCES, [*chunks, frames.U32.pack(number)], size + NUMBER_BYTES

    def undo(self, chunks: list) -> None:
        """A message that lends something is not sent after all."""
        if self.shared is not None:
            self.shared.released(frames.U32.unpack(chunks[-1])[0])

    def borrowed(self, flags: int, payload: memoryview, call: Any) -> Any:
        """A message that has come, with its lease if it has one; `call` is the other side's."""
        if not flags & frames.REFERENCES:
            return payload
        if len(payload) < NUMBER_BYTES:
            raise ProtocolError(f"a message of {len(payload)} bytes that holds references; it ends with the four of a lease's number")
        number = frames.U32.unpack(payload[-NUMBER_BYTES:])[0]
        return LentPayload(payload[:-NUMBER_BYTES], self, Lease(self, number, call))

    def lease_dropped(self, number: int, call: Any) -> None:
        """Nothing here refers to it any more. Called from anywhere, in the middle of anything; an answer says it as well."""
        if call is None or not call.answered:
            self.returned.append(number)

    def give_back(self) -> None:
        """Tells the other side what is not referred to any more."""
        numbers = []
        while self.returned:
            numbers.append(self.returned.popleft())
        if numbers and self.error is None:
            self._quietly(frames.RELEASE, frames.CONTROL_LANE, 0, [struct.pack(f"<{len(numbers)}I", *numbers)], NUMBER_BYTES * len(numbers))

    def begin_callback(self, number: int, of: IncomingCall, chunks: list, size: int, lane: int, timeout: float | None) -> OutgoingCall:
        call = self._numbered(lane, 0, timeout, None)
        call.what = f"callback {number}"
        header = frames.CALLBACK_HEADER.pack(number, of.number)
        try:
            self.send(frames.CALLBACK, 0, lane, call.number, [header, *chunks], size + len(header))
        except BaseException:
            self.forget_outgoing(call)
            raise
        return call

    def _numbered(self, lane: int, window: int, timeout: float | None, callbacks: list[int] | None) -> OutgoingCall:
        if self.error is not None or self.leaving is not None:
            raise self.leaving if self.error is None and self.leaving is not None else self._lost()
        if len(self.outgoing) >= self.limits.calls:
            raise RemoteError("unavailable", f"{self.limits.calls} calls are under way, which is as many as there may be", BUSY_RETRY_MILLIS)
        number = next(self.numbers)
        if number > frames.MAX_STREAM:
            raise RemoteError("unavailable", "the connection has made all the calls it can; connect again")
        call = self.outgoing_class(self, number, lane, window, timeout)
        if callbacks:
            call.callbacks = callbacks
        self.outgoing[number] = call
        return call

    def _lost(self) -> ConnectionLost:
        return ConnectionLost(f"the connection has ended: {self.error}")

    def forget_outgoing(self, call: OutgoingCall) -> bool:
        """True for the one who ends it."""
        if self.outgoing.pop(call.number, None) is None:
            return False
        for each in call.callbacks:
            self.callbacks.pop(each, None)
        return True

    def forget_incoming(self, call: IncomingCall) -> bool:
        if self.incoming.pop(call.number, None) is None:
            return False
        call.over = True
        return True

    def offer_callback(self, function: Callable[..., Any], method: CallbackMethod) -> int:
        if len(self.callbacks) >= self.limits.calls:
            raise RemoteError("unavailable", f"{self.limits.calls} callbacks are lent, which is as many as there may be")
        number = next(self.callback_numbers) & 0xFFFFFFFF
        self.callbacks[number] = function, method
        return number

    # What comes.

    def handle(self, message: Message) -> None:
        """Takes one message; ProtocolError or BrokenMessageError if it breaks a rule, and then `broken` is to be told."""
        kind, flags, lane, stream, payload = message
        if self.peer is None and kind != frames.HELLO and kind != frames.GOAWAY:
            raise ProtocolError(f"a frame of kind {kind} before HELLO")
        self._table[kind](flags, lane, stream, payload)  # type: ignore[misc]

    def broken(self, error: PsyneError) -> None:
        """The other side broke a rule: says so and ends the connection."""
        chunks, size = FAILURE.chunks({"code": "protocol_error", "message": str(error)[:1024]})
        self._quietly(frames.GOAWAY, frames.CONTROL_LANE, 0, chunks, size)
        self.end(error)

    def end(self, error: PsyneError) -> None:
        """Ends every call with the connection; the first reason counts."""
        with self._state:
            if self.error is not None:
                return
            self.error = error
        self.shut()
        if self.shared is not None:
            self.shared.close()
        for number in list(self.outgoing):
            call = self.outgoing.pop(number, None)
            if call is not None:
                call.failed(self._lost())
        for number in list(self.incoming):
            served = self.incoming.pop(number, None)
            if served is not None:
                served.stopped(self._lost())

    def _hello(self, flags: int, lane: int, stream: int, payload: memoryview) -> None:
        if self.peer is not None:
            raise ProtocolError("a second HELLO")
        peer = HELLO.decode(payload)
        if peer["version"] != VERSION:
            raise ProtocolError(f"version {peer['version']} of the protocol; this is {VERSION}")
        if peer["pieceBytes"] < 1 or peer["maxMessageBytes"] < 1:
            raise ProtocolError(f"a HELLO with pieces of {peer['pieceBytes']} and messages of {peer['maxMessageBytes']} bytes")
        self.piece_bytes, self.peer_message_bytes = peer["pieceBytes"], peer["maxMessageBytes"]
        self.peer = peer
        self.shared = joined(peer.get("regions"), peer.get("regionKey"), self.limits.region_bytes, self.limits.reference_bytes)
        self.answered()

    def _new(self, stream: int) -> bool:
        """Whether a call of the other side's may begin."""
        if not stream or stream & 1 or stream in self.incoming:
            raise ProtocolError(f"a call numbered {stream}, which is in use or not the caller's to give")
        if len(self.incoming) < self.limits.calls:
            return True
        self.send_failure(
            frames.CONTROL_LANE, stream, "unavailable", f"{self.limits.calls} calls are under way, which is as many as there may be", BUSY_RETRY_MILLIS
        )
        return False

    def _call(self, flags: int, lane: int, stream: int, payload: memoryview) -> None:
        begin = frames.CALL_HEADER_BYTES + (frames.TRACE_BYTES if flags & frames.CALL_TRACED else 0)
        if len(payload) < begin:
            raise ProtocolError(f"a call of {len(payload)} bytes is shorter than its header")
        service, method, deadline, credit, resume = frames.CALL_HEADER.unpack_from(payload)
        if not self._new(stream):
            return
        if resume:
            self.send_failure(frames.CONTROL_LANE, stream, "invalid_argument", "streams cannot be resumed here: call from the beginning")
            return
        provided = self.provided.get(service)
        if provided is None or method >= len(provided.methods):
            self.send_failure(frames.CONTROL_LANE, stream, "not_found", f"there is no service {service} with a method {method} here")
            return
        call = self.incoming_class(self, stream, lane, credit, frames.FIRST_CREDIT if flags & frames.CALL_STREAMS else 0, deadline)
        found = provided.methods[method]
        if found.typed is bool(flags & frames.CALL_NAMED):
            found = provided.by_name(method)
        if found is None:
            self.send_failure(frames.CONTROL_LANE, stream, "invalid_argument", f"service '{provided.name}' has no schema: it is called by name, with flag 4")
            return
        call.provided, call.method_number, call.method, call.function = provided, method, found, provided.functions[method]
        call.input_ended = not flags & frames.CALL_STREAMS
        call.lends = bool(flags & frames.CALL_TAKES_REFERENCES) and found.typed
        self.incoming[stream] = call
        self.start(call, self.borrowed(flags, payload[begin:], call))

    def _callback(self, flags: int, lane: int, stream: int, payload: memoryview) -> None:
        if len(payload) < frames.CALLBACK_HEADER.size:
            raise ProtocolError(f"a callback of {len(payload)} bytes is shorter than its header")
        if not self._new(stream):
            return
        number = frames.CALLBACK_HEADER.unpack_from(payload)[0]
        found = self.callbacks.get(number)
        if found is None:
            self.send_failure(frames.CONTROL_LANE, stream, "not_found", f"callback {number} is unknown, or its call is over")
            return
        call = self.incoming_class(self, stream, lane, 0, 0, 0)
        self.incoming[stream] = call
        self.start_callback(call, found[0], found[1], payload[frames.CALLBACK_HEADER.size :])

    def _item(self, flags: int, lane: int, stream: int, payload: memoryview) -> None:
        call = self._under_way(stream)
        lent = self.borrowed(flags, payload, None if stream & 1 else call)
        if call is not None:
            call.received(lent)

    def _credit(self, flags: int, lane: int, stream: int, payload: memoryview) -> None:
        call = self._under_way(stream)
        if call is not None:
            call.credited(payload)

    def _under_way(self, stream: int) -> Any:
        """None of a call that is over: what belongs to it was on its way."""
        return self.outgoing.get(stream) if stream & 1 else self.incoming.get(stream)

    def _end(self, flags: int, lane: int, stream: int, payload: memoryview) -> None:
        if not stream & 1:
            served = self.incoming.get(stream)
            if served is not None:
                served.input_over()
            return
        if self.shared is not None:
            self.shared.answered(stream)
        lent = self.borrowed(flags, payload, None)
        call = self.outgoing.get(stream)
        if call is not None and self.forget_outgoing(call):
            call.ended(lent)

    def _error(self, flags: int, lane: int, stream: int, payload: memoryview) -> None:
        failure = FAILURE.decode(payload)
        error = remote_error(failure["code"], failure["message"], failure.get("retryAfterMillis"))
        if stream & 1 and self.shared is not None:
            self.shared.answered(stream)
        call = self._under_way(stream)
        if isinstance(call, OutgoingCall):
            if self.forget_outgoing(call):
                call.failed(error)
        elif call is not None and self.forget_incoming(call):
            call.input_over(error)

    def _cancel(self, flags: int, lane: int, stream: int, payload: memoryview) -> None:
        if stream & 1:
            raise ProtocolError("a CANCEL frame for a call of the receiver's")
        served = self.incoming.get(stream)
        if served is not None and self.forget_incoming(served):
            served.stopped(_CANCELLED)

    def _release(self, flags: int, lane: int, stream: int, payload: memoryview) -> None:
        if len(payload) % NUMBER_BYTES:
            raise ProtocolError(f"a release of {len(payload)} bytes; each lease has {NUMBER_BYTES}")
        if self.shared is not None:
            for (number,) in frames.U32.iter_unpack(payload):
                self.shared.released(number)

    def _unmap(self, flags: int, lane: int, stream: int, payload: memoryview) -> None:
        if len(payload) != frames.U32.size:
            raise ProtocolError(f"a region to be unmapped of {len(payload)} bytes; it has {frames.U32.size}")
        if self.shared is not None:
            self.shared.unmapped(frames.U32.unpack(payload)[0])

    def _ping(self, flags: int, lane: int, stream: int, payload: memoryview) -> None:
        if len(payload) > frames.MAX_PING_BYTES:
            raise ProtocolError(f"a ping of {len(payload)} bytes; it has up to {frames.MAX_PING_BYTES}")
        self._quietly(frames.PONG, frames.CONTROL_LANE, 0, [payload], len(payload))

    def _pong(self, flags: int, lane: int, stream: int, payload: memoryview) -> None:
        pass

    def _goaway(self, flags: int, lane: int, stream: int, payload: memoryview) -> None:
        failure = FAILURE.decode(payload)
        self.leaving = remote_error(failure["code"], failure["message"], failure.get("retryAfterMillis"))
        if self.peer is None:
            self.end(self.leaving)


def failure_of(error: BaseException) -> tuple[str, str, int | None]:
    """Code, message and time to wait that a caller is told of what a method raised."""
    if isinstance(error, RemoteError):
        return error.code, error.message, error.retry_after_millis
    if isinstance(error, BrokenMessageError):
        return "invalid_argument", str(error), None
    return "failed", f"{type(error).__name__}: {error}", None
