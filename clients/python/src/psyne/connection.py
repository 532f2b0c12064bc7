"""The blocking client.

    with psyne.connect_to_server({"server_url": "tcp://localhost:9000"}) as server:
        print(server.get_service("hello").greet("Zoë"))

The socket is read by the thread that waits for an answer. Threads of the package's own are a keeper, which sleeps but for a moment every ten seconds, and, as
soon as a service is registered or a callback is lent, one that reads (more while methods wait or take long; see `turns`).
"""

from __future__ import annotations

import threading
from typing import Any, Callable, Mapping

from . import frames
from .address import Options, connected
from .blocking_core import BlockingCore, Items
from .core import Provided, References
from .errors import ConnectionLost, PsyneError, RemoteError
from .schema import Schema
from .services import CONNECTION_METHODS, FIND, OFFER, SERVICES, WITHDRAW, Bound, Described, bound, connection_service, described, signed
from .shared import SharedFile, shared_by

_BUSY_SECONDS = 0.01
_BULK_BYTES = 1 << 20
FIRST_RETRY_SECONDS, LAST_RETRY_SECONDS = 0.1, 10.0


def connect_to_server(config: Mapping[str, Any] | None = None, **options: Any) -> Server:
    """Connects and says hello. The options are those of `Options`; ConnectionLost if there is no server, RemoteError if it refuses."""
    return Server(Options.of(config, options))


class Server:
    """A connection to a node, made again if the options say so. Any thread may use it, and all that comes of it."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self._provided: dict[int, Provided] = {0: connection_service(self._offered)}
        self._described: dict[int, Described] = {}
        self._names: dict[int, str] = {}
        self._next = 1
        self._schemas: dict[str, Schema] = {}
        self._closed = threading.Event()
        self._woken = threading.Event()
        self._connecting = threading.RLock()
        self._core = self._connected()
        self._keeper = threading.Thread(target=self._keep, name="psyne keeper", daemon=True)
        self._keeper.start()

    def __repr__(self) -> str:
        return f"<server {self.options.server_url}{' closed' if self._closed.is_set() else ''}>"

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    @property
    def name(self) -> str:
        """What the node calls itself."""
        return (self._core.peer or {"name": ""})["name"]

    def get_service(self, name: str, *, schema: str | Schema | None = None, classes: Any = None, timeout: float | None = None) -> Service:
        """A service by its name. Its records are read as `classes` (a module, a mapping or a list). `schema` is the caller's own, which it must follow."""
        own = Schema.parse(schema) if isinstance(schema, str) else schema
        return Service(self, name, own, classes, self.options.method_timeout if timeout is None else timeout)

    def register_service(self, service: Any, *, schema: str | Schema | None = None, classes: Any = None) -> str:
        """Offers a service: a dict with an `id` and functions, or an object. Returns the full name by which others find it."""
        given = described(service, schema, classes)
        with self._connecting:
            core = self.core()
            if len(self._described) >= core.limits.services:
                raise ValueError(f"{core.limits.services} services are registered, which is as many as there may be")
            number, self._next = self._next, self._next + 1
            self._provided[number], self._described[number] = given.provided(number), given
            try:
                core.serve()
                self._names[number] = self._own(core, OFFER, given.offer(number, core.shared is not None))
            except BaseException:
                del self._provided[number], self._described[number]
                raise
            return self._names[number]

    def unregister_service(self, name: str) -> None:
        """Ends what `register_service` began; `name` is the id or the full name."""
        with self._connecting:
            for number, given in self._described.items():
                if name in (given.name, self._names.get(number)):
                    self._own(self.core(), WITHDRAW, self._names[number])
                    del self._described[number], self._provided[number], self._names[number]
                    return
        raise ValueError(f"no service '{name}' is registered here")

    def list_services(self) -> list[str]:
        """The names of all services that can be found."""
        return self._own(self.core(), SERVICES)

    def serve(self) -> None:
        """Waits until the server is closed, or its connection is lost and not made again."""
        self.core().serve()
        self._closed.wait()

    def close(self) -> None:
        """Ends the connection and every call with it."""
        self._closed.set()
        self._woken.set()
        self._core.end(ConnectionLost("it was closed here"))

    def core(self) -> BlockingCore:
        """The connection, made again if it was lost and the options say so."""
        core = self._core
        if core.error is None and core.leaving is None:
            return core
        if self._closed.is_set() or not self.options.reconnect:
            raise core.leaving if core.error is None and core.leaving is not None else ConnectionLost(f"the connection has ended: {core.error}")
        with self._connecting:
            if self._core.error is not None or self._core.leaving is not None:
                self._core = self._connected()
                self._offer_again(self._core)
            return self._core

    def _connected(self) -> BlockingCore:
        options = self.options
        core = BlockingCore(connected(options.server_url, options.timeout), options.limits, self._provided, self._woken.set)
        core.send_hello(options.name, options.token, options.workspace, options.client_id)
        core.greet(options.timeout)
        return core

    def _offer_again(self, core: BlockingCore) -> None:
        for number, given in self._described.items():
            core.serve()
            self._names[number] = self._own(core, OFFER, given.offer(number, core.shared is not None))

    def _own(self, core: BlockingCore, method: int, *args: Any) -> Any:
        """A call of the node's own service."""
        chunks, size, _ = CONNECTION_METHODS[method].write_arguments(args, {}, None)
        call = core.begin(0, method, chunks, size, timeout=self.options.timeout)
        call.what = CONNECTION_METHODS[method].name
        return CONNECTION_METHODS[method].read_result(call.answer())

    def allocate(self, shape: tuple[int, ...], dtype: Any = "f8") -> Any:
        """An array, of whatever values, in memory that is shared with the node: it is sent without a copy. RuntimeError if none is shared."""
        return shared_by(self.core()).allocate(shape, dtype)

    def share_file(self, path: Any) -> SharedFile:
        """A file whose arrays are sent by reference to those who can map it. RuntimeError if no memory is shared."""
        return shared_by(self.core()).share(path)

    def _offered(self) -> list[Provided]:
        return [each for each in self._provided.values() if each.number]

    def find(self, name: str, own: Schema | None, classes: Any) -> Bound:
        """Binds a name on the connection that there is."""
        core = self.core()
        known = self._schemas.get(name)
        found = self._own(core, FIND, name, signed(known.fingerprint) if known is not None else None)
        made = bound(core, name, found, own, classes, known)
        if made.schema is not None and len(self._schemas) < core.limits.services:
            self._schemas[name] = made.schema
        return made

    def _keep(self) -> None:
        """Answers pings while nobody reads; takes the turn from methods that take long; connects again."""
        before, retry = None, FIRST_RETRY_SECONDS
        while not self._closed.is_set():
            core = self._core
            if core.error is not None:
                if not self.options.reconnect:
                    self._closed.set()
                    return
                retry = self._retried(retry)
                continue
            retry = FIRST_RETRY_SECONDS
            self._woken.wait(_BUSY_SECONDS if core.turns.serving else self.options.limits.ping_seconds / 2)
            self._woken.clear()
            core.cancel_dropped()
            if core.turns.serving:
                before = core.busy(before)
            else:
                core.look()

    def _retried(self, seconds: float) -> float:
        """Tries to connect if services are registered; returns how long to wait before the next time."""
        self._closed.wait(seconds)
        if self._closed.is_set() or not self._described:
            return seconds
        try:
            self.core()
        except PsyneError:
            return min(2 * seconds, LAST_RETRY_SECONDS)
        return FIRST_RETRY_SECONDS


class Service:
    """A service of another's; its methods are attributes. `timeout=` gives one call a deadline in seconds, `with_timeout` all."""

    def __init__(self, server: Server, name: str, own: Schema | None, classes: Any, timeout: float | None) -> None:
        self._server = server
        self._name = name
        self._own = own
        self._classes = classes
        self._timeout = timeout
        self._bound = server.find(name, own, classes)

    def __repr__(self) -> str:
        return f"<service {self._name}: {', '.join(self._bound.numbers)}>"

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._bound.numbers]

    def with_timeout(self, seconds: float | None) -> Service:
        made = Service.__new__(Service)
        made.__dict__.update({key: value for key, value in self.__dict__.items() if key.startswith("_")}, _timeout=seconds)
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

    def bound(self) -> Bound:
        """The binding on the connection that there is."""
        made = self._bound
        if made.core.error is not None or made.core.leaving is not None:
            made = self._bound = self._server.find(self._name, self._own, self._classes)
        return made


class _Part:
    """The beginning of methods' names that have a dot."""

    def __init__(self, service: Service, prefix: str) -> None:
        self._service = service
        self._prefix = prefix

    def __getattr__(self, name: str) -> Any:
        return getattr(self._service, f"{self._prefix}.{name}")


class RemoteMethod:
    """A method of a service. Called with positional and named arguments; a stream comes back as `Items`."""

    def __init__(self, service: Service, name: str) -> None:
        self._service = service
        self._name = name
        self._found: tuple[Any, ...] | None = None

    def _binding(self) -> tuple[Any, ...]:
        """Core, service, number, method, codecs and whether it shares memory on the connection that there is."""
        bound = self._service.bound()
        number = bound.numbers.get(self._name)
        if number is None:
            raise RemoteError("not_found", f"service '{self._service._name}' has no method '{self._name}' any more")
        found = self._found = bound.core, bound.service, number, bound.methods[number], bound.codecs, bound.shares
        return found

    def __call__(self, *args: Any, **named: Any) -> Any:
        found = self._found
        if found is None or found[0].error is not None or found[0].leaving is not None:
            found = self._binding()
        core, service, number, method, codecs, shares = found
        timeout = self._service._timeout
        if named and "timeout" in named and not (method.typed and "timeout" in method.parameters):
            timeout = named.pop("timeout")
        refs = References(core, codecs) if method.calls_back else None
        lending = core.lending(shares, refs)
        chunks, size, items = arguments(method, args, named, refs, lending)
        window = 0 if method.streamed is False else core.limits.window_bytes
        call = core.begin(
            service,
            number,
            chunks,
            size,
            flags=flags_of(core, method, items),
            lane=lane_of(method, items, size),
            window=window,
            timeout=timeout,
            callbacks=refs.numbers if refs is not None else None,
            lending=lending,
        )
        call.lends = shares
        call.what = self._name
        if items is not None:
            self._send(call, items, method)
        if method.streamed:
            return Items(call, method.read_item)
        if method.streamed is None:
            return _value_or_items(call, method)
        return method.read_result(call.answer())

    def _send(self, call: Any, items: Any, method: Any) -> None:
        """In this thread if the result comes after the items, in one of its own if items may come in between."""
        if method.streamed is False:
            call.send_items(items, method.write_input)
        else:
            threading.Thread(target=_sent, args=(call, items, method.write_input), name="psyne items", daemon=True).start()


def arguments(method: Any, args: tuple, named: dict[str, Any], refs: Any, lending: Any) -> tuple[list, int, Any]:
    """A call's arguments, lent where they can be: chunks, size and the items that follow."""
    if lending is None:
        return method.write_arguments(args, named, refs)
    try:
        return method.write_arguments(args, named, lending)
    except BaseException:
        lending.abandon()
        raise


def flags_of(core: Any, method: Any, items: Any) -> int:
    """Those of a call."""
    return method.flags(items) | (frames.CALL_TAKES_REFERENCES if core.shared is not None and method.typed else 0)


def lane_of(method: Any, items: Any, size: int) -> int:
    """The lane in which a call and its answer travel: large ones make way for small ones."""
    if size >= _BULK_BYTES:
        return frames.BULK_LANE
    return frames.STREAM_LANE if method.streamed or items is not None else frames.RPC_LANE


def _sent(call: Any, items: Any, write: Callable[[Any], tuple[list, int]]) -> None:
    try:
        call.send_items(items, write)
    except Exception as error:  # whoever waits for the result is told
        if call.error is None:
            call.error = error if isinstance(error, PsyneError) else RemoteError("failed", str(error))


def _value_or_items(call: Any, method: Any) -> Any:
    """Of a method without a schema: what comes first says whether it streams. An empty END is that of a stream."""
    call.wait(lambda: call.inbox)
    if call.inbox or (call.error is None and not len(call.result)):
        return Items(call, method.read_item)
    return method.read_result(call.answer())
