"""Whether a caller's schema and a callee's can follow one another, by the rules of docs/schema.md, section Evolution."""

from __future__ import annotations

from .definitions import CallbackOf, Enumeration, Field, ListOf, MapOf, Named, Record, Service, Type
from .printer import print_type
from .schema import Schema


def difference(own: Schema, mine: Service, other: Schema, theirs: Service) -> str | None:
    """The first thing in which they cannot follow one another, None if they can. Methods that only one has do not matter."""
    check = _Difference(own, other)
    methods = {each.name: each for each in theirs.methods}
    for method in mine.methods:
        found = methods.get(method.name)
        if found is None:
            continue
        what = f"method {method.name}"
        if method.streamed != found.streamed or (method.input is None) != (found.input is None) or (method.output is None) != (found.output is None):
            return f"{what} streams, takes or gives something else"
        differs = check.fields(what, method.parameters, found.parameters)
        for mine_type, their_type in ((method.input, found.input), (method.output, found.output)):
            if differs is None and mine_type is not None and their_type is not None:
                differs = check.types(what, mine_type, their_type)
        if differs is not None:
            return differs
    return None


class _Difference:
    def __init__(self, own: Schema, other: Schema) -> None:
        self.own = own.definitions
        self.other = other.definitions
        self.seen: set[str] = set()

    def fields(self, what: str, mine: tuple[Field, ...], theirs: tuple[Field, ...]) -> str | None:
        for ours, found in zip(mine, theirs):
            if (ours.number, ours.name, ours.optional) != (found.number, found.name, found.optional):
                return f"{what}: field {ours.number} {ours.name} here is {found.number} {found.name} there, or only one of them is optional"
            differs = self.types(f"{what}, field {ours.name}", ours.type, found.type)
            if differs is not None:
                return differs
        for extra in (*mine[len(theirs) :], *theirs[len(mine) :]):
            if not extra.optional:
                return f"{what}: field {extra.name} is on one side only, and not optional"
        return None

    def types(self, what: str, mine: Type, theirs: Type) -> str | None:
        if type(mine) is not type(theirs):
            return f"{what} is {print_type(mine)} here and {print_type(theirs)} there"
        if isinstance(mine, ListOf) and isinstance(theirs, ListOf):
            return self.types(what, mine.element, theirs.element)
        if isinstance(mine, MapOf) and isinstance(theirs, MapOf):
            return self.types(what, mine.value, theirs.value)
        if isinstance(mine, CallbackOf) and isinstance(theirs, CallbackOf):
            return self.types(what, mine.argument, theirs.argument) or self.types(what, mine.result, theirs.result)
        if isinstance(mine, Named) and isinstance(theirs, Named):
            return self._named(mine.name, theirs.name)
        return None if mine == theirs else f"{what} is {print_type(mine)} here and {print_type(theirs)} there"

    def _named(self, mine: str, theirs: str) -> str | None:
        if mine in self.seen:
            return None
        self.seen.add(mine)
        ours, found = self.own[mine], self.other[theirs]
        if mine != theirs or type(ours) is not type(found):
            return f"{mine} here is {theirs} there"
        if isinstance(ours, Record) and isinstance(found, Record):
            return self.fields(f"record {mine}", ours.fields, found.fields)
        if isinstance(ours, Enumeration) and isinstance(found, Enumeration):
            numbers = {each.name: each.number for each in found.constants}
            for each in ours.constants:
                if numbers.get(each.name, each.number) != each.number:
                    return f"enum {mine}: {each.name} is {each.number} here and {numbers[each.name]} there"
        return None
