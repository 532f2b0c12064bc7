"""A call as one of its sides holds it: what goes out and comes in under credit. Whoever reads the connection tells it what came."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, Any, Callable, Sequence

from . import frames
from .errors import DeadlineExceeded, ProtocolError, PsyneError, RemoteError

if TYPE_CHECKING:
    from .core import Core, Provided


class Stream:
    """`credit` is what this side may send, `granted` what the other may. `over` is set once, by whoever ends the call."""

    input_ended = False
    over = False
    error: PsyneError | None = None
    consumed = 0
    expires: float | None = None
    callbacks: Sequence[int] = ()
    lends = False
    """Whether the other side takes references."""
    inbox: Any = ()

    def __init__(self, core: Core, number: int, lane: int, credit: int, granted: int) -> None:
        self.core = core
        self.number = number
        self.lane = lane
        self.credit = credit
        self.granted = self.window = granted

    def changed(self) -> None:
        """Wakes who waits; the client's two kinds say how."""
        raise NotImplementedError

    def received(self, payload: memoryview) -> None:
        if self.granted <= 0:
            raise ProtocolError(f"an item of {len(payload)} bytes on stream {self.number}, which has no credit left")
        with self.core.counting:
            self.granted -= len(payload) + frames.ITEM_COST
        if self.inbox == ():
            self.inbox = deque()
        self.inbox.append(payload)
        self.changed()

    def credited(self, payload: memoryview) -> None:
        if len(payload) != 4:
            raise ProtocolError(f"a credit of {len(payload)} bytes; it has 4")
        with self.core.counting:
            self.credit += frames.U32.unpack(payload)[0]
        self.changed()

    def taken(self, payload: memoryview) -> None:
        """An item has been consumed: the other side may send as much again."""
        self.consumed += len(payload) + frames.ITEM_COST
        if self.core.returned:
            self.core.give_back()
        if self.consumed * 2 >= self.window and not self.over and not self.input_ended:
            # What a caller's items begin with is little; from here on they have a whole window.
            more, self.window = max(0, self.core.limits.window_bytes - self.window), max(self.window, self.core.limits.window_bytes)
            grant, self.consumed = self.consumed + more, 0
            with self.core.counting:
                self.granted += grant
            self.core.send(frames.CREDIT, 0, frames.CONTROL_LANE, self.number, [frames.U32.pack(grant)], 4)

    def send_item(self, write: Callable[..., tuple[list, int]], item: Any) -> None:
        flags, chunks, size = self.written(write, item)
        with self.core.counting:
            self.credit -= size + frames.ITEM_COST
        self.core.send(frames.ITEM, flags, self.lane, self.number, chunks, size)

    def written(self, write: Callable[..., tuple[list, int]], value: Any) -> tuple[int, list, int]:
        """Flags, chunks and size of a message that lends what it can."""
        lending = self.core.lending(self.lends)
        if lending is None:
            return (0, *write(value))
        try:
            chunks, size = write(value, lending)
        except BaseException:
            lending.abandon()
            raise
        return self.core.lent(lending, self.number if self.number & 1 else 0, 0, chunks, size)

    def remaining(self) -> float | None:
        """Seconds until the deadline, None without one."""
        return None if self.expires is None else self.expires - time.monotonic()


class OutgoingCall(Stream):
    """A call that this side makes. When it is over it has a `result`, or an `error`."""

    result: memoryview | None = None
    what = "the call"

    def __init__(self, core: Core, number: int, lane: int, granted: int, timeout: float | None) -> None:
        self.core = core
        self.number = number
        self.lane = lane
        self.credit = frames.FIRST_CREDIT
        self.granted = self.window = granted
        if timeout is not None:
            self.expires = time.monotonic() + timeout

    def ended(self, payload: memoryview) -> None:
        self.result = payload
        self.over = True
        self.changed()

    def failed(self, error: PsyneError) -> None:
        self.error = error
        self.over = True
        self.changed()

    def cancel(self) -> None:
        """Wants nothing more; nothing happens if the call is over."""
        if self.core.forget_outgoing(self):
            self.over = True
            self.core.send_quietly(frames.CANCEL, self.lane, self.number)
            self.changed()

    def fail_input(self, code: str, message: str) -> None:
        """The items failed, and so does the call."""
        if self.core.forget_outgoing(self):
            self.core.send_failure(self.lane, self.number, code, message)
            self.failed(RemoteError(code, message))

    def expired(self) -> DeadlineExceeded:
        self.cancel()
        return DeadlineExceeded(f"{self.what} has not ended in time")


class IncomingCall(Stream):
    """A call that the other side makes."""

    provided: Provided | None = None
    method_number = 0
    method: Any = None
    function: Any = None
    answered = False

    def __init__(self, core: Core, number: int, lane: int, credit: int, granted: int, deadline_millis: int) -> None:
        super().__init__(core, number, lane, credit, granted)
        if deadline_millis:
            self.expires = time.monotonic() + deadline_millis / 1000

    def end_with(self, write: Callable[..., tuple[list, int]], value: Any) -> None:
        """Ends it with a result."""
        flags, chunks, size = self.written(write, value)
        self.end(chunks, size, flags)

    def end(self, chunks: list, size: int, flags: int = 0) -> None:
        ends = self.core.forget_incoming(self)
        if ends and (self.expires is None or time.monotonic() <= self.expires):
            self.answered = True
            self.core.send(frames.END, flags, self.lane, self.number, chunks, size)
            return
        if flags:
            self.core.undo(chunks)
        if ends:
            self.answered = True
            self.core.send_failure(frames.CONTROL_LANE, self.number, "deadline_exceeded", "the method took longer than its caller waits")

    def fail(self, code: str, message: str, retry_after_millis: int | None = None) -> None:
        if self.core.forget_incoming(self):
            self.answered = True
            self.core.send_failure(frames.CONTROL_LANE, self.number, code, message, retry_after_millis)

    def input_over(self, error: PsyneError | None = None) -> None:
        """No item follows; with an error the call is over as well."""
        self.input_ended = True
        if error is not None:
            self.stopped(error)
        else:
            self.changed()

    def stopped(self, error: PsyneError) -> None:
        """Nobody waits for it any more."""
        self.error = self.error or error
        self.over = True
        self.changed()
