"""The Python client's side of `python.test.js`: offers a service, calls another, prints what it finds."""

from __future__ import annotations

import json
import sys

import numpy
import psyne

SCHEMA = sys.argv[2]


def chat(items):
    for each in items:
        yield each.upper()


with psyne.connect_to_server(server_url=sys.argv[1]) as server:
    functions = {
        "scale": lambda picture, by: {**picture, "pixels": picture["pixels"] * by, "mood": "wild"},
        "chat": chat,
        "judge": lambda judge: judge(20) + 1,
    }
    typed = server.register_service({"id": "python-typed", **functions}, schema=SCHEMA)
    plain = server.register_service({"id": "python-plain", **functions, "named": lambda a, b=0: a - b})
    print(json.dumps([typed, plain]), flush=True)
    for name, mood in (line.split() for line in sys.stdin):
        eye = server.get_service(name)
        picture = {"pixels": numpy.arange(6, dtype="f4").reshape(2, 3), "caption": "Zoë", "mood": mood}
        scaled = eye.scale(picture, 0.5)
        found = {
            "type": str(scaled["pixels"].dtype),
            "shape": scaled["pixels"].shape,
            "pixels": scaled["pixels"].ravel().tolist(),
            "caption": scaled["caption"],
            "mood": scaled["mood"],
            "chat": list(eye.chat(each for each in ("a", "é"))),
            "judge": eye.judge(lambda number: number * 2),
        }
        print(json.dumps(found), flush=True)
