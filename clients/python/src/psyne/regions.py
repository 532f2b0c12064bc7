"""Memory that processes of one machine share: the region of this side, the mapped ones of others, files. Linux, with numpy.

A region is a file in memory without a name whose first page says what it is:

 0          8         12      16              24      4096
+----------+---------+-------+---------------+-------+---------
| PSYNEREG | i32 1   | user  | payload bytes | zero  | payload
+----------+---------+-------+---------------+-------+---------
"""

from __future__ import annotations

import bisect
import mmap
import os
import stat
import struct
import threading
import weakref
from collections import deque
from typing import Any

from .arrays import numpy

try:
    import fcntl
except ImportError:  # no Unix, and no shared memory
    fcntl = None  # type: ignore[assignment]

HEADER_BYTES = 4096
REGION_ALIGNMENT, FILE_ALIGNMENT = 64, 8
_HEADER = struct.Struct("<8sIiq")
_MAGIC = b"PSYNEREG"
_VERSION = 1
_PAGE = 4096
_ADD_SEALS, _GET_SEALS = 1033, 1034
_SEAL, _SHRINK, _GROW, _FUTURE_WRITE = 1, 2, 4, 16


class Part:
    """Bytes of a mapping that numpy reads in place; what it keeps lives as long as any array over them."""

    __slots__ = ("__array_interface__", "kept", "__weakref__")

    def __init__(self, address: int, size: int, read_only: bool, kept: Any) -> None:
        self.__array_interface__ = {"data": (address, read_only), "shape": (size,), "typestr": "|u1", "version": 3}
        self.kept = kept

    def array(self) -> Any:
        return numpy.asarray(self)


class Mapped:
    """A region of another's, or a file, to be read."""

    def __init__(self, file: int, is_file: bool) -> None:
        self.alignment = FILE_ALIGNMENT if is_file else REGION_ALIGNMENT
        begin = 0 if is_file else HEADER_BYTES
        total = os.fstat(file).st_size if is_file else begin + _checked(file)
        if is_file and not stat.S_ISREG(os.fstat(file).st_mode):
            raise OSError("what was passed is no regular file")
        self.memory = mmap.mmap(file, total, mmap.MAP_SHARED, mmap.PROT_READ) if total else b""
        self.size = total - begin
        self.address = numpy.frombuffer(self.memory, "u1").__array_interface__["data"][0] + begin if total else 0

    def elements(self, number: int, at: int, size: int, kept: Any) -> Any:
        """Bytes in place; ValueError if they are not in it."""
        if at % self.alignment or at > self.size or size > self.size - at:
            raise ValueError(f"{size} bytes at {at} of region {number}, which has {self.size}; they begin at a multiple of {self.alignment}")
        return Part(self.address + at, size, True, (self.memory, kept)).array()


def _checked(file: int) -> int:
    """The payload's bytes of a passed region; OSError if it is none, or could be cut off under its reader."""
    status = os.fstat(file)
    if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o077:
        raise OSError(f"a region is a file that its user alone reaches, not one of mode {status.st_mode:o} and user {status.st_uid}")
    if not fcntl.fcntl(file, _GET_SEALS) & _SHRINK:
        raise OSError("a region's size must be sealed, so that nobody can cut it off under its readers")
    if status.st_size < HEADER_BYTES:
        raise OSError(f"a region has at least {HEADER_BYTES} bytes, not {status.st_size}")
    magic, version, owner, size = _HEADER.unpack(os.pread(file, _HEADER.size, 0))
    if magic != _MAGIC or version != _VERSION or owner != status.st_uid or not 0 < size <= status.st_size - HEADER_BYTES:
        raise OSError(f"no region of version {_VERSION}: magic {magic!r}, version {version}, user {owner}, {size} bytes in a file of {status.st_size}")
    return size


class Block:
    """Memory of this side's region; each message that was sent, and each array that was allocated here, holds it once."""

    __slots__ = ("offset", "size", "holders")

    def __init__(self, offset: int, size: int) -> None:
        self.offset = offset
        self.size = size
        self.holders = 1


class OwnRegion:
    """The region in which this side puts what it lends. It alone writes there. Any thread may use it."""

    def __init__(self, size: int) -> None:
        self.size = size // _PAGE * _PAGE
        self.file = os.memfd_create("psyne-region", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        try:
            os.fchmod(self.file, 0o600)
            os.ftruncate(self.file, HEADER_BYTES + self.size)
            self._memory = mmap.mmap(self.file, HEADER_BYTES + self.size)
            self._memory[: _HEADER.size] = _HEADER.pack(_MAGIC, _VERSION, os.geteuid(), self.size)
            self._seal()
        except BaseException:
            os.close(self.file)
            raise
        self._view = memoryview(self._memory)[HEADER_BYTES:]
        self.address = numpy.frombuffer(self._view, "u1").__array_interface__["data"][0]
        self._mutex = threading.Lock()
        self._free: list[tuple[int, int]] = [(0, self.size)]
        self._allocated: dict[int, Block] = {}
        self._dropped: deque[Block] = deque()

    def _seal(self) -> None:
        try:
            fcntl.fcntl(self.file, _ADD_SEALS, _FUTURE_WRITE)
        except OSError:
            pass  # a kernel before 5.1: others could write, which harms nobody but this side
        fcntl.fcntl(self.file, _ADD_SEALS, _SHRINK | _GROW | _SEAL)

    def close(self) -> None:
        """Ends the descriptor; arrays that were allocated here stay."""
        os.close(self.file)

    def copy(self, content: Any) -> Block | None:
        """Bytes in a block of their own; None if there is no room."""
        block = self._take(len(content))
        if block is not None:
            self._view[block.offset : block.offset + len(content)] = content
        return block

    def allocate(self, shape: tuple[int, ...], dtype: Any) -> Any:
        """An array to be written in place; MemoryError if there is no room."""
        size = int(numpy.prod(shape, dtype="i8")) * numpy.dtype(dtype).itemsize
        block = self._take(max(1, size))
        if block is None:
            raise MemoryError(f"{size} bytes have no room in the shared region of {self.size}")
        self._allocated[block.offset] = block
        part = Part(self.address + block.offset, size, False, self._memory)
        # Whoever drops the last array may be anywhere, inside of the lock too.
        weakref.finalize(part, self._dropped.append, block).atexit = False
        return part.array().view(dtype).reshape(shape)

    def holding(self, array: Any) -> tuple[Block, int] | None:
        """The block of an array that was allocated here, held once more, and its offset; None if it must be copied."""
        at = array.__array_interface__["data"][0] - self.address
        if not 0 <= at < self.size or at % REGION_ALIGNMENT or not array.flags.c_contiguous:
            return None
        with self._mutex:
            for block in self._allocated.values():
                if block.offset <= at and at + array.nbytes <= block.offset + block.size and block.holders:
                    block.holders += 1
                    return block, at
        return None

    def release(self, block: Block) -> None:
        with self._mutex:
            block.holders -= 1
            if not block.holders:
                self._allocated.pop(block.offset, None)
                self._give(block.offset, _pages(block.size))

    def _take(self, size: int) -> Block | None:
        """First fit, so that pages that were written before are used again."""
        while self._dropped:
            self.release(self._dropped.popleft())
        wanted = _pages(size)
        with self._mutex:
            for index, (offset, length) in enumerate(self._free):
                if length >= wanted:
                    self._free[index : index + 1] = [(offset + wanted, length - wanted)] if length > wanted else []
                    return Block(offset, size)
        return None

    def _give(self, offset: int, length: int) -> None:
        index = bisect.bisect(self._free, (offset, 0))
        if index < len(self._free) and self._free[index][0] == offset + length:
            length += self._free.pop(index)[1]
        if index and sum(self._free[index - 1]) == offset:
            index -= 1
            begin, before = self._free.pop(index)
            offset, length = begin, length + before
        self._free.insert(index, (offset, length))


def _pages(size: int) -> int:
    return -(-size // _PAGE) * _PAGE
