"""Two clients of psyne.v2 in processes of their own, through a node: psyne_echo.py KIND URL SECONDS prints calls a second as JSON.

KIND is blocking or asyncio, for both clients. What is called is what hypha-rpc's baseline.py calls; a hundred calls at a time are asyncio's in either case.
"""

import asyncio
import json
import os
import subprocess
import sys
import time

import numpy

import psyne
import psyne.aio

SCHEMA = """package bench;
service Echo { echo(1 bytes data) -> bytes; array(1 tensor<f64> values) -> tensor<f64>; size(1 tensor<f64> values) -> i64; }
"""
SERVICE = {"id": "echo", "echo": lambda data: data, "array": lambda values: values, "size": lambda values: int(values.nbytes)}
AT_A_TIME = 100
WARM_UP = 200


def provide(kind, url):
    if kind == "asyncio":
        asyncio.run(provide_asyncio(url))
        return
    with psyne.connect_to_server({"server_url": url}) as server:
        server.register_service(SERVICE, schema=SCHEMA)
        print("ready", flush=True)
        server.serve()


async def provide_asyncio(url):
    async with psyne.aio.connect_to_server({"server_url": url}) as server:
        await server.register_service(SERVICE, schema=SCHEMA)
        print("ready", flush=True)
        await server.serve()


def cases(service):
    small, medium, large = os.urandom(64), os.urandom(10240), numpy.random.rand(131072)
    return {
        "64B": lambda: service.echo(small),
        "10KiB": lambda: service.echo(medium),
        "1MiB_up": lambda: service.size(large),
        "1MiB_echo": lambda: service.array(large),
    }


def rate(call, seconds):
    done, begin = 0, time.perf_counter()
    while time.perf_counter() - begin < seconds:
        call()
        done += 1
    return done / (time.perf_counter() - begin)


async def rate_asyncio(call, seconds, at_a_time=1):
    done, begin = 0, time.perf_counter()

    async def again():
        nonlocal done
        while time.perf_counter() - begin < seconds:
            await call()
            done += 1

    await asyncio.gather(*[again() for _ in range(at_a_time)])
    return done / (time.perf_counter() - begin)


def measure_blocking(url, seconds):
    with psyne.connect_to_server({"server_url": url}) as server:
        calls = cases(server.get_service("echo"))
        for _ in range(WARM_UP):
            calls["64B"]()
        return {name: rate(call, seconds) for name, call in calls.items()}


async def measure_asyncio(url, seconds, names):
    async with psyne.aio.connect_to_server({"server_url": url}) as server:
        calls = cases(await server.get_service("echo"))
        for _ in range(WARM_UP):
            await calls["64B"]()
        rates = {name: await rate_asyncio(call, seconds) for name, call in calls.items() if name in names}
        rates["100conc_64B"] = await rate_asyncio(calls["64B"], seconds, AT_A_TIME)
        return rates


def main():
    kind, url = sys.argv[1:3]
    if sys.argv[3] == "--provide":
        provide(kind, url)
        return
    seconds = float(sys.argv[3])
    provider = subprocess.Popen([sys.executable, __file__, kind, url, "--provide"], stdout=subprocess.PIPE)
    try:
        provider.stdout.readline()
        rates = measure_blocking(url, seconds) if kind == "blocking" else {}
        names = () if kind == "blocking" else ("64B", "10KiB", "1MiB_up", "1MiB_echo")
        rates.update(asyncio.run(measure_asyncio(url, seconds, names)))
        print(json.dumps(rates))
    finally:
        provider.terminate()


main()
