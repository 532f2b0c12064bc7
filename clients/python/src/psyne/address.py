"""Where a server is and how a client connects to it."""

from __future__ import annotations

import socket
from typing import Any, Mapping, NamedTuple

from .errors import ConnectionLost
from .frames import Limits


class Options(NamedTuple):
    """What `connect_to_server` takes, in a dict or as keyword arguments; times in seconds.

    `server_url` is `tcp://host:port` or `unix:/path`. `timeout` holds for connecting, `method_timeout` for every call that is given none (None: no
    deadline). With `reconnect` a lost connection is made again at the next call, or at once while services are registered, which are offered again.
    """

    server_url: str
    token: str | None = None
    workspace: str | None = None
    client_id: str | None = None
    name: str = "python"
    timeout: float = 10.0
    method_timeout: float | None = None
    reconnect: bool = False
    limits: Limits = Limits()

    @classmethod
    def of(cls, config: Mapping[str, Any] | None, named: Mapping[str, Any]) -> Options:
        given = {**(config or {}), **named}
        unknown = given.keys() - set(cls._fields)
        if unknown or "server_url" not in given:
            raise ValueError(f"unknown: {sorted(unknown)}" if unknown else "'server_url' is missing, such as tcp://localhost:9000")
        address(given["server_url"])
        return cls(**given)


def address(url: str) -> tuple[str, Any]:
    """`tcp` with host and port, or `unix` with a path."""
    scheme, colon, rest = url.partition(":")
    if scheme == "unix" and colon and rest:
        return "unix", rest[2:] if rest.startswith("//") else rest
    host, colon, port = rest[2:].rpartition(":")
    if scheme != "tcp" or not rest.startswith("//") or not host or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError(f"'{url}' is no address of a server: tcp://host:port or unix:/path")
    return "tcp", (host.strip("[]"), int(port))


def connected(url: str, timeout: float) -> socket.socket:
    """A blocking socket without a timeout; ConnectionLost if there is none."""
    kind, where = address(url)
    try:
        if kind == "tcp":
            made = socket.create_connection(where, timeout)
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        else:
            made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            _reach(made, where, timeout)
    except OSError as error:
        raise ConnectionLost(f"{url} cannot be reached: {error}") from error
    made.settimeout(None)
    return made


def _reach(made: socket.socket, path: str, timeout: float) -> None:
    try:
        made.settimeout(timeout)
        made.connect(path)
    except OSError:
        made.close()
        raise
