"""What a schema defines, as immutable values. Fields stand by number, methods by name, once a `Schema` holds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Union

SCALARS = {"bool": 1, "i8": 1, "i16": 2, "i32": 4, "i64": 8, "f32": 4, "f64": 8}
"""Bytes of each scalar type."""

ELEMENTS = {"f32": 1, "i8": 2, "u8": 3, "i16": 4, "i32": 5, "i64": 6, "f16": 7, "bf16": 8, "f64": 9, "bool": 10}
"""Codes of a tensor's element types."""

ELEMENT_BYTES = {"f32": 4, "i8": 1, "u8": 1, "i16": 2, "i32": 4, "i64": 8, "f16": 2, "bf16": 2, "f64": 8, "bool": 1}

RESERVED = {"package", "record", "enum", "service", "idempotent", "stream", "string", "bytes", "tensor", "list", "map", "callback", *SCALARS, *ELEMENTS}

MAX_TEXT_BYTES = 1 << 20
MAX_DEFINITIONS = 4096
MAX_MEMBERS = 1024
MAX_NESTED_TYPES = 32
MAX_NAME_LENGTH = 128
MAX_FIELD_NUMBER = 65535
MAX_NUMBER = 0x7FFFFFFF


@dataclass(frozen=True)
class Scalar:
    word: str


@dataclass(frozen=True)
class Text:
    pass


@dataclass(frozen=True)
class Bytes:
    pass


@dataclass(frozen=True)
class TensorOf:
    element: str | None


@dataclass(frozen=True)
class ListOf:
    element: Type


@dataclass(frozen=True)
class MapOf:
    value: Type


@dataclass(frozen=True)
class CallbackOf:
    argument: Type
    result: Type


@dataclass(frozen=True)
class Named:
    name: str


Type = Union[Scalar, Text, Bytes, TensorOf, ListOf, MapOf, CallbackOf, Named]


@dataclass(frozen=True)
class Field:
    number: int
    type: Type
    name: str
    optional: bool = False


@dataclass(frozen=True)
class Constant:
    number: int
    name: str


@dataclass(frozen=True)
class Method:
    """`input` is the type of the caller's items, `output` that of the result or, if `streamed`, of its items."""

    name: str
    parameters: tuple[Field, ...]
    input: Type | None = None
    output: Type | None = None
    streamed: bool = False
    idempotent: bool = False


@dataclass(frozen=True)
class Record:
    name: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Enumeration:
    name: str
    constants: tuple[Constant, ...]


@dataclass(frozen=True)
class Service:
    name: str
    methods: tuple[Method, ...]


Definition = Union[Record, Enumeration, Service]


def mentions(type: Type) -> tuple[set[str], bool]:
    """The records and enums that a type names, and whether a callback is in it."""
    if isinstance(type, Named):
        return {type.name}, False
    if isinstance(type, (ListOf, MapOf)):
        return mentions(type.element if isinstance(type, ListOf) else type.value)
    if isinstance(type, CallbackOf):
        return mentions(type.argument)[0] | mentions(type.result)[0], True
    return set(), False
