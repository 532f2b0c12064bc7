// Schemas: the language, the canonical form, fingerprints, what can follow one another.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Schema, SchemaError } from '../src/index.js';
import { difference } from '../src/evolution.js';
import * as goldens from './goldens.js';

test('goldens', () => {
  const lines = goldens.read('schema/goldens.txt').split('\n').filter((line) => line && !line.startsWith('#'));
  assert.ok(lines.length > 3);
  for (const line of lines) {
    const [file, name, canonical, fingerprint] = line.split(' ');
    const schema = Schema.parse(goldens.read(`schema/${file}`)).only(name);
    assert.equal(schema.canonical, goldens.read(`schema/${canonical}`));
    assert.equal(schema.fingerprint.toString(16).padStart(16, '0'), fingerprint);
    assert.equal(Schema.received(schema.canonical, BigInt.asIntN(64, schema.fingerprint)).canonical, schema.canonical);
  }
});

for (const [text, place, part] of [
  ['', '1:1', "begins with 'package'"],
  ['package a', '1:10', "expected ';'"],
  ['package a;\nrecord A { 1 A a; }', '2:12', 'never ends'],
  ['package a;\nrecord A { 1 B a; }\nrecord B { 1 A a; }', '2:12', 'never ends'],
  ['package a;\n\nrecord A {\n  1 B b;\n}', '4:5', "no record or enum 'B'"],
  ['package a; service S { } record A { 1 S s; }', '1:39', 'is a service and no type'],
  ['package a; service S { f() -> list<callback<i8,i8>>; }', '1:24', 'holds a callback'],
  ['package a; record R { 1 callback<i8,i8> c; } service S { f() -> R; }', '1:58', 'holds a callback'],
  ['package a; enum A {}', '1:17', 'has no value'],
  ['package a; enum A { 0 a; 0 b; }', '1:26', 'number 0 twice'],
  ['package a; record A { 01 i8 a; }', '1:23', 'leading zero'],
  ['package a; record A { 0 i8 a; }', '1:23', 'must be 1 to 65535'],
  ['package a; record A { 65536 i8 a; }', '1:23', 'must be 1 to 65535'],
  ['package a; enum A { 2147483648 a; }', '1:21', 'greater than 2147483647'],
  ['package a; record A { 1 u8 a; }', '1:25', "only a tensor's"],
  ['package a; record list { }', '1:19', 'word of the language'],
  ['package a; record A { } record A { }', '1:32', 'defined twice'],
  ['package a; record A { 1 i8 a; 2 i8 a; }', '1:31', 'field a twice'],
  [`package a; record A { 1 ${'list<'.repeat(32)}i8${'>'.repeat(32)} a; }`, '1:185', 'nested in one another'],
  [`package a; record A { 1 i8 ${'a'.repeat(129)}; }`, '1:23', 'cannot name'],
  ['package a;\n// é\né', '3:1', 'U+00E9'],
  ['package a; service S { f(stream i8, 1 i8 a); }', '1:35', 'which comes last'],
]) {
  test(`a fault tells its place: ${text.slice(0, 60)}`, () => {
    assert.throws(
      () => Schema.parse(text),
      (error) => error instanceof SchemaError && error.message.startsWith(`${place}:`) && error.message.includes(part) && place === `${error.line}:${error.column}`,
    );
  });
}

test('bounds', () => {
  for (const text of [
    'package a;' + ' '.repeat(1 << 20),
    'package a;' + Array.from({ length: 4097 }, (_, i) => `record A${i} {}`).join(''),
    `package a; record A {${Array.from({ length: 1025 }, (_, i) => `${i + 1} i8 a${i};`).join('')}}`,
    'package a; record A { 1 ' + 'list<'.repeat(100_000),
  ]) {
    assert.throws(() => Schema.parse(text), SchemaError);
  }
  Schema.parse(`package a; record A { 1 ${'list<'.repeat(31)}i8${'>'.repeat(31)} a; }`);
});

test('a long chain of records is checked without recursion', () => {
  const text = 'package a;' + Array.from({ length: 4095 }, (_, i) => `record A${i} {1 A${i + 1} a;}`).join('') + 'record A4095 {}';
  assert.equal(Schema.parse(text).definitions.size, 4096);
});

test('a received schema is canonical and its own', () => {
  const text = 'package a;\nrecord A {\n  1 i8 a;\n}\n';
  const { fingerprint } = Schema.parse(text);
  assert.throws(() => Schema.received(text, fingerprint ^ 1n), /claims/);
  assert.throws(() => Schema.received(text + '\n', fingerprint), /canonical form/);
});

test('what can follow', () => {
  const before = 'package a; record R { 1 i8 a; } service S { f(1 R r) -> list<R>; }';
  for (const [text, follows] of [
    [before, true],
    ['package a; record R { 1 i8 a; 2 string b?; } service S { f(1 R r, 2 i8 x?) -> list<R>; g(); }', true],
    ['package a; record R { 1 i8 a; 2 string b; } service S { f(1 R r) -> list<R>; }', false],
    ['package a; record R { 1 i16 a; } service S { f(1 R r) -> list<R>; }', false],
    ['package a; record R { 1 i8 a; } service S { f(1 R r) -> stream R; }', false],
    ['package a; record R { 1 i8 a?; } service S { f(1 R r) -> list<R>; }', false],
  ]) {
    const [one, other] = [Schema.parse(before), Schema.parse(text)];
    assert.equal(difference(one, one.service(), other, other.service()) === null, follows, text);
    assert.equal(difference(other, other.service(), one, one.service()) === null, follows, text);
  }
});

test('services and records by name', () => {
  const schema = Schema.parse('package a; service S {} service T {}');
  assert.equal(schema.service('S').name, 'S');
  assert.throws(() => schema.service(), /2 services; name one of \[S, T\]/);
  assert.throws(() => schema.record('S'), /no record 'S'/);
  assert.throws(() => schema.only('U'), RangeError);
});
