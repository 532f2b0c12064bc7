// What lies in its slot: numbers, bools, enums and callbacks. Each is `write(view, at, value, refs)` and `read(view, at, refs)`.

import { BrokenMessageError } from './errors.js';

const WIDEST_I64 = 2n ** 63n;

/** What a caller gave where something else is wanted. */
export function refused(where, value, wanted) {
  if (value === undefined || value === null) return new TypeError(`${where}: is missing; ${wanted} is wanted`);
  return new TypeError(`${where}: ${wanted} is wanted, not ${typeof value} '${shown(value)}'`);
}

function shown(value) {
  try {
    return String(value).slice(0, 80);
  } catch {
    return 'without a text';
  }
}

/** A scalar of a word of the language. */
export function scalar(word, where) {
  switch (word) {
    case 'bool':
      return bool(where);
    case 'i64':
      return long(where);
    case 'f32':
      return floating(where, word, (view, at, value) => view.setFloat32(at, value, true), (view, at) => view.getFloat32(at, true));
    case 'f64':
      return floating(where, word, (view, at, value) => view.setFloat64(at, value, true), (view, at) => view.getFloat64(at, true));
    case 'i8':
      return integer(where, word, 0x7f, (view, at, value) => view.setInt8(at, value), (view, at) => view.getInt8(at));
    case 'i16':
      return integer(where, word, 0x7fff, (view, at, value) => view.setInt16(at, value, true), (view, at) => view.getInt16(at, true));
    default:
      return integer(where, word, 0x7fffffff, (view, at, value) => view.setInt32(at, value, true), (view, at) => view.getInt32(at, true));
  }
}

function bool(where) {
  return {
    write(view, at, value) {
      if (typeof value !== 'boolean') throw refused(where, value, 'a bool');
      view.setUint8(at, value ? 1 : 0);
    },
    read(view, at) {
      const found = view.getUint8(at);
      if (found > 1) throw new BrokenMessageError(where, `a bool is 0 or 1, not ${found}`);
      return found === 1;
    },
  };
}

function integer(where, word, greatest, set, read) {
  const write = (view, at, value) => {
    if (!Number.isInteger(value) || value > greatest || value < -greatest - 1) throw refused(where, value, `an ${word}`);
    set(view, at, value);
  };
  return { write, read };
}

function floating(where, word, set, read) {
  const write = (view, at, value) => {
    if (typeof value !== 'number') throw refused(where, value, `an ${word}`);
    set(view, at, value);
  };
  return { write, read };
}

function long(where) {
  return {
    write(view, at, value) {
      const number = typeof value === 'bigint' ? value : Number.isSafeInteger(value) ? BigInt(value) : undefined;
      if (number === undefined || number >= WIDEST_I64 || number < -WIDEST_I64) throw refused(where, value, 'an i64');
      view.setBigInt64(at, number, true);
    },
    read: (view, at) => view.getBigInt64(at, true),
  };
}

/** An enum's constant: its number, or its name where it is written. */
export function constant(definition, where) {
  const numbers = new Map(definition.constants.map((each) => [each.name, each.number]));
  const known = new Set(numbers.values());
  return {
    write(view, at, value) {
      const number = known.has(value) ? value : numbers.get(value);
      if (number === undefined) {
        if (value === undefined || value === null) throw refused(where, value, `a value of ${definition.name}`);
        throw new TypeError(`${where}: enum ${definition.name} has no value '${shown(value)}'; there are ${[...numbers.keys()].join(', ')}`);
      }
      view.setInt32(at, number, true);
    },
    read(view, at) {
      const number = view.getInt32(at, true);
      if (!known.has(number)) throw new BrokenMessageError(where, `enum ${definition.name} has no number ${number >>> 0}`);
      return number;
    },
  };
}

/** A function: its number among those that are lent. */
export function callback(type, where) {
  return {
    write(view, at, value, refs) {
      if (typeof value !== 'function') throw refused(where, value, 'a function');
      if (!refs) throw new TypeError(`${where}: callbacks cannot be sent here: use them in a call's arguments`);
      view.setUint32(at, refs.number(value, type), true);
    },
    read(view, at, refs) {
      const number = view.getUint32(at, true);
      if (!refs) throw new BrokenMessageError(where, `callback ${number} is unknown: callbacks come in a call's arguments`);
      try {
        return refs.callback(number, type);
      } catch (error) {
        throw error instanceof RangeError ? new BrokenMessageError(where, error.message) : error;
      }
    },
  };
}
