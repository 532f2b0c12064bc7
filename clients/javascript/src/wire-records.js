// The records that the protocol itself speaks, and the service 0 of both sides.

import { Codecs } from './codec.js';
import { Schema } from './schema.js';

const SCHEMA = Schema.parse(`
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
}

record Offer {
  1 string name;
  2 i32 service;
  3 string schema?;
  4 list<string> methods;
}

service Connection {
  find(1 string name, 2 i64 known?) -> Binding;
  offer(1 Offer service) -> string;
  withdraw(1 string name);
  services() -> list<string>;
}
`);
export const VERSION = 2;
export const CODECS = new Codecs(SCHEMA);
export const HELLO_RECORD = CODECS.record('Hello');
export const FAILURE_RECORD = CODECS.record('Failure');
export const CONNECTION_SERVICE = SCHEMA.service('Connection');
