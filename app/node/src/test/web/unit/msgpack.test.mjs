// MessagePack: the protocol's golden bytes, every form of the format, and bytes that are wrong.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { MessagePackError, decode, encode } from '../../../main/resources/dev/psyne/node/page/msgpack.js';

const hex = bytes => Buffer.from(bytes).toString('hex');
const bytes = text => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));

const GOLDEN = {
  '84a174a568656c6c6fa17601a46e6f6465ab7073796e6520302e312e30a8736572766963657391aa766973696f6e2e61736b':
    { t: 'hello', v: 1, node: 'psyne 0.1.0', services: ['vision.ask'] },
  '85a174a463616c6ca2696407a66d6574686f64aa766973696f6e2e61736ba46172677382a87175657374696f6eab576861742069732069743fa5696d616765c40489504e47a663726564697408':
    { t: 'call', id: 7, method: 'vision.ask', args: { question: 'What is it?', image: bytes('89504e47') }, credit: 8 },
  '83a174a46974656da2696407a576616c756582a474657874a161ab70726f626162696c697479cb3fe8000000000000':
    { t: 'item', id: 7, value: { text: 'a', probability: 0.75 } },
  '83a174a6637265646974a2696407a16e01': { t: 'credit', id: 7, n: 1 },
  '82a174a663616e63656ca2696407': { t: 'cancel', id: 7 },
  '83a174a3656e64a2696407a576616c756582a474657874a56120636174a473757265c3':
    { t: 'end', id: 7, value: { text: 'a cat', sure: true } },
  '84a174a56572726f72a2696407a4636f6465b06d6574686f645f6e6f745f666f756e64a76d657373616765bf7468657265206973206e6f206d6574686f642027766973696f6e2e616b7327':
    { t: 'error', id: 7, code: 'method_not_found', message: "there is no method 'vision.aks'" },
  '81a174a470696e67': { t: 'ping' },
  '81a174a4706f6e67': { t: 'pong' },
};

test('the golden messages of the protocol are encoded and decoded byte for byte', () => {
  for (const [golden, message] of Object.entries(GOLDEN)) {
    assert.equal(hex(encode(message)), golden);
    assert.deepEqual(decode(bytes(golden)), message);
  }
});

test('the golden messages are those of docs/protocol.md', async () => {
  const protocol = await readFile(new URL('../../../../../../docs/protocol.md', import.meta.url), 'utf8');
  const written = [...protocol.matchAll(/^\| `\{t:.*\| `([0-9a-f]+)` \|$/gm)].map(match => match[1]);
  assert.deepEqual(Object.keys(GOLDEN), written);
});

test('numbers take their shortest form and come back the same', () => {
  const forms = [
    [0, '00'], [127, '7f'], [128, 'cc80'], [255, 'ccff'], [256, 'cd0100'], [65535, 'cdffff'], [65536, 'ce00010000'],
    [4294967295, 'ceffffffff'], [4294967296, 'cf0000000100000000'], [Number.MAX_SAFE_INTEGER, 'cf001fffffffffffff'],
    [-1, 'ff'], [-32, 'e0'], [-33, 'd0df'], [-128, 'd080'], [-129, 'd1ff7f'], [-32768, 'd18000'], [-32769, 'd2ffff7fff'],
    [-2147483648, 'd280000000'], [-2147483649, 'd3ffffffff7fffffff'], [0.5, 'cb3fe0000000000000'], [1e300, 'cb7e37e43c8800759c'],
    [Infinity, 'cb7ff0000000000000'], [18446744073709551615n, 'cfffffffffffffffff'], [-9223372036854775808n, 'd38000000000000000'],
  ];
  for (const [value, form] of forms) {
    assert.equal(hex(encode(value)), form, String(value));
    assert.equal(decode(bytes(form)), value);
  }
  assert.equal(hex(encode(7n)), '07');
  assert.equal(decode(bytes('ca3fc00000')), 1.5);
  assert.equal(decode(bytes('cf0000000000000001')), 1);
  assert.ok(Number.isNaN(decode(encode(NaN))));
});

test('strings, bytes, arrays and maps come back the same at every size of their length field', () => {
  for (const size of [0, 1, 15, 16, 31, 32, 255, 256, 65535, 65536]) {
    const map = Object.fromEntries(Array.from({ length: Math.min(size, 300) }, (_, i) => [`key ${i}`, i]));
    for (const value of ['x'.repeat(size), new Uint8Array(size).fill(7), Array(size).fill(null), map]) {
      assert.deepEqual(decode(encode(value)), value);
    }
  }
  const nested = { a: [true, false, null, { b: 'žluťoučký 🐎', c: new Uint8Array([1, 2]) }] };
  assert.deepEqual(decode(encode(nested)), nested);
});

test('a decoded map has its own keys only, whatever they are called', () => {
  const map = decode(bytes('81 a9 5f5f70726f746f5f5f 81 a178 01'));
  assert.deepEqual(Object.keys(map), ['__proto__']);
  assert.equal(map.x, undefined);
  assert.equal(Object.getPrototypeOf(map), Object.prototype);
});

test('decoding reads a view in the middle of a buffer', () => {
  const buffer = bytes('ffff a3616263 ff');
  assert.equal(decode(buffer.subarray(2, 6)), 'abc');
});

test('wrong bytes say what is wrong and where', () => {
  const wrong = [
    ['', /ends early: 1 bytes needed at byte 0, 0 left/],
    ['a3 6162', /ends early: 3 bytes needed at byte 1, 2 left/],
    ['dd ffffffff', /ends early: 4294967295 bytes needed/],
    ['df ffffffff', /ends early/],
    ['c6 ffffffff 00', /ends early/],
    ['c1', /type 0xc1 at byte 0 is not supported/],
    ['92 01 d6 00 00000000', /type 0xd6 at byte 2 is not supported/],
    ['81 01 02', /map key at byte 1 is not a string/],
    ['a2 c328', /string at byte 1 is not UTF-8/],
    ['01 02', /1 bytes follow the value that ends at byte 1/],
    ['91'.repeat(40) + '01', /nested deeper than 32/],
  ];
  for (const [input, message] of wrong) {
    assert.throws(() => decode(bytes(input)), problem => problem instanceof MessagePackError && message.test(problem.message), input);
  }
});

test('values that MessagePack has no form for are refused', () => {
  const endless = [];
  endless.push(endless);
  for (const value of [undefined, () => 1, Symbol('x'), new Date(0), new Map(), 1n << 64n, -1n << 64n, endless, { a: undefined }]) {
    assert.throws(() => encode(value), MessagePackError);
  }
});

test('ten thousand seeded mutations of the golden messages decode or fail with one kind of error', () => {
  let state = 20260101;
  const next = bound => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) % bound;
  const originals = Object.keys(GOLDEN).map(bytes);
  for (let i = 0; i < 10_000; i++) {
    const mutated = originals[next(originals.length)].slice();
    for (let changes = 1 + next(3); changes > 0; changes--) mutated[next(mutated.length)] = next(256);
    try {
      decode(mutated.subarray(0, 1 + next(mutated.length)));
    } catch (problem) {
      assert.ok(problem instanceof MessagePackError, hex(mutated));
    }
  }
});
