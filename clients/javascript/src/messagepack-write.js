// Writes MessagePack, as much as the encoding `named` wants. Beside the plain values, as docs/protocol-v2.md says: a `Tensor` and a
// typed array (but a Uint8Array, which is bytes) are tensors, a function is a callback, `STREAM` stands for the items that follow.

import { bytesOf, isTypedArray, Tensor } from './tensor.js';

export const MAX_DEPTH = 64;
/** Stands in the arguments for the items that follow. */
export const STREAM = Symbol('stream');

const SHORT_TEXT = 256;
const encoder = new TextEncoder();

/** Writes one value. `refs` gives callbacks their numbers. */
export function pack(sink, value, refs, depth = 0) {
  switch (typeof value) {
    case 'string':
      return packText(sink, value);
    case 'number':
      return Number.isInteger(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER && !Object.is(value, -0) ? packInteger(sink, value) : packFloat(sink, value);
    case 'boolean':
      return put(sink, value ? 0xc3 : 0xc2);
    case 'undefined':
      return put(sink, 0xc0);
    case 'bigint':
      return packBigint(sink, value);
    case 'function':
      return packCallback(sink, value, refs);
    case 'object':
      return value === null ? put(sink, 0xc0) : packObject(sink, value, refs, depth);
    default:
      if (value !== STREAM) throw new TypeError(`a ${typeof value} cannot be sent`);
      head(sink, 1, 0x80, 16, 0xdd);
      packText(sink, '_stream');
      return put(sink, 0xc3);
  }
}

function put(sink, code) {
  const at = sink.reserve(1, 1);
  sink.bytes[at - sink.shift] = code;
}

/** The head of text, bytes, array and map; `first` is the code with one byte of length, were there one. */
function head(sink, length, fixed, below, first) {
  if (length < below) return put(sink, fixed | length);
  if (length < 1 << 8 && (first === 0xd9 || first === 0xc4)) {
    const position = sink.reserve(2, 1) - sink.shift;
    sink.bytes[position] = first;
    sink.bytes[position + 1] = length;
  } else if (length < 1 << 16) {
    const position = sink.reserve(3, 1) - sink.shift;
    sink.bytes[position] = first + 1;
    sink.view.setUint16(position + 1, length);
  } else {
    const position = sink.reserve(5, 1) - sink.shift;
    sink.bytes[position] = first + 2;
    sink.view.setUint32(position + 1, length);
  }
}

function packText(sink, text) {
  if (text.length < SHORT_TEXT) {
    head(sink, lengthOf(text), 0xa0, 32, 0xd9);
    sink.text(text);
  } else {
    const bytes = encoder.encode(text);
    head(sink, bytes.length, 0xa0, 32, 0xd9);
    sink.data(bytes, 1);
  }
}

/** Bytes of a text in UTF-8, where half a character counts as U+FFFD. */
function lengthOf(text) {
  let count = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x80) continue;
    const next = code >= 0xd800 && code < 0xdc00 ? text.charCodeAt(i + 1) : 0;
    if (next >= 0xdc00 && next < 0xe000) i++;
    count += code < 0x800 ? 1 : 2;
  }
  return count;
}

function packInteger(sink, value) {
  if (value >= -32 && value < 128) return put(sink, value & 0xff);
  if (value > 0xffffffff || value < -0x80000000) return packBigint(sink, BigInt(value));
  const bytes = value > 0 ? (value < 1 << 8 ? 1 : value < 1 << 16 ? 2 : 4) : value >= -(1 << 7) ? 1 : value >= -(1 << 15) ? 2 : 4;
  const position = sink.reserve(1 + bytes, 1) - sink.shift;
  sink.bytes[position] = (value > 0 ? 0xcc : 0xd0) + (bytes >> 1);
  if (bytes === 1) sink.view.setInt8(position + 1, value);
  else if (bytes === 2) sink.view.setInt16(position + 1, value);
  else sink.view.setInt32(position + 1, value);
}

function packBigint(sink, value) {
  if (value >= -0x80000000n && value <= 0xffffffffn) return packInteger(sink, Number(value));
  if (value >= 2n ** 64n || value < -(2n ** 63n)) throw new RangeError(`${value} does not fit into 64 bits`);
  const position = sink.reserve(9, 1) - sink.shift;
  sink.bytes[position] = value > 0n ? 0xcf : 0xd3;
  sink.view.setBigUint64(position + 1, BigInt.asUintN(64, value));
}

function packFloat(sink, value) {
  const position = sink.reserve(9, 1) - sink.shift;
  sink.bytes[position] = 0xcb;
  sink.view.setFloat64(position + 1, value);
}

function packCallback(sink, value, refs) {
  if (!refs) throw new TypeError("callbacks cannot be sent here: use them in a call's arguments");
  head(sink, 1, 0x80, 16, 0xdd);
  packText(sink, '_callback');
  packInteger(sink, refs.number(value, null));
}

function packObject(sink, value, refs, depth) {
  if (value instanceof Uint8Array) return packBytes(sink, value);
  if (depth >= MAX_DEPTH) throw new RangeError(`values lie deeper than ${MAX_DEPTH} in each other`);
  if (Array.isArray(value)) {
    head(sink, value.length, 0x90, 16, 0xdb);
    for (const each of value) pack(sink, each, refs, depth + 1);
  } else if (value instanceof Tensor || isTypedArray(value)) {
    packTensor(sink, value instanceof Tensor ? value : new Tensor(value));
  } else if (value instanceof ArrayBuffer) {
    packBytes(sink, new Uint8Array(value));
  } else if (value instanceof Map) {
    packEntries(sink, [...value], refs, depth);
  } else if (value instanceof Date || value instanceof Set || value instanceof RegExp || value instanceof Promise) {
    throw new TypeError(`a ${value.constructor.name} cannot be sent: ${String(value).slice(0, 80)}`);
  } else {
    packEntries(sink, Object.entries(value), refs, depth);
  }
}

function packEntries(sink, entries, refs, depth) {
  const there = entries.filter(([, each]) => each !== undefined);
  head(sink, there.length, 0x80, 16, 0xdd);
  for (const [key, each] of there) {
    if (typeof key !== 'string') throw new TypeError(`the key ${String(key).slice(0, 80)} of a map is no string`);
    packText(sink, key);
    pack(sink, each, refs, depth + 1);
  }
}

function packBytes(sink, value) {
  head(sink, value.length, 0, 0, 0xc4);
  sink.data(value.constructor === Uint8Array ? value : new Uint8Array(value.buffer, value.byteOffset, value.length), 1);
}

function packTensor(sink, { type, shape, data }) {
  head(sink, 3, 0x80, 16, 0xdd);
  packText(sink, '_tensor');
  packText(sink, type);
  packText(sink, 'shape');
  pack(sink, [...shape]);
  packText(sink, 'data');
  packBytes(sink, bytesOf(data));
}
