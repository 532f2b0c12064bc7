// Whatever bytes come, a value or the error that is meant for it comes of them: seeded mutations of messages, schemas and frames.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BrokenMessageError, Codecs, ProtocolError, Schema, SchemaError, Tensor } from '../src/index.js';
import { END, FrameReader, LIMITS } from '../src/frames.js';
import { unpack } from '../src/messagepack-read.js';
import { pack } from '../src/messagepack-write.js';
import { Sink } from '../src/sink.js';
import * as goldens from './goldens.js';
import { frame } from './relay.js';

const ROUNDS = 2000;
const INTERESTING = [0, 1, 2, 7, 8, 63, 64, 127, 128, 255];

/** A few bytes set, words replaced, parts cut, doubled or removed. */
function mutated(source, message) {
  let data = Buffer.from(message);
  for (let i = 1 + source.next(4); i > 0; i--) {
    const at = source.next(data.length + 1);
    const kind = source.next(6);
    if (kind === 0 && data.length) data[at % data.length] = source.choice(INTERESTING);
    else if (kind === 1 && data.length) data[at % data.length] ^= 1 << source.next(8);
    else if (kind === 2) data = replaced(source, data, at & ~3);
    else if (kind === 3) data = data.subarray(0, at);
    else if (kind === 4) data = Buffer.concat([data.subarray(0, at), data.subarray(at, at + source.next(16)), data.subarray(at)]);
    else data = Buffer.concat([data.subarray(0, at), data.subarray(at + source.next(16))]);
  }
  return new Uint8Array(data);
}

function replaced(source, data, at) {
  const word = Buffer.alloc(4);
  word.writeUInt32LE(source.choice([0, 1, data.length, Math.max(0, data.length - 8), 0x7fffffff, 0xffffffff, source.next(512)]));
  return Buffer.concat([data.subarray(0, at), word, data.subarray(at + 4)]);
}

/** Whether the bytes are refused, by the error that is meant for it. */
function refuses(run, kind) {
  try {
    run();
    return false;
  } catch (error) {
    if (!(error instanceof kind)) throw error;
    return true;
  }
}

for (const { name, schema, message } of goldens.messages()) {
  test(`messages like ${name}`, () => {
    const codec = new Codecs(schema).record(name);
    const source = new goldens.Seeded(name.length * 31 + name.charCodeAt(0));
    let refused = 0;
    for (let turn = 0; turn < ROUNDS; turn++) {
      if (refuses(() => codec.decode(mutated(source, message), new goldens.References()), BrokenMessageError)) refused++;
    }
    assert.ok(refused > ROUNDS / 10, `${refused} were refused`);
    for (let end = 0; end < message.length; end++) refuses(() => codec.decode(message.subarray(0, end), new goldens.References()), BrokenMessageError);
  });
}

test('a tensor whose shape says more than its bytes', () => {
  const codec = new Codecs(Schema.parse('package a; record T { 1 tensor t; }')).record('T');
  const message = codec.encode({ t: new Tensor(new Uint8Array(64), [8, 8]) });
  const view = new DataView(message.buffer);
  view.setBigInt64(24, 2n ** 31n - 1n, true);
  view.setBigInt64(32, 2n ** 31n - 1n, true);
  view.setBigUint64(48, (2n ** 31n - 1n) ** 2n, true);
  assert.throws(() => codec.decode(message), BrokenMessageError);
});

function packed(value) {
  const sink = new Sink();
  pack(sink, value);
  return sink.joined();
}

test('MessagePack', () => {
  const value = [
    [1, -5, 2 ** 40, 'text', new Uint8Array([1, 2]), null, true, 1.5, new Tensor(new Float64Array(6), [2, 3])],
    { a: { b: Array(20).fill(1) }, c: 'é'.repeat(40) },
  ];
  const message = packed(value);
  assert.deepEqual(unpack(message), value);
  const source = new goldens.Seeded(1);
  for (let turn = 0; turn < 10 * ROUNDS; turn++) refuses(() => unpack(mutated(source, message)), BrokenMessageError);
});

test('bounds of MessagePack', () => {
  for (const text of [
    'ddffffffff',
    'dfffffffff',
    'c6ffffffff',
    'dbffffffff',
    '91'.repeat(1000),
    'c1',
    'd40101',
    '',
    '81a1610101',
    '82a16101a16102',
    '810101',
    '81a75f74656e736f72a3663634',
    '81a95f63616c6c6261636b01',
    '81'.repeat(100),
    'a2c328',
  ]) {
    assert.throws(() => unpack(goldens.bytes(text)), BrokenMessageError, text);
  }
});

test('values that lie too deep', () => {
  let value = [];
  for (let i = 0; i < 70; i++) value = [value];
  assert.throws(() => packed(value), /deeper than 64/);
  const ring = {};
  ring.ring = ring;
  assert.throws(() => packed(ring), /deeper than 64/);
});

test('schemas', () => {
  const source = new goldens.Seeded(2);
  for (const file of goldens.files('schema/', '.psyne')) {
    const text = goldens.read(`schema/${file}`, null);
    for (let turn = 0; turn < 300; turn++) {
      try {
        Schema.parse(Buffer.from(mutated(source, text)).toString());
      } catch (error) {
        assert.ok(error instanceof SchemaError && error.line > 0, String(error.stack));
      }
    }
  }
});

/** The messages of bytes that come in parts of any size, as a socket or a WebSocket gives them. */
function messagesOf(limits, data, source) {
  const found = [];
  const reader = new FrameReader({ ...LIMITS, ...limits }, (...message) => found.push(message));
  for (let at = 0; at < data.length; ) {
    const count = source.choice([1, 16, 100, 1000, 100_000]);
    const owned = source.next(2) === 1;
    const part = data.slice(at, at + count);
    reader.feed(part, owned);
    if (!owned) part.fill(0xee);
    at += count;
  }
  return found;
}

function inPieces(stream, bytes, size) {
  const frames = [];
  for (let at = 0; at === 0 || at < bytes.length; at += size) {
    frames.push(frame(END, stream, bytes.subarray(at, at + size), { lane: 1, total: bytes.length }));
  }
  return Buffer.concat(frames);
}

test('frames', () => {
  const limits = { messageBytes: 100_000, pieceBytes: 1000 };
  const source = new goldens.Seeded(3);
  const sent = [1, 3, 5, 7, 9, 11].map((stream) => source.bytes(source.next(6000) + (stream === 1 ? 4500 : 0)));
  const good = new Uint8Array(Buffer.concat(sent.map((bytes, index) => inPieces(2 * index + 1, bytes, 1000))));
  for (let turn = 0; turn < 50; turn++) {
    const found = messagesOf(limits, good, source);
    assert.deepEqual(found.map(([, , , stream]) => stream), [1, 3, 5, 7, 9, 11]);
    found.forEach(([, , , , payload], index) => assert.deepEqual(Buffer.from(payload), Buffer.from(sent[index])));
  }
  for (let turn = 0; turn < ROUNDS; turn++) refuses(() => messagesOf(limits, mutated(source, good), source), ProtocolError);
});

test('a message of one frame in a buffer of its own is not copied', () => {
  let found;
  const reader = new FrameReader(LIMITS, (...message) => (found = message[4]));
  const bytes = new Uint8Array(frame(END, 1, new Uint8Array(5000)));
  reader.feed(bytes, true);
  assert.equal(found.buffer, bytes.buffer);
  reader.feed(bytes, false);
  assert.notEqual(found.buffer, bytes.buffer);
  assert.equal(found.byteOffset % 64, 0);
});

test('broken frames', () => {
  const limits = { messageBytes: 100_000, pieceBytes: 1000, assemblingBytes: 150_000 };
  const raw = (kind, flags, lane, stream, length, total, rest = 0) => {
    const head = Buffer.alloc(16 + rest);
    head.set([kind, flags, lane & 0xff, lane >> 8]);
    [stream, length, total].forEach((each, index) => head.writeUInt32LE(each >>> 0, 4 + 4 * index));
    return head;
  };
  for (const message of [
    raw(0, 0, 0, 0, 0, 0),
    raw(12, 0, 0, 0, 0, 0),
    raw(4, 1, 0, 0, 0, 0),
    raw(2, 8, 0, 0, 0, 0),
    raw(4, 0, 4, 0, 0, 0),
    raw(4, 0, 256, 0, 0, 0),
    raw(4, 0, 0, 2 ** 31, 0, 0),
    raw(4, 0, 0, 1, 1001, 1001),
    raw(4, 0, 0, 1, 10, 9),
    raw(4, 0, 0, 1, 1000, 100_001),
    raw(4, 0, 1, 1, 999, 2000, 999),
    Buffer.concat([raw(4, 0, 1, 1, 1000, 2000, 1000), raw(4, 0, 1, 1, 10, 10, 10)]),
    Buffer.concat([raw(4, 0, 1, 1, 1000, 2000, 1000), raw(3, 0, 1, 1, 1000, 2000)]),
    Buffer.concat([raw(4, 0, 1, 1, 1000, 1500, 1000), raw(4, 0, 1, 1, 1000, 1500)]),
    Buffer.concat([raw(4, 0, 1, 1, 1000, 90_000, 1000), raw(4, 0, 1, 3, 1000, 90_000)]),
  ]) {
    assert.throws(() => messagesOf(limits, new Uint8Array(message), new goldens.Seeded(4)), ProtocolError, message.subarray(0, 16).toString('hex'));
  }
});
