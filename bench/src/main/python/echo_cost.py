"""What a call of 64 bytes costs between two clients in processes of their own: echo_cost.py KIND URL SECONDS SERVER_PID prints JSON.

KIND is blocking or asyncio (psyne.v2 through a node), hypha (hypha-rpc through a server that it knows), or raw: asyncio without any codec, length and
bytes, through a relay that passes on what comes; the relay is a process of this program, and URL and SERVER_PID are not looked at.
"p50_us" is the median of a call, "cpu_us" the processor time of both clients and of the server for one, "calls_s" how many there were a second.
"""

import asyncio
import json
import os
import subprocess
import sys
import time

DATA = os.urandom(64)
WARM_UP = 200
TICK_MICROS = 1e6 / os.sysconf("SC_CLK_TCK")


def processor_micros(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * TICK_MICROS


def figures(times, pids, before, seconds):
    used = sum(map(processor_micros, pids)) - before
    times.sort()
    return {"p50_us": times[len(times) // 2] / 1e3, "cpu_us": used / len(times), "calls_s": len(times) / seconds}


def measure(call, seconds, pids):
    for _ in range(WARM_UP):
        call()
    times, before = [], sum(map(processor_micros, pids))
    begin = now = time.perf_counter_ns()
    while now - begin < seconds * 1e9:
        call()
        last, now = now, time.perf_counter_ns()
        times.append(now - last)
    return figures(times, pids, before, (now - begin) / 1e9)


async def measure_asyncio(call, seconds, pids):
    for _ in range(WARM_UP):
        await call()
    times, before = [], sum(map(processor_micros, pids))
    begin = now = time.perf_counter_ns()
    while now - begin < seconds * 1e9:
        await call()
        last, now = now, time.perf_counter_ns()
        times.append(now - last)
    return figures(times, pids, before, (now - begin) / 1e9)


class Blocking:
    @staticmethod
    def provide(url):
        import psyne

        with psyne.connect_to_server({"server_url": url}) as server:
            server.register_service({"id": "cost", "echo": lambda data: data}, schema=SCHEMA)
            print(json.dumps({}), flush=True)
            server.serve()

    @staticmethod
    def call(url, _, seconds, pids):
        import psyne

        with psyne.connect_to_server({"server_url": url}) as server:
            echo = server.get_service("cost").echo
            return measure(lambda: echo(DATA), seconds, pids)


SCHEMA = "package bench;\nservice Cost { echo(1 bytes data) -> bytes; }\n"


class Asyncio:
    @staticmethod
    def provide(url):
        asyncio.run(Asyncio.serve(url))

    @staticmethod
    async def serve(url):
        import psyne.aio

        async with psyne.aio.connect_to_server({"server_url": url}) as server:
            await server.register_service({"id": "cost", "echo": lambda data: data}, schema=SCHEMA)
            print(json.dumps({}), flush=True)
            await server.serve()

    @staticmethod
    def call(url, _, seconds, pids):
        return asyncio.run(Asyncio.calls(url, seconds, pids))

    @staticmethod
    async def calls(url, seconds, pids):
        import psyne.aio

        async with psyne.aio.connect_to_server({"server_url": url}) as server:
            echo = (await server.get_service("cost")).echo
            return await measure_asyncio(lambda: echo(DATA), seconds, pids)


class Hypha:
    @staticmethod
    def provide(url):
        asyncio.run(Hypha.serve(url))

    @staticmethod
    async def serve(url):
        from hypha_rpc import connect_to_server

        server = await connect_to_server({"server_url": url, "client_id": "prov"})
        token = await server.generate_token()
        await server.register_service({"id": "cost", "config": {"visibility": "public"}, "echo": lambda data: data})
        print(json.dumps({"workspace": server.config.workspace, "token": token}), flush=True)
        await server.serve()

    @staticmethod
    def call(url, provider, seconds, pids):
        return asyncio.run(Hypha.calls(url, provider, seconds, pids))

    @staticmethod
    async def calls(url, provider, seconds, pids):
        from hypha_rpc import connect_to_server

        server = await connect_to_server({"server_url": url, "client_id": "call", **provider})
        service = await server.get_service("prov:cost")
        return await measure_asyncio(lambda: service.echo(DATA), seconds, pids)


class Lengths(asyncio.Protocol):
    """Messages of a length and so many bytes, given to one who takes them."""

    def __init__(self, taken):
        self.taken, self.rest = taken, b""

    def connection_made(self, transport):
        transport.get_extra_info("socket").setsockopt(6, 1, 1)
        self.transport = transport

    def data_received(self, data):
        data, at = self.rest + data, 0
        while len(data) - at >= 4 and len(data) - at - 4 >= (length := int.from_bytes(data[at : at + 4], "little")):
            self.taken(self, data[at + 4 : at + 4 + length])
            at += 4 + length
        self.rest = data[at:]

    def send(self, message):
        self.transport.write(len(message).to_bytes(4, "little") + message)


class Raw:
    @staticmethod
    def provide(_):
        asyncio.run(Raw.relay())

    @staticmethod
    async def relay():
        """Two connections, each given what comes from the other."""
        loop, ends, first = asyncio.get_running_loop(), [], asyncio.Event()

        def made():
            end = Lengths(lambda end, message: ends[1 - ends.index(end)].send(message))
            ends.append(end)
            first.set()
            return end

        server = await loop.create_server(made, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        echo = subprocess.Popen([sys.executable, __file__, "raw-echo", str(port)])
        await first.wait()
        print(json.dumps({"port": port, "pid": echo.pid}), flush=True)
        await server.serve_forever()

    @staticmethod
    async def echo(port):
        ended = asyncio.get_running_loop().create_future()
        made = Lengths(lambda end, message: end.send(message))
        made.connection_lost = lambda _: ended.set_result(None)
        await asyncio.get_running_loop().create_connection(lambda: made, "127.0.0.1", port)
        await ended

    @staticmethod
    def call(_, provider, seconds, pids):
        return asyncio.run(Raw.calls(provider["port"], seconds, [*pids, provider["pid"]]))

    @staticmethod
    async def calls(port, seconds, pids):
        loop = asyncio.get_running_loop()
        waiting = []
        _, end = await loop.create_connection(lambda: Lengths(lambda _, message: waiting.pop().set_result(message)), "127.0.0.1", port)

        async def call():
            waiting.append(answer := loop.create_future())
            end.send(DATA)
            return await answer

        return await measure_asyncio(call, seconds, pids)


KINDS = {"blocking": Blocking, "asyncio": Asyncio, "hypha": Hypha, "raw": Raw}


def main():
    if sys.argv[1] == "raw-echo":
        asyncio.run(Raw.echo(int(sys.argv[2])))
        return
    kind, url = KINDS[sys.argv[1]], sys.argv[2]
    if sys.argv[3] == "--provide":
        kind.provide(url)
        return
    provider = subprocess.Popen([sys.executable, __file__, sys.argv[1], url, "--provide"], stdout=subprocess.PIPE)
    try:
        said = json.loads(provider.stdout.readline())
        pids = [os.getpid(), provider.pid] + ([] if kind is Raw else [int(sys.argv[4])])
        print(json.dumps(kind.call(url, said, float(sys.argv[3]), pids)))
    finally:
        provider.terminate()


main()
