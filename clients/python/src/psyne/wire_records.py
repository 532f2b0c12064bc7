"""The records that the protocol itself speaks, and the service 0 of both sides."""

from __future__ import annotations

from .codec import Codecs
from .schema import Schema

SCHEMA = Schema.parse("""
package psyne;

record Hello {
  1 i32 version;
  2 string name;
  3 i32 maxMessageBytes;
  4 i32 pieceBytes;
  5 i32 maxCalls;
  6 string token?;
  7 string workspace?;
  8 string client?;
  9 string regions?;
  10 string regionKey?;
}

record Failure {
  1 string code;
  2 string message;
  3 i32 retryAfterMillis?;
}

record Binding {
  1 i32 service;
  2 string schema?;
  3 i64 fingerprint?;
  4 list<string> methods;
  5 bool shares?;
}

record Offer {
  1 string name;
  2 i32 service;
  3 string schema?;
  4 list<string> methods;
  5 bool shares?;
}

service Connection {
  find(1 string name, 2 i64 known?) -> Binding;
  offer(1 Offer service) -> string;
  withdraw(1 string name);
  services() -> list<string>;
}
""")
VERSION = 2
CODECS = Codecs(SCHEMA)
HELLO = CODECS.record("Hello")
FAILURE = CODECS.record("Failure")
SERVICE = SCHEMA.service("Connection")
