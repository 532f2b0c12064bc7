"""Services called and offered by both clients, over a relay, or over the node at PSYNE_SERVER (tcp://host:port, unix:/path)."""

import asyncio
import contextlib
import os
import random
import sys
import threading
import unittest

import numpy
from relay import Running

import psyne
import psyne.aio
from psyne import ConnectionLost, DeadlineExceeded, RemoteError

SCHEMA = """
package test;
enum Mood { 0 calm; 1 wild; }
record Picture { 1 tensor<f64> pixels; 2 string caption?; 3 Mood mood; }
service Typed {
  add(1 i64 a, 2 i64 b?) -> i64;
  ask(1 Picture picture) -> Picture;
  chat(stream string) -> stream string;
  count(1 i64 to) -> stream i64;
  echo(1 bytes value) -> bytes;
  fail(1 string code);
  judge(1 callback<i64, string> judge, 2 i64 times) -> list<string>;
  never();
  total(1 i64 start, stream i64) -> i64;
}
"""
SMALL = psyne.Limits(window_bytes=4096, ping_seconds=5, silence_seconds=10)


class Blocking:
    """What is offered by the blocking client; `never` ends when it is let go."""

    def __init__(self):
        self.let_go = threading.Event()
        self.closed = threading.Event()

    def functions(self):
        return {name: getattr(self, name) for name in ("add", "ask", "chat", "count", "echo", "fail", "judge", "never", "total")}

    def add(self, a, b=None):
        return a + (b or 0)

    def ask(self, picture):
        return {"pixels": picture["pixels"] * 2, "caption": picture.get("caption", "") + "!", "mood": "wild"}

    def chat(self, items):
        for item in items:
            yield item.upper()

    def count(self, to):
        try:
            yield from range(to)
        finally:
            self.closed.set()

    def echo(self, value):
        return value

    def fail(self, code):
        if code == "zero":
            raise ZeroDivisionError("by zero")
        raise RemoteError(code, "as was wanted", 7)

    def judge(self, judge, times):
        return [judge(each) for each in range(times)]

    def never(self):
        self.let_go.wait()

    def total(self, start, items):
        return start + sum(items)


class Asyncio(Blocking):
    async def chat(self, items):
        async for item in items:
            yield item.upper()

    async def count(self, to):
        try:
            for each in range(to):
                yield each
        finally:
            self.closed.set()

    async def fail(self, code):
        Blocking.fail(self, code)

    async def judge(self, judge, times):
        return [await judge(each) for each in range(times)]

    async def never(self):
        await asyncio.Event().wait()

    async def total(self, start, items):
        return start + sum([each async for each in items])


class AsyncioThread:
    """A loop in a thread, so that a provider of asyncio may be called by a blocking client."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(30)

    def close(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


class Caller:
    """A blocking client's view of either client: answers are waited for, streams listed."""

    def __init__(self, service, run=None):
        self.service = service
        self.run = run

    def call(self, name, *args, **named):
        answer = getattr(self.service, name)(*args, **named) if self.run is None else self.run(self._awaited(name, args, named))
        return answer

    async def _awaited(self, name, args, named):
        found = await getattr(self.service, name)(*args, **named)
        return [each async for each in found] if hasattr(found, "__aiter__") else found

    def listed(self, name, *args):
        return list(self.call(name, *args))


class Pairs(unittest.TestCase):
    """Callers and providers of both kinds, with a schema and without."""

    @classmethod
    def setUpClass(cls):
        cls.relay = None if os.environ.get("PSYNE_SERVER") else Running()
        cls.url = os.environ.get("PSYNE_SERVER") or cls.relay.url
        cls.loop = AsyncioThread()

    @classmethod
    def tearDownClass(cls):
        cls.loop.close()
        if cls.relay:
            cls.relay.close()

    @contextlib.contextmanager
    def pair(self, provider, caller, typed, limits=psyne.Limits()):
        """A caller of a service that is offered, and its provider."""
        with contextlib.ExitStack() as stack:
            offered = (Asyncio if provider == "asyncio" else Blocking)()
            stack.callback(offered.let_go.set)
            options = {"server_url": self.url, "limits": limits}
            service = {"id": f"{provider}-{caller}-{typed}", "config": {"visibility": "public"}, **offered.functions()}
            schema = {"schema": SCHEMA} if typed else {}
            if provider == "asyncio":
                server = self.loop.run(psyne.aio.connect_to_server(options)._made())
                stack.callback(lambda: self.loop.run(server.close()))
                full = self.loop.run(server.register_service(service, **schema))
            else:
                full = stack.enter_context(psyne.connect_to_server(options)).register_service(service, **schema)
            if caller == "asyncio":
                client = self.loop.run(psyne.aio.connect_to_server(options)._made())
                stack.callback(lambda: self.loop.run(client.close()))
                yield Caller(self.loop.run(client.get_service(full)), self.loop.run), offered
            else:
                yield Caller(stack.enter_context(psyne.connect_to_server(options)).get_service(full)), offered

    def every(self, limits=psyne.Limits()):
        for provider in ("blocking", "asyncio"):
            for caller in ("blocking", "asyncio"):
                for typed in (False, True):
                    with self.subTest(provider=provider, caller=caller, typed=typed), self.pair(provider, caller, typed, limits) as (client, offered):
                        yield client, offered, typed


class ServicesTest(Pairs):
    def test_calls(self):
        for client, _, typed in self.every():
            for size in (0, 1, 64, 5000, 300_000, 3_000_000):
                value = os.urandom(size)
                self.assertEqual(bytes(client.call("echo", value)), value)
            self.assertEqual(client.call("add", 1, 2), 3)
            self.assertEqual(client.call("add", 1), 1)
            self.assertEqual(client.call("add", a=1, b=3), 4)

    def test_arrays(self):
        for client, _, typed in self.every():
            for shape in ((), (0, 3), (5,), (3, 4, 5), (200, 1000)):
                pixels = numpy.random.default_rng(1).random(shape)
                found = client.call("ask", {"pixels": pixels, "caption": "x", "mood": "calm"})
                self.assertTrue(numpy.array_equal(found["pixels"], pixels * 2))
                self.assertEqual((found["caption"], found["mood"]), ("x!", "wild"))
                if typed and pixels.size:
                    self.assertEqual(found["pixels"].__array_interface__["data"][0] % 64, 0)

    def test_streams_under_little_credit(self):
        for client, _, _ in self.every(SMALL):
            self.assertEqual(client.listed("count", 2000), list(range(2000)))
            self.assertEqual(client.listed("count", 0), [])
            self.assertEqual(client.call("total", 5, (each for each in range(5000))), 5 + sum(range(5000)))
            self.assertEqual(client.listed("chat", (f"a{each}" for each in range(1000))), [f"A{each}" for each in range(1000)])

    def test_errors(self):
        for client, _, typed in self.every():
            with self.assertRaises(RemoteError) as caught:
                client.call("fail", "my_code")
            self.assertEqual((caught.exception.code, caught.exception.message, caught.exception.retry_after_millis), ("my_code", "as was wanted", 7))
            with self.assertLogs("psyne"), self.assertRaises(RemoteError) as caught:
                client.call("fail", "zero")
            self.assertEqual((caught.exception.code, caught.exception.message), ("failed", "ZeroDivisionError: by zero"))
            with self.assertRaises(AttributeError):
                client.call("nothing")
            if typed:
                with self.assertRaisesRegex(ValueError, "Typed.add.a"):
                    client.call("add", "one")
                with self.assertRaises(TypeError):
                    client.call("add", 1, 2, 3)

            def broken():
                yield 1
                raise KeyError("items")

            with self.assertRaises((RemoteError, KeyError)):
                client.call("total", 0, broken())
            self.assertEqual(client.call("add", 1, 1), 2)

    def test_deadlines(self):
        for client, offered, _ in self.every():
            with self.assertRaises(DeadlineExceeded):
                client.call("never", timeout=0.02)
            with self.assertRaises(TimeoutError):
                Caller(client.service.with_timeout(0.02), client.run).call("never")
            offered.let_go.set()
            self.assertEqual(client.call("add", 1, 1, timeout=20), 2)

    def test_a_stream_that_is_closed_is_cancelled(self):
        for client, offered, _ in self.every(SMALL):
            if client.run is None:
                items = client.service.count(1 << 40)
                self.assertEqual([next(items), next(items)], [0, 1])
                items.close()
                self.assertEqual(list(items), [])
            else:

                async def first():
                    items = await client.service.count(1 << 40)
                    async for each in items:
                        await items.aclose()
                        return each

                self.assertEqual(client.run(first()), 0)
            self.assertTrue(offered.closed.wait(20))

    def test_many_at_once(self):
        for client, _, _ in self.every():
            found = {}
            if client.run is None:
                threads = [threading.Thread(target=lambda n=n: found.update({n: [client.call("add", n, each) for each in range(50)]})) for n in range(8)]
                for each in threads:
                    each.start()
                for each in threads:
                    each.join()
            else:

                async def all_of():
                    return await asyncio.gather(*[client.service.add(n, each) for n in range(8) for each in range(50)])

                answers = client.run(all_of())
                found = {n: answers[50 * n : 50 * n + 50] for n in range(8)}
            self.assertEqual(found, {n: [n + each for each in range(50)] for n in range(8)})

    def test_a_task_that_is_cancelled(self):
        with self.pair("asyncio", "asyncio", True) as (client, _):

            async def cancelled():
                task = asyncio.create_task(client.service.never())
                await client.service.add(1, 1)
                task.cancel()
                with self.assertRaises(asyncio.CancelledError):
                    await task
                return len(client.service._bound.core.outgoing)

            self.assertEqual(client.run(cancelled()), 0)

    def test_a_method_that_calls_back_its_own_connection(self):
        """The thread that reads waits for an answer that it would have to read."""
        with psyne.connect_to_server(server_url=self.url) as server:
            name = server.register_service({"id": "own", "echo": lambda value: value, "twice": lambda value: server.get_service(name).echo(value) * 2})
            with psyne.connect_to_server(server_url=self.url) as client:
                self.assertEqual([client.get_service(name).twice(each) for each in (1, 2, 3)], [2, 4, 6])

    def test_everything_at_once(self):
        """Nine threads over three connections, one of which is the provider's own: nobody reads what another is reading, nobody waits for ever."""
        limits = psyne.Limits(window_bytes=2048)
        with contextlib.ExitStack() as stack:
            interval = sys.getswitchinterval()
            stack.callback(sys.setswitchinterval, interval)
            sys.setswitchinterval(0.0005)
            provider, *others = (stack.enter_context(psyne.connect_to_server(server_url=self.url, limits=limits)) for _ in range(3))
            offered = {**Blocking().functions(), "deep": lambda n: own.deep(n - 1) + 1 if n else 0, "spin": lambda n: sum(range(n))}
            name = provider.register_service({"id": "busy", **offered})
            own = provider.get_service(name)
            done: list[int] = []
            threads = [
                threading.Thread(target=self.several, args=(each, server.get_service(name), done)) for each in range(3) for server in (provider, *others)
            ]
            for each in threads:
                each.start()
            for each in threads:
                each.join()
            self.assertEqual(done, [60] * 9)

    def several(self, seed, service, done):
        source, turns = random.Random(seed), 0
        for _ in range(60):
            n = source.randrange(200)
            found, wanted = source.choice(
                (
                    lambda: (service.add(n, n), 2 * n),
                    lambda: (list(service.count(n)), list(range(n))),
                    lambda: (service.total(1, (each for each in range(n))), 1 + sum(range(n))),
                    lambda: (list(service.chat(f"a{each}" for each in range(n))), [f"A{each}" for each in range(n)]),
                    lambda: (service.deep(n % 4), n % 4),
                    lambda: (service.spin(100_000), 4_999_950_000),
                    lambda: (next(service.count(1 << 40)), 0),
                )
            )()
            self.assertEqual(found, wanted)
            turns += 1
        done.append(turns)

    def test_more_methods_that_wait_than_threads(self):
        """Calls beyond them are refused, and those under way end."""
        with psyne.connect_to_server(server_url=self.url, limits=psyne.Limits(threads=3)) as server:
            name = server.register_service({"id": "deep", "deep": lambda n: own.deep(n - 1) + 1 if n else 0})
            own = server.get_service(name)
            self.assertEqual(own.deep(0), 0)
            with self.assertRaises(RemoteError) as caught:
                own.deep(8)
            self.assertEqual((caught.exception.code, caught.exception.retry_after_millis), ("unavailable", 100))
            self.assertEqual(again(lambda: own.deep(0)), 0)

    def test_names_with_a_dot_and_words_of_python(self):
        with psyne.connect_to_server(server_url=self.url) as server:
            full = server.register_service({"id": "parts", "math": {"add": lambda a, b: a + b}, "class": lambda: "first"})
            self.assertIn(full, server.list_services())
            service = server.get_service(full)
            self.assertEqual((service.math.add(1, 2), service.class_()), (3, "first"))
            server.unregister_service("parts")
            self.assertNotIn(full, server.list_services())
            with self.assertRaises(RemoteError):
                server.get_service(full)

    def test_a_schema_of_the_callers_own(self):
        older = "package test; service Typed { add(1 i64 a) -> i64; }"
        with psyne.connect_to_server(server_url=self.url) as server:
            name = server.register_service({"id": "evolved", **Blocking().functions()}, schema=SCHEMA)
            self.assertEqual(server.get_service(name, schema=older).add(4), 4)
            with self.assertRaises(RemoteError) as caught:
                server.get_service(name, schema=older.replace("i64 a", "i32 a"))
            self.assertEqual(caught.exception.code, "schema_mismatch")

    def test_what_cannot_be_registered(self):
        with psyne.connect_to_server(server_url=self.url) as server:
            for service, options in (({"add": len}, {}), ({"id": "empty"}, {}), ({"id": "x", "add": len}, {"schema": SCHEMA})):
                with self.assertRaises(ValueError):
                    server.register_service(service, **options)
            with self.assertRaises(ValueError):
                server.unregister_service("unknown")


class CallbacksTest(Pairs):
    """What a node must pass on from the callee to the caller."""

    def test_callbacks(self):
        for client, _, _ in self.every():
            self.assertEqual(list(client.call("judge", lambda each: f"no {each}", 3)), ["no 0", "no 1", "no 2"])

            def refuses(each):
                raise RemoteError("not_this", str(each))

            with self.assertRaises(RemoteError) as caught:
                client.call("judge", refuses, 1)
            self.assertEqual(caught.exception.code, "not_this")

    def test_each_callback_finds_its_own_caller(self):
        with self.pair("blocking", "blocking", False) as (client, _), psyne.connect_to_server(server_url=self.url) as other:
            both = [client.service, other.get_service(client.service._name)]
            found: dict[int, list[str]] = {}
            threads = [threading.Thread(target=lambda n=n: found.update({n: both[n % 2].judge(lambda each: f"{n} {each}", 20)})) for n in range(6)]
            for each in threads:
                each.start()
            for each in threads:
                each.join()
            self.assertEqual(found, {n: [f"{n} {each}" for each in range(20)] for n in range(6)})


def again(call, passing=(ConnectionLost, RemoteError)):
    """The first answer that is none of these errors: what was on the lost connection fails first."""
    for _ in range(1000):
        try:
            return call()
        except passing:
            continue
    raise AssertionError("it never came back")


if __name__ == "__main__":
    unittest.main()
