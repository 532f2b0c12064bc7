"""The wire of docs/protocol-v2.md, frame by frame: a peer of plain sockets, whose frames are written by hand, against both clients."""

import asyncio
import os
import socket
import struct
import threading
import unittest

import psyne
import psyne.aio
from psyne import ConnectionLost, RemoteError, wire_records
from psyne.services import CONNECTION_METHODS, FIND, OFFER

HELLO, CALL, ITEM, END, ERROR, CREDIT, CANCEL, PING, PONG, GOAWAY, CALLBACK = range(1, 12)
HEADER = struct.Struct("<BBBBIII")
ECHO = "package t; service T { echo(1 bytes value) -> bytes; items() -> stream i64; take(stream i64) -> i64; }"


def text(value):
    return value.encode()


class Node:
    """One accepted connection; what the test expects is taken off the wire with `expect`."""

    def __init__(self, piece=65536, greet=True):
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.listening.settimeout(20)
        self.url = f"tcp://127.0.0.1:{self.listening.getsockname()[1]}"
        self.piece = piece
        self.thread = threading.Thread(target=self.accept, args=(greet,))
        self.thread.start()

    def accept(self, greet):
        self.socket, _ = self.listening.accept()
        self.socket.settimeout(20)
        if greet:
            self.send(HELLO, 0, hello(self.piece))
            self.hello = wire_records.HELLO.decode(self.expect(HELLO, 0))

    def send(self, kind, stream, payload=b"", flags=0, lane=0, total=None):
        self.raw(HEADER.pack(kind, flags, lane, 0, stream, len(payload), len(payload) if total is None else total) + payload)

    def raw(self, data):
        self.socket.sendall(data)

    def read(self, count):
        data = b""
        while len(data) < count:
            more = self.socket.recv(count - len(data))
            if not more:
                raise EOFError
            data += more
        return data

    def frame(self):
        kind, flags, lane, zero, stream, length, total = HEADER.unpack(self.read(16))
        return kind, flags, lane, stream, self.read(length), total

    def expect(self, kind, stream):
        """The payload of the next frame, which is whole."""
        found = self.frame()
        assert found[0] == kind and found[3] == stream and len(found[4]) == found[5], f"expected {kind} of {stream}, found {found}"
        return found[4]

    def ended(self):
        """Whether nothing but the end follows."""
        try:
            return self.socket.recv(1) == b""
        except ConnectionResetError:
            return True

    def bind(self, stream, number=9, schema=ECHO):
        """Answers the `find` of a service."""
        call = self.expect(CALL, stream)
        service, method, _, credit, parent = struct.unpack("<HHIII", call[:16])
        assert (service, method, credit, parent) == (0, FIND, 0, 0)
        parsed = psyne.Schema.parse(schema)
        signed = parsed.fingerprint - ((parsed.fingerprint >> 63) << 64)
        binding = {"service": number, "schema": parsed.canonical, "fingerprint": signed, "methods": [each.name for each in parsed.service().methods]}
        self.send(END, stream, b"".join(CONNECTION_METHODS[FIND].write_result(binding)[0]), lane=1)

    def close(self):
        self.thread.join()
        self.socket.close()
        self.listening.close()


def hello(piece=65536, version=2, message=1 << 26):
    return wire_records.HELLO.encode({"version": version, "name": "by hand", "maxMessageBytes": message, "pieceBytes": piece, "maxCalls": 16})


def failure(code, message):
    return wire_records.FAILURE.encode({"code": code, "message": message})


class BlockingSide:
    def __init__(self, url, **options):
        self.server = psyne.connect_to_server({"server_url": url, **options})

    def service(self):
        return self.server.get_service("t")

    def value(self, answer):
        return answer() if callable(answer) else answer

    def later(self, work):
        """Something done in a thread; its outcome is `result()`."""
        return Later(work)

    def close(self):
        self.server.close()


class Later:
    def __init__(self, work):
        self.outcome = None
        self.thread = threading.Thread(target=self.run, args=(work,))
        self.thread.start()

    def run(self, work):
        try:
            self.outcome = work(), None
        except Exception as error:
            self.outcome = None, error

    def result(self):
        self.thread.join(20)
        value, error = self.outcome
        if error is not None:
            raise error
        return value


class AsyncioSide:
    def __init__(self, url, **options):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        try:
            self.server = self.run(psyne.aio.connect_to_server({"server_url": url, **options})._made())
        except BaseException:
            self.stop()
            raise

    def run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(20)

    def service(self):
        return Waited(self.run(self.server.get_service("t")), self.run)

    def later(self, work):
        return Later(work)

    def close(self):
        self.run(self.server.close())
        self.stop()

    def stop(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


class Waited:
    """A service of asyncio whose answers are waited for."""

    def __init__(self, service, run):
        self.__dict__.update(_service=service, _run=run)

    def __getattr__(self, name):
        method = getattr(self._service, name)

        async def called(args, named):
            found = await method(*args, **named)
            return [each async for each in found] if hasattr(found, "__aiter__") else found

        return lambda *args, **named: self._run(called(args, named))


class WireTest(unittest.TestCase):
    def sides(self, node_options=None, **options):
        for side in (BlockingSide, AsyncioSide):
            with self.subTest(side=side.__name__):
                node = Node(**(node_options or {}))
                made = side(node.url, **options)
                node.thread.join()
                try:
                    yield node, made
                finally:
                    made.close()
                    node.close()

    def test_hello(self):
        for node, _ in self.sides(token="secret", workspace="w", client_id="c", name="n"):
            self.assertEqual(
                node.hello,
                {
                    "version": 2,
                    "name": "n",
                    "maxMessageBytes": 64 << 20,
                    "pieceBytes": 256 << 10,
                    "maxCalls": 4096,
                    "token": "secret",
                    "workspace": "w",
                    "client": "c",
                },
            )

    def test_a_call_byte_by_byte(self):
        for node, side in self.sides():
            bound = side.later(side.service)
            node.bind(1)
            service = bound.result()
            answer = side.later(lambda: service.echo(b"abc", timeout=5))
            frame = node.read(16 + 16 + 19)
            self.assertEqual(frame[:16].hex(), "02000100030000002300000023000000")
            self.assertEqual(frame[16:20].hex(), "09000000")
            self.assertTrue(4900 <= int.from_bytes(frame[20:24], "little") <= 5000)
            self.assertEqual(frame[24:32].hex(), "0000000000000000")
            self.assertEqual(frame[32:].hex(), "10000000100000000300000000000000" + text("abc").hex())
            for each in HEADER.pack(END, 0, 1, 0, 3, 19, 19) + frame[32:]:
                node.raw(bytes((each,)))
            self.assertEqual(bytes(answer.result()), b"abc")

    def test_pieces(self):
        for node, side in self.sides({"piece": 1000}):
            bound = side.later(side.service)
            node.bind(1)
            service = bound.result()
            value = os.urandom(3500)
            answer = side.later(lambda: service.echo(value))
            frames = [node.frame() for _ in range(4)]
            self.assertEqual([(each[0], each[3], len(each[4]), each[5]) for each in frames], [(CALL, 3, 1000, 3532)] * 3 + [(CALL, 3, 532, 3532)])
            message = b"".join(each[4] for each in frames)
            self.assertEqual(message[32:], value)
            large = message[16:32].replace(struct.pack("<I", 3500), struct.pack("<I", 700_000)) + os.urandom(700_000)
            node.send(END, 3, large[:262_144], lane=1, total=len(large))
            node.send(PING, 0, b"between")
            node.send(END, 3, large[262_144:524_288], lane=1, total=len(large))
            node.send(END, 3, large[524_288:], lane=1, total=len(large))
            self.assertEqual(bytes(answer.result()), large[16:])
            self.assertEqual(node.expect(PONG, 0), b"between")

    def test_credit_is_given_and_kept(self):
        limits = psyne.Limits(window_bytes=4096)
        for node, side in self.sides(limits=limits):
            bound = side.later(side.service)
            node.bind(1)
            service = bound.result()
            answer = side.later(lambda: list(service.items()))
            kind, flags, lane, stream, call, _ = node.frame()
            self.assertEqual((kind, flags, lane, stream, struct.unpack("<HHIII", call[:16])), (CALL, 0, 2, 3, (9, 1, 0, 4096, 0)))
            item = struct.pack("<IIq", 16, 0, 7)
            for _ in range(128):
                node.send(ITEM, 3, item, lane=2)
            granted = 0
            while granted < 4096:
                granted += struct.unpack("<I", node.expect(CREDIT, 3))[0]
            node.send(END, 3, lane=2)
            self.assertEqual(answer.result(), [7] * 128)

    def test_items_without_credit_end_the_connection(self):
        for node, side in self.sides(limits=psyne.Limits(window_bytes=64)):
            bound = side.later(side.service)
            node.bind(1)
            service = bound.result()
            call = side.later(lambda: service.echo(b""))
            self.assertEqual(node.frame()[0], CALL)
            node.send(ITEM, 3, bytes(16), lane=1)
            goaway = wire_records.FAILURE.decode(node.expect(GOAWAY, 0))
            self.assertEqual(goaway["code"], "protocol_error")
            self.assertIn("credit", goaway["message"])
            self.assertTrue(node.ended())
            with self.assertRaises(ConnectionLost):
                call.result()

    def test_the_callers_items_wait_for_credit(self):
        for node, side in self.sides():
            bound = side.later(side.service)
            node.bind(1)
            service = bound.result()
            answer = side.later(lambda: service.take(range(3000)))
            kind, flags, _, stream, _, _ = node.frame()
            self.assertEqual((kind, flags, stream), (CALL, 1, 3))
            for _ in range(65536 // 32):
                node.expect(ITEM, 3)
            node.send(PING, 0, b"nothing more comes")
            node.expect(PONG, 0)
            node.send(CREDIT, 3, struct.pack("<I", 1 << 20))
            for _ in range(3000 - 65536 // 32):
                node.expect(ITEM, 3)
            self.assertEqual(node.expect(END, 3), b"")
            node.send(END, 3, struct.pack("<IIq", 16, 0, 42), lane=2)
            self.assertEqual(answer.result(), 42)

    def test_a_deadline_cancels(self):
        for node, side in self.sides():
            bound = side.later(side.service)
            node.bind(1)
            service = bound.result()
            answer = side.later(lambda: service.echo(b"", timeout=0.01))
            self.assertEqual(node.frame()[0], CALL)
            self.assertEqual(node.expect(CANCEL, 3), b"")
            with self.assertRaises(psyne.DeadlineExceeded):
                answer.result()
            node.send(END, 3, b"late", lane=1)
            answer = side.later(lambda: service.echo(b"x"))
            payload = node.expect(CALL, 5)
            node.send(END, 5, payload[16:], lane=1)
            self.assertEqual(bytes(answer.result()), b"x")

    def test_broken_answers_and_errors(self):
        for node, side in self.sides():
            bound = side.later(side.service)
            node.bind(1)
            service = bound.result()
            answer = side.later(lambda: service.echo(b""))
            node.expect(CALL, 3)
            node.send(END, 3, b"no record", lane=1)
            with self.assertRaisesRegex(psyne.BrokenMessageError, "T.echo result"):
                answer.result()
            answer = side.later(lambda: service.echo(b""))
            node.expect(CALL, 5)
            node.send(ERROR, 5, wire_records.FAILURE.encode({"code": "unavailable", "message": "busy", "retryAfterMillis": 50}))
            with self.assertRaises(RemoteError) as caught:
                answer.result()
            self.assertEqual((caught.exception.code, caught.exception.retry_after_millis), ("unavailable", 50))

    def test_goaway_lets_calls_end(self):
        for node, side in self.sides():
            bound = side.later(side.service)
            node.bind(1)
            service = bound.result()
            answer = side.later(lambda: service.echo(b"x"))
            payload = node.expect(CALL, 3)
            node.send(GOAWAY, 0, failure("unavailable", "it stops"))
            node.send(END, 3, payload[16:], lane=1)
            self.assertEqual(bytes(answer.result()), b"x")
            with self.assertRaises((RemoteError, ConnectionLost)):
                service.echo(b"x")

    def test_being_called(self):
        for node, side in self.sides():
            service = {"id": "mine", "echo": lambda value: value, "items": lambda: iter(range(3)), "take": lambda items: 1}
            schema = {"schema": ECHO}
            offered = side.later(
                lambda: (
                    side.server.register_service(service, **schema)
                    if isinstance(side, BlockingSide)
                    else side.run(side.server.register_service(service, **schema))
                )
            )
            offer = list(CONNECTION_METHODS[OFFER].read_arguments(memoryview(node.expect(CALL, 1))[16:], None, None)[0])[0]
            self.assertEqual((offer["name"], offer["methods"]), ("mine", ["echo", "items", "take"]))
            node.send(END, 1, b"".join(CONNECTION_METHODS[OFFER].write_result("full:mine")[0]), lane=1)
            self.assertEqual(offered.result(), "full:mine")
            record = struct.pack("<IIII", 16, 16, 3, 0) + b"abc"
            node.send(CALL, 2, struct.pack("<HHIII", offer["service"], 0, 0, 0, 0) + record, lane=1)
            self.assertEqual(node.expect(END, 2), record)
            node.send(CALL, 4, struct.pack("<HHIII", offer["service"], 0, 0, 0, 0) + bytes(32) + record, flags=2, lane=1)
            self.assertEqual(node.expect(END, 4), record)
            node.send(CALL, 40, struct.pack("<HHIII", offer["service"], 0, 0, 0, 0) + bytes.fromhex("92918080"), flags=4, lane=1)
            self.assertEqual(node.expect(END, 40), b"\x80", "a service with a schema is called by name as well")
            for stream, header, code in (
                (6, (77, 0, 0, 0, 0), "not_found"),
                (8, (offer["service"], 3, 0, 0, 0), "not_found"),
                (10, (offer["service"], 0, 0, 0, 0), "invalid_argument"),
                (42, (offer["service"], 1, 0, 0, 3), "invalid_argument"),
            ):
                node.send(CALL, stream, struct.pack("<HHIII", *header) + b"broken", lane=1)
                self.assertEqual(wire_records.FAILURE.decode(node.expect(ERROR, stream))["code"], code)
            node.send(CALLBACK, 12, struct.pack("<II", 99, 0), lane=1)
            self.assertEqual(wire_records.FAILURE.decode(node.expect(ERROR, 12))["code"], "not_found")
            node.send(CALL, 14, struct.pack("<HHIII", offer["service"], 1, 0, 16, 0) + struct.pack("<II", 8, 0), lane=2)
            self.assertEqual(node.expect(ITEM, 14), struct.pack("<IIq", 16, 0, 0))
            node.send(PING, 0, b"no credit is left")
            node.expect(PONG, 0)
            node.send(CREDIT, 14, struct.pack("<I", 1000))
            self.assertEqual([node.expect(ITEM, 14)[8] for _ in range(2)], [1, 2])
            self.assertEqual(node.expect(END, 14), b"")

    def test_broken_rules_end_the_connection(self):
        for data in (
            HEADER.pack(13, 0, 0, 0, 0, 0, 0),
            HEADER.pack(HELLO, 0, 0, 0, 0, len(hello()), len(hello())) + hello(),
            HEADER.pack(CALL, 0, 0, 0, 3, 16, 16) + bytes(16),
            HEADER.pack(CALL, 0, 0, 0, 0, 16, 16) + bytes(16),
            HEADER.pack(CALL, 0, 0, 0, 2, 15, 15) + bytes(15),
            HEADER.pack(PING, 0, 0, 0, 0, 65, 65) + bytes(65),
            HEADER.pack(END, 0, 0, 0, 1, 300_000, 300_000),
            HEADER.pack(ERROR, 0, 0, 0, 1, 4, 4) + bytes(4),
            HEADER.pack(CANCEL, 0, 0, 0, 1, 0, 0),
            HEADER.pack(CALLBACK, 0, 0, 0, 2, 4, 4) + bytes(4),
        ):
            for node, side in self.sides():
                call = side.later(lambda: side.server.list_services() if isinstance(side, BlockingSide) else side.run(side.server.list_services()))
                node.expect(CALL, 1)
                node.raw(data)
                self.assertEqual(wire_records.FAILURE.decode(node.expect(GOAWAY, 0))["code"], "protocol_error")
                self.assertTrue(node.ended())
                with self.assertRaises((ConnectionLost, RemoteError)):
                    call.result()

    def test_no_hello(self):
        for first in (
            HEADER.pack(PING, 0, 0, 0, 0, 0, 0),
            HEADER.pack(HELLO, 0, 0, 0, 0, len(hello(version=3)), len(hello(version=3))) + hello(version=3),
            None,
        ):
            for side in (BlockingSide, AsyncioSide):
                node = Node(greet=False)
                made = Later(lambda: side(node.url, timeout=0.2 if first is None else 20))
                node.thread.join()
                if first is not None:
                    node.raw(first)
                with self.assertRaises(psyne.PsyneError):
                    made.result()
                node.close()

    def test_a_silent_node_is_asked_and_given_up(self):
        for node, side in self.sides(limits=psyne.Limits(ping_seconds=0.05, silence_seconds=0.2)):
            call = side.later(lambda: side.server.list_services() if isinstance(side, BlockingSide) else side.run(side.server.list_services()))
            node.expect(CALL, 1)
            node.send(PONG, 0, node.expect(PING, 0))
            node.expect(PING, 0)
            with self.assertRaises(ConnectionLost):
                call.result()

    def test_an_idle_client_answers_pings(self):
        for node, side in self.sides(limits=psyne.Limits(ping_seconds=0.2, silence_seconds=20)):
            node.send(PING, 0, b"there?")
            found = node.frame()
            while found[0] == PING:
                node.send(PONG, 0, found[4])
                found = node.frame()
            self.assertEqual((found[0], found[4]), (PONG, b"there?"))

    def test_hostile_frames(self):
        """Whatever comes, the connection ends or goes on: a client never hangs on it, and raises what is its own."""
        import random

        source = random.Random(5)
        for turn in range(40):
            for node, side in self.sides():
                call = side.later(lambda: side.server.list_services() if isinstance(side, BlockingSide) else side.run(side.server.list_services()))
                node.expect(CALL, 1)
                data = bytearray(HEADER.pack(END, 0, 1, 0, 1, 40, 40) + source.randbytes(40))
                for _ in range(source.randint(0, 3)):
                    data[source.randrange(len(data))] = source.choice((0, 1, 2, 5, 255))
                try:
                    node.raw(bytes(data))
                    node.socket.shutdown(socket.SHUT_WR)
                except OSError:
                    pass
                with self.assertRaises(psyne.PsyneError):
                    call.result()


if __name__ == "__main__":
    unittest.main()
