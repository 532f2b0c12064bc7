"""Psyne from Python: services, called and offered, over the protocol psyne.v2.

    server = psyne.connect_to_server({"server_url": "tcp://localhost:9000"})
    print(server.get_service("hello").greet("Zoë"))

`psyne.aio` is the same for asyncio. `Schema` and `Codecs` are the schemas and their messages by themselves.
"""

from __future__ import annotations

from .codec import Codecs, RecordCodec
from .connection import RemoteMethod, Server, Service, connect_to_server
from .blocking_core import Callback, Items
from .errors import BrokenMessageError, ConnectionLost, DeadlineExceeded, ProtocolError, PsyneError, RemoteError, SchemaError
from .frames import Limits
from .schema import Schema

__version__ = "0.1.0"
__all__ = [
    "BrokenMessageError",
    "Callback",
    "Codecs",
    "ConnectionLost",
    "DeadlineExceeded",
    "Items",
    "Limits",
    "ProtocolError",
    "PsyneError",
    "RecordCodec",
    "RemoteError",
    "RemoteMethod",
    "Schema",
    "SchemaError",
    "Server",
    "Service",
    "connect_to_server",
]
