"""Writers of the variable parts of a message. Each takes the chunks so far, the bytes they have, a value, what callbacks and
leases stand for, and the depth of records; it appends and returns `at`, `count` and the bytes there are then."""

from __future__ import annotations

import struct
from typing import Any, Callable

from .arrays import element_of, elements, is_array, number_bytes, scalar_array
from .definitions import ELEMENTS, SCALARS
from .layout import MESSAGE_ALIGNMENT

Writer = Callable[[list, int, Any, Any, int], "tuple[int, int, int]"]
MAX_RANK = 8
ZEROS = [bytes(count) for count in range(MESSAGE_ALIGNMENT)]
_HEADERS = [struct.Struct(f"<BBHI{rank}qQQ") for rank in range(MAX_RANK + 1)]


def refused(where: str, value: Any, wanted: str) -> ValueError:
    return ValueError(
        f"{where}: {wanted} is wanted, not {type(value).__name__} {str(value)[:80]!r}" if value is not None else f"{where}: is missing; {wanted} is wanted"
    )


def text(where: str) -> Writer:
    def write(out: list, end: int, value: Any, refs: Any, depth: int) -> tuple[int, int, int]:
        if not isinstance(value, str):
            raise refused(where, value, "a str")
        if not value:
            return 0, 0, end
        encoded = value.encode("utf-8", "replace")
        out.append(encoded)
        return end, len(encoded), end + len(encoded)

    return write


def data(where: str) -> Writer:
    def write(out: list, end: int, value: Any, refs: Any, depth: int) -> tuple[int, int, int]:
        if not isinstance(value, bytes):
            try:
                value = memoryview(value).cast("B")
            except TypeError:
                raise refused(where, value, "bytes, or what has a contiguous buffer,") from None
        if not len(value):
            return 0, 0, end
        pad = -end & 7
        if pad:
            out.append(ZEROS[pad])
        out.append(value)
        return end + pad, len(value), end + pad + len(value)

    return write


def numbers(word: str, where: str) -> Writer:
    size = SCALARS[word]

    def write(out: list, end: int, value: Any, refs: Any, depth: int) -> tuple[int, int, int]:
        packed = number_bytes(value, word, where)
        if not len(packed):
            return 0, 0, end
        pad = -end & size - 1
        if pad:
            out.append(ZEROS[pad])
        out.append(packed)
        return end + pad, len(packed) // size, end + pad + len(packed)

    return write


def tensor(element: str | None, where: str) -> Writer:
    def write(out: list, end: int, value: Any, refs: Any, depth: int) -> tuple[int, int, int]:
        pad = -end & 7
        at = end + pad
        place = getattr(refs, "place", None)
        shared = place(value) if place else None
        if shared is None and not is_array(value):
            value = scalar_array(value, where)
        word = element_of(value)
        if element is not None and word != element:
            raise ValueError(f"{where}: a tensor of {word} is none of {element}")
        rank = value.ndim
        if rank > MAX_RANK:
            raise ValueError(f"{where}: the rank is {rank}; at most {MAX_RANK} is possible")
        header = _HEADERS[rank]
        behind = at + header.size
        if shared is not None:
            out += ZEROS[pad], header.pack(ELEMENTS[word], rank, 1, shared[0], *value.shape, shared[1], value.nbytes)
            return at, rank, behind
        gap = -behind & MESSAGE_ALIGNMENT - 1
        content = elements(value, word)
        out += ZEROS[pad], header.pack(ELEMENTS[word], rank, 0, 0, *value.shape, behind + gap, len(content)), ZEROS[gap], content
        return at, rank, behind + gap + len(content)

    return write


def fixed_table(code: str, size: int, convert: Callable[[Any, Any], Any], where: str) -> Writer:
    """A list of what lies in its slot, other than numbers."""

    def write(out: list, end: int, value: Any, refs: Any, depth: int) -> tuple[int, int, int]:
        if not len(value):
            return 0, 0, end
        pad = -end & size - 1
        out += ZEROS[pad], packed([convert(each, refs) for each in value], code, where)
        return end + pad, len(value), end + pad + size * len(value)

    return write


def packed(values: list, code: str, where: str) -> bytes:
    try:
        return struct.pack(f"<{len(values)}{code}", *values)
    except (struct.error, OverflowError) as error:
        raise ValueError(f"{where}: {error}") from None


def table(element: Writer) -> Writer:
    """A list of what has parts: their slots, then they."""

    def write(out: list, end: int, value: Any, refs: Any, depth: int) -> tuple[int, int, int]:
        count = len(value)
        if not count:
            return 0, 0, end
        pad = -end & 3
        at = end + pad
        hole = len(out) + 1
        out += ZEROS[pad], b""
        out[hole], end = _slots(out, at + 8 * count, value, element, refs, depth)
        return at, count, end

    return write


def _slots(out: list, end: int, values: Any, writer: Writer, refs: Any, depth: int) -> tuple[bytes, int]:
    slots: list[int] = []
    for each in values:
        at, count, end = writer(out, end, each, refs, depth)
        slots += at, count
    return struct.pack(f"<{len(slots)}I", *slots), end


def mapping(code: str | None, size: int, convert: Callable[[Any, Any], Any] | None, writer: Writer | None, where: str) -> Writer:
    """A map: the keys' slots, the values' slots, the keys, the values' parts. `code` and `convert` are of values in their slots."""
    key_writer = text(where)
    alignment = size if code else 4

    def write(out: list, end: int, value: Any, refs: Any, depth: int) -> tuple[int, int, int]:
        if not isinstance(value, dict):
            raise refused(where, value, "a dict")
        count = len(value)
        if not count:
            return 0, 0, end
        pad = -end & 3
        at = end + pad
        gap = -(at + 8 * count) & alignment - 1
        hole = len(out) + 1
        out += ZEROS[pad], b"", ZEROS[gap], b""
        out[hole], end = _slots(out, at + 8 * count + gap + size * count, value, key_writer, refs, depth)
        if writer is None:
            out[hole + 2] = packed([convert(each, refs) for each in value.values()], code or "", where)  # type: ignore[misc]
        else:
            out[hole + 2], end = _slots(out, end, value.values(), writer, refs, depth)
        return at, count, end

    return write
