// MessagePack: plain values to bytes and back (https://github.com/msgpack/msgpack/blob/master/spec.md), without extension types.

const DEEPEST = 32;
const GROW_FROM_BYTES = 256;
const LONGEST = 0xffffffff;

/** What is wrong with a value or with bytes, and where. */
export class MessagePackError extends Error {
  name = 'MessagePackError';
}

/**
 * Encodes null, booleans, numbers (whole ones as the shortest integer, others as 64-bit floats), bigints of 64 bits,
 * strings, Uint8Array (as bin), arrays and plain objects (as maps, keys in their order).
 */
export function encode(value) {
  const writer = new Writer();
  writer.value(value, 0);
  return writer.bytes();
}

/** Decodes exactly one value. Maps become plain objects, bin becomes a Uint8Array copy, integers beyond 2^53 become bigints. */
export function decode(bytes) {
  const reader = new Reader(bytes);
  const value = reader.value(0);
  if (reader.offset !== bytes.length) {
    throw new MessagePackError(`${bytes.length - reader.offset} bytes follow the value that ends at byte ${reader.offset}`);
  }
  return value;
}

class Writer {
  #bytes = new Uint8Array(GROW_FROM_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  bytes() {
    return this.#bytes.slice(0, this.#length);
  }

  value(value, depth) {
    if (depth > DEEPEST) throw new MessagePackError(`nested deeper than ${DEEPEST}`);
    if (value === null) this.#head(0xc0);
    else if (typeof value === 'boolean') this.#head(value ? 0xc3 : 0xc2);
    else if (typeof value === 'number') this.#number(value);
    else if (typeof value === 'bigint') this.#bigint(value);
    else if (typeof value === 'string') this.#string(value);
    else if (value instanceof Uint8Array) this.#binary(value);
    else if (Array.isArray(value)) this.#array(value, depth);
    else if (isPlain(value)) this.#map(value, depth);
    else throw new MessagePackError(`cannot encode ${describe(value)}`);
  }

  #number(value) {
    if (!Number.isSafeInteger(value)) this.#head(0xcb, 8, at => this.#view.setFloat64(at, value));
    else if (value >= 0) this.#unsigned(value);
    else this.#negative(value);
  }

  #unsigned(value) {
    if (value < 0x80) this.#head(value);
    else if (value <= 0xff) this.#head(0xcc, 1, at => this.#view.setUint8(at, value));
    else if (value <= 0xffff) this.#head(0xcd, 2, at => this.#view.setUint16(at, value));
    else if (value <= LONGEST) this.#head(0xce, 4, at => this.#view.setUint32(at, value));
    else this.#head(0xcf, 8, at => this.#view.setBigUint64(at, BigInt(value)));
  }

  #negative(value) {
    if (value >= -0x20) this.#head(value & 0xff);
    else if (value >= -0x80) this.#head(0xd0, 1, at => this.#view.setInt8(at, value));
    else if (value >= -0x8000) this.#head(0xd1, 2, at => this.#view.setInt16(at, value));
    else if (value >= -0x80000000) this.#head(0xd2, 4, at => this.#view.setInt32(at, value));
    else this.#head(0xd3, 8, at => this.#view.setBigInt64(at, BigInt(value)));
  }

  #bigint(value) {
    if (BigInt.asIntN(64, value) !== value && BigInt.asUintN(64, value) !== value) {
      throw new MessagePackError(`${value} does not fit in 64 bits`);
    }
    if (Number.isSafeInteger(Number(value))) this.#number(Number(value));
    else if (value > 0n) this.#head(0xcf, 8, at => this.#view.setBigUint64(at, value));
    else this.#head(0xd3, 8, at => this.#view.setBigInt64(at, value));
  }

  #string(value) {
    const bytes = new TextEncoder().encode(value);
    if (bytes.length < 32) this.#head(0xa0 | bytes.length);
    else this.#length8to32(bytes.length, 0xd9);
    this.#append(bytes);
  }

  #binary(bytes) {
    this.#length8to32(bytes.length, 0xc4);
    this.#append(bytes);
  }

  #array(values, depth) {
    if (values.length < 16) this.#head(0x90 | values.length);
    else this.#length16to32(values.length, 0xdc);
    for (const value of values) this.value(value, depth + 1);
  }

  #map(object, depth) {
    const entries = Object.entries(object);
    if (entries.length < 16) this.#head(0x80 | entries.length);
    else this.#length16to32(entries.length, 0xde);
    for (const [key, value] of entries) {
      this.#string(key);
      this.value(value, depth + 1);
    }
  }

  #length8to32(length, type) {
    if (length <= 0xff) this.#head(type, 1, at => this.#view.setUint8(at, length));
    else this.#length16to32(length, type + 1);
  }

  #length16to32(length, type) {
    if (length <= 0xffff) this.#head(type, 2, at => this.#view.setUint16(at, length));
    else this.#head(type + 1, 4, at => this.#view.setUint32(at, length));
  }

  #head(type, size = 0, write = () => {}) {
    this.#reserve(1 + size);
    this.#bytes[this.#length] = type;
    write(this.#length + 1);
    this.#length += 1 + size;
  }

  #append(bytes) {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #reserve(more) {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

class Reader {
  offset = 0;
  #bytes;
  #view;

  constructor(bytes) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  value(depth) {
    if (depth > DEEPEST) throw new MessagePackError(`nested deeper than ${DEEPEST} at byte ${this.offset}`);
    const at = this.offset;
    const type = this.#view.getUint8(this.#take(1));
    if (type < 0x80) return type;
    if (type < 0x90) return this.#map(type & 0x0f, depth);
    if (type < 0xa0) return this.#array(type & 0x0f, depth);
    if (type < 0xc0) return this.#string(type & 0x1f);
    if (type >= 0xe0) return type - 0x100;
    return this.#typed(type, at, depth);
  }

  #typed(type, at, depth) {
    switch (type) {
      case 0xc0: return null;
      case 0xc2: return false;
      case 0xc3: return true;
      case 0xc4: case 0xc5: case 0xc6: return this.#binary(this.#unsigned(type - 0xc4));
      case 0xca: return this.#view.getFloat32(this.#take(4));
      case 0xcb: return this.#view.getFloat64(this.#take(8));
      case 0xcc: case 0xcd: case 0xce: return this.#unsigned(type - 0xcc);
      case 0xcf: return narrow(this.#view.getBigUint64(this.#take(8)));
      case 0xd0: return this.#view.getInt8(this.#take(1));
      case 0xd1: return this.#view.getInt16(this.#take(2));
      case 0xd2: return this.#view.getInt32(this.#take(4));
      case 0xd3: return narrow(this.#view.getBigInt64(this.#take(8)));
      case 0xd9: case 0xda: case 0xdb: return this.#string(this.#unsigned(type - 0xd9));
      case 0xdc: case 0xdd: return this.#array(this.#unsigned(type - 0xdb), depth);
      case 0xde: case 0xdf: return this.#map(this.#unsigned(type - 0xdd), depth);
      default: throw new MessagePackError(`type 0x${type.toString(16)} at byte ${at} is not supported`);
    }
  }

  #unsigned(sizeExponent) {
    if (sizeExponent === 0) return this.#view.getUint8(this.#take(1));
    if (sizeExponent === 1) return this.#view.getUint16(this.#take(2));
    return this.#view.getUint32(this.#take(4));
  }

  #binary(length) {
    const at = this.#take(length);
    return this.#bytes.slice(at, at + length);
  }

  #string(length) {
    const at = this.#take(length);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.#bytes.subarray(at, at + length));
    } catch {
      throw new MessagePackError(`the string at byte ${at} is not UTF-8`);
    }
  }

  #array(length, depth) {
    this.#enough(length);
    return Array.from({ length }, () => this.value(depth + 1));
  }

  #map(length, depth) {
    this.#enough(length * 2);
    const entries = [];
    for (let i = 0; i < length; i++) {
      const at = this.offset;
      const key = this.value(depth + 1);
      if (typeof key !== 'string') throw new MessagePackError(`the map key at byte ${at} is not a string`);
      entries.push([key, this.value(depth + 1)]);
    }
    return Object.fromEntries(entries);
  }

  #take(count) {
    this.#enough(count);
    const at = this.offset;
    this.offset += count;
    return at;
  }

  #enough(count) {
    const left = this.#bytes.length - this.offset;
    if (count > left) throw new MessagePackError(`ends early: ${count} bytes needed at byte ${this.offset}, ${left} left`);
  }
}

function narrow(bigint) {
  return Number.isSafeInteger(Number(bigint)) ? Number(bigint) : bigint;
}

function isPlain(value) {
  if (typeof value !== 'object') return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function describe(value) {
  return typeof value === 'object' ? value.constructor.name : typeof value;
}
