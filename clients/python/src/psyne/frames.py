"""Frames of docs/protocol-v2.md: their header, what is read, what is written.

 0      1       2      4         8          12         16
+------+-------+------+---------+----------+----------+---------
| kind | flags | lane | stream  | length   | total    | payload
+------+-------+------+---------+----------+----------+---------
"""

from __future__ import annotations

import struct
from typing import Any, Iterator, NamedTuple, Tuple

from .arrays import aligned
from .errors import ProtocolError

HELLO, CALL, ITEM, END, ERROR, CREDIT, CANCEL, PING, PONG, GOAWAY, CALLBACK, RELEASE, UNMAP = range(1, 14)
CALL_STREAMS, CALL_TRACED, CALL_NAMED, CALL_TAKES_REFERENCES = 1, 2, 4, 16
REFERENCES = 32
CONTROL_LANE, RPC_LANE, STREAM_LANE, BULK_LANE = range(4)

HEADER = struct.Struct("<BBHIII")
CALL_FRAME = struct.Struct("<BBHIIIHHIII")
CALL_HEADER = struct.Struct("<HHIII")
CALLBACK_HEADER = struct.Struct("<II")
U32 = struct.Struct("<I")
HEADER_BYTES = HEADER.size
CALL_HEADER_BYTES = CALL_HEADER.size
TRACE_BYTES = 32
ITEM_COST = 16
FIRST_CREDIT = 65536
FIRST_PIECE = 65536
MAX_PING_BYTES = 64
MAX_STREAM = (1 << 31) - 1

_FLAGS = {CALL: 7 | CALL_TAKES_REFERENCES | REFERENCES, ITEM: REFERENCES, END: REFERENCES}
_BUFFER_BYTES = 1 << 16
_SMALL_BYTES = 4096
"""A message up to this is copied out of the buffer; a longer one is read into aligned memory of its own."""


class Limits(NamedTuple):
    """Bounds of a connection, in bytes, calls, services and seconds; checked before memory is taken."""

    message_bytes: int = 64 << 20
    piece_bytes: int = 256 << 10
    assembling_bytes: int = 256 << 20
    calls: int = 4096
    services: int = 1024
    waiting_bytes: int = 64 << 20
    window_bytes: int = 1 << 20
    ping_seconds: float = 20.0
    silence_seconds: float = 40.0
    threads: int = 64
    region_bytes: int = 256 << 20
    """Of the memory that is shared on one machine; 0 for none."""
    reference_bytes: int = 64 << 10
    """An array of as many bytes or more is sent by reference where it can be."""


Message = Tuple[int, int, int, int, memoryview]
"""Kind, flags, lane, stream, payload: a plain tuple, for one is made of every message."""


class _Assembly:
    """A message of which a part has come."""

    __slots__ = ("head", "memory", "filled")

    def __init__(self, head: tuple, total: int, lead: int) -> None:
        self.head = head
        self.memory = aligned(total, lead)
        self.filled = 0


class FrameReader:
    """Makes messages of a stream of bytes: put bytes into `target()`, say how many with `advance`, take messages with `next`."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.unchecked_bytes = min(_SMALL_BYTES, limits.piece_bytes, limits.message_bytes)
        self.least_piece_bytes = min(FIRST_PIECE, limits.piece_bytes)
        self.buffer = bytearray(_BUFFER_BYTES)
        self.view = memoryview(self.buffer)
        self.start = self.end = 0
        self.assemblies: dict[tuple[int, int], _Assembly] = {}
        self.assembling = 0
        self.current: _Assembly | None = None
        self.missing = 0

    def target(self) -> memoryview:
        """Where the next bytes belong: the message that is under way, or the buffer."""
        current = self.current
        if current is not None:
            return current.memory[current.filled : current.filled + self.missing]
        return self.view[self.end :] if self.end else self.view

    def advance(self, count: int) -> None:
        if self.current is None:
            self.end += count
        else:
            self.current.filled += count
            self.missing -= count

    def next(self) -> Message | None:
        """The next whole message, None if bytes are missing."""
        if self.current is not None:
            if self.missing:
                return None
            message = self._ended(self.current)
            if message is not None:
                return message
        while True:
            start, have = self.start, self.end - self.start
            if have < HEADER_BYTES:
                self._compact(have)
                return None
            kind, flags, lane, stream, length, total = HEADER.unpack_from(self.buffer, start)
            if length != total or length > self.unchecked_bytes or flags or lane > 3 or kind > UNMAP or not kind or stream > MAX_STREAM:
                self._check(kind, flags, lane, stream, length, total)
            if length == total and length <= _SMALL_BYTES:
                if have < HEADER_BYTES + length:
                    self._compact(have)
                    return None
                if self.assemblies and (stream, lane) in self.assemblies:
                    raise ProtocolError(f"stream {stream} begins another message before the last has ended")
                begin = start + HEADER_BYTES
                self.start = begin + length
                if self.start == self.end:
                    self.start = self.end = 0
                return kind, flags, lane, stream, memoryview(bytes(self.view[begin : begin + length]))
            message = self._piece((kind, flags, lane, stream, total), length, have - HEADER_BYTES)
            if message is not None or self.missing:
                return message

    def _compact(self, have: int) -> None:
        if not have:
            self.start = self.end = 0
        elif _BUFFER_BYTES - self.start < HEADER_BYTES + _SMALL_BYTES:
            self.buffer[:have] = self.buffer[self.start : self.end]
            self.start, self.end = 0, have

    def has_more(self) -> bool:
        """Whether `next` might give a message now."""
        return self.end > 0 or self.current is not None

    def _check(self, kind: int, flags: int, lane: int, stream: int, length: int, total: int) -> None:
        if not 0 < kind <= UNMAP or flags & ~_FLAGS.get(kind, 0) or lane > 3:
            raise ProtocolError(f"a frame of kind {kind} with flags {flags} in lane {lane}")
        if stream > MAX_STREAM or length > self.limits.piece_bytes or length > total or total > self.limits.message_bytes:
            raise ProtocolError(
                f"a frame of stream {stream} with {length} bytes of a message of {total}; a piece has up to {self.limits.piece_bytes}, "
                f"a message up to {self.limits.message_bytes}"
            )

    def _piece(self, head: tuple, length: int, have: int) -> Message | None:
        key = head[3], head[2]
        assembly = self.assemblies.get(key)
        if assembly is None:
            assembly = self._begun(key, head)
        elif assembly.head != head or length > head[4] - assembly.filled:
            raise ProtocolError(f"stream {head[3]} begins another message before the last has ended")
        if length < self.least_piece_bytes and assembly.filled + length < head[4]:
            raise ProtocolError(f"a piece of {length} bytes that is not the last; it has at least {self.least_piece_bytes}")
        taken = min(length, have)
        begin = self.start + HEADER_BYTES
        assembly.memory[assembly.filled : assembly.filled + taken] = self.view[begin : begin + taken]
        assembly.filled += taken
        self.start = begin + taken
        self.missing = length - taken
        self.current = assembly
        if self.missing:
            self.start = self.end = 0
            return None
        return self._ended(assembly)

    def _begun(self, key: tuple[int, int], head: tuple) -> _Assembly:
        kind, flags, _, stream, total = head
        if self.assembling + total > self.limits.assembling_bytes:
            raise ProtocolError(
                f"a message of {total} bytes on stream {stream} while {self.assembling} are under way; at most {self.limits.assembling_bytes} may be"
            )
        lead = (CALL_HEADER_BYTES + (TRACE_BYTES if flags & CALL_TRACED else 0)) if kind == CALL else CALLBACK_HEADER.size if kind == CALLBACK else 0
        assembly = self.assemblies[key] = _Assembly(head, total, lead)
        self.assembling += total
        return assembly

    def _ended(self, assembly: _Assembly) -> Message | None:
        """The end of a piece: a message if it was the last."""
        self.current = None
        kind, flags, lane, stream, total = assembly.head
        if assembly.filled < total:
            return None
        del self.assemblies[stream, lane]
        self.assembling -= total
        return kind, flags, lane, stream, assembly.memory.toreadonly()


def frames(kind: int, flags: int, lane: int, stream: int, chunks: list, size: int, piece_bytes: int) -> Iterator[list[Any]]:
    """A message as frames, each a list of what goes out one behind the other."""
    if size <= piece_bytes:
        yield [HEADER.pack(kind, flags, lane, stream, size, size), *chunks]
        return
    waiting = [memoryview(each).cast("B") for each in reversed(chunks) if len(each)]
    left = size
    while left:
        length = min(left, piece_bytes)
        frame: list[Any] = [HEADER.pack(kind, flags, lane, stream, length, size)]
        left -= length
        while length:
            chunk = waiting.pop()
            if len(chunk) > length:
                waiting.append(chunk[length:])
                chunk = chunk[:length]
            frame.append(chunk)
            length -= len(chunk)
        yield frame
