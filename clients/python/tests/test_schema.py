"""Schemas: the language, the canonical form, fingerprints, what can follow one another."""

import unittest

from goldens import DIRECTORY

from psyne import Schema, SchemaError
from psyne.evolution import difference


class SchemaTest(unittest.TestCase):
    def test_goldens(self):
        lines = [line.split() for line in (DIRECTORY / "schema/goldens.txt").read_text("utf-8").splitlines() if not line.startswith("#")]
        self.assertGreater(len(lines), 3)
        for file, name, canonical, fingerprint in lines:
            with self.subTest(name=name):
                schema = Schema.parse((DIRECTORY / "schema" / file).read_text("utf-8")).only(name)
                self.assertEqual(schema.canonical, (DIRECTORY / "schema" / canonical).read_text("ascii"))
                self.assertEqual(f"{schema.fingerprint:016x}", fingerprint)
                self.assertEqual(Schema.received(schema.canonical, schema.fingerprint), schema)

    def test_faults_tell_their_place(self):
        for text, place, part in [
            ("", "1:1", "begins with 'package'"),
            ("package a", "1:10", "expected ';'"),
            ("package a;\nrecord A { 1 A a; }", "2:12", "never ends"),
            ("package a;\nrecord A { 1 B a; }\nrecord B { 1 A a; }", "2:12", "never ends"),
            ("package a;\n\nrecord A {\n  1 B b;\n}", "4:5", "no record or enum 'B'"),
            ("package a; service S { } record A { 1 S s; }", "1:39", "is a service and no type"),
            ("package a; service S { f() -> list<callback<i8,i8>>; }", "1:24", "holds a callback"),
            ("package a; record R { 1 callback<i8,i8> c; } service S { f() -> R; }", "1:58", "holds a callback"),
            ("package a; enum A {}", "1:17", "has no value"),
            ("package a; enum A { 0 a; 0 b; }", "1:26", "number 0 twice"),
            ("package a; record A { 01 i8 a; }", "1:23", "leading zero"),
            ("package a; record A { 0 i8 a; }", "1:23", "must be 1 to 65535"),
            ("package a; record A { 65536 i8 a; }", "1:23", "must be 1 to 65535"),
            ("package a; enum A { 2147483648 a; }", "1:21", "greater than 2147483647"),
            ("package a; record A { 1 u8 a; }", "1:25", "only a tensor's"),
            ("package a; record list { }", "1:19", "word of the language"),
            ("package a; record A { } record A { }", "1:32", "defined twice"),
            ("package a; record A { 1 i8 a; 2 i8 a; }", "1:31", "field a twice"),
            ("package a; record A { 1 " + "list<" * 32 + "i8" + ">" * 32 + " a; }", "1:185", "nested in one another"),
            ("package a; record A { 1 i8 " + "a" * 129 + "; }", "1:23", "cannot name"),
            ("package a;\n// é\né", "3:1", "U+00E9"),
            ("package a; service S { f(stream i8, 1 i8 a); }", "1:35", "which comes last"),
        ]:
            with self.subTest(text=text[:60]):
                with self.assertRaises(SchemaError) as caught:
                    Schema.parse(text)
                self.assertIn(part, str(caught.exception))
                self.assertTrue(str(caught.exception).startswith(place + ":"), str(caught.exception))

    def test_bounds(self):
        for text in (
            "package a;" + " " * (1 << 20),
            "package a;" + "".join(f"record A{i} {{}}" for i in range(4097)),
            "package a; record A {" + "".join(f"{i + 1} i8 a{i};" for i in range(1025)) + "}",
            "package a; record A { 1 " + "list<" * 100_000,
        ):
            with self.assertRaises(SchemaError):
                Schema.parse(text)
        Schema.parse("package a; record A { 1 " + "list<" * 31 + "i8" + ">" * 31 + " a; }")

    def test_a_received_schema_is_canonical_and_its_own(self):
        text = "package a;\nrecord A {\n  1 i8 a;\n}\n"
        with self.assertRaisesRegex(SchemaError, "claims"):
            Schema.received(text, Schema.parse(text).fingerprint ^ 1)
        with self.assertRaisesRegex(SchemaError, "canonical form"):
            Schema.received(text + "\n", Schema.parse(text).fingerprint)

    def test_what_can_follow(self):
        before = "package a; record R { 1 i8 a; } service S { f(1 R r) -> list<R>; }"
        for text, follows in [
            (before, True),
            ("package a; record R { 1 i8 a; 2 string b?; } service S { f(1 R r, 2 i8 x?) -> list<R>; g(); }", True),
            ("package a; record R { 1 i8 a; 2 string b; } service S { f(1 R r) -> list<R>; }", False),
            ("package a; record R { 1 i16 a; } service S { f(1 R r) -> list<R>; }", False),
            ("package a; record R { 1 i8 a; } service S { f(1 R r) -> stream R; }", False),
            ("package a; record R { 1 i8 a?; } service S { f(1 R r) -> list<R>; }", False),
        ]:
            one, other = Schema.parse(before), Schema.parse(text)
            self.assertEqual(difference(one, one.service(), other, other.service()) is None, follows, text)
            self.assertEqual(difference(other, other.service(), one, one.service()) is None, follows, text)


if __name__ == "__main__":
    unittest.main()
