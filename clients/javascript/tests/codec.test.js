// Codecs: golden messages, what a value may be, evolution, tensors in place.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BrokenMessageError, Codecs, Schema, Tensor } from '../src/index.js';
import * as goldens from './goldens.js';

const POINT = 'package a; enum Mood { 0 calm; 7 class; } record Point { 1 i16 x; 2 f64 y; 3 Mood mood?; 4 string from?; }';

function codecOf(text, name) {
  return new Codecs(Schema.parse(text)).record(name);
}

for (const { name, schema, value, message } of goldens.messages()) {
  test(`golden ${name}`, () => {
    const codec = new Codecs(schema).record(name);
    assert.deepEqual(codec.encode(value, new goldens.References()), message);
    const found = codec.decode(message, new goldens.References());
    // What was read says the same bytes again, except what lies in the region.
    assert.deepEqual(found, value);
  });
}

test('an enum is its number, and may be given by its name', () => {
  const codec = codecOf(POINT, 'Point');
  const message = codec.encode({ x: -1, y: 0.5, mood: 'class', from: 'x' });
  assert.deepEqual(codec.encode({ x: -1, y: 0.5, mood: 7, from: 'x' }), message);
  assert.deepEqual(codec.decode(message), { x: -1, y: 0.5, mood: 7, from: 'x' });
  assert.deepEqual(codec.decode(codec.encode({ x: 1, y: 2, mood: undefined, from: null })), { x: 1, y: 2 });
});

test('what a value may not be', () => {
  const codec = codecOf(POINT, 'Point');
  for (const [value, message] of [
    [{ x: 70000, y: 1 }, /^Point.x: an i16/],
    [{ x: 1.5, y: 1 }, /^Point.x: an i16/],
    [{ x: 1 }, /^Point.y: is missing/],
    [{ x: 1, y: 's' }, /^Point.y: an f64/],
    [{ x: 1, y: 1, z: 3 }, /no field 'z'/],
    [{ x: 1, y: 1, mood: 'angry' }, /^Point.mood: enum Mood has no value 'angry'; there are calm, class/],
    [{ x: 1, y: 1, from: 3 }, /^Point.from: a string/],
    [null, /^Point: is missing/],
    [3, /^Point: an object is wanted/],
  ]) {
    assert.throws(() => codec.encode(value), { name: 'TypeError', message });
  }
});

test('names that every object has are absent all the same', () => {
  const codec = codecOf('package a; record R { 1 string constructor?; 2 i8 toString?; 3 i8 a; }', 'R');
  assert.deepEqual(codec.decode(codec.encode({ a: 1 })), { a: 1 });
  assert.equal(codec.decode(codec.encode({ a: 1, constructor: 'x' })).constructor, 'x');
});

test('an i64 is a bigint, and may be given as a safe integer', () => {
  const codec = codecOf('package a; record L { 1 i64 v; }', 'L');
  for (const value of [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n)]) assert.deepEqual(codec.decode(codec.encode({ v: value })), { v: value });
  assert.deepEqual(codec.decode(codec.encode({ v: -5 })), { v: -5n });
  for (const value of [2n ** 63n, 2 ** 60, 0.5, '1', true]) assert.throws(() => codec.encode({ v: value }), /L.v: an i64/);
});

test('evolution', () => {
  const before = codecOf('package a; record R { 1 i8 a; 2 string b?; }', 'R');
  const after = codecOf('package a; record R { 1 i8 a; 2 string b?; 3 list<f64> c?; 4 R d?; }', 'R');
  assert.deepEqual(after.decode(before.encode({ a: 1, b: 'x' })), { a: 1, b: 'x' });
  assert.deepEqual(before.decode(after.encode({ a: 1, b: 'x', c: [1], d: { a: 2 } })), { a: 1, b: 'x' });
  assert.deepEqual(before.decode(after.encode({ a: 1, d: { a: 2 } })), { a: 1 });
});

test("a new value of an enum is an error that names the enum and the number", () => {
  const after = codecOf('package a; enum Mood { 9 wild; } record Point { 1 i16 x; 2 f64 y; 3 Mood mood?; }', 'Point');
  const message = after.encode({ x: 1, y: 2, mood: 'wild' });
  assert.throws(() => codecOf(POINT, 'Point').decode(message), { name: 'BrokenMessageError', message: 'Point.mood: enum Mood has no number 9' });
});

test('tensors lie where they came', () => {
  const codec = codecOf('package a; record T { 1 string before; 2 tensor<f32> t; 3 tensor any; }', 'T');
  const t = new Tensor(Float32Array.from({ length: 24 }, (_, i) => i), [2, 3, 4]);
  for (const any of [new Tensor(new Float64Array([3]), []), new Tensor(new Int16Array(0), [0, 5]), new Tensor(new Uint8Array([1]), [1, 1], 'bool')]) {
    const message = codec.encode({ before: 'x', t, any });
    const found = codec.decode(message);
    assert.deepEqual(found, { before: 'x', t, any });
    assert.equal(found.t.data.buffer, message.buffer);
    assert.equal(found.t.data.byteOffset % 64, 0);
  }
  assert.throws(() => codec.encode({ before: '', t: new Float64Array(1), any: t }), /T.t: a tensor of f64 is none of f32/);
  assert.throws(() => codec.encode({ before: '', t, any: new Uint32Array(1) }), /wants an element type/);
  assert.throws(() => codec.encode({ before: '', t, any: [1] }), /T.any: a tensor is wanted/);
  assert.throws(() => codec.encode({ before: '', t, any: new Tensor(new Int8Array(1), Array(9).fill(1)) }), /the rank is 9/);
});

test('a message that begins anywhere is read', () => {
  const codec = codecOf('package a; record T { 1 tensor<f64> t; 2 list<i64> l; }', 'T');
  const value = { t: new Tensor(new Float64Array([1, 2])), l: new BigInt64Array([3n]) };
  const message = codec.encode(value);
  for (let offset = 0; offset < 9; offset++) {
    const buffer = new Uint8Array(message.length + offset);
    buffer.set(message, offset);
    assert.deepEqual(codec.decode(buffer.subarray(offset)), value);
    assert.deepEqual(codec.decode(Buffer.from(buffer.buffer, offset)), value);
  }
});

test('arrays are tensors of one dimension, and large ones are not copied', () => {
  const codec = codecOf('package a; record T { 1 tensor<f64> t; 2 bytes b; 3 string s; }', 'T');
  const t = new Float64Array(100_000).fill(2);
  const b = new Uint8Array(50_001).fill(3);
  const pieces = codec.sink({ t, b, s: 'behind' }).finish(0);
  assert.equal(pieces.filter((each) => each.buffer === t.buffer || each.buffer === b.buffer).length, 2);
  assert.deepEqual(codec.decode(codec.encode({ t, b, s: 'behind' })), { t: new Tensor(t), b, s: 'behind' });
});

test('f16 and bf16 are bits, and numbers at will', () => {
  const codec = codecOf('package a; record T { 1 tensor<f16> h; 2 tensor<bf16> b; }', 'T');
  const numbers = [0, 1, -2, 0.1, 65504, 1e9, -Infinity, NaN, 2 ** -24, 2 ** -14, 1 + 2 ** -11, 1 + 3 * 2 ** -11];
  const h = Tensor.from(numbers, undefined, 'f16');
  const b = Tensor.from(numbers, undefined, 'bf16');
  assert.deepEqual([...h.data], [0, 0x3c00, 0xc000, 0x2e66, 0x7bff, 0x7c00, 0xfc00, 0x7e00, 1, 0x400, 0x3c00, 0x3c02]);
  assert.deepEqual([...b.data.slice(0, 4), b.data[7]], [0, 0x3f80, 0xc000, 0x3dcd, 0x7fc0]);
  const found = codec.decode(codec.encode({ h, b: b.data }));
  assert.deepEqual(found, { h, b });
  assert.deepEqual([...found.h.numbers()].slice(4, 10), [65504, Infinity, -Infinity, NaN, 2 ** -24, 2 ** -14]);
  for (let bits = 0; bits < 0x7c00; bits++) assert.equal(Tensor.from(new Tensor(new Uint16Array([bits]), [1], 'f16').numbers(), [1], 'f16').data[0], bits);
});

test('lists of numbers', () => {
  const codec = codecOf('package a; record L { 1 list<f64> f; 2 list<i16> i; 3 list<bool> b; }', 'L');
  const value = { f: [1, 2.5], i: new Int16Array([1, -2]), b: [true, false] };
  assert.deepEqual(codec.decode(codec.encode(value)), { ...value, f: new Float64Array([1, 2.5]) });
  for (const wrong of [{ f: 3 }, { i: [70000] }, { f: ['x'] }, { b: [1] }, { f: 'text' }]) assert.throws(() => codec.encode({ ...value, ...wrong }), TypeError);
});

test('maps may be objects', () => {
  const codec = codecOf('package a; record M { 1 map<i8> m; }', 'M');
  assert.deepEqual(codec.decode(codec.encode({ m: { a: 1, b: 2 } })).m, new Map([['a', 1], ['b', 2]]));
  assert.throws(() => codec.encode({ m: 5 }), /M.m: a Map/);
});

test('texts of every length and kind', () => {
  const codec = codecOf('package a; record S { 1 string a; 2 string b; }', 'S');
  for (const part of ['a', 'é', '漢', '🐈', 'aé', '\0', '\ufeff']) {
    for (const count of [1, 5, 23, 24, 25, 63, 64, 65, 200, 6000, 40_000]) {
      const value = { a: part.repeat(count), b: 'behind' };
      assert.deepEqual(codec.decode(codec.encode(value)), value);
    }
  }
  assert.equal(codec.decode(codec.encode({ a: '\ud800', b: '' })).a, '\ufffd');
});

test('depth', () => {
  const codec = codecOf('package a; record R { 1 R next?; }', 'R');
  let value = {};
  for (let i = 0; i < 31; i++) value = { next: value };
  assert.deepEqual(codec.decode(codec.encode(value)), value);
  assert.throws(() => codec.encode({ next: value }), /deeper than 32/);
});

test('a message that is written while another one is', () => {
  const codec = codecOf('package a; record R { 1 string a; 2 string b; }', 'R');
  const value = {
    a: 'x'.repeat(100),
    get b() {
      return String(codec.encode({ a: 'inner', b: 'y' }).length);
    },
  };
  assert.deepEqual(codec.decode(codec.encode(value)), { a: value.a, b: '30' });
});

test('an error leaves nothing behind in what follows', () => {
  const codec = codecOf('package a; record R { 1 string a; 2 i8 b; 3 string c?; }', 'R');
  const good = codec.encode({ a: 'x', b: 1 });
  assert.throws(() => codec.encode({ a: 'y'.repeat(1000), b: 'no' }));
  assert.deepEqual(codec.encode({ a: 'x', b: 1 }), good);
});

test('callbacks want a call', () => {
  const codec = codecOf('package a; record C { 1 callback<i8, i8> c; }', 'C');
  assert.throws(() => codec.encode({ c: () => 1 }), /callbacks cannot be sent here/);
  assert.throws(() => codec.decode(Uint8Array.of(8, 0, 0, 0, 3, 0, 0, 0)), BrokenMessageError);
});
