"""Schemas: the language of docs/schema.md, its canonical form and fingerprint.

schema = psyne.Schema.parse(text)
schema.only("Vision").canonical
"""

from __future__ import annotations

import dataclasses
import hashlib
from typing import Any, Iterable

from .check import Check
from .definitions import MAX_TEXT_BYTES, Definition, Enumeration, Record, Service, Type, mentions
from .errors import SchemaError
from .parser import Parser, Place
from .printer import print_schema

_KINDS = (Enumeration, Record, Service)


class Schema:
    """The checked definitions of one package in canonical order. Immutable; equal to one with the same canonical form."""

    def __init__(self, package: str, definitions: Iterable[Definition], places: dict[int, Place] | None = None) -> None:
        given = list(definitions)
        Check(places or {}).check(package, given)
        self._become(package, given)

    def _become(self, package: str, given: list[Definition]) -> None:
        self.package = package
        self.definitions: dict[str, Definition] = {each.name: each for each in sorted(map(_ordered, given), key=_order)}
        self.canonical = print_schema(package, self.definitions.values())
        if len(self.canonical) > MAX_TEXT_BYTES:
            raise SchemaError(f"the canonical form of {package} would have {len(self.canonical)} bytes; at most {MAX_TEXT_BYTES} can be exchanged: split it")
        self.fingerprint = int.from_bytes(hashlib.sha256(self.canonical.encode("ascii")).digest()[:8], "big")

    @classmethod
    def parse(cls, text: str) -> Schema:
        """The schema that a text says; SchemaError with line and column of the first fault."""
        parser = Parser(text)
        package, definitions = parser.file()
        return cls(package, definitions, parser.places)

    @classmethod
    def received(cls, canonical: str, claimed: int) -> Schema:
        """The schema that a peer sent under a fingerprint: it must be its canonical form, and its own fingerprint."""
        schema = cls.parse(canonical)
        if schema.canonical != canonical:
            raise SchemaError(f"the schema of {schema.package} is not in its canonical form; send what 'psyne gen --canonical' prints")
        if schema.fingerprint != claimed & (1 << 64) - 1:
            raise SchemaError(
                f"the schema of {schema.package} has the fingerprint {schema.fingerprint:016x} and claims {claimed & (1 << 64) - 1:016x}; send its own"
            )
        return schema

    def only(self, name: str) -> Schema:
        """What a service, record or enum reaches, itself included: what peers exchange."""
        reached: dict[str, Definition] = {}
        waiting = [name]
        while waiting:
            each = waiting.pop()
            if each not in reached:
                reached[each] = self._require(each, _KINDS, "definition")
                for type in _types(reached[each]):
                    waiting.extend(mentions(type)[0])
        part = Schema.__new__(Schema)
        part._become(self.package, list(reached.values()))
        return part

    def record(self, name: str) -> Record:
        found: Record = self._require(name, Record, "record")
        return found

    def service(self, name: str | None = None) -> Service:
        """The service of a name, or the only one."""
        if name is None:
            services = [each.name for each in self.definitions.values() if isinstance(each, Service)]
            if len(services) != 1:
                raise ValueError(f"package {self.package} has {len(services)} services; name one of {services}")
            name = services[0]
        found: Service = self._require(name, Service, "service")
        return found

    def _require(self, name: str, kind: Any, word: str) -> Any:
        found = self.definitions.get(name)
        if not isinstance(found, kind):
            raise ValueError(f"package {self.package} has no {word} '{name}'")
        return found

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Schema) and other.canonical == self.canonical

    def __hash__(self) -> int:
        return self.fingerprint

    def __repr__(self) -> str:
        return f"<schema {self.package} {self.fingerprint:016x}>"


def _order(definition: Definition) -> tuple[int, str]:
    return _KINDS.index(type(definition)), definition.name


def _ordered(definition: Definition) -> Definition:
    if isinstance(definition, Record):
        return dataclasses.replace(definition, fields=tuple(sorted(definition.fields, key=lambda each: each.number)))
    if isinstance(definition, Enumeration):
        return dataclasses.replace(definition, constants=tuple(sorted(definition.constants, key=lambda each: each.number)))
    methods = (dataclasses.replace(each, parameters=tuple(sorted(each.parameters, key=lambda field: field.number))) for each in definition.methods)
    return dataclasses.replace(definition, methods=tuple(sorted(methods, key=lambda each: each.name)))


def _types(definition: Definition) -> list[Type]:
    if isinstance(definition, Record):
        return [each.type for each in definition.fields]
    if isinstance(definition, Enumeration):
        return []
    found: list[Type] = []
    for each in definition.methods:
        found += [field.type for field in each.parameters] + [type for type in (each.input, each.output) if type is not None]
    return found
