"""Reads the language of docs/schema.md by recursive descent. What the words mean together is checked elsewhere."""

from __future__ import annotations

import re
from typing import Callable, NamedTuple, TypeVar

from .definitions import (
    ELEMENTS,
    MAX_NAME_LENGTH,
    MAX_NESTED_TYPES,
    MAX_NUMBER,
    MAX_TEXT_BYTES,
    RESERVED,
    SCALARS,
    Bytes,
    CallbackOf,
    Constant,
    Definition,
    Enumeration,
    Field,
    ListOf,
    MapOf,
    Method,
    Named,
    Record,
    Scalar,
    Service,
    TensorOf,
    Text,
    Type,
)
from .errors import SchemaError

_T = TypeVar("_T")
_TOKEN = re.compile(r"(?P<blank>[ \t\r\n]+|//[^\n]*)|(?P<name>[A-Za-z][A-Za-z0-9_]*)|(?P<number>[0-9][A-Za-z0-9_]*)|(?P<sign>->|[{}()<>;,?.])")


class Place(NamedTuple):
    line: int
    column: int

    def fault(self, message: str) -> SchemaError:
        return SchemaError(message, self.line, self.column)


class Token(NamedTuple):
    kind: str
    text: str
    place: Place

    def shown(self) -> str:
        if self.kind == "end":
            return "the end of the text"
        return f"'{self.text}'" if len(self.text) <= MAX_NAME_LENGTH else f"'{self.text[:MAX_NAME_LENGTH]}…'"


class Lexer:
    """Cuts a text into tokens, one at a time; at the end come `end` tokens for ever."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.line = 1
        self.line_begin = 0

    def next(self) -> Token:
        while self.at < len(self.text):
            match = _TOKEN.match(self.text, self.at)
            place = Place(self.line, self.at - self.line_begin + 1)
            if match is None:
                raise place.fault(
                    f"{self._character()} has no meaning here; names are letters, digits and '_', and begin with a letter; a comment begins with //"
                )
            text = match.group()
            self.at = match.end()
            kind = match.lastgroup
            if kind == "blank":
                self._count_lines(text)
                continue
            if kind == "number":
                self._check_number(text, place)
            return Token(kind or "", text, place)
        return Token("end", "", Place(self.line, self.at - self.line_begin + 1))

    def _count_lines(self, blank: str) -> None:
        self.line += blank.count("\n")
        if "\n" in blank:
            self.line_begin = self.at - len(blank) + blank.rindex("\n") + 1

    @staticmethod
    def _check_number(text: str, place: Place) -> None:
        if not text.isdigit():
            raise place.fault("a number is digits alone, and a name begins with a letter")
        if len(text) > 1 and text[0] == "0":
            raise place.fault("a number has no leading zero")

    def _character(self) -> str:
        character = self.text[self.at]
        return f"'{character}'" if " " < character < "\x7f" else f"'U+{ord(character):04X}'"


class Parser:
    """`places` says where the very objects stand, by their id."""

    def __init__(self, text: str) -> None:
        if len(text) > MAX_TEXT_BYTES:
            raise SchemaError(f"the schema has {len(text)} characters; at most {MAX_TEXT_BYTES} are read: split it into several packages")
        self.lexer = Lexer(text)
        self.token = self.lexer.next()
        self.places: dict[int, Place] = {}

    def file(self) -> tuple[str, list[Definition]]:
        begin = self.token.place
        self._take_word("package", "a schema begins with 'package', its name and ';'")
        name = self._name("a package's name")
        while self._take_if("."):
            name += "." + self._name("the next part of the package's name")
        self._take(";", "after the package's name")
        self.places[0] = begin
        definitions = []
        while self.token.kind != "end":
            definitions.append(self._definition())
        return name, definitions

    def _definition(self) -> Definition:
        kind = self.token
        if kind.text not in ("record", "enum", "service"):
            raise kind.place.fault(f"expected 'record', 'enum' or 'service', found {kind.shown()}")
        self._advance()
        place = self.token.place
        name = self._name(f"the {kind.text}'s name")
        of = f"{kind.text} {name}"
        if kind.text == "record":
            return self._at(place, Record(name, self._members(of, lambda: self._field("field"))))
        if kind.text == "enum":
            return self._at(place, Enumeration(name, self._members(of, self._constant)))
        return self._at(place, Service(name, self._members(of, self._method)))

    def _members(self, of: str, member: Callable[[], _T]) -> tuple[_T, ...]:
        self._take("{", f"after the name of {of}")
        members: list[_T] = []
        while not self._take_if("}"):
            if self.token.kind == "end":
                raise self.token.place.fault(f"'}}' is missing at the end of {of}")
            members.append(member())
            self._take(";", f"behind what {of} has")
        return tuple(members)

    def _constant(self) -> Constant:
        place = self.token.place
        number = self._number("a value of an enum begins with its number")
        return self._at(place, Constant(number, self._name("the value's name")))

    def _field(self, what: str) -> Field:
        place = self.token.place
        number = self._number(f"a {what} begins with its number")
        type = self._type(1)
        return self._at(place, Field(number, type, self._name(f"the {what}'s name"), self._take_if("?")))

    def _method(self) -> Method:
        place = self.token.place
        name = self._name("a method's name")
        idempotent = name == "idempotent" and self.token.kind == "name"
        if idempotent:
            name = self._name("a method's name")
        self._take("(", "after a method's name")
        parameters, input = self._parameters()
        self._take(")", "or ',' after a method's parameters" if input is None else "after the stream, which comes last")
        output, streamed = None, False
        if self._take_if("->"):
            streamed = self._take_if("stream")
            output = self._type(1)
        return self._at(place, Method(name, parameters, input, output, streamed, idempotent))

    def _parameters(self) -> tuple[tuple[Field, ...], Type | None]:
        parameters: list[Field] = []
        more = self.token.text != ")"
        while more:
            if self._take_if("stream"):
                return tuple(parameters), self._type(1)
            parameters.append(self._field("parameter"))
            more = self._take_if(",")
        return tuple(parameters), None

    def _type(self, depth: int) -> Type:
        place = self.token.place
        if depth > MAX_NESTED_TYPES:
            raise place.fault(f"more than {MAX_NESTED_TYPES} types are nested in one another; put a record between them")
        word = self._name("a type")
        if word in SCALARS:
            return Scalar(word)
        if word == "string":
            return Text()
        if word == "bytes":
            return Bytes()
        if word == "tensor":
            return self._at(place, self._tensor())
        if word in ("list", "map"):
            self._take("<", f"after '{word}'")
            inner = self._type(depth + 1)
            self._take(">", f"after the type in '{word}'")
            return self._at(place, ListOf(inner) if word == "list" else MapOf(inner))
        if word == "callback":
            return self._at(place, self._callback(depth))
        if word in RESERVED:
            raise place.fault(f"'{word}' is no type" + ("; only a tensor's" if word in ELEMENTS else ""))
        return self._at(place, Named(word))

    def _callback(self, depth: int) -> CallbackOf:
        self._take("<", "after 'callback'")
        argument = self._type(depth + 1)
        self._take(",", "between a callback's argument and result")
        result = self._type(depth + 1)
        self._take(">", "after a callback's result")
        return CallbackOf(argument, result)

    def _tensor(self) -> TensorOf:
        if not self._take_if("<"):
            return TensorOf(None)
        place, shown = self.token.place, self.token.shown()
        word = self._name("an element type")
        if word not in ELEMENTS:
            raise place.fault(f"{shown} is no element type; there are bool, u8, i8, i16, i32, i64, f16, bf16, f32 and f64")
        self._take(">", "after the element type")
        return TensorOf(word)

    def _at(self, place: Place, what: _T) -> _T:
        self.places[id(what)] = place
        return what

    def _name(self, what: str) -> str:
        if self.token.kind != "name":
            raise self.token.place.fault(f"expected {what}, found {self.token.shown()}")
        return self._advance()

    def _number(self, rule: str) -> int:
        if self.token.kind != "number":
            raise self.token.place.fault(f"{rule}, found {self.token.shown()}")
        if len(self.token.text) > len(str(MAX_NUMBER)) or int(self.token.text) > MAX_NUMBER:
            raise self.token.place.fault(f"the number {self.token.shown()} is greater than {MAX_NUMBER}")
        return int(self._advance())

    def _take_word(self, word: str, rule: str) -> None:
        if not self._take_if(word):
            raise self.token.place.fault(f"{rule}, found {self.token.shown()}")

    def _take(self, sign: str, where: str) -> None:
        self._take_word(sign, f"expected '{sign}' {where}")

    def _take_if(self, text: str) -> bool:
        if self.token.kind == "end" or self.token.text != text:
            return False
        self._advance()
        return True

    def _advance(self) -> str:
        text = self.token.text
        self.token = self.lexer.next()
        return text
