"""Whether definitions are a schema: names, numbers, bounds and types, each fault told at the place it has in the text."""

from __future__ import annotations

import re
from typing import Any, Callable, Iterable

from .definitions import (
    MAX_DEFINITIONS,
    MAX_FIELD_NUMBER,
    MAX_MEMBERS,
    MAX_NAME_LENGTH,
    MAX_NESTED_TYPES,
    RESERVED,
    CallbackOf,
    Definition,
    Enumeration,
    Field,
    ListOf,
    MapOf,
    Method,
    Named,
    Record,
    Service,
    Type,
    mentions,
)
from .errors import SchemaError
from .parser import Place
from .printer import print_type

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*\Z")


class Check:
    """Raises the first fault of some definitions."""

    def __init__(self, places: dict[int, Place]) -> None:
        self.places = places
        self.named: dict[str, Definition] = {}

    def check(self, package: str, definitions: list[Definition]) -> None:
        for part in package.split("."):
            self._name(0, part, f"part of the package '{_short(package)}'")
        self._names(definitions)
        for each in definitions:
            self._definition(each)
        self._endings()

    def _fault(self, of: Any, message: str) -> SchemaError:
        place = self.places.get(of if isinstance(of, int) else id(of))
        return place.fault(message) if place else SchemaError(message)

    def _names(self, definitions: list[Definition]) -> None:
        if len(definitions) > MAX_DEFINITIONS:
            raise SchemaError(f"{len(definitions)} definitions are more than {MAX_DEFINITIONS}; split the schema into several packages")
        for each in definitions:
            self._name(each, each.name, _kind(each))
            if each.name in RESERVED:
                raise self._fault(each, f"'{each.name}' is a word of the language; give the {_kind(each)} another name")
            if each.name in self.named:
                raise self._fault(each, f"'{each.name}' is defined twice; rename one")
            self.named[each.name] = each

    def _name(self, of: Any, name: str, what: str) -> None:
        if len(name) > MAX_NAME_LENGTH or not _NAME.match(name):
            raise self._fault(
                of, f"'{_short(name)}' cannot name a {what}; a name is an ASCII letter and at most {MAX_NAME_LENGTH - 1} letters, digits and '_' behind it"
            )

    def _definition(self, of: Definition) -> None:
        what = f"{_kind(of)} {of.name}"
        if isinstance(of, Record):
            self._fields(of, what, of.fields, "field")
        elif isinstance(of, Enumeration):
            self._constants(of, what)
        else:
            self._members(of, what, of.methods, "methods")
            self._unique(of.methods, lambda each: each.name, what, "method")
            for method in of.methods:
                self._method(of, method)

    def _constants(self, of: Enumeration, what: str) -> None:
        self._members(of, what, of.constants, "values")
        if not of.constants:
            raise self._fault(of, f"{what} has no value; give it one, such as '0 none;'")
        self._unique(of.constants, lambda each: each.name, what, "value")
        self._unique(of.constants, lambda each: each.number, what, "number")
        for each in of.constants:
            self._name(each, each.name, f"value of {what}")

    def _method(self, service: Service, method: Method) -> None:
        what = f"method {service.name}.{method.name}"
        self._name(method, method.name, f"method of service {service.name}")
        self._fields(method, what, method.parameters, "parameter")
        if method.input is not None:
            self._type(method, what + ", its stream", method.input, 1)
        if method.output is not None:
            self._type(method, what + ", its result", method.output, 1)

    def _fields(self, of: Any, what: str, fields: tuple[Field, ...], each_is: str) -> None:
        self._members(of, what, fields, each_is + "s")
        self._unique(fields, lambda each: each.name, what, each_is)
        self._unique(fields, lambda each: each.number, what, "number")
        for each in fields:
            self._name(each, each.name, f"{each_is} of {what}")
            if not 1 <= each.number <= MAX_FIELD_NUMBER:
                raise self._fault(each, f"the number of {each_is} {each.name} in {what} is {each.number}; it must be 1 to {MAX_FIELD_NUMBER}")
            self._type(each, f"{what}, {each_is} {each.name}", each.type, 1)

    def _type(self, holder: Any, what: str, type: Type, depth: int) -> None:
        if depth > MAX_NESTED_TYPES:
            raise self._fault(holder, f"{what}: more than {MAX_NESTED_TYPES} types are nested in one another; put a record between them")
        if isinstance(type, (ListOf, MapOf)):
            self._type(holder, what, type.element if isinstance(type, ListOf) else type.value, depth + 1)
        elif isinstance(type, CallbackOf):
            self._type(holder, what, type.argument, depth + 1)
            self._type(holder, what, type.result, depth + 1)
        elif isinstance(type, Named):
            where = type if id(type) in self.places else holder
            found = self.named.get(type.name)
            if found is None:
                raise self._fault(where, f"{what}: no record or enum '{_short(type.name)}' is defined here; define it or mend the name")
            if isinstance(found, Service):
                raise self._fault(where, f"{what}: {type.name} is a service and no type; take a callback instead")

    def _endings(self) -> None:
        """A record that always holds itself never ends; a callback in a result cannot be called when the call is over."""
        records = {name: each for name, each in self.named.items() if isinstance(each, Record)}
        always = {name: [field for field in each.fields if _holds_always(field, records)] for name, each in records.items()}
        finite = _spread({name: [field.type.name for field in fields] for name, fields in always.items()}, all)  # type: ignore[union-attr]
        calling = _spread({name: _called(each) for name, each in records.items()}, any)
        for name, fields in always.items():
            for field in fields:
                if field.type.name not in finite:  # type: ignore[union-attr]
                    raise self._fault(
                        field,
                        f"record {name} never ends: its field {field.name} always holds a record {print_type(field.type)} that has no end either; "
                        "make a field optional, or a list",
                    )
        for service in self.named.values():
            for method in service.methods if isinstance(service, Service) else ():
                self._result_without_callback(service.name, method, calling)

    def _result_without_callback(self, service: str, method: Method, calling: set[str]) -> None:
        if method.output is None or method.streamed:
            return
        names, callback = mentions(method.output)
        if callback or names & calling:
            raise self._fault(
                method,
                f"method {service}.{method.name}: its result holds a callback, which nobody may call when the call is over; "
                "take it as a parameter or stream it",
            )

    def _members(self, of: Any, what: str, members: Iterable[Any], word: str) -> None:
        count = len(tuple(members))
        if count > MAX_MEMBERS:
            raise self._fault(of, f"{what} has {count} {word}; at most {MAX_MEMBERS} are possible")

    def _unique(self, members: Iterable[Any], key: Callable[[Any], Any], what: str, member: str) -> None:
        seen = set()
        for each in members:
            if key(each) in seen:
                raise self._fault(each, f"{what} has the {member} {_short(str(key(each)))} twice; change one")
            seen.add(key(each))


_CALLBACK = ""  # stands among the names that a record mentions for a callback; no record has this name


def _called(record: Record) -> list[str]:
    names: set[str] = set()
    for field in record.fields:
        mentioned, callback = mentions(field.type)
        names |= mentioned | ({_CALLBACK} if callback else set())
    return list(names)


def _spread(holds: dict[str, list[str]], rule: Callable[[Iterable[bool]], bool]) -> set[str]:
    """The records marked when a record is marked as soon as `rule` holds of those it holds; without recursion, for peers send schemas."""
    marked = {_CALLBACK}
    holders: dict[str, list[str]] = {}
    for name, held in holds.items():
        for each in held:
            holders.setdefault(each, []).append(name)
    missing = {name: len(held) if rule is all else 1 for name, held in holds.items()}
    done = [name for name, count in missing.items() if not count] + ([_CALLBACK] if rule is any else [])
    while done:
        name = done.pop()
        marked.add(name)
        for holder in holders.get(name, ()):
            missing[holder] -= 1
            if not missing[holder]:
                done.append(holder)
    return marked


def _holds_always(field: Field, records: dict[str, Record]) -> bool:
    return not field.optional and isinstance(field.type, Named) and field.type.name in records


def _kind(definition: Definition) -> str:
    return {Record: "record", Enumeration: "enum", Service: "service"}[type(definition)]


def _short(name: str) -> str:
    return name if len(name) <= MAX_NAME_LENGTH else name[:MAX_NAME_LENGTH] + "…"
