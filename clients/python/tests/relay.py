"""A node as the clients' tests want it: finds, offers and withdraws services, and forwards calls frame by frame without decoding them.

python relay.py [tcp://127.0.0.1:PORT | unix:PATH]      prints its address and serves until its standard input ends
"""

from __future__ import annotations

import asyncio
import struct
import sys
import threading
from typing import Any

from psyne import wire_records
from psyne.address import address
from psyne.errors import RemoteError
from psyne.schema import Schema
from psyne.services import CONNECTION_METHODS, FIND, OFFER, WITHDRAW, signed

HEADER = struct.Struct("<BBHIII")
HELLO, CALL, ITEM, END, ERROR, CREDIT, CANCEL, PING, PONG, GOAWAY, CALLBACK, RELEASE = range(1, 13)
PIECE_BYTES = 256 << 10
MESSAGE_BYTES = 64 << 20


class Relay:
    """`services` are by number: the connection that offers one, its number there, its offer and its full name."""

    def __init__(self) -> None:
        self.services: dict[int, tuple[Peer, int, dict, str]] = {}
        self.next_service = 1
        self.peers: list[Peer] = []
        self.sharing: dict[str, str] = {}

    def find(self, name: str, known: int | None) -> dict[str, Any]:
        for number, (_, _, offer, full) in reversed(self.services.items()):
            if name in (full, offer["name"]):
                binding: dict[str, Any] = {"service": number, "methods": offer["methods"], "shares": offer.get("shares")}
                if "schema" in offer:
                    binding["fingerprint"] = signed(Schema.parse(offer["schema"]).fingerprint)
                    binding.update({} if known == binding["fingerprint"] else {"schema": offer["schema"]})
                return binding
        raise RemoteError("not_found", f"there is no service '{name}'")

    def offer(self, peer: Peer, offer: dict) -> str:
        full = f"{peer.hello.get('workspace', 'public')}/{peer.hello.get('client', f'client{peer.number}')}:{offer['name']}"
        self.services[self.next_service] = peer, offer["service"], offer, full
        self.next_service += 1
        return full

    def withdraw(self, peer: Peer, name: str) -> None:
        for number, (owner, _, _, full) in list(self.services.items()):
            if owner is peer and name == full:
                del self.services[number]

    def gone(self, peer: Peer) -> None:
        self.peers.remove(peer)
        self.services = {number: each for number, each in self.services.items() if each[0] is not peer}


class Peer(asyncio.Protocol):
    """One connection. `routes` leads from its streams to the other side's connection and stream."""

    count = 0

    def __init__(self, relay: Relay) -> None:
        self.relay = relay
        self.routes: dict[int, tuple[Peer, int]] = {}
        self.hello: dict[str, Any] = {}
        self.next_stream = 2
        self.left = b""
        self.passed: dict[tuple[int, int], int] = {}
        Peer.count += 1
        self.number = Peer.count

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.relay.peers.append(self)

    def send(self, kind: int, stream: int, payload: bytes) -> None:
        self.transport.write(HEADER.pack(kind, 0, 0, stream, len(payload), len(payload)) + payload)

    def data_received(self, data: bytes) -> None:
        data = self.left + data if self.left else data
        at, size = 0, len(data)
        while size - at >= 16:
            kind, flags, lane, stream, length, total = HEADER.unpack_from(data, at)
            if size - at < 16 + length:
                break
            self.frame(kind, flags, lane, stream, total, data[at + 16 : at + 16 + length])
            at += 16 + length
        self.left = data[at:] if at else data

    def frame(self, kind: int, flags: int, lane: int, stream: int, total: int, payload: bytes) -> None:
        route = self.routes.get(stream)
        if route is not None:
            other, number = route
            other.transport.write(HEADER.pack(kind, flags, lane, number, len(payload), total) + payload)
            if self.whole(stream, kind, len(payload), total) and (kind in (ERROR, CANCEL) or kind == END and not self.made(stream)):
                self.forget(stream)
        elif kind in (CALL, CALLBACK):
            self.begin(kind, flags, lane, stream, total, payload)
        elif kind == HELLO:
            self.hello = wire_records.HELLO.decode(payload)
            if self.hello.get("token") == "wrong":
                self.send(GOAWAY, 0, wire_records.FAILURE.encode({"code": "permission_denied", "message": "the token is wrong"}))
                self.transport.close()
                return
            hello = {"version": 2, "name": "relay", "maxMessageBytes": MESSAGE_BYTES, "pieceBytes": PIECE_BYTES, "maxCalls": 4096}
            self.send(HELLO, 0, wire_records.HELLO.encode({**hello, **self.relay.sharing}))
        elif kind == RELEASE:
            # Leases keep their numbers here, which are those of one provider and one caller.
            for other in self.relay.peers:
                if other is not self:
                    other.send(RELEASE, 0, payload)
        elif kind == PING:
            self.send(PONG, 0, payload)

    def whole(self, stream: int, kind: int, length: int, total: int) -> bool:
        """Whether this was a message's last piece."""
        passed = self.passed.pop((stream, kind), 0) + length
        if passed < total:
            self.passed[stream, kind] = passed
        return passed == total

    def made(self, stream: int) -> bool:
        """Whether this peer made the call: its END says then that its items are over, not the call."""
        return stream & 1 == 1

    def forget(self, stream: int) -> None:
        other, number = self.routes.pop(stream)
        other.routes.pop(number, None)

    def begin(self, kind: int, flags: int, lane: int, stream: int, total: int, payload: bytes) -> None:
        if kind == CALLBACK:
            # The second word is the call in whose arguments the callback came.
            other, number = self.routes[struct.unpack_from("<I", payload, 4)[0]]
            self.pass_on(other, kind, flags, lane, stream, total, payload[:4] + struct.pack("<I", number) + payload[8:])
            return
        service, method = struct.unpack_from("<HH", payload)
        if not service:
            self.own(stream, method, payload[16:])
        elif service in self.relay.services:
            provider, number, _, _ = self.relay.services[service]
            self.pass_on(provider, kind, flags, lane, stream, total, struct.pack("<H", number) + payload[2:])
        else:
            self.fail(stream, "unavailable", "the provider is gone")

    def pass_on(self, other: Peer, kind: int, flags: int, lane: int, stream: int, total: int, payload: bytes) -> None:
        number = other.next_stream
        other.next_stream += 2
        self.routes[stream] = other, number
        other.routes[number] = self, stream
        self.whole(stream, kind, len(payload), total)
        other.transport.write(HEADER.pack(kind, flags, lane, number, len(payload), total) + payload)

    def own(self, stream: int, number: int, arguments: bytes) -> None:
        method = CONNECTION_METHODS[number]
        args = list(method.read_arguments(memoryview(arguments), None, None)[0])
        try:
            result = (
                self.relay.find(*args)
                if number == FIND
                else self.relay.offer(self, *args)
                if number == OFFER
                else self.relay.withdraw(self, *args)
                if number == WITHDRAW
                else [each[3] for each in self.relay.services.values()]
            )
            self.send(END, stream, b"".join(method.write_result(result)[0]))
        except RemoteError as error:
            self.fail(stream, error.code, error.message)

    def fail(self, stream: int, code: str, message: str) -> None:
        self.send(ERROR, stream, wire_records.FAILURE.encode({"code": code, "message": message}))

    def connection_lost(self, error: Exception | None) -> None:
        self.relay.gone(self)
        for stream, (other, number) in list(self.routes.items()):
            if stream & 1:
                other.send(CANCEL, number, b"")
            else:
                other.fail(number, "unavailable", "the provider is gone")
            self.forget(stream)


class Running:
    """A relay in a thread of its own: `url`, and `drop` to cut every connection."""

    def __init__(self, url: str = "tcp://127.0.0.1:0") -> None:
        self.loop = asyncio.new_event_loop()
        self.relay = Relay()
        self.started = threading.Event()
        self.thread = threading.Thread(target=self._run, args=(url,), daemon=True)
        self.thread.start()
        self.started.wait()

    def _run(self, url: str) -> None:
        asyncio.set_event_loop(self.loop)
        self.server = self.loop.run_until_complete(listen(self.relay, url))
        where = self.server.sockets[0].getsockname()
        self.url = f"unix:{where}" if isinstance(where, str) else f"tcp://127.0.0.1:{where[1]}"
        self.started.set()
        self.loop.run_forever()

    def drop(self) -> None:
        self.loop.call_soon_threadsafe(lambda: [peer.transport.abort() for peer in list(self.relay.peers)])

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.server.close()
        for peer in list(self.relay.peers):
            peer.transport.abort()
        self.loop.run_until_complete(asyncio.sleep(0))
        self.loop.close()


async def listen(relay: Relay, url: str) -> Any:
    loop = asyncio.get_running_loop()
    if url.startswith("unix:"):
        return await loop.create_unix_server(lambda: Peer(relay), address(url)[1])
    return await loop.create_server(lambda: Peer(relay), "127.0.0.1", int(url.rpartition(":")[2]))


if __name__ == "__main__":
    running = Running(*sys.argv[1:])
    print(running.url, flush=True)
    sys.stdin.read()
