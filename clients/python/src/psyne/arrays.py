"""Lists of numbers and tensors as numpy arrays; without numpy, lists of numbers as `array.array` or tuples, and no tensors.

numpy has no bfloat16: a `bf16` tensor is an array of uint16 that holds its bits (`array.view(ml_dtypes.bfloat16)` makes
numbers of them where that package is), and an array of uint16, or of a type called `bfloat16`, is written as `bf16`.
"""

from __future__ import annotations

import array
import struct
import sys
from typing import Any

from .definitions import ELEMENTS, SCALARS
from .errors import BrokenMessageError
from .layout import CODES, MESSAGE_ALIGNMENT

try:
    import numpy
except ImportError:  # numpy is wanted for tensors alone
    numpy = None  # type: ignore[assignment]

WORDS = {code: word for word, code in ELEMENTS.items()}
DTYPES = {"bool": "?", "u8": "u1", "i8": "i1", "i16": "<i2", "i32": "<i4", "i64": "<i8", "f16": "<f2", "bf16": "<u2", "f32": "<f4", "f64": "<f8"}
_FORMATS = {"i8": "b", "i16": "h", "i32": "i", "i64": "q", "f32": "f", "f64": "d"}

if numpy is not None:
    ARRAY_TYPES = {word: numpy.dtype(name) for word, name in DTYPES.items()}
    _ELEMENT_OF = {dtype.newbyteorder("="): word for word, dtype in ARRAY_TYPES.items()}


def is_array(value: Any) -> bool:
    return numpy is not None and isinstance(value, numpy.ndarray)


def is_number(value: Any) -> bool:
    """Whether it is one of numpy's numbers."""
    return numpy is not None and isinstance(value, numpy.generic)


def scalar_array(value: Any, where: str) -> Any:
    """The array of rank 0 that one of numpy's numbers is: what numpy itself makes of such an array."""
    if not is_number(value):
        raise ValueError(f"{where}: a numpy array is wanted, not {type(value).__name__} {str(value)[:80]!r}")
    return numpy.asarray(value)


def element_of(tensor: Any) -> str:
    """The element type that an array has on the wire."""
    word = _ELEMENT_OF.get(tensor.dtype.newbyteorder("=") if tensor.dtype.byteorder == ">" else tensor.dtype)
    if word is None and tensor.dtype.name == "bfloat16":
        return "bf16"
    if word is None:
        raise ValueError(f"a tensor has no elements of {tensor.dtype}; there are {', '.join(DTYPES)}")
    return word


def elements(tensor: Any, word: str) -> Any:
    """The bytes of an array in C order, little endian; its own memory where that is how they lie."""
    if word == "bf16" and tensor.dtype.name == "bfloat16":
        tensor = tensor.view("u2")
    return numpy.ascontiguousarray(tensor, ARRAY_TYPES[word]).reshape(-1).view("u1").data


def tensor_of(buffer: Any, word: str, shape: tuple[int, ...], count: int, at: int) -> Any:
    """An array in place over a buffer."""
    if numpy is None:
        raise BrokenMessageError(word, "tensors want numpy: pip install numpy")
    if not count:
        try:
            return numpy.empty(shape, ARRAY_TYPES[word])
        except ValueError as error:
            raise BrokenMessageError(word, f"no array has the shape {shape}: {error}") from None
    return numpy.frombuffer(buffer, ARRAY_TYPES[word], count, at).reshape(shape)


def number_bytes(values: Any, word: str, where: str) -> Any:
    """The bytes of a list of numbers."""
    if is_array(values):
        if values.ndim != 1 or not numpy.can_cast(values.dtype, ARRAY_TYPES[word], "safe"):
            raise ValueError(f"{where}: an array of {values.dtype} with {values.ndim} dimensions is no list<{word}>; convert it with astype")
        return elements(values.astype(ARRAY_TYPES[word], copy=False), word)
    if isinstance(values, array.array) and values.typecode == _FORMATS.get(word) and sys.byteorder == "little":
        return memoryview(values).cast("B")
    try:
        return struct.pack(f"<{len(values)}{'?' if word == 'bool' else CODES[word]}", *values)
    except (struct.error, OverflowError, TypeError) as error:
        raise ValueError(f"{where}: no list<{word}>: {error}") from None


def numbers_of(buffer: Any, word: str, count: int, at: int) -> Any:
    """A list of numbers: an array in place, a copy without numpy."""
    if numpy is not None:
        return numpy.frombuffer(buffer, ARRAY_TYPES[word], count, at)
    if word == "bool":
        return tuple(map(bool, buffer[at : at + count]))
    if sys.byteorder == "big":
        return struct.unpack_from(f"<{count}{CODES[word]}", buffer, at)
    found = array.array(_FORMATS[word])
    found.frombytes(buffer[at : at + count * SCALARS[word]])
    return found


def no_numbers(word: str) -> Any:
    """The empty list."""
    if numpy is None:
        return () if word == "bool" else array.array(_FORMATS[word])
    none = numpy.empty(0, ARRAY_TYPES[word])
    none.flags.writeable = False
    return none


def aligned(size: int, offset: int = 0) -> memoryview:
    """Writable memory whose byte `offset` lies at a multiple of 64. Pages that are never written are never taken."""
    if numpy is not None:
        memory = numpy.empty(size + MESSAGE_ALIGNMENT, "u1")
        begin = -(memory.__array_interface__["data"][0] + offset) & MESSAGE_ALIGNMENT - 1
        return memory.data[begin : begin + size]
    return memoryview(bytearray(size))


def realigned(buffer: memoryview) -> memoryview:
    """The same bytes at a multiple of 64, copied only if they lie elsewhere."""
    if numpy is None or not len(buffer) or not numpy.frombuffer(buffer, "u1").__array_interface__["data"][0] % MESSAGE_ALIGNMENT:
        return buffer
    copy = aligned(len(buffer))
    copy[:] = buffer
    return copy.toreadonly()
