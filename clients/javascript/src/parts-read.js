// Readers of the variable parts of a message. Each is given the source, the slot's place and the depth of records; it returns the
// value and leaves in `source.cursor` where its part ends.

import { ELEMENT_BYTES, SCALARS } from './definitions.js';
import { BrokenMessageError } from './errors.js';
import { MAX_DIMENSION, MAX_RANK, MESSAGE_ALIGNMENT, PART_ALIGNMENT, SLOT_ALIGNMENT, SLOT_BYTES, aligned } from './layout.js';
import { ARRAYS, WORDS, tensorInPlace } from './tensor.js';

const HIGH = 2 ** 32;

export function text(where) {
  return (source, slot) => {
    const at = source.view.getUint32(slot, true);
    const count = source.view.getUint32(slot + 4, true);
    if (!count && !at) return '';
    source.take(where, at, count, count, 1);
    return source.text(where, at, at + count);
  };
}

export function data(where) {
  return (source, slot) => {
    const at = source.view.getUint32(slot, true);
    const count = source.view.getUint32(slot + 4, true);
    if (count || at) source.take(where, at, count, count, PART_ALIGNMENT);
    return source.bytes.subarray(at, at + count);
  };
}

/** A list of numbers as a typed array in place; of bools as an array. */
export function numbers(word, element, where) {
  const size = SCALARS[word];
  const array = ARRAYS[word];
  return (source, slot) => {
    const at = source.view.getUint32(slot, true);
    const count = source.view.getUint32(slot + 4, true);
    if (count || at) source.take(where, at, count, size * count, size);
    if (word === 'bool') return Array.from({ length: count }, (_, index) => element.read(source.view, at + index));
    return count ? new array(source.bytes.buffer, source.bytes.byteOffset + at, count) : new array(0);
  };
}

/** A list of what lies in its slot, other than numbers. */
export function fixedTable(element, size, where) {
  return (source, slot) => {
    const at = source.view.getUint32(slot, true);
    const count = source.view.getUint32(slot + 4, true);
    if (!count && !at) return [];
    source.take(where, at, count, size * count, size);
    return Array.from({ length: count }, (_, index) => element.read(source.view, at + size * index, source.refs));
  };
}

/** A list of what has parts. */
export function table(part, where) {
  return (source, slot, depth) => {
    const at = source.view.getUint32(slot, true);
    const count = source.view.getUint32(slot + 4, true);
    if (!count && !at) return [];
    source.take(where, at, count, SLOT_BYTES * count, SLOT_ALIGNMENT);
    return parts(source, at, count, part, depth);
  };
}

function parts(source, at, count, part, depth) {
  const found = [];
  for (let i = 0; i < count; i++) found.push(part(source, at + SLOT_BYTES * i, depth));
  return found;
}

export function mapping(element, size, part, where) {
  const key = text(where);
  const alignment = part ? SLOT_ALIGNMENT : size;
  return (source, slot, depth) => {
    const at = source.view.getUint32(slot, true);
    const count = source.view.getUint32(slot + 4, true);
    const found = new Map();
    if (!count && !at) return found;
    source.take(where, at, count, SLOT_BYTES * count, SLOT_ALIGNMENT);
    const valuesAt = aligned(source.cursor, alignment);
    source.take(where, valuesAt, count, size * count, alignment);
    const keys = parts(source, at, count, key, depth);
    keys.forEach((each, index) => {
      found.set(each, part ? part(source, valuesAt + SLOT_BYTES * index, depth) : element.read(source.view, valuesAt + size * index, source.refs));
    });
    if (found.size < count) throw new BrokenMessageError(where, 'a key comes twice');
    return found;
  };
}

export function record(codec, where) {
  return (source, slot, depth) => {
    const at = source.view.getUint32(slot, true);
    const count = source.view.getUint32(slot + 4, true);
    if (count !== 1) throw new BrokenMessageError(where, `count of a record is ${count}, not 1`);
    const before = source.cursor;
    source.take(where, at, 1, PART_ALIGNMENT, PART_ALIGNMENT);
    source.cursor = before;
    return codec.read(source, at, depth + 1);
  };
}

export function tensor(element, where) {
  return (source, slot) => {
    const at = source.view.getUint32(slot, true);
    const rank = source.view.getUint32(slot + 4, true);
    if (rank > MAX_RANK) throw new BrokenMessageError(where, `the rank is ${rank}; at most ${MAX_RANK} is possible`);
    source.take(where, at, 1, 24 + 8 * rank, PART_ALIGNMENT);
    const { view } = source;
    const code = view.getUint8(at);
    const type = WORDS[code];
    if (type === undefined) throw new BrokenMessageError(where, `element type ${code} is unknown`);
    if (element !== null && type !== element) throw new BrokenMessageError(where, `the tensor is of ${type}; it must be of ${element}`);
    const { flags, lease } = head(view, at, rank, where);
    const shape = dimensions(view, at + 8, rank, where);
    const count = shape.reduce((product, each) => product * each, 1);
    const place = number(view, at + 8 + 8 * rank);
    const bytes = number(view, at + 16 + 8 * rank);
    if (bytes !== count * ELEMENT_BYTES[type]) {
      throw new BrokenMessageError(where, `data bytes are ${bytes}; the shape has ${count * ELEMENT_BYTES[type]}`);
    }
    if (flags) return tensorInPlace(shared(where, source.refs, lease, place, bytes), 0, type, shape, count);
    source.take(where, place, 1, bytes, MESSAGE_ALIGNMENT);
    return tensorInPlace(source.bytes, place, type, shape, count);
  };
}

function head(view, at, rank, where) {
  const found = view.getUint8(at + 1);
  const flags = view.getUint16(at + 2, true);
  const lease = view.getUint32(at + 4, true);
  if (found !== rank || flags > 1 || (lease && !flags)) {
    throw new BrokenMessageError(where, `the tensor's header has rank ${found}, flags ${flags} and lease ${lease} under a slot of rank ${rank}`);
  }
  return { flags, lease };
}

function dimensions(view, at, rank, where) {
  const shape = [];
  for (let i = 0; i < rank; i++) {
    const size = number(view, at + 8 * i);
    if (size > MAX_DIMENSION) {
      throw new BrokenMessageError(where, `a dimension is ${view.getBigInt64(at + 8 * i, true)}; it must be 0 to ${MAX_DIMENSION}`);
    }
    shape.push(size);
  }
  return shape;
}

/** A u64; above 2^53 the nearest number, which no message is long enough for. */
function number(view, at) {
  return view.getUint32(at + 4, true) * HIGH + view.getUint32(at, true);
}

function shared(where, refs, lease, at, bytes) {
  if (!refs?.elements) throw new BrokenMessageError(where, `lease ${lease} is unknown: this connection shares no region; send the tensor in the message`);
  try {
    return refs.elements(lease, at, bytes);
  } catch (error) {
    throw error instanceof RangeError ? new BrokenMessageError(where, error.message) : error;
  }
}
