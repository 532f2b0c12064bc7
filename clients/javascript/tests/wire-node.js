// One accepted connection whose frames a test writes and takes by hand.

import { createServer } from 'node:net';
import { CALL, HELLO } from '../src/frames.js';
import { Schema } from '../src/schema.js';
import { CONNECTION_METHODS, FIND } from '../src/services.js';
import { HELLO_RECORD } from '../src/wire-records.js';
import { frame } from './relay.js';

export const ECHO = 'package t; service T { echo(1 bytes value) -> bytes; items() -> stream i64; take(stream i64) -> i64; }';

export function hello(pieceBytes = 65536, version = 2, maxMessageBytes = 64 << 20) {
  return HELLO_RECORD.encode({ version, name: 'test', maxMessageBytes, pieceBytes, maxCalls: 4096 });
}

/** The service, method, deadline, credit and parent of a call. */
export function callHeader(payload) {
  return [payload.readUInt16LE(0), payload.readUInt16LE(2), payload.readUInt32LE(4), payload.readUInt32LE(8), payload.readUInt32LE(12)];
}

export function header(service, method, deadline = 0, credit = 0, parent = 0) {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt16LE(service, 0);
  bytes.writeUInt16LE(method, 2);
  [deadline, credit, parent].forEach((each, index) => bytes.writeUInt32LE(each, 4 + 4 * index));
  return bytes;
}

export class WireNode {
  hello = null;
  #data = Buffer.alloc(0);
  #ended = false;
  #changed = () => {};

  async listen({ piece = 65536, greet = true, messageBytes = 64 << 20 } = {}) {
    this.greeted = new Promise((resolve) => {
      this.server = createServer(async (socket) => {
        this.socket = socket;
        socket.on('data', (bytes) => {
          this.#data = Buffer.concat([this.#data, bytes]);
          this.#changed();
        });
        const end = () => {
          this.#ended = true;
          this.#changed();
        };
        socket.on('error', end);
        socket.on('close', end);
        if (greet) {
          this.send(HELLO, 0, hello(piece, 2, messageBytes));
          this.hello = HELLO_RECORD.decode(await this.expect(HELLO, 0));
        }
        resolve();
      });
    });
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `tcp://127.0.0.1:${this.server.address().port}`;
    return this;
  }

  raw(bytes) {
    this.socket.write(bytes);
  }

  send(kind, stream, payload, options) {
    this.raw(frame(kind, stream, payload, options));
  }

  async read(count) {
    while (this.#data.length < count) {
      if (this.#ended) throw new Error(`the connection ended, ${count} bytes were expected`);
      await new Promise((resolve) => (this.#changed = resolve));
    }
    const found = this.#data.subarray(0, count);
    this.#data = this.#data.subarray(count);
    return found;
  }

  async frame() {
    const head = await this.read(16);
    const payload = await this.read(head.readUInt32LE(8));
    return { kind: head[0], flags: head[1], lane: head[2], stream: head.readUInt32LE(4), payload, total: head.readUInt32LE(12) };
  }

  /** The payload of the next frame, which is whole. */
  async expect(kind, stream) {
    const found = await this.frame();
    if (found.kind !== kind || found.stream !== stream || found.payload.length !== found.total) {
      throw new Error(`expected ${kind} of ${stream}, found ${JSON.stringify(found)}`);
    }
    return found.payload;
  }

  /** Whether nothing but the end follows. */
  async ended() {
    while (!this.#ended && !this.#data.length) await new Promise((resolve) => (this.#changed = resolve));
    return !this.#data.length;
  }

  /** Answers the `find` of a service. */
  async bind(stream, { number = 9, schema = ECHO } = {}) {
    const call = await this.expect(CALL, stream);
    const [service, method] = callHeader(call);
    if (service || method !== FIND) throw new Error(`expected a find, found method ${method} of service ${service}`);
    const parsed = Schema.parse(schema);
    const methods = parsed.service().methods.map((each) => each.name);
    const binding = { service: number, schema: parsed.canonical, fingerprint: BigInt.asIntN(64, parsed.fingerprint), methods };
    this.send(4, stream, CONNECTION_METHODS[FIND].writeResult(binding).joined(), { lane: 1 });
  }

  async close() {
    this.socket?.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
