"""Codecs: golden messages, what holds records and enums, evolution, tensors in place, what is refused."""

import dataclasses
import enum
import subprocess
import sys
import types
import unittest

import goldens
import numpy

from psyne import BrokenMessageError, Codecs, Schema
from psyne.definitions import Bytes, Named

POINT = Schema.parse("package a; enum Mood { 0 calm; 7 class; } record Point { 1 i16 x; 2 f64 y; 3 Mood mood?; 4 string from?; }")


@dataclasses.dataclass
class Point:
    x: int
    y: float
    mood: "Mood | None" = None
    from_: "str | None" = None


class Mood(enum.IntEnum):
    calm = 0
    class_ = 7


class CodecTest(unittest.TestCase):
    def test_goldens(self):
        for name, (schema, value, message) in goldens.messages().items():
            with self.subTest(name=name):
                codec = Codecs(schema).record(name)
                self.assertEqual(codec.encode(value, goldens.References()).hex(), message.hex())
                self.assertTrue(goldens.same(value, codec.decode(message, goldens.References())))

    def test_dataclasses_and_enums(self):
        for classes in ({"Point": Point, "Mood": Mood}, [Point, Mood], types.SimpleNamespace(Point=Point, Mood=Mood)):
            codec = Codecs(POINT, classes).record("Point")
            point = Point(-1, 0.5, Mood.class_, "x")
            self.assertEqual(codec.decode(codec.encode(point)), point)
            self.assertEqual(codec.encode(point), codec.encode({"x": -1, "y": 0.5, "mood": "class", "from": "x"}))
            self.assertEqual(codec.decode(codec.encode({"x": 1, "y": 2})), Point(1, 2.0))
        self.assertEqual(Codecs(POINT).record("Point").decode(codec.encode(point)), {"x": -1, "y": 0.5, "mood": "class", "from": "x"})

    def test_what_a_value_may_not_be(self):
        codec = Codecs(POINT).record("Point")
        for value, message in [
            ({"x": 70000, "y": 1}, "Point.x: an i16"),
            ({"x": 1}, "Point.y: is missing"),
            ({"x": 1, "y": "s"}, "Point.y: an f64"),
            ({"x": 1, "y": 1, "z": 3}, "no field"),
            ({"x": 1, "y": 1, "mood": "angry"}, "Point.mood: enum Mood has no value 'angry'"),
            ({"x": 1, "y": 1, "from": 3}, "Point.from: a str"),
        ]:
            with self.assertRaisesRegex(ValueError, message):
                codec.encode(value)

    def test_a_class_that_refuses_is_a_broken_message(self):
        class Narrow:
            __annotations__ = {"x": int, "y": float, "mood": str, "from": str}

            def __init__(self, **_):
                raise ValueError("never")

        message = Codecs(POINT).record("Point").encode({"x": 1, "y": 2})
        with self.assertRaisesRegex(BrokenMessageError, "Point: the values are refused"):
            Codecs(POINT, {"Point": Narrow}).record("Point").decode(message)

    def test_evolution(self):
        old = Codecs(Schema.parse("package a; record R { 1 i8 a; 2 string b?; }")).record("R")
        new = Codecs(Schema.parse("package a; record R { 1 i8 a; 2 string b?; 3 list<f64> c?; 4 R d?; }")).record("R")
        self.assertEqual(new.decode(old.encode({"a": 1, "b": "x"})), {"a": 1, "b": "x"})
        self.assertEqual(old.decode(new.encode({"a": 1, "b": "x", "c": [1.0], "d": {"a": 2}})), {"a": 1, "b": "x"})
        self.assertEqual(old.decode(new.encode({"a": 1, "d": {"a": 2}})), {"a": 1})

    def test_a_new_value_of_an_enum_names_it(self):
        new = Codecs(Schema.parse("package a; enum Mood { 9 wild; } record Point { 1 i16 x; 2 f64 y; 3 Mood mood?; }")).record("Point")
        with self.assertRaisesRegex(BrokenMessageError, "Point.mood: enum Mood has no number 9"):
            Codecs(POINT).record("Point").decode(new.encode({"x": 1, "y": 2, "mood": "wild"}))

    def test_tensors_lie_where_they_came(self):
        codec = Codecs(Schema.parse("package a; record T { 1 string before; 2 tensor<f32> t; 3 tensor any; }")).record("T")
        tensor = numpy.arange(24, dtype="f4").reshape(2, 3, 4)
        for any_tensor in (numpy.array(3.0), numpy.zeros((0, 5), "i2"), numpy.array([[True]]), tensor.transpose(), tensor.astype(">f4"), numpy.ones(3, "u2")):
            message = codec.encode({"before": "x", "t": tensor, "any": any_tensor})
            back = codec.decode(message)
            self.assertTrue(numpy.array_equal(back["t"], tensor) and numpy.array_equal(back["any"], any_tensor))
            self.assertEqual(back["any"].shape, any_tensor.shape)
            self.assertFalse(back["t"].flags.writeable)
            self.assertEqual(back["t"].__array_interface__["data"][0] % 64, 0)
        with self.assertRaisesRegex(ValueError, "a tensor of f64 is none of f32"):
            codec.encode({"before": "", "t": numpy.zeros(1), "any": tensor})
        with self.assertRaisesRegex(ValueError, "no elements of complex128"):
            codec.encode({"before": "", "t": tensor, "any": numpy.zeros(1, "c16")})

    def test_uint16_is_the_bits_of_bf16(self):
        codec = Codecs(Schema.parse("package a; record T { 1 tensor<bf16> t; }")).record("T")
        bits = numpy.array([0x3F80, 0xC000], "u2")
        found = codec.decode(codec.encode({"t": bits}))["t"]
        self.assertEqual((found.dtype, found.tolist()), (numpy.dtype("u2"), bits.tolist()))

    def test_bytes_are_read_in_place(self):
        codec = Codecs(POINT).value(Bytes(), "result")
        for value in (b"abc", bytearray(b"abc"), memoryview(b"abc"), numpy.frombuffer(b"abc", "u1")):
            found = codec.decode(codec.encode(value))
            self.assertIsInstance(found, memoryview)
            self.assertTrue(found.readonly)
            self.assertEqual(found, b"abc")

    def test_lists_of_numbers(self):
        schema = Schema.parse("package a; record L { 1 list<f64> f; 2 list<i16> i; 3 list<bool> b; }")
        codec = Codecs(schema).record("L")
        value = {"f": [1, 2.5], "i": numpy.array([1, -2], "i2"), "b": (True, False)}
        self.assertTrue(goldens.same(codec.decode(codec.encode(value)), {"f": [1, 2.5], "i": [1, -2], "b": [True, False]}))
        for wrong in ({"f": numpy.zeros((2, 2))}, {"i": [70000]}, {"i": numpy.zeros(1, "i8")}, {"f": ["x"]}):
            with self.assertRaisesRegex(ValueError, "list<"):
                codec.encode({**value, **wrong})

    def test_depth(self):
        schema = Schema.parse("package a; record R { 1 R next?; }")
        codec = Codecs(schema).record("R")
        value: dict = {}
        for _ in range(31):
            value = {"next": value}
        self.assertEqual(codec.decode(codec.encode(value)), value)
        with self.assertRaisesRegex(ValueError, "deeper than 32"):
            codec.encode({"next": value})

    def test_a_record_is_its_own_value(self):
        codecs = Codecs(POINT)
        self.assertIs(codecs.value(Named("Point"), "result"), codecs.record("Point"))

    def test_without_numpy(self):
        program = (
            "import sys; sys.modules['numpy'] = None\nimport psyne\n"
            "c = psyne.Codecs(psyne.Schema.parse('package a; record L { 1 list<f64> f; 2 list<bool> b; 3 string s; 4 bytes y; }')).record('L')\n"
            "v = c.decode(c.encode({'f': [1, 2.5], 'b': [True], 's': 'x', 'y': b'z'}))\n"
            "assert list(v['f']) == [1, 2.5] and v['b'] == (True,) and v['s'] == 'x' and bytes(v['y']) == b'z', v\n"
            "t = psyne.Codecs(psyne.Schema.parse('package a; record L { 1 tensor t; }')).record('L')\n"
            "try: t.encode({'t': [1]})\nexcept ValueError as e: assert 'numpy' in str(e)\nelse: raise SystemExit(1)\n"
        )
        subprocess.run([sys.executable, "-c", program], check=True)


if __name__ == "__main__":
    unittest.main()
