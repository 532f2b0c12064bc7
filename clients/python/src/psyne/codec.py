"""Encoders and decoders of the layout of docs/schema.md, compiled for each record.

    codecs = Codecs(Schema.parse(text), {"Picture": Picture})
    message = codecs.record("Picture").encode(picture)
    picture = codecs.record("Picture").decode(message)

A record is a dict, or an object with its fields as attributes (a dataclass). It is read as the class that was given for it,
otherwise as a dict without the absent fields. An attribute whose name is a word of Python has a `_` behind it. An enum is its constant's name, or a
member of the `enum.Enum` that was given. `bytes` are a memoryview, lists of numbers and tensors are numpy arrays: in place, read-only, alive as long as
anything holds them. Codecs are made at first use and may then be used by any number of threads.
"""

from __future__ import annotations

import enum
import inspect
from typing import Any, Callable, Iterable, Mapping

from . import parts_read, parts_write
from .arrays import realigned
from .definitions import Bytes, CallbackOf, Definition, Enumeration, Field, ListOf, MapOf, Method, Named, Record, Scalar, TensorOf, Text, Type
from .errors import BrokenMessageError
from .layout import fixed_code, slot_of
from .record_source import Holder, RecordSource
from .schema import Schema
from .shared import LentPayload


class RecordCodec:
    """Reads and writes one record. `refs` says what callbacks and leases stand for; without it there are none."""

    def __init__(self, name: str, write: parts_write.Writer, read: Callable[..., tuple[Any, int]], has_tensors: bool) -> None:
        self.name = name
        self.write = write
        self.read = read
        self.has_tensors = has_tensors

    def chunks(self, value: Any, refs: Any = None) -> tuple[list, int]:
        """The message in pieces, and its size in bytes. Arrays are not copied: they may not change before the pieces are used."""
        out: list = []
        return out, self.write(out, 0, value, refs, 1)[2]

    def encode(self, value: Any, refs: Any = None) -> bytes:
        out: list = []
        self.write(out, 0, value, refs, 1)
        return b"".join(out)

    def decode(self, message: Any, refs: Any = None) -> Any:
        """The value of a message; BrokenMessageError if it is none. What is read in place keeps the buffer alive."""
        if message.__class__ is memoryview:
            buffer = message
        elif message.__class__ is LentPayload:
            buffer, refs = message.payload, message.references(refs)
        else:
            buffer = memoryview(message).toreadonly()
        if self.has_tensors:
            buffer = realigned(buffer)
        try:
            return self.read(buffer, len(buffer), 0, refs, 1)[0]
        except RecursionError:
            raise BrokenMessageError(self.name, "values lie too deep in one another") from None


class Codecs:
    """The codecs of a schema. `classes` is a module, a mapping by the schema's names, or classes that have those names."""

    def __init__(self, schema: Schema, classes: Any = None) -> None:
        self.definitions: dict[str, Definition] = schema.definitions
        self._classes = {name: found for name in self.definitions if (found := _class(classes, name)) is not None}
        self._codecs: dict[str, RecordCodec] = {}

    def record(self, name: str) -> RecordCodec:
        """The codec of a record."""
        definition = self.definitions.get(name)
        if not isinstance(definition, Record):
            raise ValueError(f"the schema has no record '{name}'")
        codec = self._codecs.get(name)
        if codec is None:
            codec = self._codecs[name] = RecordCodec(name, _later, _later, True)
            made = self._made(name, definition.fields, Holder("record", self._classes.get(name)))
            codec.write, codec.read, codec.has_tensors = made.write, made.read, made.has_tensors
        return codec

    def value(self, type: Type, where: str) -> RecordCodec:
        """The codec of what is no record of its own, as the field `1 T value`; a record's for a record."""
        if isinstance(type, Named) and isinstance(self.definitions[type.name], Record):
            return self.record(type.name)
        return self._made(where, (Field(1, type, "value"),), Holder("value"))

    def parameters(self, method: Method, where: str) -> RecordCodec:
        """The codec of a method's parameters: a sequence of values by number, None for an absent one."""
        return self._made(where, method.parameters, Holder("sequence"))

    def _made(self, name: str, fields: tuple[Field, ...], holder: Holder) -> RecordCodec:
        source = RecordSource(name, fields, holder, self)
        return RecordCodec(name, source.writer(), source.reader(), any(_may_hold_tensor(each.type) for each in fields))

    def fixed(self, type: Type, where: str) -> tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]:
        """What turns the value of a slot into a number, and back."""
        if isinstance(type, CallbackOf):
            return _callback_writer(type, where), _callback_reader(type, where)
        if isinstance(type, Named):
            definition = self.definitions[type.name]
            assert isinstance(definition, Enumeration)
            return _enum_writer(definition, where), _enum_reader(definition, self._classes.get(type.name), where)
        return (lambda value, refs: value), (lambda value, refs: value)

    def writer(self, type: Type, where: str) -> parts_write.Writer:
        """Of a type that has a part."""
        if isinstance(type, Text):
            return parts_write.text(where)
        if isinstance(type, Bytes):
            return parts_write.data(where)
        if isinstance(type, TensorOf):
            return parts_write.tensor(type.element, where)
        if isinstance(type, ListOf) and isinstance(type.element, Scalar):
            return parts_write.numbers(type.element.word, where)
        if isinstance(type, (ListOf, MapOf)):
            inner = type.element if isinstance(type, ListOf) else type.value
            code, size = fixed_code(inner, self.definitions), slot_of(inner, self.definitions)[0]
            convert = self.fixed(inner, where)[0] if code else None
            if isinstance(type, MapOf):
                return parts_write.mapping("?" if code == "B" else code, size, convert, None if code else self.writer(inner, where), where)
            return parts_write.fixed_table(code, size, convert, where) if code and convert else parts_write.table(self.writer(inner, where))
        assert isinstance(type, Named)
        codec = self.record(type.name)
        return lambda out, end, value, refs, depth: codec.write(out, end, value, refs, depth + 1)

    def reader(self, type: Type, where: str) -> parts_read.Reader:
        """Of a type that has a part."""
        if isinstance(type, Text):
            return parts_read.text(where)
        if isinstance(type, Bytes):
            return parts_read.data(where)
        if isinstance(type, TensorOf):
            return parts_read.tensor(type.element, where)
        if isinstance(type, ListOf) and isinstance(type.element, Scalar):
            return parts_read.numbers(type.element.word, where)
        if isinstance(type, (ListOf, MapOf)):
            inner = type.element if isinstance(type, ListOf) else type.value
            code, size = fixed_code(inner, self.definitions), slot_of(inner, self.definitions)[0]
            convert = (_bool_reader(where) if code == "B" else self.fixed(inner, where)[1]) if code else None
            if isinstance(type, MapOf):
                return parts_read.mapping(code, size, convert, None if code else self.reader(inner, where), where)
            return parts_read.fixed_table(code, size, convert, where) if code and convert else parts_read.table(self.reader(inner, where), where)
        assert isinstance(type, Named)
        return _record_reader(self.record(type.name), where)


def _later(*_: Any) -> Any:
    raise RuntimeError("the codec is used while it is made")


def _record_reader(codec: RecordCodec, where: str) -> parts_read.Reader:
    def read(buffer: memoryview, size: int, cursor: int, at: int, count: int, refs: Any, depth: int) -> tuple[Any, int]:
        if count != 1:
            raise BrokenMessageError(where, f"count of a record is {count}, not 1")
        parts_read.place(where, at, 1, cursor, 8, 8, size)
        return codec.read(buffer, size, at, refs, depth + 1)

    return read


def _enum_writer(definition: Enumeration, where: str) -> Callable[[Any, Any], int]:
    numbers = {each.name: each.number for each in definition.constants}
    known = set(numbers.values())

    def convert(value: Any, refs: Any) -> int:
        number = value if isinstance(value, int) else numbers.get(value.name.rstrip("_") if isinstance(value, enum.Enum) else value)
        if number not in known:
            raise ValueError(f"{where}: enum {definition.name} has no value {value!r}; there are {', '.join(numbers)}")
        return int(number)

    return convert


def _enum_reader(definition: Enumeration, held: Any, where: str) -> Callable[[int, Any], Any]:
    constants = {each.number: _member(held, each.number, each.name) if held else each.name for each in definition.constants}

    def convert(number: int, refs: Any) -> Any:
        constant = constants.get(number)
        if constant is None:
            raise BrokenMessageError(where, f"enum {definition.name} has no number {number & 0xFFFFFFFF}")
        return constant

    return convert


def _member(held: Any, number: int, name: str) -> Any:
    if issubclass(held, int):
        return held(number)
    return held[name] if name in held.__members__ else held[name + "_"]


def _bool_reader(where: str) -> Callable[[int, Any], bool]:
    def convert(number: int, refs: Any) -> bool:
        if number > 1:
            raise BrokenMessageError(where, f"a bool is 0 or 1, not {number}")
        return number == 1

    return convert


def _callback_writer(type: CallbackOf, where: str) -> Callable[[Any, Any], int]:
    def convert(value: Any, refs: Any) -> int:
        if refs is None or not callable(value):
            raise ValueError(
                f"{where}: " + ("callbacks cannot be sent here: use them in a call's arguments" if refs is None else f"{value!r} cannot be called")
            )
        return refs.number(value, type)

    return convert


def _callback_reader(type: CallbackOf, where: str) -> Callable[[int, Any], Any]:
    def convert(number: int, refs: Any) -> Any:
        if refs is None:
            raise BrokenMessageError(where, f"callback {number} is unknown: callbacks come in a call's arguments")
        try:
            return refs.callback(number, type)
        except ValueError as error:
            raise BrokenMessageError(where, str(error)) from None

    return convert


def _may_hold_tensor(type: Type) -> bool:
    """Whether alignment matters; a record's field may hold what it likes."""
    if isinstance(type, (ListOf, MapOf)):
        return _may_hold_tensor(type.element if isinstance(type, ListOf) else type.value)
    return isinstance(type, (TensorOf, Named))


def _class(classes: Any, name: str) -> Any:
    if classes is None:
        return None
    if isinstance(classes, Mapping):
        return classes.get(name)
    if isinstance(classes, Iterable):
        return next((each for each in classes if each.__name__.rstrip("_") == name.rstrip("_")), None)
    found = getattr(classes, name, None) or getattr(classes, name + "_", None)
    return found if inspect.isclass(found) else None
