"""Arrays in memory that two clients share, through a relay with an exchange of regions; and what no region may be."""

import asyncio
import os
import random
import socket
import struct
import sys
import tempfile
import threading
import unittest

import numpy
from relay import Running

import psyne
import psyne.aio
from psyne import RemoteError, exchange, regions

PACKET = struct.Struct("<8sII16sII24x")
KEY = "00112233445566778899aabbccddeeff"
SCHEMA = """
package test;
service Mirror {
  echo(1 tensor values) -> tensor;
  here(1 tensor values) -> bool;
  parts(1 i64 count) -> stream tensor;
  sum(1 tensor<f64> values) -> f64;
  total(stream tensor<f64>) -> f64;
}
"""
LARGE = numpy.arange(20_000.0)


def is_shared(array):
    """Whether an array lies in a region."""
    at = array.__array_interface__["data"][0]
    with open("/proc/self/maps") as maps:
        for line in maps:
            begin, end = (int(each, 16) for each in line.split()[0].split("-"))
            if begin <= at < end:
                return "memfd:psyne-region" in line
    return False


class SharingExchange:
    """A node's exchange: regions by number, as they were passed."""

    def __init__(self, path):
        self.files = {}
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.socket.bind(path)
        self.socket.listen()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        while True:
            try:
                asked, _ = self.socket.accept()
            except OSError:
                return
            with asked:
                self.answer(asked)

    def answer(self, asked):
        content, files, _, _ = socket.recv_fds(asked, PACKET.size, 1)
        magic, version, what, key, number, is_file = PACKET.unpack(content)
        passed, answer = [], exchange.DONE
        if what == exchange.GIVE:
            number = len(self.files) + 1
            self.files[number] = files[0], is_file
        elif what == exchange.TAKE and number in self.files:
            passed, is_file = [self.files[number][0]], self.files[number][1]
        elif what == exchange.TAKE or key.hex() != KEY:
            answer = exchange.REFUSED
        socket.send_fds(asked, [PACKET.pack(magic, version, answer, key, number, is_file)], passed)

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.socket.close()
        for file, _ in self.files.values():
            os.close(file)


def functions():
    return {
        "echo": lambda values: values,
        "here": is_shared,
        "parts": lambda count: (numpy.full(10_000, float(each)) for each in range(count)),
        "sum": lambda values: float(values.sum()),
        "total": lambda items: float(sum(each.sum() for each in items)),
    }


@unittest.skipUnless(sys.platform == "linux", "only Linux passes regions")
class SharedTest(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        at = os.path.join(self.directory.name, "node")
        self.exchange = SharingExchange(at + ".regions")
        self.relay = Running("unix:" + at)
        self.relay.relay.sharing = {"regions": at + ".regions", "regionKey": KEY}

    def tearDown(self):
        self.relay.close()
        self.exchange.close()
        self.directory.cleanup()

    def connected(self, **limits):
        server = psyne.connect_to_server(server_url=self.relay.url, limits=psyne.Limits(**limits))
        self.addCleanup(server.close)
        return server

    def mirror(self, **limits):
        self.provider = self.connected(**limits)
        self.provider.register_service({"id": "mirror", **functions()}, schema=SCHEMA)
        self.user = self.connected(**limits)
        return self.user.get_service("mirror")

    def test_arrays_are_read_in_place(self):
        mirror = self.mirror()
        self.assertTrue(mirror.here(LARGE))
        self.assertFalse(mirror.here(LARGE[:10]))
        self.assertFalse(mirror.here(numpy.arange(20_000)[::2].astype(">i4")[:100]))
        self.assertEqual(LARGE.sum(), mirror.sum(LARGE))
        echo = mirror.echo(LARGE)
        self.assertTrue(is_shared(echo) and not echo.flags.writeable and numpy.array_equal(echo, LARGE))
        self.assertTrue(numpy.array_equal(mirror.echo(LARGE[::2]), LARGE[::2]))
        parts = list(mirror.parts(30))
        self.assertTrue(all(is_shared(each) and (each == index).all() for index, each in enumerate(parts)))
        self.assertEqual(20_000 * 30, mirror.total(numpy.full(10_000, 2.0) for _ in range(30)))

    def test_memory_comes_back(self):
        mirror = self.mirror(region_bytes=1 << 20)
        for _ in range(200):
            self.assertTrue(is_shared(mirror.echo(LARGE)))
        held = [mirror.echo(LARGE) for _ in range(20)]
        self.assertFalse(is_shared(held[-1]), "there is room for six")
        self.assertTrue(all(numpy.array_equal(each, LARGE) for each in held))
        held.clear()
        while not is_shared(mirror.echo(LARGE)):
            pass
        self.assertEqual({}, self.user._core.shared._held)

    def test_what_is_allocated_is_not_copied(self):
        mirror = self.mirror()
        values = self.user.allocate((100, 20), "f4")
        values[:] = 3
        self.assertTrue(is_shared(values) and mirror.here(values), "below the threshold, and yet in place")
        self.assertEqual(6000, mirror.echo(values).sum())
        self.assertTrue(mirror.here(values[:50]))
        del values
        own = self.user._core.shared._own
        self.user.allocate((10,), "f4")
        self.assertLessEqual(len(own._allocated), 1)
        with self.assertRaises(MemoryError):
            self.user.allocate((1 << 30,), "f8")

    def test_a_file_is_read_in_place(self):
        mirror = self.mirror()
        path = os.path.join(self.directory.name, "weights")
        LARGE.tofile(path)
        with self.user.share_file(path) as weights:
            values = weights.array(800, (1000,), "f8")
            self.assertEqual(LARGE[100:1100].sum(), mirror.sum(values))
            self.assertEqual([1], [is_file for _, is_file in self.exchange.files.values()], "only the file was passed")
            self.assertRaises(ValueError, weights.array, 8, (20_000,), "f8")
        self.assertEqual(values.sum(), mirror.sum(values))

    def test_asyncio_too(self):
        async def run():
            async with psyne.aio.connect_to_server(server_url=self.relay.url) as provider, psyne.aio.connect_to_server(server_url=self.relay.url) as user:
                await provider.register_service({"id": "mirror", **functions(), "total": total}, schema=SCHEMA)
                mirror = await user.get_service("mirror")
                self.assertTrue(await mirror.here(LARGE))
                echo = await mirror.echo(LARGE)
                self.assertTrue(is_shared(echo) and numpy.array_equal(echo, LARGE))
                count = 0
                async for part in mirror.parts(20):
                    self.assertTrue(is_shared(part) and (part == count).all())
                    count += 1
                self.assertEqual(20, count)
                self.assertEqual(400_000, await mirror.total(numpy.full(10_000, 2.0) for _ in range(20)))
                del echo, part
                while provider._core.shared._held:
                    await asyncio.sleep(0)

        async def total(items):
            return float(sum([each.sum() async for each in items]))

        asyncio.run(run())

    def test_a_region_that_is_over_is_unavailable(self):
        mirror = self.mirror()
        self.assertEqual(1, mirror.echo(LARGE[:1])[0] + 1)
        self.provider._core.shared._number = 77
        self.provider._core.shared._region()
        self.provider._core.shared._number = 77
        with self.assertRaises(RemoteError) as refused:
            mirror.echo(LARGE)
        self.assertEqual("unavailable", refused.exception.code)


@unittest.skipUnless(sys.platform == "linux", "only Linux has files in memory")
class RegionTest(unittest.TestCase):
    def setUp(self):
        self.own = regions.OwnRegion(1 << 16)
        self.addCleanup(self.own.close)

    def test_blocks_are_apart_and_come_back(self):
        source = random.Random(3)
        held = {}
        for turn in range(3000):
            if held and source.random() < 0.5:
                block, content = held.pop(source.choice(list(held)))
                self.assertEqual(content, bytes(self.own._view[block.offset : block.offset + len(content)]))
                self.own.release(block)
            else:
                content = source.randbytes(source.randrange(1, 20_000))
                block = self.own.copy(content)
                if block is not None:
                    held[turn] = block, content
        for block, _ in held.values():
            self.own.release(block)
        self.assertEqual([(0, 1 << 16)], self.own._free)

    def test_references_are_read_in_the_region_or_refused(self):
        block = self.own.copy(b"x" * 100)
        mapped = regions.Mapped(self.own.file, False)
        self.assertEqual(b"x" * 100, mapped.elements(1, block.offset, 100, None).tobytes())
        source = random.Random(4)
        for _ in range(5000):
            at = source.choice((0, 1, 64, (1 << 16) - 64, 1 << 16, 1 << 63, source.getrandbits(64)))
            size = source.choice((1, 64, 1 << 16, 1 << 40, source.getrandbits(20)))
            if at % 64 == 0 and at + size <= 1 << 16:
                self.assertEqual(size, len(mapped.elements(1, at, size, None)))
            else:
                self.assertRaises(ValueError, mapped.elements, 1, at, size, None)

    def test_an_array_keeps_its_mapping(self):
        self.own.copy(b"y" * 100)
        array = regions.Mapped(self.own.file, False).elements(1, 0, 100, None)[10:20]
        self.assertEqual(b"y" * 10, array.tobytes())
        with self.assertRaises(ValueError):
            array[0] = 1

    def test_what_is_no_region_is_not_mapped(self):
        header = regions._HEADER.pack(b"PSYNEREG", 1, os.geteuid(), 4096)
        for content, size, sealed in (
            (header, 8192, False),
            (b"PSYNEREX" + header[8:], 8192, True),
            (header[:8] + b"\2" + header[9:], 8192, True),
            (header[:16] + struct.pack("<q", 4097), 8192, True),
            (header[:16] + struct.pack("<q", -1), 8192, True),
            (header, 100, True),
        ):
            with self.subTest(content=content, size=size, sealed=sealed):
                file = os.memfd_create("test", os.MFD_ALLOW_SEALING)
                self.addCleanup(os.close, file)
                os.fchmod(file, 0o600)
                os.pwrite(file, content, 0)
                os.ftruncate(file, size)
                if sealed:
                    regions.fcntl.fcntl(file, regions._ADD_SEALS, regions._SHRINK)
                self.assertRaises(OSError, regions.Mapped, file, False)


if __name__ == "__main__":
    unittest.main()
