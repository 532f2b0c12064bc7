"""Written by psyne gen from the schema of example.vision; change that instead."""

from __future__ import annotations

import collections.abc as _abc
import dataclasses as _dataclasses
import enum as _enum
import typing as _typing

if _typing.TYPE_CHECKING:
    import numpy as _numpy
    import numpy.typing as _arrays

SCHEMA: _typing.Final = """\
package example.vision;
enum Mood {
  0 calm;
  1 wild;
}
record Picture {
  1 tensor<u8> pixels;
  2 string caption?;
  3 list<f64> scores;
}
service Vision {
  ask(1 Picture picture, 2 string question?) -> stream string;
  chat(stream string) -> stream string;
  idempotent size(1 Picture picture) -> i64;
  upload(1 string name, stream bytes) -> i64;
  watch(1 callback<Picture,Mood> judge);
}
"""
FINGERPRINT: _typing.Final = 0x9d54c40ab15aaedc


class Mood(_enum.IntEnum):
    calm = 0
    wild = 1


@_dataclasses.dataclass(slots=True)
class Picture:
    pixels: _arrays.NDArray[_numpy.uint8]
    caption: str | None = _dataclasses.field(default=None, kw_only=True)
    scores: _abc.Sequence[float]


class Vision(_typing.Protocol):
    def ask(self, picture: Picture, question: str | None = None) -> _abc.Iterator[str]: ...

    def chat(self, items: _abc.Iterable[str]) -> _abc.Iterator[str]: ...

    def size(self, picture: Picture) -> int: ...

    def upload(self, name: str, items: _abc.Iterable[bytes | memoryview]) -> int: ...

    def watch(self, judge: _abc.Callable[[Picture], Mood]) -> None: ...


class AsyncVision(_typing.Protocol):
    def ask(self, picture: Picture, question: str | None = None) -> _abc.AsyncIterator[str]: ...

    def chat(self, items: _abc.Iterable[str] | _abc.AsyncIterable[str]) -> _abc.AsyncIterator[str]: ...

    async def size(self, picture: Picture) -> int: ...

    async def upload(
        self,
        name: str,
        items: _abc.Iterable[bytes | memoryview] | _abc.AsyncIterable[bytes | memoryview],
    ) -> int: ...

    async def watch(self, judge: _abc.Callable[[Picture], Mood | _abc.Awaitable[Mood]]) -> None: ...
