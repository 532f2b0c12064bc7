// Reads MessagePack, as much as the encoding `named` wants: nil, bool, integers, floats, text, bytes, arrays and maps with texts as
// keys, and among these tensors, callbacks and what stands for a stream. Memory is bounded by the bytes that are there.

import { ELEMENT_BYTES } from './definitions.js';
import { BrokenMessageError } from './errors.js';
import { MAX_DIMENSION, MAX_RANK } from './layout.js';
import { MAX_DEPTH, STREAM } from './messagepack-write.js';
import { textOf } from './source.js';
import { tensorInPlace } from './tensor.js';

/** The value that some bytes are; BrokenMessageError if they are none. */
export function unpack(bytes, refs) {
  const unpacker = new Unpacker(bytes, refs);
  const value = unpacker.value(0);
  if (unpacker.at !== bytes.length) throw broken(`${bytes.length - unpacker.at} bytes follow it`);
  return value;
}

function broken(what) {
  return new BrokenMessageError('value', what);
}

class Unpacker {
  constructor(bytes, refs) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.refs = refs;
    this.at = 0;
  }

  #take(count) {
    const { at } = this;
    this.at = at + count;
    if (this.at > this.bytes.length) throw broken(`${count} bytes at ${at} are not in the message, which has ${this.bytes.length}`);
    return at;
  }

  value(depth) {
    const code = this.bytes[this.#take(1)];
    if (code < 0x80) return code;
    if (code >= 0xe0) return code - 0x100;
    if (code < 0x90) return this.#map(code & 0x0f, depth);
    if (code < 0xa0) return this.#array(code & 0x0f, depth);
    if (code < 0xc0) return this.#text(code & 0x1f);
    if (code >= 0xca && code <= 0xd3) return this.#number(code);
    switch (code) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return this.#bytes(this.#length(code - 0xc4));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return this.#text(this.#length(code - 0xd9));
      case 0xdc:
      case 0xdd:
        return this.#array(this.#length(code - 0xdb), depth);
      case 0xde:
      case 0xdf:
        return this.#map(this.#length(code - 0xdd), depth);
      default:
        throw broken(`the code 0x${code.toString(16)} is not of this encoding`);
    }
  }

  /** A length of 1, 2 or 4 bytes. */
  #length(power) {
    const at = this.#take(1 << power);
    return power === 0 ? this.bytes[at] : power === 1 ? this.view.getUint16(at) : this.view.getUint32(at);
  }

  #number(code) {
    const { view } = this;
    switch (code) {
      case 0xca:
        return view.getFloat32(this.#take(4));
      case 0xcb:
        return view.getFloat64(this.#take(8));
      case 0xcc:
        return view.getUint8(this.#take(1));
      case 0xcd:
        return view.getUint16(this.#take(2));
      case 0xce:
        return view.getUint32(this.#take(4));
      case 0xcf:
        return numberOf(view.getBigUint64(this.#take(8)));
      case 0xd0:
        return view.getInt8(this.#take(1));
      case 0xd1:
        return view.getInt16(this.#take(2));
      case 0xd2:
        return view.getInt32(this.#take(4));
      default:
        return numberOf(view.getBigInt64(this.#take(8)));
    }
  }

  #bytes(length) {
    const at = this.#take(length);
    return this.bytes.subarray(at, at + length);
  }

  #text(length) {
    const at = this.#take(length);
    const text = textOf(this.bytes, at, at + length);
    if (text === null) throw broken('a text is not UTF-8');
    return text;
  }

  #many(count, bytes, depth) {
    if (depth >= MAX_DEPTH) throw broken(`values lie deeper than ${MAX_DEPTH} in each other`);
    if (bytes > this.bytes.length - this.at) throw broken(`${count} elements are not in the message`);
  }

  #array(count, depth) {
    this.#many(count, count, depth);
    const found = [];
    for (let i = 0; i < count; i++) found.push(this.value(depth + 1));
    return found;
  }

  #map(count, depth) {
    this.#many(count, 2 * count, depth);
    const found = {};
    for (let i = 0; i < count; i++) {
      const key = this.value(MAX_DEPTH);
      if (typeof key !== 'string' || Object.hasOwn(found, key)) throw broken(`the key '${String(key).slice(0, 80)}' of a map is no text, or comes twice`);
      const value = this.value(depth + 1);
      if (key === '__proto__') Object.defineProperty(found, key, { value, enumerable: true, configurable: true, writable: true });
      else found[key] = value;
    }
    if (Object.hasOwn(found, '_tensor')) return tensor(found);
    if (Object.hasOwn(found, '_callback')) return this.#callback(found._callback);
    return Object.hasOwn(found, '_stream') ? STREAM : found;
  }

  #callback(number) {
    if (!this.refs || !Number.isInteger(number) || number < 0 || number > 0xffffffff) {
      throw new BrokenMessageError('callback', `${String(number).slice(0, 80)} is unknown: callbacks come in a call's arguments`);
    }
    return this.refs.callback(number, null);
  }
}

/** A number where it is exact, otherwise a bigint. */
function numberOf(value) {
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
}

function tensor({ _tensor: type, shape, data }) {
  if (typeof type !== 'string' || !Object.hasOwn(ELEMENT_BYTES, type) || !(data instanceof Uint8Array)) {
    throw new BrokenMessageError('tensor', `'${String(type).slice(0, 80)}' is no element type, or its data are not binary`);
  }
  if (!Array.isArray(shape) || shape.length > MAX_RANK || !shape.every((each) => Number.isInteger(each) && each >= 0 && each <= MAX_DIMENSION)) {
    throw new BrokenMessageError('tensor', `its shape is no list of up to ${MAX_RANK} dimensions`);
  }
  const count = shape.reduce((product, each) => product * each, 1);
  if (data.length !== count * ELEMENT_BYTES[type]) {
    throw new BrokenMessageError('tensor', `${data.length} bytes of data; the shape has ${count * ELEMENT_BYTES[type]}`);
  }
  return tensorInPlace(data, 0, type, shape, count);
}
