// The WebSocket framing of RFC 6455 in plain node, both ends, for whole binary messages: the fixture of the protocol suites.

import { createHash, randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { request } from 'node:http';

const ACCEPT_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const BINARY = 2;
const CLOSE = 8;
const PING = 9;
const PONG = 10;

/** One end of a WebSocket. Emits `message` (Uint8Array) and `close` (code). */
export class Socket extends EventEmitter {
  #stream;
  #masks;
  #received;
  #fragments = [];
  #code = 1006;

  constructor(stream, head, masks) {
    super();
    this.#stream = stream;
    this.#masks = masks;
    this.#received = Buffer.from(head);
    stream.on('data', data => this.#read(data));
    stream.on('error', () => stream.destroy());
    stream.on('close', () => this.emit('close', this.#code));
    if (head.length > 0) queueMicrotask(() => this.#read(Buffer.alloc(0)));
  }

  send(bytes) {
    this.#frame(BINARY, Buffer.from(bytes));
  }

  close(code = 1000) {
    const body = Buffer.alloc(2);
    body.writeUInt16BE(code);
    this.#frame(CLOSE, body);
    this.#stream.end();
  }

  /** Cuts the line without a closing handshake. */
  cut() {
    this.#stream.destroy();
  }

  /** The next message, or null when the socket closes first. */
  async next() {
    const stop = new AbortController();
    try {
      return await Promise.race([
        once(this, 'message', { signal: stop.signal }).then(([bytes]) => bytes),
        once(this, 'close', { signal: stop.signal }).then(() => null),
      ]);
    } finally {
      stop.abort();
    }
  }

  #frame(opcode, body) {
    if (this.#stream.destroyed || this.#stream.writableEnded) return;
    const mask = this.#masks ? 0x80 : 0;
    const head = body.length < 126 ? Buffer.alloc(2) : Buffer.alloc(body.length < 65536 ? 4 : 10);
    head[0] = 0x80 | opcode;
    head[1] = mask | (body.length < 126 ? body.length : head.length === 4 ? 126 : 127);
    if (head.length === 4) head.writeUInt16BE(body.length, 2);
    if (head.length === 10) head.writeBigUInt64BE(BigInt(body.length), 2);
    if (!mask) {
      this.#stream.write(Buffer.concat([head, body]));
      return;
    }
    const key = randomBytes(4);
    this.#stream.write(Buffer.concat([head, key, xor(body, key)]));
  }

  #read(data) {
    this.#received = Buffer.concat([this.#received, data]);
    for (let frame = parse(this.#received); frame; frame = parse(this.#received)) {
      this.#received = this.#received.subarray(frame.size);
      this.#handle(frame);
    }
  }

  #handle({ final, opcode, body }) {
    if (opcode === PING) this.#frame(PONG, body);
    if (opcode === CLOSE) {
      this.#code = body.length >= 2 ? body.readUInt16BE(0) : 1005;
      this.close(1000);
    }
    if (opcode > BINARY) return;
    this.#fragments.push(body);
    if (final) this.emit('message', new Uint8Array(Buffer.concat(this.#fragments.splice(0))));
  }
}

/** Answers an upgrade request and returns the server's end. */
export function accept(incoming, stream, head, subprotocol) {
  const answer = createHash('sha1').update(incoming.headers['sec-websocket-key'] + ACCEPT_GUID).digest('base64');
  stream.write(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      `Sec-WebSocket-Accept: ${answer}\r\nSec-WebSocket-Protocol: ${subprotocol}\r\n\r\n`,
  );
  return new Socket(stream, head, false);
}

/** Opens the client's end; an answer other than 101 is an error that carries its `status`. */
export function connect(address, subprotocol) {
  return new Promise((resolve, reject) => {
    const outgoing = request(address, {
      headers: {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        Origin: new URL(address).origin,
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
        'Sec-WebSocket-Protocol': subprotocol,
      },
    });
    outgoing.on('upgrade', (response, stream, head) => resolve(new Socket(stream, head, true)));
    outgoing.on('response', response => {
      response.resume();
      reject(Object.assign(new Error(`${response.statusCode} instead of an upgrade`), { status: response.statusCode }));
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

/** The first frame in `bytes`, or null where it is not whole yet. */
function parse(bytes) {
  if (bytes.length < 2) return null;
  const short = bytes[1] & 0x7f;
  const lengthSize = short === 126 ? 2 : short === 127 ? 8 : 0;
  const masked = bytes[1] >= 0x80;
  const start = 2 + lengthSize + (masked ? 4 : 0);
  if (bytes.length < start) return null;
  const length = lengthSize === 2 ? bytes.readUInt16BE(2) : lengthSize === 8 ? Number(bytes.readBigUInt64BE(2)) : short;
  if (bytes.length < start + length) return null;
  const body = bytes.subarray(start, start + length);
  return {
    final: bytes[0] >= 0x80,
    opcode: bytes[0] & 0x0f,
    body: masked ? xor(body, bytes.subarray(start - 4, start)) : body,
    size: start + length,
  };
}

function xor(bytes, key) {
  return Buffer.from(bytes.map((byte, i) => byte ^ key[i & 3]));
}
