"""Where the fields of a record lie in its fixed part: the numbers of docs/schema.md, section Layout."""

from __future__ import annotations

from dataclasses import dataclass

from .definitions import CallbackOf, Definition, Enumeration, Field, Named, SCALARS, Scalar, Type

MESSAGE_ALIGNMENT = 64
PART_ALIGNMENT = 8
SLOT_BYTES = 8
SLOT_ALIGNMENT = 4
PRESENCE_BITS = 32
MAX_DEPTH = 32
MAX_MESSAGE_BYTES = 0xFFFF_FFFF

CODES = {"bool": "B", "i8": "b", "i16": "h", "i32": "i", "i64": "q", "f32": "f", "f64": "d"}
"""How `struct` calls the scalars."""


@dataclass(frozen=True)
class Slot:
    """`presence` counts the presence words, -1 where the field is always there; `presence_at` is that word's offset."""

    field: Field
    at: int
    bytes: int
    code: str
    presence: int
    presence_at: int
    mask: int


@dataclass(frozen=True)
class Layout:
    """`code` reads and writes the fixed part: its length, then presence words and slots in order."""

    slots: tuple[Slot, ...]
    fixed_bytes: int
    required_bytes: int
    code: str


def fixed_code(type: Type, definitions: dict[str, Definition]) -> str | None:
    """The struct code of a type that lies in its slot, None of one that has a part."""
    if isinstance(type, Scalar):
        return CODES[type.word]
    if isinstance(type, CallbackOf):
        return "I"
    if isinstance(type, Named) and isinstance(definitions[type.name], Enumeration):
        return "i"
    return None


def slot_of(type: Type, definitions: dict[str, Definition]) -> tuple[int, int]:
    """Bytes and alignment of a slot."""
    if isinstance(type, Scalar):
        return SCALARS[type.word], SCALARS[type.word]
    return (SLOT_BYTES if fixed_code(type, definitions) is None else SLOT_ALIGNMENT), SLOT_ALIGNMENT


def layout_of(fields: tuple[Field, ...], definitions: dict[str, Definition]) -> Layout:
    code, end, required, optionals, presence_at = "<I", 4, 4, 0, 0
    slots = []
    for field in fields:
        if field.optional:
            if optionals % PRESENCE_BITS == 0:
                presence_at = end + (-end & 3)
                code += "x" * (presence_at - end) + "I"
                end = presence_at + 4
            optionals += 1
        size, alignment = slot_of(field.type, definitions)
        at = end + (-end & alignment - 1)
        inner = fixed_code(field.type, definitions) or "II"
        code += "x" * (at - end) + inner
        end = at + size
        bit = (optionals - 1) % PRESENCE_BITS
        slots.append(
            Slot(field, at, size, inner, (optionals - 1) // PRESENCE_BITS, presence_at, 1 << bit) if field.optional else Slot(field, at, size, inner, -1, 0, 0)
        )
        required = required if field.optional else end
    fixed = end + (-end & 7)
    return Layout(tuple(slots), fixed, required, code + "x" * (fixed - end))
