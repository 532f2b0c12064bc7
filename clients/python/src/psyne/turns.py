"""Who reads the socket of a blocking client.

Whoever waits for something takes the turn: it reads the socket and hands what belongs to others to them; one thread calling costs no other. A waiter that does
not have the turn sleeps until what it waits for has come, or until the turn is its own. When this side is called there are readers,
threads that only read, and they
alone have the turn: they run methods where they read, and a method that waits, or that takes long, loses the turn to another reader.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Any, Callable

Ready = Callable[[], bool]


class Turns:
    """The turn to read one connection."""

    def __init__(self, lead: Callable[[int, Ready, "float | None"], None], is_over: Ready, max_threads: int) -> None:
        self._lead = lead
        self._is_over = is_over
        self._max_threads = max_threads
        self._mutex = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._nested: deque[threading.Lock] = deque()
        self._threads = 0
        self._readers: set[int] = set()
        self.inside: set[int] = set()
        """The readers that run a method."""
        self.leader: int | None = None
        self.running: tuple[Any, int | None] | None = None
        """What the thread that has the turn runs, and that thread: until `end_run` it does not read."""

    def wait(self, sleeping: Callable[[], list[threading.Lock]], ready: Ready, expires: float | None = None) -> bool:
        """Until `ready`, which whoever makes it so tells by waking what was left in `sleeping()`; false if that was not before `expires`."""
        me = threading.get_ident()
        # A method that waits gives the turn away for good: what it waits for may come behind another method that it would run.
        inside = me in self.inside
        if inside:
            self.hand_over(me)
        while not ready():
            if expires is not None and time.monotonic() >= expires:
                return False
            lock = self._turn(me, sleeping, inside)
            if lock is None:
                try:
                    self._lead(me, ready, expires)
                finally:
                    self._give_up(me)
                continue
            try:
                if not ready():
                    lock.acquire(True, -1 if expires is None else max(0.0, expires - time.monotonic()))
            finally:
                self._leave(lock, sleeping(), ready)
        return True

    def _turn(self, me: int, sleeping: Callable[[], list[threading.Lock]], inside: bool) -> threading.Lock | None:
        """None if the turn is the caller's now; otherwise what it sleeps on."""
        with self._mutex:
            may_lead = not self._threads or me in self._readers
            if may_lead and self.leader in (None, me) and (not inside or self._exhausted()):
                self.leader = me
                self.running = None
                return None
            lock = threading.Lock()
            lock.acquire()
            if may_lead:
                (self._nested if inside else self._waiting).append(lock)
            sleeping().append(lock)
            return lock

    def _give_up(self, me: int) -> None:
        with self._mutex:
            if self.leader == me:
                self.leader = None
                self._pass_on()

    def _pass_on(self) -> None:
        """Nobody has the turn: wakes who waits for it, or starts a reader if there are some and each runs a method."""
        if self._wake_next() or not self._threads or self._is_over():
            return
        if self._threads < self._max_threads:
            self._threads += 1
            self._start()
        elif self._nested:
            wake(self._nested.popleft())

    def _exhausted(self) -> bool:
        """Whether every reader that there may be runs a method: then one whose method waits has to read."""
        return not self._waiting and self._threads >= self._max_threads

    def _leave(self, lock: threading.Lock, sleepers: list[threading.Lock], ready: Ready) -> None:
        with self._mutex:
            sleepers.remove(lock)
            if lock in self._waiting:
                self._waiting.remove(lock)
            elif lock in self._nested:
                self._nested.remove(lock)
            elif self.leader is None and ready():
                # It was woken to take the turn and does not want it any more.
                self._pass_on()

    def _wake_next(self) -> bool:
        if not self._waiting:
            return False
        wake(self._waiting.popleft())
        return True

    def hand_over(self, from_thread: int | None) -> bool:
        """The thread that calls gives the turn, if it has it, to another; false if there is none."""
        with self._mutex:
            return from_thread is not None and self.leader == from_thread and self._passed_on()

    def _passed_on(self) -> bool:
        if self._exhausted():
            return False
        self.leader = None
        self._pass_on()
        return True

    def is_reader(self, thread: int) -> bool:
        return thread in self._readers

    def end_run(self, what: Any) -> None:
        with self._mutex:
            if self.running is not None and self.running[0] is what:
                self.running = None

    def take_from(self, running: tuple[Any, int | None]) -> bool:
        """Takes the turn from the thread that still runs what it ran; false if it does not any more."""
        with self._mutex:
            if self.running is not running or self.leader != running[1]:
                return False
            self.running = None
            return self._passed_on()

    def serve(self) -> None:
        """From now on a reader reads. Who waits for the turn waits for an answer alone; who has it keeps it until its own has come."""
        with self._mutex:
            if self._threads:
                return
            self._waiting.clear()
            self._threads = 1
            self._start()

    @property
    def serving(self) -> bool:
        return self._threads > 0

    def _start(self) -> None:
        threading.Thread(target=self._reader, name="psyne reader", daemon=True).start()

    def _reader(self) -> None:
        self._readers.add(threading.get_ident())
        sleepers: list[threading.Lock] = []
        self.wait(lambda: sleepers, self._is_over)

    def end(self) -> None:
        """Wakes everybody: it is over."""
        with self._mutex:
            while self._wake_next():
                pass
            while self._nested:
                wake(self._nested.popleft())

    def try_lead(self, work: Callable[[int], None]) -> None:
        """Does something as the leader if nobody is."""
        me = threading.get_ident()
        with self._mutex:
            if self.leader is not None:
                return
            self.leader = me
        try:
            work(me)
        finally:
            self._give_up(me)


def wake(lock: threading.Lock) -> None:
    try:
        lock.release()
    except RuntimeError:
        pass  # two that wake one


def wake_all(sleepers: list[threading.Lock]) -> None:
    for lock in tuple(sleepers):
        wake(lock)
