"""What one connection says by reference: the memory that it lends and that it is lent, and for how long."""

from __future__ import annotations

import os
import sys
import threading
import weakref
from typing import TYPE_CHECKING, Any

from . import exchange, regions
from .arrays import elements, element_of, is_array, numpy
from .errors import BrokenMessageError, RemoteError
from .frames import U32

if TYPE_CHECKING:
    from .core import Core

_MAX_LEASES = 65536
NUMBER_BYTES = U32.size


class Lease:
    """What the other side has lent with one message. It is given back when nothing that was read of the message is referred to."""

    __slots__ = ("__weakref__",)

    def __init__(self, core: Core, number: int, call: Any) -> None:
        weakref.finalize(self, core.lease_dropped, number, call).atexit = False


class LentPayload:
    """A message with references, as it waits to be read."""

    __slots__ = ("payload", "core", "lease")

    def __init__(self, payload: memoryview, core: Core, lease: Lease) -> None:
        self.payload = payload
        self.core = core
        self.lease = lease

    def __len__(self) -> int:
        return len(self.payload) + NUMBER_BYTES

    def references(self, others: Any) -> Borrowed:
        return Borrowed(self, others)


class Borrowed:
    """What the references of one message stand for that has come; `others` says it of callbacks."""

    def __init__(self, message: LentPayload, others: Any) -> None:
        self._message = message
        self._others = others

    def elements(self, number: int, at: int, size: int) -> Any:
        mapped = self._message.core.shared.mapped(number)
        return mapped.elements(number, at, size, self._message.lease)

    def callback(self, number: int, type: Any) -> Any:
        if self._others is None:
            raise ValueError(f"callback {number} is unknown: callbacks come in a call's arguments")
        return self._others.callback(number, type)


class Lending:
    """What one message that is written says by reference; `others` says it of callbacks."""

    def __init__(self, shared: Shared, others: Any = None) -> None:
        self._shared = shared
        self._others = others
        self.blocks: list[regions.Block | None] = []

    def place(self, value: Any) -> tuple[int, int] | None:
        return self._shared.place(value, self.blocks) if is_array(value) else None

    def number(self, function: Any, type: Any) -> int:
        if self._others is None:
            raise ValueError("callbacks cannot be sent here: use them in a call's arguments")
        return self._others.number(function, type)

    def abandon(self) -> None:
        """There will be no message."""
        self._shared.give_back(self.blocks)
        self.blocks = []


class SharedFile:
    """A file that is mapped to be read; its arrays are sent by reference where the other side can map it. It may not be cut off meanwhile."""

    def __init__(self, path: str | os.PathLike[str], shared: Shared) -> None:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            self._mapped = regions.Mapped(file, True)
            self.number = shared.given(file)
        finally:
            os.close(file)
        self._shared = shared
        self.address, self.size = self._mapped.address, self._mapped.size

    def __enter__(self) -> SharedFile:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def array(self, offset: int, shape: tuple[int, ...], dtype: Any) -> Any:
        """A part of the file in place; one at no multiple of 8 is copied when it is sent."""
        size = int(numpy.prod(shape, dtype="i8")) * numpy.dtype(dtype).itemsize
        if offset < 0 or size > self.size - offset:
            raise ValueError(f"{size} bytes at {offset} are not in the file, which has {self.size}")
        return regions.Part(self.address + offset, size, True, self._mapped).array().view(dtype).reshape(shape)

    def close(self) -> None:
        """Its arrays are copied from here on when they are sent; they stay, and so does what others have been sent."""
        self._shared.dropped(self)


class Shared:
    """One connection's part in the memory of its machine."""

    def __init__(self, at: exchange.Exchange, region_bytes: int, threshold_bytes: int) -> None:
        self._exchange = at
        self._region_bytes = region_bytes
        self._threshold_bytes = threshold_bytes
        self._mutex = threading.RLock()
        self._own: regions.OwnRegion | None = None
        self._number = 0
        self._refused: str | None = None
        self._mapped: dict[int, regions.Mapped] = {}
        self._files: list[SharedFile] = []
        self._held: dict[int, tuple[int, list[regions.Block | None]]] = {}
        self._by_call: dict[int, list[int]] = {}
        self._next = 0

    # What is mapped.

    def mapped(self, number: int) -> regions.Mapped:
        with self._mutex:
            found = self._mapped.get(number)
            if found is None:
                found = self._mapped[number] = self._taken(number)
            return found

    def _taken(self, number: int) -> regions.Mapped:
        try:
            answer = self._exchange.ask(exchange.TAKE, number)
        except OSError as error:
            raise RemoteError("unavailable", f"region {number} cannot be had: {error}") from error
        if answer.file is None:
            raise RemoteError("unavailable", f"region {number} is unknown: it is not the peer's, or its owner is gone; send the tensor again")
        try:
            return regions.Mapped(answer.file, answer.is_file)
        except OSError as error:
            raise ValueError(f"region {number} cannot be mapped: {error}") from None
        finally:
            os.close(answer.file)

    def unmapped(self, number: int) -> None:
        """Nothing comes by reference to it any more; arrays over it keep it."""
        with self._mutex:
            self._mapped.pop(number, None)

    # What is lent.

    def place(self, array: Any, blocks: list[regions.Block | None]) -> tuple[int, int] | None:
        """Where the other side finds an array; None if it goes inside the message."""
        if not array.nbytes or len(self._held) >= _MAX_LEASES or array.dtype.byteorder == ">" or sys.byteorder == "big":
            return None
        found = self._of_file(array, blocks) if self._files else None
        if found is not None:
            return found
        own = self._own
        held = own.holding(array) if own is not None else None
        if held is not None:
            blocks.append(held[0])
            return self._number, held[1]
        if array.nbytes < self._threshold_bytes or not self._region():
            return None
        assert self._own is not None
        copied = self._own.copy(elements(array, element_of(array)))
        if copied is None:
            return None
        blocks.append(copied)
        return self._number, copied.offset

    def _of_file(self, array: Any, blocks: list[regions.Block | None]) -> tuple[int, int] | None:
        address = array.__array_interface__["data"][0]
        for file in self._files:
            at = address - file.address
            if 0 <= at <= file.size - array.nbytes and not at % regions.FILE_ALIGNMENT and array.flags.c_contiguous:
                blocks.append(None)
                return file.number, at
        return None

    def _region(self) -> bool:
        """Whether there is a region of this side's, made when it is first wanted."""
        with self._mutex:
            if self._own is None and self._refused is None:
                try:
                    made = regions.OwnRegion(self._region_bytes)
                    self._number = self._exchange.done(exchange.GIVE, 0, False, made.file)
                    self._own = made
                except OSError as error:
                    self._refused = str(error)
            return self._own is not None

    def allocate(self, shape: tuple[int, ...], dtype: Any) -> Any:
        if not self._region():
            raise RuntimeError(f"no memory is shared: {self._refused}")
        assert self._own is not None
        return self._own.allocate(shape, dtype)

    def share(self, path: str | os.PathLike[str]) -> SharedFile:
        file = SharedFile(path, self)
        self._files = [*self._files, file]
        return file

    def given(self, file: int) -> int:
        """The number of a whole file."""
        return self._exchange.done(exchange.GIVE, 0, True, file)

    def dropped(self, file: SharedFile) -> None:
        with self._mutex:
            known = file in self._files
            self._files = [each for each in self._files if each is not file]
        if known and self._refused is None:
            self._exchange.done(exchange.DROP, file.number)

    def hold(self, blocks: list[regions.Block | None], stream: int) -> int:
        """Holds what a message lends; the number that it tells. `stream` is that of a call of this side's, or 0."""
        with self._mutex:
            number, self._next = self._next, self._next + 1 & 0xFFFFFFFF
            self._held[number] = stream, blocks
            if stream:
                self._by_call.setdefault(stream, []).append(number)
            return number

    def released(self, number: int) -> None:
        with self._mutex:
            stream, blocks = self._held.pop(number, (0, []))
            if stream and number in self._by_call.get(stream, ()):
                self._by_call[stream].remove(number)
        self.give_back(blocks)

    def answered(self, stream: int) -> None:
        """A call that this side made is over: the other side looks at nothing of it any more."""
        if stream in self._by_call:
            with self._mutex:
                numbers = self._by_call.pop(stream, [])
            for number in numbers:
                self.released(number)

    def give_back(self, blocks: list[regions.Block | None]) -> None:
        own = self._own
        for block in blocks:
            if block is not None and own is not None:
                own.release(block)

    def close(self) -> None:
        with self._mutex:
            if self._own is not None:
                self._own.close()
                self._own = None
            self._refused = "the connection has ended"
            self._mapped.clear()
            self._held.clear()
            self._by_call.clear()


def joined(path: Any, key: Any, region_bytes: int, threshold_bytes: int) -> Shared | None:
    """The memory that a node shares; None if it shares none, or it cannot be had here: then arrays travel in messages."""
    if not path or not key or not region_bytes or numpy is None or regions.fcntl is None or not hasattr(os, "memfd_create"):
        return None
    try:
        at = exchange.Exchange(path, key)
        at.done(exchange.JOIN)
    except (OSError, ValueError):
        return None
    return Shared(at, region_bytes, threshold_bytes)


def shared_by(core: Any) -> Shared:
    """What a connection shares; RuntimeError if it shares nothing."""
    shared = getattr(core, "shared", None)
    if shared is None:
        raise RuntimeError("no memory is shared: connect over unix: on Linux, to a node that shares some, and have numpy")
    return shared


def plain(payload: Any) -> Any:
    """A message that may hold no references."""
    if payload.__class__ is LentPayload:
        raise BrokenMessageError("message", "it refers to a region, which MessagePack does not; send the tensors in it")
    return payload
