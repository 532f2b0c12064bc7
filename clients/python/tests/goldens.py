"""The golden files that the Java tests have as well, and values as `codec/README.md` writes them in JSON."""

from __future__ import annotations

import json
import os
import pathlib
from typing import Any

import numpy

from psyne.arrays import DTYPES
from psyne.definitions import Bytes, CallbackOf, Enumeration, ListOf, MapOf, Named, Scalar, TensorOf, Type
from psyne.schema import Schema

DIRECTORY = pathlib.Path(os.environ.get("PSYNE_GOLDENS") or pathlib.Path(__file__).parents[3] / "service/rpc/src/test/resources")
LEASED = numpy.zeros(2, "f4")


def judge(text: str) -> float:
    return float(len(text))


class References:
    """Lease 7 covers 256 bytes, of which 64 to 71 are a tensor; callback 3 gives a text's length."""

    def __init__(self) -> None:
        self.region = numpy.zeros(256, "u1")

    def place(self, tensor: Any) -> tuple[int, int] | None:
        return (7, 64) if tensor is LEASED else None

    def elements(self, lease: int, offset: int, size: int) -> Any:
        if lease != 7 or offset + size > 256:
            raise ValueError(f"lease {lease} does not cover {size} bytes at {offset}")
        return self.region[offset : offset + size]

    def number(self, function: Any, type: Any) -> int:
        if function is not judge:
            raise ValueError("only the judge can be called")
        return 3

    def callback(self, number: int, type: Any) -> Any:
        if number != 3:
            raise ValueError(f"callback {number} is unknown")
        return judge


def messages() -> dict[str, tuple[Schema, Any, bytes]]:
    """By name: a schema, the value of the record of that name, its message."""
    found = {}
    for path in sorted((DIRECTORY / "codec").glob("*.json")):
        schema = Schema.parse(path.with_suffix(".schema").read_text("ascii"))
        value = of_json(schema, Named(path.stem.capitalize()), json.loads(path.read_text("utf-8")))
        found[path.stem.capitalize()] = schema, value, bytes.fromhex(path.with_suffix(".hex").read_text("ascii"))
    if not found:
        raise FileNotFoundError(f"no golden messages in {DIRECTORY / 'codec'}")
    return found


def of_json(schema: Schema, type: Type, value: Any) -> Any:
    if isinstance(type, Named):
        definition = schema.definitions[type.name]
        if isinstance(definition, Enumeration):
            return value
        return {field.name: of_json(schema, field.type, value[field.name]) for field in definition.fields if field.name in value}  # type: ignore[union-attr]
    if isinstance(type, Scalar):
        return int(value) if type.word == "i64" else value
    if isinstance(type, Bytes):
        return bytes.fromhex(value)
    if isinstance(type, ListOf):
        return [of_json(schema, type.element, each) for each in value]
    if isinstance(type, MapOf):
        return {key: of_json(schema, type.value, each) for key, each in value.items()}
    if isinstance(type, TensorOf):
        return LEASED if "lease" in value else numpy.frombuffer(bytes.fromhex(value["data"]), DTYPES[value["dtype"]]).reshape(value["shape"])
    return judge if isinstance(type, CallbackOf) else value


def same(one: Any, other: Any) -> bool:
    """Whether a value that was read is one that was written."""
    if isinstance(one, numpy.ndarray) or isinstance(other, numpy.ndarray):
        return numpy.array_equal(numpy.asarray(one), numpy.asarray(other))
    if isinstance(one, dict):
        return isinstance(other, dict) and one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float):
        return abs(one - other) <= 1e-6 * abs(one)
    return bool(one == other)
