"""The client for asyncio.

    async with psyne.aio.connect_to_server({"server_url": "tcp://localhost:9000"}) as server:
        print(await (await server.get_service("hello")).greet("Zoë"))

Everything belongs to the loop in which it was connected. Functions of a service may be coroutine functions, generators of both kinds, and plain functions,
which run on the loop. An array that is sent may not change before the call is over: it leaves from where it lies.
"""

from __future__ import annotations

import asyncio
import collections.abc
from typing import Any, AsyncIterator, Generator, Mapping

from .address import Options, address
from .aio_core import AsyncCallback, AsyncCore, AsyncItems
from .connection import FIRST_RETRY_SECONDS, LAST_RETRY_SECONDS, arguments, flags_of, lane_of
from .core import Provided, References
from .errors import ConnectionLost, PsyneError, RemoteError
from .schema import Schema
from .services import CONNECTION_METHODS, FIND, OFFER, SERVICES, WITHDRAW, Bound, Described, bound, connection_service, described, signed
from .shared import SharedFile, shared_by

__all__ = ["AsyncCallback", "AsyncItems", "Server", "Service", "connect_to_server"]


def connect_to_server(config: Mapping[str, Any] | None = None, **options: Any) -> _Connecting:
    """To be awaited, or entered with `async with`. The options are those of `Options`; ConnectionLost if there is no server, RemoteError if it refuses."""
    return _Connecting(Options.of(config, options))


class _Connecting:
    def __init__(self, options: Options) -> None:
        self._options = options
        self._server: Server | None = None

    async def _made(self) -> Server:
        server = Server(self._options)
        await server.core()
        return server

    def __await__(self) -> Generator[Any, None, Server]:
        return self._made().__await__()

    async def __aenter__(self) -> Server:
        self._server = await self._made()
        return self._server

    async def __aexit__(self, *_: Any) -> None:
        assert self._server is not None
        await self._server.close()


class Server:
    """A connection to a node, made again if the options say so."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self._provided: dict[int, Provided] = {0: connection_service(lambda: [each for each in self._provided.values() if each.number])}
        self._described: dict[int, Described] = {}
        self._names: dict[int, str] = {}
        self._next = 1
        self._schemas: dict[str, Schema] = {}
        self._closed = asyncio.Event()
        self._connecting = asyncio.Lock()
        self._core: AsyncCore | None = None
        self._again: asyncio.Task[None] | None = None

    def __repr__(self) -> str:
        return f"<server {self.options.server_url}{' closed' if self._closed.is_set() else ''}>"

    async def __aenter__(self) -> Server:
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self.close()

    async def get_service(self, name: str, *, schema: str | Schema | None = None, classes: Any = None, timeout: float | None = None) -> Service:
        """A service by its name. Its records are read as `classes` (a module, a mapping or a list). `schema` is the caller's own, which it must follow."""
        own = Schema.parse(schema) if isinstance(schema, str) else schema
        service = Service(self, name, own, classes, self.options.method_timeout if timeout is None else timeout)
        await service.bind()
        return service

    async def register_service(self, service: Any, *, schema: str | Schema | None = None, classes: Any = None) -> str:
        """Offers a service: a dict with an `id` and functions, or an object. Returns the full name by which others find it."""
        given = described(service, schema, classes)
        core = await self.core()
        if len(self._described) >= core.limits.services:
            raise ValueError(f"{core.limits.services} services are registered, which is as many as there may be")
        number, self._next = self._next, self._next + 1
        self._provided[number], self._described[number] = given.provided(number), given
        try:
            self._names[number] = await self._own(core, OFFER, given.offer(number, core.shared is not None))
        except BaseException:
            del self._provided[number], self._described[number]
            raise
        return self._names[number]

    async def unregister_service(self, name: str) -> None:
        """Ends what `register_service` began; `name` is the id or the full name."""
        for number, given in self._described.items():
            if name in (given.name, self._names.get(number)):
                await self._own(await self.core(), WITHDRAW, self._names[number])
                del self._described[number], self._provided[number], self._names[number]
                return
        raise ValueError(f"no service '{name}' is registered here")

    async def list_services(self) -> list[str]:
        """The names of all services that can be found."""
        return await self._own(await self.core(), SERVICES)

    async def serve(self) -> None:
        """Waits until the server is closed, or its connection is lost and not made again."""
        await self._closed.wait()

    async def close(self) -> None:
        """Ends the connection and every call with it."""
        self._closed.set()
        if self._again is not None:
            self._again.cancel()
        core = self._core
        if core is not None:
            core.end(ConnectionLost("it was closed here"))
            await core.ended

    def allocate(self, shape: tuple[int, ...], dtype: Any = "f8") -> Any:
        """An array, of whatever values, in memory that is shared with the node: it is sent without a copy. RuntimeError if none is shared."""
        return shared_by(self.alive()).allocate(shape, dtype)

    def share_file(self, path: Any) -> SharedFile:
        """A file whose arrays are sent by reference to those who can map it. RuntimeError if no memory is shared."""
        return shared_by(self.alive()).share(path)

    def alive(self) -> AsyncCore | None:
        core = self._core
        return core if core is not None and core.error is None and core.leaving is None else None

    async def core(self) -> AsyncCore:
        """The connection, made again if it was lost and the options say so."""
        async with self._connecting:
            core = self.alive()
            if core is not None:
                return core
            old = self._core
            if self._closed.is_set() or (old is not None and not self.options.reconnect):
                raise ConnectionLost(f"the connection has ended: {old.error or old.leaving}" if old is not None else "it was closed here")
            core = await self._connected()
            for number, given in self._described.items():
                self._names[number] = await self._own(core, OFFER, given.offer(number, core.shared is not None))
            self._core = core
            return core

    async def _connected(self) -> AsyncCore:
        options = self.options
        loop = asyncio.get_running_loop()
        kind, where = address(options.server_url)
        core: AsyncCore = AsyncCore(options.limits, self._provided, lambda: self._lost(core))
        making = loop.create_connection(lambda: core, *where) if kind == "tcp" else loop.create_unix_connection(lambda: core, where)
        try:
            await asyncio.wait_for(making, options.timeout)
            core.send_hello(options.name, options.token, options.workspace, options.client_id)
            await asyncio.wait_for(core.greeting, options.timeout)
        except (OSError, asyncio.TimeoutError) as error:
            core.end(ConnectionLost(f"{options.server_url} cannot be reached, or says no HELLO: {error}"))
        if core.peer is None or core.error is not None:
            raise core.leaving or core.error or ConnectionLost(options.server_url)
        return core

    def _lost(self, core: AsyncCore) -> None:
        if core is not self._core or self._closed.is_set():
            return
        if not self.options.reconnect:
            self._closed.set()
        elif self._described:
            self._again = asyncio.get_running_loop().create_task(self._retry())

    async def _retry(self) -> None:
        seconds = FIRST_RETRY_SECONDS
        while not self._closed.is_set():
            try:
                await self.core()
                return
            except PsyneError:
                await asyncio.sleep(seconds)
                seconds = min(2 * seconds, LAST_RETRY_SECONDS)

    async def _own(self, core: AsyncCore, method: int, *args: Any) -> Any:
        """A call of the node's own service."""
        chunks, size, _ = CONNECTION_METHODS[method].write_arguments(args, {}, None)
        call: Any = core.begin(0, method, chunks, size, timeout=self.options.timeout)
        call.what = CONNECTION_METHODS[method].name
        return CONNECTION_METHODS[method].read_result(await call.answer())

    async def find(self, name: str, own: Schema | None, classes: Any) -> Bound:
        """Binds a name on the connection that there is."""
        core = await self.core()
        known = self._schemas.get(name)
        found = await self._own(core, FIND, name, signed(known.fingerprint) if known is not None else None)
        made = bound(core, name, found, own, classes, known)
        if made.schema is not None and len(self._schemas) < core.limits.services:
            self._schemas[name] = made.schema
        return made


class Service:
    """A service of another's; its methods are attributes. `timeout=` gives one call a deadline in seconds, `with_timeout` all."""

    def __init__(self, server: Server, name: str, own: Schema | None, classes: Any, timeout: float | None) -> None:
        self._server = server
        self._name = name
        self._own = own
        self._classes = classes
        self._timeout = timeout
        self._bound: Any = None

    async def bind(self) -> Bound:
        self._bound = await self._server.find(self._name, self._own, self._classes)
        return self._bound

    def __repr__(self) -> str:
        return f"<service {self._name}: {', '.join(self._bound.numbers)}>"

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._bound.numbers]

    def with_timeout(self, seconds: float | None) -> Service:
        made = Service(self._server, self._name, self._own, self._classes, seconds)
        made._bound = self._bound
        return made

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        numbers = self._bound.numbers
        found = name if name in numbers else name.rstrip("_")
        if found in numbers:
            method = self.__dict__[name] = RemoteMethod(self, found)
            return method
        if any(each.startswith(name + ".") for each in numbers):
            return _Part(self, name)
        raise AttributeError(f"service '{self._name}' has no method '{name}'; there are {', '.join(numbers)}")


class _Part:
    """The beginning of methods' names that have a dot."""

    def __init__(self, service: Service, prefix: str) -> None:
        self._service = service
        self._prefix = prefix

    def __getattr__(self, name: str) -> Any:
        return getattr(self._service, f"{self._prefix}.{name}")


class RemoteMethod:
    """A method of a service. What a call gives is awaited; a stream may also be iterated at once."""

    def __init__(self, service: Service, name: str) -> None:
        self._service = service
        self._name = name

    def __call__(self, *args: Any, **named: Any) -> Any:
        bound = self._service._bound
        if bound.core.error is not None or bound.core.leaving is not None:
            return Answer(self._late(args, named))
        call, method = self._begin(bound, args, named)
        return Answer(_value(call, method))

    async def _late(self, args: tuple, named: dict[str, Any]) -> Any:
        """On a connection that is made again."""
        call, method = self._begin(await self._service.bind(), args, named)
        return await _value(call, method)

    def _begin(self, bound: Any, args: tuple, named: dict[str, Any]) -> tuple[Any, Any]:
        number = bound.numbers.get(self._name)
        if number is None:
            raise RemoteError("not_found", f"service '{self._service._name}' has no method '{self._name}' any more")
        core, method = bound.core, bound.methods[number]
        timeout = self._service._timeout
        if named and "timeout" in named and not (method.typed and "timeout" in method.parameters):
            timeout = named.pop("timeout")
        refs = References(core, bound.codecs) if method.calls_back else None
        lending = core.lending(bound.shares, refs)
        chunks, size, items = arguments(method, args, named, refs, lending)
        call = core.begin(
            bound.service,
            number,
            chunks,
            size,
            flags=flags_of(core, method, items),
            lane=lane_of(method, items, size),
            window=0 if method.streamed is False else core.limits.window_bytes,
            timeout=timeout,
            callbacks=refs.numbers if refs is not None else None,
            lending=lending,
        )
        call.lends = bound.shares
        call.what = self._name
        if items is not None:
            core.task(call.send_items(items, method.write_input))
        return call, method


async def _value(call: Any, method: Any) -> Any:
    if method.streamed is None:
        # What comes first says whether it streams; an empty END is that of a stream.
        await call.until(lambda: call.inbox)
        if call.inbox or (call.error is None and call.result is not None and not len(call.result)):
            return AsyncItems(call, method.read_item)
    if method.streamed:
        return AsyncItems(call, method.read_item)
    return method.read_result(await call.answer())


class Answer(collections.abc.Coroutine):
    """The answer of a call that is under way: a coroutine, and, if it is a stream, an asynchronous iterable."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def __await__(self) -> Generator[Any, None, Any]:
        return self._value.__await__()

    def send(self, value: Any) -> Any:
        return self._value.send(value)

    def throw(self, *error: Any) -> Any:
        return self._value.throw(*error)

    def close(self) -> None:
        self._value.close()

    async def _items(self) -> AsyncIterator[Any]:
        items = await self._value
        try:
            async for item in items:
                yield item
        finally:
            await items.aclose()

    def __aiter__(self) -> AsyncIterator[Any]:
        return self._items()
