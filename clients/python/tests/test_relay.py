"""What only a relay of the test's own can do: to go away and come back, to lie at a Unix socket, to refuse."""

import tempfile
import threading
import unittest

from relay import Running
from test_services import AsyncioThread, again

import psyne
import psyne.aio
from psyne import ConnectionLost, RemoteError


class RelayTest(unittest.TestCase):
    """What only a relay of the test's own can do."""

    def test_a_unix_socket(self):
        with tempfile.TemporaryDirectory() as directory:
            relay = Running(f"unix:{directory}/relay")
            try:
                with psyne.connect_to_server(server_url=relay.url) as server:
                    name = server.register_service({"id": "echo", "echo": lambda value: value})
                    self.assertEqual(server.get_service(name).echo("é"), "é")
            finally:
                relay.close()

    def test_connects_and_registers_again(self):
        for provider_is_async in (False, True):
            relay, loop = Running(), AsyncioThread()
            try:
                options = {"server_url": relay.url, "reconnect": True}
                registered = threading.Semaphore(0)
                offer = relay.relay.offer

                def offered(*args, offer=offer, registered=registered):
                    full = offer(*args)
                    registered.release()
                    return full

                relay.relay.offer = offered
                service = {"id": "echo", "echo": lambda value: value}
                if provider_is_async:
                    server = loop.run(psyne.aio.connect_to_server(options)._made())
                    loop.run(server.register_service(service))
                else:
                    server = psyne.connect_to_server(options)
                    server.register_service(service)
                registered.acquire()
                client = psyne.connect_to_server(options)
                proxy = client.get_service("echo")
                self.assertEqual(proxy.echo(1), 1)
                relay.drop()
                self.assertTrue(registered.acquire(timeout=20))
                self.assertEqual(again(lambda: proxy.echo(2)), 2)
                client.close()
                loop.run(server.close()) if provider_is_async else server.close()
            finally:
                loop.close()
                relay.close()

    def test_calls_end_with_their_connection(self):
        relay = Running()
        release = threading.Event()
        try:
            provider = psyne.connect_to_server(server_url=relay.url)
            provider.register_service({"id": "slow", "wait": lambda: release.wait(), "drop": lambda: relay.drop()})
            client = psyne.connect_to_server(server_url=relay.url)
            with self.assertRaises((ConnectionLost, RemoteError)):
                service = client.get_service("slow")
                service.drop()
                service.wait()
            with self.assertRaises(ConnectionLost):
                again(lambda: client.list_services(), ())
            client.close()
            provider.close()
        finally:
            release.set()
            relay.close()

    def test_a_token_that_is_refused(self):
        relay, loop = Running(), AsyncioThread()
        try:
            with self.assertRaises(RemoteError) as caught:
                psyne.connect_to_server(server_url=relay.url, token="wrong")
            self.assertEqual(caught.exception.code, "permission_denied")
            with self.assertRaises(RemoteError):
                loop.run(psyne.aio.connect_to_server(server_url=relay.url, token="wrong")._made())
        finally:
            loop.close()
            relay.close()

    def test_nobody_there(self):
        with self.assertRaises(ConnectionLost):
            psyne.connect_to_server(server_url="unix:/nowhere/at/all")
        for url in ("http://host", "tcp://host", "tcp://host:0", "unix:", "host:1"):
            with self.assertRaises(ValueError):
                psyne.connect_to_server(server_url=url)
        with self.assertRaises(ValueError):
            psyne.connect_to_server({"server": "tcp://host:1"})


if __name__ == "__main__":
    unittest.main()
