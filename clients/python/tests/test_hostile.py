"""Whatever bytes come, a value or the error that is meant for it comes of them: seeded mutations of valid messages, schemas and frames."""

import random
import unittest

import goldens
import numpy

from psyne import BrokenMessageError, Codecs, Limits, ProtocolError, Schema, SchemaError
from psyne import frames, messagepack

ROUNDS = 2000
INTERESTING = (0, 1, 2, 7, 8, 63, 64, 127, 128, 255)


def mutated(random: random.Random, message: bytes) -> bytes:
    """A few bytes set, words replaced, parts cut, doubled or removed."""
    data = bytearray(message)
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(data) + 1)
        kind = random.randrange(6)
        if kind == 0 and data:
            data[at % len(data)] = random.choice(INTERESTING)
        elif kind == 1 and data:
            data[at % len(data)] ^= 1 << random.randrange(8)
        elif kind == 2:
            data[at & ~3 : (at & ~3) + 4] = random.choice((0, 1, len(data), max(0, len(data) - 8), 0x7FFFFFFF, 0xFFFFFFFF, random.randrange(512))).to_bytes(
                4, "little"
            )
        elif kind == 3:
            del data[at:]
        elif kind == 4:
            data[at:at] = data[at : at + random.randrange(16)]
        else:
            del data[at : at + random.randrange(16)]
    return bytes(data)


class HostileTest(unittest.TestCase):
    def test_messages(self):
        for name, (schema, _, message) in goldens.messages().items():
            codec, source, refused = Codecs(schema).record(name), random.Random(name), 0
            for turn in range(ROUNDS):
                with self.subTest(name=name, turn=turn):
                    try:
                        codec.decode(mutated(source, message), goldens.References())
                    except BrokenMessageError as error:
                        self.assertTrue(error.where)
                        refused += 1
            self.assertGreater(refused, ROUNDS // 10)

    def test_every_beginning_of_a_message(self):
        for name, (schema, _, message) in goldens.messages().items():
            codec = Codecs(schema).record(name)
            for end in range(len(message)):
                try:
                    codec.decode(message[:end], goldens.References())
                except BrokenMessageError:
                    pass

    def test_messagepack(self):
        value = [[1, -5, 2**40, "text", b"bytes", None, True, 1.5, numpy.arange(6.0).reshape(2, 3)], {"a": {"b": [1] * 20}, "c": "é" * 40}]
        message, source = b"".join(messagepack.pack(value)[0]), random.Random(1)
        self.assertTrue(goldens.same(value, messagepack.unpack(memoryview(message))))
        for _ in range(10 * ROUNDS):
            try:
                messagepack.unpack(memoryview(mutated(source, message)))
            except BrokenMessageError:
                pass

    def test_messagepack_bounds(self):
        for message in (
            b"\xdd\xff\xff\xff\xff",
            b"\xdf\xff\xff\xff\xff",
            b"\xc6\xff\xff\xff\xff",
            b"\xdb\xff\xff\xff\xff",
            b"\x91" * 1000,
            b"\xc1",
            b"\xd4\x01\x01",
            b"",
            b"\x81\xa1a\x01\x01",
            b"\x82\xa1a\x01\xa1a\x02",
            b"\x81\x01\x01",
            b"\x81\xa7_tensor\xa3f64",
            b"\x81\xa9_callback\x01",
            b"\x81" * 100,
        ):
            with self.assertRaises(BrokenMessageError):
                messagepack.unpack(memoryview(message))

    def test_schemas(self):
        source = random.Random(2)
        for path in sorted((goldens.DIRECTORY / "schema").glob("*.psyne")):
            text = path.read_text("utf-8")
            for _ in range(300):
                try:
                    Schema.parse(mutated(source, text.encode()).decode("utf-8", "replace"))
                except SchemaError as error:
                    self.assertTrue(error.line)

    def test_frames(self):
        limits, source = Limits(message_bytes=100_000, piece_bytes=1000), random.Random(3)
        good = b""
        for stream in range(1, 12, 2):
            size = source.randrange(5000)
            for frame in frames.frames(frames.END, 0, 1, stream, [bytes(size)], size, 1000):
                good += b"".join(frame)
        self.assertEqual(len(read(limits, good, source)), 6)
        for _ in range(ROUNDS):
            try:
                read(limits, mutated(source, good), source)
            except ProtocolError:
                pass

    def test_broken_frames(self):
        limits = Limits(message_bytes=100_000, piece_bytes=1000, assembling_bytes=150_000)
        pack = frames.HEADER.pack
        for message in (
            pack(0, 0, 0, 0, 0, 0),
            pack(14, 0, 0, 0, 0, 0),
            pack(4, 1, 0, 0, 0, 0),
            pack(2, 8, 0, 0, 0, 0),
            pack(3, 16, 0, 0, 0, 0),
            pack(4, 0, 4, 0, 0, 0),
            pack(4, 0, 256, 0, 0, 0),
            pack(4, 0, 0, 1 << 31, 0, 0),
            pack(4, 0, 0, 1, 1001, 1001),
            pack(4, 0, 0, 1, 10, 9),
            pack(4, 0, 0, 1, 1000, 100_001),
            pack(4, 0, 1, 1, 999, 2000) + bytes(999),
            pack(4, 0, 1, 1, 1000, 2000) + bytes(1000) + pack(4, 0, 1, 1, 10, 10) + bytes(10),
            pack(4, 0, 1, 1, 1000, 2000) + bytes(1000) + pack(3, 0, 1, 1, 1000, 2000),
            pack(4, 0, 1, 1, 1000, 1500) + bytes(1000) + pack(4, 0, 1, 1, 1000, 1500),
            pack(4, 0, 1, 1, 1000, 90_000) + bytes(1000) + pack(4, 0, 1, 3, 1000, 90_000),
        ):
            with self.subTest(message=message[:16].hex()), self.assertRaises(ProtocolError):
                read(limits, message, random.Random(4))


def read(limits: Limits, data: bytes, source: random.Random) -> list:
    """The messages of bytes that come in parts of any size."""
    reader, found, at = frames.FrameReader(limits), [], 0
    while at < len(data):
        target = reader.target()
        count = min(len(target), len(data) - at, source.choice((1, 16, 100, 1000, 100_000)))
        target[:count] = data[at : at + count]
        reader.advance(count)
        at += count
        while (message := reader.next()) is not None:
            found.append(message)
    return found


if __name__ == "__main__":
    unittest.main()
