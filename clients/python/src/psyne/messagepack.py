"""MessagePack, as much as the encoding `named` wants: nil, bool, integers, floats, str, bin, array and map with str keys.

Beside these, as docs/protocol-v2.md says: a tensor is a numpy array, a callback a callable, a stream of the caller's items a
`Stream`, an enum's constant its name, a dataclass a map of those of its fields that are not None.
"""

from __future__ import annotations

import dataclasses
import enum
import struct
from typing import Any

from .arrays import DTYPES, element_of, elements, is_array, is_number, tensor_of
from .definitions import ELEMENT_BYTES
from .errors import BrokenMessageError
from .shared import plain

MAX_DEPTH = 64
_MAX_RANK = 8
_LARGE_BYTES = 4096
_U8, _U16, _U32, _U64 = (struct.Struct(">B" + code) for code in "BHIQ")
_I8, _I16, _I32, _I64, _F64 = (struct.Struct(">B" + code) for code in "bhiqd")


_SHORT = 256
_BINARY_HEADS = [bytes((0xC4, length)) for length in range(_SHORT)]
_TEXT_HEADS = [bytes((0xA0 | length,)) if length < 32 else bytes((0xD9, length)) for length in range(_SHORT)]
_SMALL_INTEGERS = {value: bytes((value & 0xFF,)) for value in range(-32, 128)}


class Stream:
    """Stands in the arguments for the items that follow."""


STREAM = Stream()


class Packer:
    """Writes one value after the other into chunks. `refs` gives callbacks their numbers."""

    def __init__(self, refs: Any = None) -> None:
        self.chunks: list[Any] = []
        self.size = 0
        self.small = bytearray()
        self.refs = refs

    def finish(self) -> tuple[list[Any], int]:
        if self.small:
            self.chunks.append(self.small)
        return self.chunks, self.size + len(self.small)

    def pack(self, value: Any, depth: int = 0) -> None:
        out, kind = self.small, value.__class__
        if kind is bytes:
            if len(value) < _SHORT:
                out += _BINARY_HEADS[len(value)]
                out += value
            else:
                self._binary(value)
        elif kind is str:
            encoded = value.encode("utf-8", "replace")
            out += _TEXT_HEADS[len(encoded)] if len(encoded) < _SHORT else _head(len(encoded), 0xA0, 32, 0xD9)
            out += encoded
        elif value is None:
            out.append(0xC0)
        elif kind is bool:
            out.append(0xC3 if value else 0xC2)
        elif kind is int:
            out += _SMALL_INTEGERS.get(value) or _integer(value)
        elif kind is float:
            out += _F64.pack(0xCB, value)
        elif depth >= MAX_DEPTH:
            raise ValueError(f"values lie deeper than {MAX_DEPTH} in each other")
        elif kind is dict:
            self._map(value, depth)
        elif kind is list or kind is tuple:
            if len(value) < 16:
                out.append(0x90 | len(value))
            else:
                out += _head(len(value), 0x90, 16, 0xDB)
            for each in value:
                self.pack(each, depth + 1)
        else:
            self._other(value, depth)

    def _other(self, value: Any, depth: int) -> None:
        if isinstance(value, enum.Enum):
            self.pack(value.name.rstrip("_"))
        elif is_array(value):
            self._tensor(value)
        elif is_number(value):
            self.pack(value.item(), depth)
        elif isinstance(value, (bytearray, memoryview)):
            self._binary(memoryview(value).cast("B"))
        elif dataclasses.is_dataclass(value) and not isinstance(value, type):
            self._map({field.name: held for field in dataclasses.fields(value) if (held := getattr(value, field.name)) is not None}, depth)
        elif value is STREAM:
            self._map({"_stream": True}, depth)
        elif callable(value):
            self._callback(value, depth)
        else:
            self._derived(value, depth)

    def _derived(self, value: Any, depth: int) -> None:
        kinds: tuple[Any, ...] = (bool, int, float, str, dict, list, tuple)
        for kind in kinds:
            if isinstance(value, kind):
                self.pack(kind(value), depth)
                return
        raise ValueError(f"a {type(value).__name__} cannot be sent: {str(value)[:80]!r}")

    def _callback(self, value: Any, depth: int) -> None:
        if self.refs is None:
            raise ValueError("callbacks cannot be sent here: use them in a call's arguments")
        self._map({"_callback": self.refs.number(value, None)}, depth)

    def _map(self, value: dict, depth: int) -> None:
        self.small += _head(len(value), 0x80, 16, 0xDD)
        for key, held in value.items():
            if not isinstance(key, str):
                raise ValueError(f"the key {key!r} of a map is no str")
            self.pack(key)
            self.pack(held, depth + 1)

    def _tensor(self, value: Any) -> None:
        word = element_of(value)
        if value.ndim > _MAX_RANK:
            raise ValueError(f"the rank of a tensor is {value.ndim}; at most {_MAX_RANK} is possible")
        self.small += b"\x83\xa7_tensor"
        self.pack(word)
        self.small += b"\xa5shape"
        self.pack(list(value.shape))
        self.small += b"\xa4data"
        self._binary(elements(value, word))

    def _binary(self, value: Any) -> None:
        length = len(value)
        self.small += _head(length, None, 0, 0xC4)
        if length < _LARGE_BYTES:
            self.small += value
        else:
            self.chunks += self.small, value
            self.size += len(self.small) + length
            self.small = bytearray()


def _head(length: int, fixed: int | None, below: int, first: int) -> bytes:
    """The head of str, bin, array and map; `first` is the code with one byte of length, were there one."""
    if length < below and fixed is not None:
        return bytes((fixed | length,))
    if length < 1 << 8 and first in (0xD9, 0xC4):
        return _U8.pack(first, length)
    if length < 1 << 16:
        return _U16.pack(first + 1, length)
    if length < 1 << 32:
        return _U32.pack(first + 2, length)
    raise ValueError(f"{length} bytes or elements are more than MessagePack can say")


def _integer(value: int) -> bytes:
    if -32 <= value < 128:
        return bytes((value & 0xFF,))
    if value > 0:
        for code, bits, form in ((0xCC, 8, _U8), (0xCD, 16, _U16), (0xCE, 32, _U32), (0xCF, 64, _U64)):
            if value < 1 << bits:
                return form.pack(code, value)
    for code, bits, form in ((0xD0, 7, _I8), (0xD1, 15, _I16), (0xD2, 31, _I32), (0xD3, 63, _I64)):
        if -(1 << bits) <= value < 0:
            return form.pack(code, value)
    raise ValueError(f"{value} does not fit into 64 bits")


_SIZED = {0xC4: 1, 0xC5: 2, 0xC6: 4, 0xD9: 1, 0xDA: 2, 0xDB: 4, 0xDC: 2, 0xDD: 4, 0xDE: 2, 0xDF: 4}
_NUMBERS = {
    code: struct.Struct(">" + form)
    for code, form in {0xCA: "f", 0xCB: "d", 0xCC: "B", 0xCD: "H", 0xCE: "I", 0xCF: "Q", 0xD0: "b", 0xD1: "h", 0xD2: "i", 0xD3: "q"}.items()
}
_CONSTANTS = {0xC0: None, 0xC2: False, 0xC3: True}


class Unpacker:
    """Reads one value of a buffer; BrokenMessageError if it is none. Memory is bounded by the bytes that are there."""

    def __init__(self, buffer: memoryview, refs: Any = None) -> None:
        self.at = 0
        self.size = len(buffer)
        self.buffer = buffer if self.size > _LARGE_BYTES else bytes(buffer)
        self.refs = refs

    def whole(self) -> Any:
        value = self.unpack()
        if self.at != self.size:
            raise BrokenMessageError("value", f"{self.size - self.at} bytes follow it")
        return value

    def _take(self, count: int) -> int:
        at = self.at
        self.at = at + count
        if self.at > self.size:
            raise BrokenMessageError("value", f"{count} bytes at {at} are not in the message, which has {self.size}")
        return at

    def unpack(self, depth: int = 0) -> Any:
        at, buffer = self.at, self.buffer
        if at >= self.size:
            raise BrokenMessageError("value", f"it ends in the message's {self.size} bytes")
        code = buffer[at]
        self.at = at + 1
        if code < 0x80:
            return code
        if code == 0xC4 and at + 1 < self.size:
            begin = at + 2
            self.at = begin + buffer[at + 1]
            if self.at > self.size:
                raise BrokenMessageError("value", f"{buffer[at + 1]} bytes at {begin} are not in the message, which has {self.size}")
            return bytes(buffer[begin : self.at])
        if code >= 0xE0:
            return code - 0x100
        if 0xA0 <= code < 0xC0:
            return self._text(code & 0x1F)
        if code in _SIZED:
            length = int.from_bytes(self.buffer[self._take(_SIZED[code]) : self.at], "big")
            if code <= 0xC6:
                return bytes(self.buffer[self._take(length) : self.at])
            if code <= 0xDB:
                return self._text(length)
            return self._many(length, code >= 0xDE, depth)
        if code < 0xA0:
            return self._many(code & 0x0F, code < 0x90, depth)
        if code in _NUMBERS:
            form = _NUMBERS[code]
            return form.unpack_from(self.buffer, self._take(form.size))[0]
        if code not in _CONSTANTS:
            raise BrokenMessageError("value", f"the code 0x{code:02x} is not of this encoding")
        return _CONSTANTS[code]

    def _text(self, length: int) -> str:
        try:
            return str(self.buffer[self._take(length) : self.at], "utf-8")
        except UnicodeDecodeError:
            raise BrokenMessageError("value", "a str is not UTF-8") from None

    def _many(self, count: int, is_map: bool, depth: int) -> Any:
        if depth >= MAX_DEPTH:
            raise BrokenMessageError("value", f"values lie deeper than {MAX_DEPTH} in each other")
        if count * (2 if is_map else 1) > self.size - self.at:
            raise BrokenMessageError("value", f"{count} elements are not in the message")
        if is_map:
            return self._map(count, depth) if count else {}
        return [self.unpack(depth + 1)] if count == 1 else [self.unpack(depth + 1) for _ in range(count)]

    def _map(self, count: int, depth: int) -> Any:
        found: dict[str, Any] = {}
        for _ in range(count):
            key = self.unpack(MAX_DEPTH)
            if not isinstance(key, str) or key in found:
                raise BrokenMessageError("value", f"the key {str(key)[:80]!r} of a map is no str, or comes twice")
            found[key] = self._in_place() if key == "data" and "_tensor" in found else self.unpack(depth + 1)
        if "_tensor" in found:
            return _tensor(found)
        if "_callback" in found:
            return self._callback(found)
        return STREAM if "_stream" in found else found

    def _in_place(self) -> Any:
        code = self.buffer[self._take(1)]
        if code not in (0xC4, 0xC5, 0xC6):
            raise BrokenMessageError("tensor", "its data are not binary")
        length = int.from_bytes(self.buffer[self._take(_SIZED[code]) : self.at], "big")
        return self.buffer[self._take(length) : self.at]

    def _callback(self, found: dict[str, Any]) -> Any:
        number = found["_callback"]
        if self.refs is None or type(number) is not int or not 0 <= number < 1 << 32:
            raise BrokenMessageError("callback", f"{number!r} is unknown: callbacks come in a call's arguments")
        return self.refs.callback(number, None)


def _tensor(found: dict[str, Any]) -> Any:
    word, shape, data = found["_tensor"], found.get("shape"), found.get("data")
    if not isinstance(word, str) or word not in DTYPES or not isinstance(data, (bytes, memoryview)):
        raise BrokenMessageError("tensor", f"{str(word)[:80]!r} is no element type, or its data are not binary")
    if not isinstance(shape, list) or len(shape) > _MAX_RANK or not all(type(each) is int and 0 <= each < 1 << 31 for each in shape):
        raise BrokenMessageError("tensor", f"{str(shape)[:80]} is no shape")
    count = 1
    for each in shape:
        count *= each
    if len(data) != count * ELEMENT_BYTES[word]:
        raise BrokenMessageError("tensor", f"{len(data)} bytes of data; the shape has {count * ELEMENT_BYTES[word]}")
    return tensor_of(data, word, tuple(shape), count, 0)


def pack(value: Any, refs: Any = None) -> tuple[list[Any], int]:
    """A value in pieces, and its size in bytes."""
    packer = Packer(refs)
    packer.pack(value)
    return packer.finish()


def unpack(buffer: memoryview, refs: Any = None) -> Any:
    """The value that a buffer is."""
    return Unpacker(plain(buffer), refs).whole()
