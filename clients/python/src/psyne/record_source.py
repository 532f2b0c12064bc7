"""Writes the Python source of a record's encoder and decoder: one pack or unpack for the fixed part, strings and bytes in line.

def write(out, end, v, refs, depth):            def read(buffer, size, at, refs, depth):
    f0 = v.size                                      if size - at < 16: slots = old(buffer, size, at)
    if f0 is None: raise missing(0)                  else: slots = unpack(buffer, at)
    ...                                              if slots[0] != 16: slots = old(buffer, size, at)
    out[hole] = pack(16, f0, a1, n1)                 cursor = at + U32(buffer, at)[0]
    return at, 1, end                                ...
"""

from __future__ import annotations

import keyword
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Callable

from .definitions import Bytes, Field, Scalar, Text
from .errors import BrokenMessageError
from .layout import MAX_DEPTH, Layout, Slot, layout_of
from .parts_read import misplaced
from .parts_write import ZEROS, refused

if TYPE_CHECKING:
    from .codec import Codecs

_U32 = struct.Struct("<I")


@dataclass(frozen=True)
class Holder:
    """`kind` is record (a dict or an object), sequence or value; `type` the class that is made when a record is read."""

    kind: str
    type: Any = None


class RecordSource:
    """One record's."""

    def __init__(self, name: str, fields: tuple[Field, ...], holder: Holder, codecs: Codecs) -> None:
        self.name = name
        self.holder = holder
        self.codecs = codecs
        self.layout: Layout = layout_of(fields, codecs.definitions)
        self.packer = struct.Struct(self.layout.code)
        self.words = 1 + max((slot.presence for slot in self.layout.slots), default=-1)
        self.names: dict[str, Any] = {
            "WHERE": [self.where(slot) for slot in self.layout.slots],
            "BROKEN": BrokenMessageError,
            "ZEROS": ZEROS,
            "pack": self.packer.pack,
            "unpack": self.packer.unpack_from,
            "refused": refused,
            "misplaced": misplaced,
            "old": _older(self),
            "CLASS": holder.type,
            "FAULTS": (struct.error, OverflowError, TypeError),
            "unpackable": self._unpackable,
            "deep": self._deep,
        }

    def where(self, slot: Slot) -> str:
        return f"{self.name}.{slot.field.name}"

    def attribute(self, index: int) -> str:
        """A field's name in an object."""
        name = self.layout.slots[index].field.name
        while keyword.iskeyword(name) or (self.holder.type is not None and not _has(self.holder.type, name) and len(name) < 140):
            name += "_"
        return name

    def _deep(self) -> str:
        return f"records lie deeper than {MAX_DEPTH} in each other"

    def _unpackable(self, values: tuple, error: Exception) -> ValueError:
        """Names the field that the fixed part does not take."""
        for slot, value in zip(self.layout.slots, values):
            if isinstance(slot.field.type, Scalar) and value is not None:
                try:
                    struct.pack("<" + slot.code, value)
                except (struct.error, OverflowError, TypeError):
                    return refused(self.where(slot), value, f"an {slot.field.type.word}")
        return ValueError(f"{self.name}: {error}")

    def writer(self) -> Callable[..., tuple[int, int, int]]:
        if self.holder.kind == "record":
            of_dict = self._writer([f"v.get({slot.field.name!r})" for slot in self.layout.slots])
            of_object = self._writer([f"v.{self.attribute(index)}" for index in range(len(self.layout.slots))])
            known = {slot.field.name for slot in self.layout.slots}
            name = self.name

            def write(out: list, end: int, value: Any, refs: Any, depth: int) -> tuple[int, int, int]:
                if not isinstance(value, dict):
                    return of_object(out, end, value, refs, depth)
                if not value.keys() <= known:
                    raise ValueError(f"{name}: has no field {sorted(value.keys() - known)}")
                return of_dict(out, end, value, refs, depth)

            return write
        if self.holder.kind == "value":
            return self._writer(["v"])
        return self._writer([f"v[{index}]" for index in range(len(self.layout.slots))])

    def _writer(self, access: list[str]) -> Callable[..., tuple[int, int, int]]:
        lines = ["def write(out, end, v, refs, depth):", f" if depth > {MAX_DEPTH}: raise ValueError({self.name + ': '!r} + deep())"]
        lines += [f" f{index} = {each}" for index, each in enumerate(access)]
        lines += [" p%d = 0" % word for word in range(self.words)]
        lines += [
            " pad = -end & 7",
            " if pad: out.append(ZEROS[pad])",
            " at = end + pad",
            " hole = len(out)",
            " out.append(b'')",
            f" end = at + {self.layout.fixed_bytes}",
        ]
        for index in range(len(self.layout.slots)):
            lines += self._write_field(index)
        fields = ", ".join(f"f{index}" for index in range(len(self.layout.slots)))
        lines += [
            " try: out[hole] = pack(" + ", ".join(self._packed()) + ")",
            f" except FAULTS as error: raise unpackable(({fields},), error) from None" if fields else " except FAULTS: raise",
            " return at, 1, end",
        ]
        return self._compiled(lines, "write")

    def _packed(self) -> list[str]:
        """The arguments of the one pack: the length, then words and slots where they lie."""
        packed, words = [str(self.layout.fixed_bytes)], 0
        for index, slot in enumerate(self.layout.slots):
            if slot.presence >= words:
                packed.append(f"p{slot.presence}")
                words += 1
            packed += [f"a{index}", f"n{index}"] if slot.code == "II" else [f"s{index}"]
        return packed

    def _write_field(self, index: int) -> list[str]:
        slot = self.layout.slots[index]
        lines, indent = [], " "
        if slot.field.optional:
            zeros = f"a{index} = n{index} = 0" if slot.code == "II" else f"s{index} = 0"
            lines += [f" {zeros}", f" if f{index} is not None:", f"  p{slot.presence} |= {slot.mask}"]
            indent = "  "
        return lines + [indent + line for line in self._write_value(index, slot)]

    def _write_value(self, index: int, slot: Slot) -> list[str]:
        where, type = f"WHERE[{index}]", slot.field.type
        if isinstance(type, Scalar) and type.word == "bool":
            return [f"if f{index} is None: raise refused({where}, None, 'a bool')", f"s{index} = 1 if f{index} else 0"]
        if isinstance(type, Scalar):
            return [f"s{index} = f{index}", f"if s{index} is None: raise refused({where}, None, 'an {type.word}')"]
        if slot.code != "II":
            self.names[f"c{index}"] = self.codecs.fixed(type, self.where(slot))[0]
            return [f"s{index} = c{index}(f{index}, refs)"]
        if isinstance(type, Text):
            return [
                f"if f{index}.__class__ is not str: raise refused({where}, f{index}, 'a str')",
                f"if f{index}:",
                f" b = f{index}.encode('utf-8', 'replace')",
                f" a{index} = end",
                f" n{index} = len(b)",
                f" end += n{index}",
                " out.append(b)",
                "else:",
                f" a{index} = n{index} = 0",
            ]
        self.names[f"w{index}"] = self.codecs.writer(type, self.where(slot))
        call = f"a{index}, n{index}, end = w{index}(out, end, f{index}, refs, depth)"
        if isinstance(type, Bytes):
            return [call]
        return [f"if f{index} is None: raise refused({where}, None, 'a value')", call]

    def reader(self) -> Callable[..., tuple[Any, int]]:
        slots = ["fixed"]
        words = 0
        for index, slot in enumerate(self.layout.slots):
            if slot.presence >= words:
                slots.append(f"p{words}")
                words += 1
            slots += [f"a{index}", f"n{index}"] if slot.code == "II" else [f"f{index}"]
        target = ", ".join(slots) + ","
        lines = [
            "def read(buffer, size, at, refs, depth):",
            f" if depth > {MAX_DEPTH}: raise BROKEN({self.name!r}, deep())",
            f" if size - at >= {self.layout.fixed_bytes}: {target} = unpack(buffer, at)",
            " else: fixed = 0",
            f" if fixed != {self.layout.fixed_bytes}: {target} = old(buffer, size, at)",
            " cursor = at + fixed",
        ]
        for index, slot in enumerate(self.layout.slots):
            if slot.field.optional:
                lines += [f" if p{slot.presence} & {slot.mask}:", *("  " + line for line in self._read_value(index, slot)), f" else: f{index} = None"]
            else:
                lines += [" " + line for line in self._read_value(index, slot)]
        return self._compiled(lines + self._result(), "read")

    def _read_value(self, index: int, slot: Slot) -> list[str]:
        where, type = f"WHERE[{index}]", slot.field.type
        if isinstance(type, Scalar):
            return (
                [f"if f{index} > 1: raise BROKEN({where}, f'a bool is 0 or 1, not {{f{index}}}')", f"f{index} = f{index} == 1"]
                if type.word == "bool"
                else ["pass"]
            )
        if slot.code != "II":
            self.names[f"d{index}"] = self.codecs.fixed(type, self.where(slot))[1]
            return [f"f{index} = d{index}(f{index}, refs)"]
        if isinstance(type, (Text, Bytes)):
            return self._read_bytes(index, where, isinstance(type, Text))
        self.names[f"r{index}"] = self.codecs.reader(type, self.where(slot))
        return [f"f{index}, cursor = r{index}(buffer, size, cursor, a{index}, n{index}, refs, depth)"]

    @staticmethod
    def _read_bytes(index: int, where: str, text: bool) -> list[str]:
        a, n, f = f"a{index}", f"n{index}", f"f{index}"
        alignment = 1 if text else 8
        lines = [
            f"if {n}:",
            f" end = {a} + {n}",
            f" if {a} < cursor or end > size{'' if text else f' or {a} & 7'}: raise misplaced({where}, {a}, {n}, cursor, {n}, {alignment}, size)",
            " cursor = end",
        ]
        if text:
            lines += [f" try: {f} = str(buffer[{a}:end], 'utf-8')", f" except UnicodeDecodeError: raise BROKEN({where}, 'is not UTF-8') from None"]
        else:
            lines += [f" {f} = buffer[{a}:end]"]
        return lines + [f"elif {a}: raise misplaced({where}, {a}, 0, cursor, 0, {alignment}, size)", f"else: {f} = " + ("''" if text else "buffer[:0]")]

    def _result(self) -> list[str]:
        slots = self.layout.slots
        if self.holder.kind == "value":
            return [" return f0, cursor"]
        if self.holder.kind == "sequence":
            return [" return (" + "".join(f"f{index}, " for index in range(len(slots))) + "), cursor"]
        if self.holder.type is not None:
            made = ", ".join(f"{self.attribute(index)}=f{index}" for index in range(len(slots)))
            return [
                f" try: return CLASS({made}), cursor",
                f" except Exception as error: raise BROKEN({self.name!r}, f'the values are refused: {{error!r}}') from error",
            ]
        always = ", ".join(f"{slot.field.name!r}: f{index}" for index, slot in enumerate(slots) if not slot.field.optional)
        lines = [f" found = {{{always}}}"]
        lines += [f" if f{index} is not None: found[{slot.field.name!r}] = f{index}" for index, slot in enumerate(slots) if slot.field.optional]
        return lines + [" return found, cursor"]

    def _compiled(self, lines: list[str], name: str) -> Callable[..., Any]:
        # Nothing of a schema but numbers and names of ASCII letters, digits and '_' is in the source.
        exec(compile("\n".join(lines), f"<codec of {self.name}>", "exec"), self.names)
        return self.names[name]


def _has(type: Any, name: str) -> bool:
    return name in getattr(type, "__dataclass_fields__", {}) or name in getattr(type, "__annotations__", {}) or hasattr(type, name)


def _older(source: RecordSource) -> Callable[[memoryview, int, int], tuple]:
    """Reads a fixed part that another version of the schema wrote, shorter or longer, checked."""
    layout = source.layout

    def old(buffer: memoryview, size: int, at: int) -> tuple:
        least = max(layout.required_bytes, 8)
        fixed = _U32.unpack_from(buffer, at)[0] if size - at >= 8 else 0
        if fixed < least or fixed > size - at or fixed & 7:
            raise BrokenMessageError(source.name, f"fixedBytes is {fixed}; it is a multiple of 8, here {least} to {size - at}")
        if fixed >= layout.fixed_bytes:
            return source.packer.unpack_from(buffer, at)
        for slot in layout.slots:
            if (
                slot.field.optional
                and slot.at + slot.bytes > fixed
                and slot.presence_at + 4 <= fixed
                and _U32.unpack_from(buffer, at + slot.presence_at)[0] & slot.mask
            ):
                raise BrokenMessageError(source.where(slot), "its presence bit is set, its slot lies behind the record's fixed part")
        return source.packer.unpack(bytes(buffer[at : at + fixed]) + bytes(layout.fixed_bytes - fixed))

    return old
