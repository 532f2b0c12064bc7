"""A node's exchange of regions, where open files are passed between the processes of one machine: docs/protocol-v2.md, "Shared memory".

 0          8         12     16       32       36     40      64
+----------+---------+------+--------+--------+------+-------+
| PSYNERGN | u32 1   | what | key    | number | file | zero  |
+----------+---------+------+--------+--------+------+-------+
"""

from __future__ import annotations

import os
import socket
import struct
from typing import NamedTuple

JOIN, GIVE, TAKE, DROP, DONE, REFUSED = range(1, 7)
_PACKET = struct.Struct("<8sII16sII24x")
_MAGIC = b"PSYNERGN"
_VERSION = 1
_KEY_BYTES = 16
_SECONDS = 5.0


class Answer(NamedTuple):
    """`file` is a descriptor, to be closed by who asked, or None."""

    what: int
    number: int
    is_file: bool
    file: int | None


class Exchange:
    """Asks one node, with a connection for each question. OSError if it cannot be asked."""

    def __init__(self, path: str, key: str) -> None:
        self._path = path
        self._key = bytes.fromhex(key)
        if len(self._key) != _KEY_BYTES:
            raise ValueError(f"the key of a connection has {_KEY_BYTES} bytes, not {len(self._key)}")

    def ask(self, what: int, number: int = 0, is_file: bool = False, file: int | None = None) -> Answer:
        packet = _PACKET.pack(_MAGIC, _VERSION, what, self._key, number, is_file)
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as asked:
            asked.settimeout(_SECONDS)
            asked.connect(self._path)
            _, user, _ = struct.unpack("iii", asked.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
            if user != os.geteuid():
                raise OSError(f"the node at {self._path} is user {user}, this is user {os.geteuid()}; run both as one user")
            if file is None:
                asked.send(packet)
            else:
                socket.send_fds(asked, [packet], [file])
            content, files, _, _ = socket.recv_fds(asked, _PACKET.size + 1, 1)
        found = files[0] if files else None
        if len(content) != _PACKET.size or content[:12] != packet[:12]:
            if found is not None:
                os.close(found)
            raise OSError(f"{len(content)} bytes came from {self._path}, which are no answer of version {_VERSION}")
        _, _, answer, _, number, kind = _PACKET.unpack(content)
        return Answer(answer, number, kind == 1, found)

    def done(self, what: int, number: int = 0, is_file: bool = False, file: int | None = None) -> int:
        """A question whose answer is a number at most."""
        answer = self.ask(what, number, is_file, file)
        if answer.file is not None:
            os.close(answer.file)
        if answer.what != DONE:
            raise OSError(f"the node refuses at {self._path}: the connection is over, or shares too much")
        return answer.number
