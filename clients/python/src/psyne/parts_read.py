"""Readers of the variable parts of a message. Each takes the buffer and its size, where the part before ended, the slot's `at` and
`count`, what callbacks and leases stand for, and the depth of records; it returns the value and where its part ends."""

from __future__ import annotations

import struct
from typing import Any, Callable

from .arrays import WORDS, no_numbers, numbers_of, tensor_of
from .definitions import ELEMENT_BYTES, SCALARS
from .errors import BrokenMessageError
from .layout import MESSAGE_ALIGNMENT
from .parts_write import MAX_RANK

Reader = Callable[[memoryview, int, int, int, int, Any, int], "tuple[Any, int]"]
MAX_DIMENSION = 0x7FFFFFFF
_HEADERS = [struct.Struct(f"<BBHI{rank}qQQ") for rank in range(MAX_RANK + 1)]


def misplaced(where: str, at: int, count: int, cursor: int, bytes: int, alignment: int, size: int) -> BrokenMessageError:
    """What is wrong with a part that `place` refused."""
    if not count and bytes == 0:
        return BrokenMessageError(where, f"what is empty has a slot of zeros, not one at {at}")
    if at < cursor:
        return BrokenMessageError(where, f"begins at {at}, but what is in front of it ends at {cursor}")
    if at + bytes > size:
        return BrokenMessageError(where, f"a part of {bytes} bytes at {at} is not in the message, which has {size}")
    return BrokenMessageError(where, f"begins at {at}; it must be a multiple of {alignment}")


def place(where: str, at: int, count: int, cursor: int, bytes: int, alignment: int, size: int) -> int:
    """Where a part ends, which begins at `at`."""
    if not count or at < cursor or at + bytes > size or at & alignment - 1:
        raise misplaced(where, at, count, cursor, bytes, alignment, size)
    return at + bytes


def text(where: str) -> Reader:
    def read(buffer: memoryview, size: int, cursor: int, at: int, count: int, refs: Any, depth: int) -> tuple[Any, int]:
        if not count and not at:
            return "", cursor
        end = place(where, at, count, cursor, count, 1, size)
        try:
            return str(buffer[at:end], "utf-8"), end
        except UnicodeDecodeError:
            raise BrokenMessageError(where, "is not UTF-8") from None

    return read


def data(where: str) -> Reader:
    def read(buffer: memoryview, size: int, cursor: int, at: int, count: int, refs: Any, depth: int) -> tuple[Any, int]:
        if not count and not at:
            return buffer[:0], cursor
        end = place(where, at, count, cursor, count, 8, size)
        return buffer[at:end], end

    return read


def numbers(word: str, where: str) -> Reader:
    bytes = SCALARS[word]
    none = no_numbers(word)

    def read(buffer: memoryview, size: int, cursor: int, at: int, count: int, refs: Any, depth: int) -> tuple[Any, int]:
        if not count and not at:
            return none, cursor
        end = place(where, at, count, cursor, count * bytes, bytes, size)
        if word == "bool" and max(buffer[at:end]) > 1:
            raise BrokenMessageError(where, f"a bool is 0 or 1, not {max(buffer[at:end])}")
        return numbers_of(buffer, word, count, at), end

    return read


def fixed_table(code: str, bytes: int, convert: Callable[[Any, Any], Any], where: str) -> Reader:
    """A list of what lies in its slot, other than numbers."""

    def read(buffer: memoryview, size: int, cursor: int, at: int, count: int, refs: Any, depth: int) -> tuple[Any, int]:
        if not count and not at:
            return [], cursor
        end = place(where, at, count, cursor, count * bytes, bytes, size)
        return [convert(each, refs) for each in struct.unpack_from(f"<{count}{code}", buffer, at)], end

    return read


def table(element: Reader, where: str) -> Reader:
    """A list of what has parts."""

    def read(buffer: memoryview, size: int, cursor: int, at: int, count: int, refs: Any, depth: int) -> tuple[Any, int]:
        if not count and not at:
            return [], cursor
        cursor = place(where, at, count, cursor, 8 * count, 4, size)
        return _parts(buffer, size, cursor, at, count, element, refs, depth)

    return read


def _parts(buffer: memoryview, size: int, cursor: int, at: int, count: int, reader: Reader, refs: Any, depth: int) -> tuple[list, int]:
    slots = struct.unpack_from(f"<{2 * count}I", buffer, at)
    found = []
    for index in range(0, 2 * count, 2):
        value, cursor = reader(buffer, size, cursor, slots[index], slots[index + 1], refs, depth)
        found.append(value)
    return found, cursor


def mapping(code: str | None, bytes: int, convert: Callable[[Any, Any], Any] | None, reader: Reader | None, where: str) -> Reader:
    key_reader = text(where)
    alignment = bytes if code else 4

    def read(buffer: memoryview, size: int, cursor: int, at: int, count: int, refs: Any, depth: int) -> tuple[Any, int]:
        if not count and not at:
            return {}, cursor
        cursor = place(where, at, count, cursor, 8 * count, 4, size)
        values_at = cursor + (-cursor & alignment - 1)
        cursor = place(where, values_at, count, cursor, bytes * count, alignment, size)
        keys, cursor = _parts(buffer, size, cursor, at, count, key_reader, refs, depth)
        if reader is None:
            values = [convert(each, refs) for each in struct.unpack_from(f"<{count}{code}", buffer, values_at)]  # type: ignore[misc]
        else:
            values, cursor = _parts(buffer, size, cursor, values_at, count, reader, refs, depth)
        found = dict(zip(keys, values))
        if len(found) < count:
            raise BrokenMessageError(where, "a key comes twice")
        return found, cursor

    return read


def tensor(element: str | None, where: str) -> Reader:
    def read(buffer: memoryview, size: int, cursor: int, at: int, count: int, refs: Any, depth: int) -> tuple[Any, int]:
        if count > MAX_RANK:
            raise BrokenMessageError(where, f"the rank is {count}; at most {MAX_RANK} is possible")
        header = _HEADERS[count]
        cursor = place(where, at, 1, cursor, header.size, 8, size)
        code, rank, flags, lease, *shape, data, bytes = header.unpack_from(buffer, at)
        word = WORDS.get(code)
        if word is None:
            raise BrokenMessageError(where, f"element type {code} is unknown")
        if element is not None and word != element:
            raise BrokenMessageError(where, f"the tensor is of {word}; it must be of {element}")
        elements = _elements(where, rank, count, flags, lease, shape)
        if bytes != elements * ELEMENT_BYTES[word]:
            raise BrokenMessageError(where, f"data bytes are {bytes}; the shape has {elements * ELEMENT_BYTES[word]}")
        if flags:
            return tensor_of(_shared(where, refs, lease, data, bytes), word, tuple(shape), elements, 0), cursor
        end = place(where, data, 1, cursor, bytes, MESSAGE_ALIGNMENT, size)
        return tensor_of(buffer, word, tuple(shape), elements, data), end

    return read


def _elements(where: str, rank: int, count: int, flags: int, lease: int, shape: list[int]) -> int:
    """How many elements a header says, checked."""
    if rank != count or flags > 1 or (lease and not flags):
        raise BrokenMessageError(where, f"the tensor's header has rank {rank}, flags {flags} and lease {lease} under a slot of rank {count}")
    elements = 1
    for dimension in shape:
        if not 0 <= dimension <= MAX_DIMENSION:
            raise BrokenMessageError(where, f"a dimension is {dimension}; it must be 0 to {MAX_DIMENSION}")
        elements *= dimension
    return elements


def _shared(where: str, refs: Any, lease: int, at: int, bytes: int) -> Any:
    find = getattr(refs, "elements", None)
    if find is None:
        raise BrokenMessageError(where, f"lease {lease} is unknown: this connection shares no region; send the tensor in the message")
    try:
        return find(lease, at, bytes)
    except ValueError as error:
        raise BrokenMessageError(where, str(error)) from None
