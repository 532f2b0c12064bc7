"""What is offered and what is bound: services as users describe them, and as the wire does."""

from __future__ import annotations

import inspect
from typing import Any, Callable, Mapping, NamedTuple

from .codec import Codecs
from .core import Core, Provided
from .definitions import Service
from .errors import PsyneError, RemoteError
from .evolution import difference
from .methods import NamedMethod, TypedMethod, typed_methods
from .schema import Schema
from .wire_records import CODECS, SERVICE

_DESCRIBING = {"id", "name", "type", "description", "config", "docs", "app_id", "service_schema"}
_MAX_METHODS = 1024
_SIGN = 1 << 63
FIND, OFFER, SERVICES, WITHDRAW = (
    next(index for index, each in enumerate(SERVICE.methods) if each.name == name) for name in ("find", "offer", "services", "withdraw")
)
CONNECTION_METHODS = typed_methods(CODECS, SERVICE)


class Described(NamedTuple):
    """A service to offer."""

    name: str
    methods: list[Any]
    functions: list[Callable[..., Any]]
    schema: str | None
    codecs: Codecs | None

    def provided(self, number: int) -> Provided:
        return Provided(self.name, number, self.methods, self.functions, self.schema, self.codecs)

    def offer(self, number: int, shares: bool) -> dict[str, Any]:
        offer: dict[str, Any] = {"name": self.name, "service": number, "methods": [each.name for each in self.methods]}
        return offer if self.schema is None else {**offer, "schema": self.schema, "shares": shares or None}


def described(service: Any, schema: str | Schema | None = None, classes: Any = None) -> Described:
    """Of a mapping with an `id` and functions, or of an object with an attribute `id` and methods."""
    given = service if isinstance(service, Mapping) else {key: getattr(service, key) for key in dir(service) if not key.startswith("_")}
    name = given.get("id") or given.get("name")
    if not isinstance(name, str) or not name:
        raise ValueError(f"a service wants an 'id', which is a str; there is {name!r}")
    functions = {key: value for key, value in _functions(given) if key not in _DESCRIBING}
    if schema is not None:
        return _typed(name, functions, Schema.parse(schema) if isinstance(schema, str) else schema, classes)
    if not functions or len(functions) > _MAX_METHODS:
        raise ValueError(f"service '{name}' has {len(functions)} functions; it must have 1 to {_MAX_METHODS}")
    return Described(name, [NamedMethod(each) for each in functions], list(functions.values()), None, None)


def _functions(given: Mapping[str, Any], prefix: str = "") -> Any:
    for key, value in given.items():
        if callable(value) and not inspect.isclass(value):
            yield prefix + key, value
        elif isinstance(value, Mapping) and key not in _DESCRIBING:
            yield from _functions(value, f"{prefix}{key}.")


def _typed(name: str, functions: dict[str, Callable[..., Any]], schema: Schema, classes: Any) -> Described:
    service = _service(schema, name)
    only = schema.only(service.name)
    missing = [each.name for each in service.methods if each.name not in functions and each.name + "_" not in functions]
    if missing:
        raise ValueError(f"service '{name}' lacks the methods {', '.join(missing)} of its schema")
    codecs = Codecs(only, classes)
    bound = [functions.get(each.name) or functions[each.name + "_"] for each in service.methods]
    return Described(name, typed_methods(codecs, service), bound, only.canonical, codecs)


def _service(schema: Schema, name: str) -> Service:
    """The service of a schema: the only one, or the one that has the name."""
    services = [each for each in schema.definitions.values() if isinstance(each, Service)]
    if len(services) == 1:
        return services[0]
    return schema.service(name.rpartition(":")[2].rpartition("/")[2])


class Bound(NamedTuple):
    """A service of another's under the number that one connection gives it."""

    core: Core
    service: int
    methods: list[Any]
    numbers: dict[str, int]
    schema: Schema | None
    codecs: Codecs | None
    shares: bool = False
    """Whether what is sent may refer to shared memory."""


def bound(core: Core, name: str, found: dict[str, Any], own: Schema | None, classes: Any, known: Schema | None) -> Bound:
    """What a `Binding` says: with a fingerprint the encoding is `layout`, without one `named`."""
    fingerprint = found.get("fingerprint")
    if fingerprint is None:
        methods: list[Any] = [NamedMethod(each) for each in found["methods"]]
        return Bound(core, found["service"], methods, _numbers(methods), None, None)
    text = found.get("schema")
    if text is not None:
        schema = Schema.received(text, fingerprint)
    elif known is not None and known.fingerprint == unsigned(fingerprint):
        schema = known
    else:
        raise PsyneError(f"service '{name}' is bound with a fingerprint that was not asked for, and without its schema")
    service = _service(schema, name)
    if own is None:
        codecs = Codecs(schema, classes)
        methods = typed_methods(codecs, service)
    else:
        codecs, methods = _followed(name, own, schema, service, classes)
    return Bound(core, found["service"], methods, _numbers(methods), schema, codecs, found.get("shares") is True and core.shared is not None)


def _followed(name: str, own: Schema, schema: Schema, service: Service, classes: Any) -> tuple[Codecs, list[Any]]:
    """The caller's own schema under the numbers of the callee's."""
    mine = _service(own, name)
    differs = difference(own, mine, schema, service)
    if differs:
        raise RemoteError("schema_mismatch", f"service '{name}': {differs}")
    codecs = Codecs(own, classes)
    methods = {each.name: each for each in mine.methods}
    theirs = Codecs(schema)
    return codecs, [
        TypedMethod(codecs, mine.name, methods[each.name]) if each.name in methods else TypedMethod(theirs, mine.name, each) for each in service.methods
    ]


def _numbers(methods: list[Any]) -> dict[str, int]:
    return {each.name: index for index, each in enumerate(methods)}


def signed(fingerprint: int) -> int:
    return fingerprint - (fingerprint & _SIGN) * 2


def unsigned(fingerprint: int) -> int:
    return fingerprint & 2 * _SIGN - 1


def connection_service(services: Callable[[], list[Provided]]) -> Provided:
    """The service 0 of this side: what it offers can be found; it takes no offers of others."""

    def find(name: str, known: int | None) -> dict[str, Any]:
        for each in services():
            if each.name == name:
                binding: dict[str, Any] = {"service": each.number, "methods": [method.name for method in each.methods]}
                if each.schema is not None:
                    binding["fingerprint"] = signed(Schema.parse(each.schema).fingerprint)
                    if binding["fingerprint"] != known:
                        binding["schema"] = each.schema
                return binding
        raise RemoteError("not_found", f"there is no service '{name}' here")

    def refuse(*_: Any) -> None:
        raise RemoteError("invalid_argument", "a client takes no offers; offer to the node")

    functions: dict[str, Callable[..., Any]] = {"find": find, "offer": refuse, "withdraw": refuse, "services": lambda: [each.name for each in services()]}
    return Provided("Connection", 0, CONNECTION_METHODS, [functions[each.name] for each in SERVICE.methods], None, CODECS)
