"""Writes the canonical form of docs/schema.md; the order of everything is the schema's."""

from __future__ import annotations

from typing import Iterable

from .definitions import Bytes, CallbackOf, Definition, Enumeration, Field, ListOf, MapOf, Method, Record, Scalar, TensorOf, Text, Type


def print_type(type: Type) -> str:
    """A type in the language."""
    if isinstance(type, Scalar):
        return type.word
    if isinstance(type, Text):
        return "string"
    if isinstance(type, Bytes):
        return "bytes"
    if isinstance(type, TensorOf):
        return f"tensor<{type.element}>" if type.element else "tensor"
    if isinstance(type, ListOf):
        return f"list<{print_type(type.element)}>"
    if isinstance(type, MapOf):
        return f"map<{print_type(type.value)}>"
    if isinstance(type, CallbackOf):
        return f"callback<{print_type(type.argument)},{print_type(type.result)}>"
    return type.name


def _field(field: Field) -> str:
    return f"{field.number} {print_type(field.type)} {field.name}{'?' if field.optional else ''}"


def _method(method: Method) -> str:
    parameters = [_field(each) for each in method.parameters]
    if method.input is not None:
        parameters.append("stream " + print_type(method.input))
    output = "" if method.output is None else (" -> stream " if method.streamed else " -> ") + print_type(method.output)
    return f"{'idempotent ' if method.idempotent else ''}{method.name}({', '.join(parameters)}){output}"


def _definition(definition: Definition) -> str:
    if isinstance(definition, Record):
        kind, members = "record", [_field(each) for each in definition.fields]
    elif isinstance(definition, Enumeration):
        kind, members = "enum", [f"{each.number} {each.name}" for each in definition.constants]
    else:
        kind, members = "service", [_method(each) for each in definition.methods]
    return f"{kind} {definition.name} {{\n" + "".join(f"  {each};\n" for each in members) + "}\n"


def print_schema(package: str, definitions: Iterable[Definition]) -> str:
    return f"package {package};\n" + "".join(_definition(each) for each in definitions)
