"""What can go wrong. Mistakes of the caller are ValueError and TypeError, as everywhere in Python."""

from __future__ import annotations


class PsyneError(Exception):
    """Every error that is this package's own."""


class SchemaError(PsyneError, ValueError):
    """A text that is no schema. `line` and `column` count from 1, and are 0 where no text is at fault."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(f"{line}:{column}: {message}" if line else message)
        self.line = line
        self.column = column


class BrokenMessageError(PsyneError, ValueError):
    """A message that its schema does not allow. `where` is the record, or record and field."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")
        self.where = where


class ProtocolError(PsyneError):
    """The peer broke the rules of the wire; the connection is closed."""


class ConnectionLost(PsyneError, ConnectionError):
    """The connection ended, or could not be made. Whether a call under way was carried out is unknown."""


class RemoteError(PsyneError):
    """A call failed on the other side. The codes are those of docs/protocol-v2.md, and a method's own."""

    def __init__(self, code: str, message: str, retry_after_millis: int | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.retry_after_millis = retry_after_millis


class DeadlineExceeded(RemoteError, TimeoutError):
    """The time that a call was given has passed, here or on the other side."""

    def __init__(self, message: str, retry_after_millis: int | None = None) -> None:
        super().__init__("deadline_exceeded", message, retry_after_millis)


def remote_error(code: str, message: str, retry_after_millis: int | None = None) -> RemoteError:
    """The error of a `Failure` record."""
    if code == "deadline_exceeded":
        return DeadlineExceeded(message, retry_after_millis)
    return RemoteError(code, message, retry_after_millis)
