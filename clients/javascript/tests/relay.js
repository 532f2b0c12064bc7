// A node as the tests want it: finds, offers and withdraws services, and forwards calls frame by frame without decoding them.

import { createServer } from 'node:net';
import { RemoteError } from '../src/errors.js';
import { CALL, CALLBACK, CANCEL, END, ERROR, GOAWAY, HELLO, PING, PONG } from '../src/frames.js';
import { Schema } from '../src/schema.js';
import { CONNECTION_METHODS, FIND, OFFER, WITHDRAW } from '../src/services.js';
import { FAILURE_RECORD, HELLO_RECORD } from '../src/wire-records.js';

const PIECE_BYTES = 256 << 10;
const MESSAGE_BYTES = 64 << 20;

/** A frame of these bytes, which are a whole message if `total` is left out. */
export function frame(kind, stream, payload = new Uint8Array(0), { flags = 0, lane = 0, total = payload.length } = {}) {
  const header = Buffer.alloc(16);
  header.set([kind, flags, lane]);
  header.writeUInt32LE(stream, 4);
  header.writeUInt32LE(payload.length, 8);
  header.writeUInt32LE(total, 12);
  return Buffer.concat([header, payload]);
}

export function failure(code, message, retryAfterMillis) {
  return FAILURE_RECORD.encode({ code, message, retryAfterMillis });
}

/** `services` are by number: the connection that offers one, its number there, its offer and its full name. */
export class Relay {
  services = new Map();
  peers = new Set();
  offered = () => {};
  #next = 1;
  #count = 0;

  async listen(address = { port: 0, host: '127.0.0.1' }) {
    this.server = createServer({ noDelay: true }, (socket) => {
      const peer = this.join((bytes) => socket.write(bytes), () => socket.destroy());
      socket.on('data', (bytes) => peer.received(bytes));
      socket.on('error', () => {});
      socket.on('close', () => peer.gone());
    });
    await new Promise((resolve) => this.server.listen(address, resolve));
    this.url = address.path ? `unix:${address.path}` : `tcp://127.0.0.1:${this.server.address().port}`;
    return this;
  }

  join(write, close) {
    const peer = new Peer(this, ++this.#count, write, close);
    this.peers.add(peer);
    return peer;
  }

  find(name, known) {
    for (const [service, { offer, full }] of [...this.services].reverse()) {
      if (name !== full && name !== offer.name) continue;
      if (offer.schema === undefined) return { service, methods: offer.methods };
      const fingerprint = BigInt.asIntN(64, Schema.parse(offer.schema).fingerprint);
      return { service, methods: offer.methods, fingerprint, schema: known === fingerprint ? undefined : offer.schema };
    }
    throw new RemoteError('not_found', `there is no service '${name}'`);
  }

  offer(peer, offer) {
    const full = `${peer.hello.workspace ?? 'public'}/${peer.hello.client ?? `client${peer.number}`}:${offer.name}`;
    this.services.set(this.#next++, { peer, number: offer.service, offer, full });
    this.offered(full);
    return full;
  }

  withdraw(peer, name) {
    for (const [number, each] of this.services) if (each.peer === peer && (name === undefined || name === each.full)) this.services.delete(number);
  }

  drop() {
    for (const each of this.peers) each.close();
  }

  async close() {
    this.drop();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** One connection. `routes` leads from its streams to the other side's connection and stream. */
class Peer {
  routes = new Map();
  hello = {};
  #next = 2;
  #left = Buffer.alloc(0);
  #passed = new Map();

  constructor(relay, number, write, close) {
    Object.assign(this, { relay, number, write, close });
  }

  send(kind, stream, payload) {
    this.write(frame(kind, stream, payload));
  }

  received(bytes) {
    let data = this.#left.length ? Buffer.concat([this.#left, bytes]) : Buffer.from(bytes);
    while (data.length >= 16 && data.length >= 16 + data.readUInt32LE(8)) {
      const length = data.readUInt32LE(8);
      this.#frame(data[0], data[1], data[2], data.readUInt32LE(4), data.readUInt32LE(12), data.subarray(16, 16 + length));
      data = data.subarray(16 + length);
    }
    this.#left = data;
  }

  #frame(kind, flags, lane, stream, total, payload) {
    const route = this.routes.get(stream);
    if (route !== undefined) {
      route.peer.write(frame(kind, route.stream, payload, { flags, lane, total }));
      const over = kind === ERROR || kind === CANCEL || (kind === END && !(stream & 1));
      if (this.#whole(stream, kind, payload.length, total) && over) this.forget(stream);
    } else if (kind === CALL || kind === CALLBACK) {
      this.#begin(kind, flags, lane, stream, total, payload);
    } else if (kind === HELLO) {
      this.#greet(payload);
    } else if (kind === PING) {
      this.send(PONG, 0, payload);
    }
  }

  #greet(payload) {
    this.hello = HELLO_RECORD.decode(payload);
    if (this.hello.token === 'wrong') {
      this.send(GOAWAY, 0, failure('permission_denied', 'the token is wrong'));
      this.close();
      return;
    }
    this.send(HELLO, 0, HELLO_RECORD.encode({ version: 2, name: 'relay', maxMessageBytes: MESSAGE_BYTES, pieceBytes: PIECE_BYTES, maxCalls: 4096 }));
  }

  /** Whether this was a message's last piece. */
  #whole(stream, kind, length, total) {
    const key = `${stream} ${kind}`;
    const passed = (this.#passed.get(key) ?? 0) + length;
    if (passed < total) this.#passed.set(key, passed);
    else this.#passed.delete(key);
    return passed === total;
  }

  forget(stream) {
    const route = this.routes.get(stream);
    this.routes.delete(stream);
    route.peer.routes.delete(route.stream);
  }

  #begin(kind, flags, lane, stream, total, given) {
    const payload = Buffer.from(given);
    if (kind === CALLBACK) {
      // The second word is the call in whose arguments the callback came.
      const route = this.routes.get(payload.readUInt32LE(4));
      payload.writeUInt32LE(route.stream, 4);
      this.#passOn(route.peer, kind, flags, lane, stream, total, payload);
      return;
    }
    const service = this.relay.services.get(payload.readUInt16LE(0));
    if (!payload.readUInt16LE(0)) {
      this.#own(stream, payload.readUInt16LE(2), payload.subarray(16));
    } else if (service) {
      payload.writeUInt16LE(service.number, 0);
      this.#passOn(service.peer, kind, flags, lane, stream, total, payload);
    } else {
      this.send(ERROR, stream, failure('unavailable', 'the provider is gone'));
    }
  }

  #passOn(peer, kind, flags, lane, stream, total, payload) {
    const number = peer.#next;
    peer.#next += 2;
    this.routes.set(stream, { peer, stream: number });
    peer.routes.set(number, { peer: this, stream });
    this.#whole(stream, kind, payload.length, total);
    peer.write(frame(kind, number, payload, { flags, lane, total }));
  }

  #own(stream, number, bytes) {
    const method = CONNECTION_METHODS[number];
    const args = method.readArguments(bytes);
    try {
      const result =
        number === FIND
          ? this.relay.find(...args)
          : number === OFFER
            ? this.relay.offer(this, ...args)
            : number === WITHDRAW
              ? this.relay.withdraw(this, ...args)
              : [...this.relay.services.values()].map((each) => each.full);
      this.send(END, stream, method.writeResult(result)?.joined());
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      this.send(ERROR, stream, failure(error.code, error.message));
    }
  }

  gone() {
    this.relay.peers.delete(this);
    this.relay.withdraw(this);
    for (const [stream, route] of [...this.routes]) {
      if (stream & 1) route.peer.send(CANCEL, route.stream);
      else route.peer.send(ERROR, route.stream, failure('unavailable', 'the provider is gone'));
      this.forget(stream);
    }
  }
}

/** A WebSocket whose other end is a relay in the same process: the option `WebSocket` of a client. */
export function webSocketOf(relay, { protocol = 'psyne.v2' } = {}) {
  return class {
    bufferedAmount = 0;
    readyState = 0;

    constructor(url, protocols) {
      this.url = url;
      this.protocol = protocols.includes(protocol) ? protocol : '';
      this.peer = relay.join((bytes) => this.#come(bytes), () => this.close());
      queueMicrotask(() => {
        this.readyState = 1;
        this.onopen?.();
      });
    }

    #come(bytes) {
      const data = new Uint8Array(bytes).buffer;
      setImmediate(() => this.readyState === 1 && this.onmessage?.({ data }));
    }

    send(bytes) {
      const copy = new Uint8Array(bytes);
      this.bufferedAmount += copy.length;
      setImmediate(() => {
        this.bufferedAmount -= copy.length;
        if (this.readyState === 1) this.peer.received(copy);
      });
    }

    close() {
      if (this.readyState === 3) return;
      this.readyState = 3;
      setImmediate(() => {
        this.peer.gone();
        this.onclose?.({ code: 1000, reason: '' });
      });
    }
  };
}
