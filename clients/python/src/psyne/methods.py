"""What a method's arguments, items and result are in each of the two encodings."""

from __future__ import annotations

import inspect
from typing import Any, Iterable

from . import messagepack
from .codec import Codecs, RecordCodec
from .definitions import CallbackOf, Method, Record, Service, Type, mentions
from .errors import BrokenMessageError
from .frames import CALL_NAMED, CALL_STREAMS

EMPTY: tuple[list[Any], int] = ([], 0)


_PLAIN = {bytes, str, int, float, bool, type(None), dict, list, tuple, memoryview, bytearray}


def is_items(value: Any) -> bool:
    """Whether a value is what a schema-less call streams."""
    return inspect.isgenerator(value) or inspect.isasyncgen(value) or getattr(value, "psyne_items", False)


class NamedMethod:
    """A method of a service without a schema: MessagePack, `[positional, {name: value}]`."""

    typed = False
    has_input: bool | None = None
    calls_back = True

    def __init__(self, name: str, streamed: bool | None = None) -> None:
        self.name = name
        self.streamed = streamed

    def write_arguments(self, args: tuple, named: dict[str, Any], refs: Any) -> tuple[list[Any], int, Any]:
        """The arguments' chunks, their size, and the items that follow or None."""
        items = None
        for each in (*args, *named.values()) if named else args:
            if each.__class__ not in _PLAIN and is_items(each):
                if items is not None:
                    raise ValueError(f"{self.name}: a call streams one argument at most")
                items = each
        if items is not None:
            args = tuple(messagepack.STREAM if each is items else each for each in args)
            named = {key: messagepack.STREAM if each is items else each for key, each in named.items()}
        return (*messagepack.pack((args, named), refs), items)

    def read_arguments(self, payload: memoryview, refs: Any, items: Any) -> tuple[Iterable[Any], dict[str, Any]]:
        found = messagepack.unpack(payload, refs)
        if not isinstance(found, list) or len(found) != 2 or not isinstance(found[0], list) or not isinstance(found[1], dict):
            raise BrokenMessageError(self.name, "arguments are [positional, {name: value}]")
        args, named = found
        if items is None:
            return args, named
        return [items if each is messagepack.STREAM else each for each in args], {
            key: items if each is messagepack.STREAM else each for key, each in named.items()
        }

    def write_result(self, value: Any, refs: Any = None) -> tuple[list[Any], int]:
        return messagepack.pack(value, refs)

    def flags(self, items: Any) -> int:
        """Those of a call."""
        return CALL_NAMED if items is None else CALL_NAMED | CALL_STREAMS

    def read_result(self, payload: memoryview, refs: Any = None) -> Any:
        return messagepack.unpack(payload, refs) if len(payload) else None

    write_input = write_item = write_result
    read_input = read_item = read_result


class TypedMethod:
    """A method of a schema: records in their layout."""

    typed = True

    def __init__(self, codecs: Codecs, service: str, method: Method) -> None:
        self.name = method.name
        self.parameters = [each.name for each in method.parameters]
        self.streamed = method.streamed
        self.has_input = method.input is not None
        self.calls_back = any(_calls_back(each.type, codecs) for each in method.parameters)
        where = f"{service}.{method.name}"
        self._arguments = codecs.parameters(method, where)
        self._input = codecs.value(method.input, where + " stream") if method.input is not None else None
        self._output = codecs.value(method.output, where + " result") if method.output is not None else None

    def write_arguments(self, args: tuple, named: dict[str, Any], refs: Any) -> tuple[list[Any], int, Any]:
        items = None
        if named or self.has_input or len(args) != len(self.parameters):
            args, items = self._bound(args, named)
        out: list[Any] = []
        return out, self._arguments.write(out, 0, args, refs, 1)[2], items

    def _bound(self, args: tuple, named: dict[str, Any]) -> tuple[tuple, Any]:
        names = self.parameters + (["items"] if self.has_input else [])
        if len(args) > len(names):
            raise TypeError(f"{self.name}() takes {len(names)} arguments, {len(args)} were given: {', '.join(names)}")
        values: dict[str, Any] = dict(zip(names, args))
        for key, value in named.items():
            name = key if key in names else key.rstrip("_")
            if name not in names or name in values:
                raise TypeError(f"{self.name}() has no parameter '{key}', or it was given twice; there are {', '.join(names)}")
            values[name] = value
        if self.has_input and values.get("items") is None:
            raise TypeError(f"{self.name}() wants an iterable of items as its last argument")
        return tuple(values.get(each) for each in self.parameters), values.get("items") if self.has_input else None

    def read_arguments(self, payload: memoryview, refs: Any, items: Any) -> tuple[Iterable[Any], dict[str, Any]]:
        args = self._arguments.decode(payload, refs)
        return ((*args, items) if self.has_input else args), {}

    def flags(self, items: Any) -> int:
        return 0 if items is None else CALL_STREAMS

    def write_result(self, value: Any, refs: Any = None) -> tuple[list[Any], int]:
        return EMPTY if self._output is None or self.streamed else self._output.chunks(value, refs)

    def read_result(self, payload: memoryview, refs: Any = None) -> Any:
        return None if self._output is None or self.streamed else self._output.decode(payload, refs)

    def write_item(self, value: Any, refs: Any = None) -> tuple[list[Any], int]:
        return _required(self._output, self.name).chunks(value, refs)

    def read_item(self, payload: memoryview, refs: Any = None) -> Any:
        return _required(self._output, self.name).decode(payload, refs)

    def write_input(self, value: Any, refs: Any = None) -> tuple[list[Any], int]:
        return _required(self._input, self.name).chunks(value, refs)

    def read_input(self, payload: memoryview, refs: Any = None) -> Any:
        return _required(self._input, self.name).decode(payload, refs)


def _required(codec: RecordCodec | None, name: str) -> RecordCodec:
    if codec is None:
        raise BrokenMessageError(name, "has no such stream")
    return codec


def _calls_back(type: Type, codecs: Codecs) -> bool:
    """Whether a value may hold a callback."""
    seen: set[str] = set()
    waiting = [type]
    while waiting:
        names, found = mentions(waiting.pop())
        if found:
            return True
        for name in names - seen:
            seen.add(name)
            definition = codecs.definitions[name]
            waiting += [each.type for each in definition.fields] if isinstance(definition, Record) else []
    return False


class CallbackMethod:
    """A function that came as an argument: one value in, one out."""

    def __init__(self, codecs: Codecs | None, type: CallbackOf | None, name: str = "callback") -> None:
        self.name = name
        self._argument = codecs.value(type.argument, name + " argument") if codecs and type else None
        self._result = codecs.value(type.result, name + " result") if codecs and type else None

    def write_argument(self, args: tuple) -> tuple[list[Any], int]:
        if len(args) != 1:
            raise TypeError(f"a callback takes one argument, {len(args)} were given; put them into a list or dict")
        return self._argument.chunks(args[0]) if self._argument else messagepack.pack(args[0])

    def read_argument(self, payload: memoryview) -> Any:
        return self._argument.decode(payload) if self._argument else messagepack.unpack(payload)

    def write_result(self, value: Any) -> tuple[list[Any], int]:
        return self._result.chunks(value) if self._result else messagepack.pack(value)

    def read_result(self, payload: memoryview) -> Any:
        return self._result.decode(payload) if self._result else messagepack.unpack(payload)


def typed_methods(codecs: Codecs, service: Service) -> list[Any]:
    """By their numbers."""
    return [TypedMethod(codecs, service.name, each) for each in service.methods]
