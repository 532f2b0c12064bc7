// Writers of the variable parts of a message: each writes a value's part and fills in its slot, whose position it is given. What is
// empty has no part, and leaves its slot zero. A slot's position stays, its view may change.

import { ELEMENTS, ELEMENT_BYTES, SCALARS } from './definitions.js';
import { MAX_RANK, MESSAGE_ALIGNMENT, PART_ALIGNMENT, SLOT_ALIGNMENT, SLOT_BYTES, aligned } from './layout.js';
import { refused } from './scalars.js';
import { ARRAYS, bytesOf, isTypedArray, tensorOf } from './tensor.js';

const TENSOR_HEADER_BYTES = 24;

function fill(sink, slot, at, count) {
  sink.view.setUint32(slot, at, true);
  sink.view.setUint32(slot + 4, count, true);
}

export function text(where) {
  return (sink, slot, value) => {
    if (typeof value !== 'string') throw refused(where, value, 'a string');
    if (!value) return;
    const at = sink.end;
    fill(sink, slot, at, sink.text(value));
  };
}

export function data(where) {
  return (sink, slot, value) => {
    const bytes = isTypedArray(value) || value instanceof DataView ? bytesOf(value) : value instanceof ArrayBuffer ? new Uint8Array(value) : undefined;
    if (bytes === undefined) throw refused(where, value, 'a Uint8Array');
    if (bytes.length) fill(sink, slot, sink.data(bytes, PART_ALIGNMENT), bytes.length);
  };
}

/** A list of numbers: their typed array as it lies, or anything with a length that holds them. */
export function numbers(word, element, where) {
  const size = SCALARS[word];
  return (sink, slot, value) => {
    const count = listed(where, value, word);
    if (!count) return;
    if (value instanceof ARRAYS[word] && word !== 'bool') {
      fill(sink, slot, sink.data(bytesOf(value), size), count);
      return;
    }
    const at = sink.reserve(size * count, size);
    const position = at - sink.shift;
    for (let i = 0; i < count; i++) element.write(sink.view, position + size * i, value[i]);
    fill(sink, slot, at, count);
  };
}

function listed(where, value, word) {
  if (!Array.isArray(value) && !isTypedArray(value)) throw refused(where, value, `a list of ${word}`);
  return value.length;
}

/** A list of what lies in its slot, other than numbers. */
export function fixedTable(element, size, where) {
  return (sink, slot, value, refs) => {
    const count = listed(where, value, 'values');
    if (!count) return;
    const at = sink.reserve(size * count, size);
    for (let i = 0; i < count; i++) element.write(sink.view, at - sink.shift + size * i, value[i], refs);
    fill(sink, slot, at, count);
  };
}

/** A list of what has parts: their slots, then they. */
export function table(part, where) {
  return (sink, slot, value, refs, depth) => {
    const count = listed(where, value, 'values');
    if (!count) return;
    const at = sink.reserve(SLOT_BYTES * count, SLOT_ALIGNMENT);
    fill(sink, slot, at, count);
    parts(sink, at - sink.shift, value, part, refs, depth);
  };
}

function parts(sink, slots, values, part, refs, depth) {
  let slot = slots;
  for (const each of values) {
    part(sink, slot, each, refs, depth);
    slot += SLOT_BYTES;
  }
}

/** A map: the keys' slots, the values' slots, the keys, the values' parts. `element` is of values in their slots, `part` of others. */
export function mapping(element, size, part, where) {
  const key = text(where);
  return (sink, slot, value, refs, depth) => {
    if (typeof value !== 'object' || value === null || isTypedArray(value)) throw refused(where, value, 'a Map');
    const keys = value instanceof Map ? [...value.keys()] : Object.keys(value);
    const count = keys.length;
    if (!count) return;
    const values = value instanceof Map ? [...value.values()] : Object.values(value);
    const at = sink.reserve(SLOT_BYTES * count, SLOT_ALIGNMENT);
    const keySlots = at - sink.shift;
    const valueSlots = sink.reserve(size * count, part ? SLOT_ALIGNMENT : size) - sink.shift;
    fill(sink, slot, at, count);
    parts(sink, keySlots, keys, key, refs, depth);
    if (part) parts(sink, valueSlots, values, part, refs, depth);
    else values.forEach((each, index) => element.write(sink.view, valueSlots + size * index, each, refs));
  };
}

export function tensor(element, where) {
  return (sink, slot, value, refs) => {
    const shared = refs?.place?.(value);
    const found = tensorOf(value, element);
    if (found === undefined) throw refused(where, value, 'a tensor');
    const { type, shape, data: array } = found;
    if (element !== null && type !== element) throw new TypeError(`${where}: a tensor of ${type} is none of ${element}`);
    if (shape.length > MAX_RANK) throw new TypeError(`${where}: the rank is ${shape.length}; at most ${MAX_RANK} is possible`);
    const header = sink.reserve(TENSOR_HEADER_BYTES + 8 * shape.length, PART_ALIGNMENT);
    const position = header - sink.shift;
    fill(sink, slot, header, shape.length);
    const at = shared ? shared.offset : aligned(sink.end, MESSAGE_ALIGNMENT);
    if (shared) sink.view.setUint32(position + 4, shared.lease, true);
    head(sink.view, position, found, at, shared ? 1 : 0);
    if (!shared) sink.data(bytesOf(array), MESSAGE_ALIGNMENT);
  };
}

function head(view, position, { type, shape, data: array }, at, flags) {
  view.setUint8(position, ELEMENTS[type]);
  view.setUint8(position + 1, shape.length);
  view.setUint16(position + 2, flags, true);
  let next = position + 8;
  for (const each of [...shape, at, array.length * ELEMENT_BYTES[type]]) {
    view.setUint32(next, each % 2 ** 32, true);
    view.setUint32(next + 4, Math.floor(each / 2 ** 32), true);
    next += 8;
  }
}
