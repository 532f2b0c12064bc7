// The golden files that the Java and Python tests have as well, and values as `codec/README.md` writes them in JSON.

import { readFileSync, readdirSync } from 'node:fs';
import { Schema, Tensor } from '../src/index.js';
import { ARRAYS } from '../src/tensor.js';

export const DIRECTORY = process.env.PSYNE_GOLDENS
  ? new URL(`file://${process.env.PSYNE_GOLDENS}/`)
  : new URL('../../../service/rpc/src/test/resources/', import.meta.url);
const LEASED = new Tensor(new Float32Array(2));

export function judge(text) {
  return text.length;
}

/** Lease 7 covers 256 bytes, of which 64 to 71 are a tensor; callback 3 gives a text's length. */
export class References {
  region = new Uint8Array(256);

  place(tensor) {
    return tensor === LEASED ? { lease: 7, offset: 64 } : undefined;
  }

  elements(lease, offset, size) {
    if (lease !== 7 || offset + size > 256) throw new RangeError(`lease ${lease} does not cover ${size} bytes at ${offset}`);
    return this.region.subarray(offset, offset + size);
  }

  number(given) {
    if (given !== judge) throw new RangeError('only the judge can be called');
    return 3;
  }

  callback(number) {
    if (number !== 3) throw new RangeError(`callback ${number} is unknown`);
    return judge;
  }
}

export function read(path, encoding = 'utf8') {
  return readFileSync(new URL(path, DIRECTORY), encoding);
}

export function files(directory, ending) {
  return readdirSync(new URL(directory, DIRECTORY)).filter((each) => each.endsWith(ending)).sort();
}

/** By name: a schema, the value of the record of that name, its message. */
export function messages() {
  const found = files('codec/', '.json').map((file) => {
    const stem = file.slice(0, -5);
    const name = stem[0].toUpperCase() + stem.slice(1);
    const schema = Schema.parse(read(`codec/${stem}.schema`));
    const value = ofJson(schema, { kind: 'named', name }, JSON.parse(read(`codec/${file}`)));
    return { name, schema, value, message: bytes(read(`codec/${stem}.hex`)) };
  });
  if (!found.length) throw new Error(`no golden messages in ${DIRECTORY}codec`);
  return found;
}

export function bytes(hexadecimal) {
  return Uint8Array.from(hexadecimal.replace(/\s/g, '').match(/../g) ?? [], (each) => parseInt(each, 16));
}

function ofJson(schema, type, value) {
  switch (type.kind) {
    case 'named': {
      const definition = schema.definitions.get(type.name);
      if (definition.kind === 'enum') return definition.constants.find((each) => each.name === value).number;
      const there = definition.fields.filter((each) => each.name in value);
      return Object.fromEntries(there.map((each) => [each.name, ofJson(schema, each.type, value[each.name])]));
    }
    case 'scalar':
      return type.word === 'i64' ? BigInt(value) : value;
    case 'bytes':
      return bytes(value);
    case 'list':
      return listOf(type.element, value.map((each) => ofJson(schema, type.element, each)));
    case 'map':
      return new Map(Object.entries(value).map(([key, each]) => [key, ofJson(schema, type.value, each)]));
    case 'tensor':
      return 'lease' in value ? LEASED : new Tensor(new ARRAYS[value.dtype](bytes(value.data).buffer), value.shape, value.dtype);
    case 'callback':
      return judge;
    default:
      return value;
  }
}

function listOf(element, values) {
  return element.kind === 'scalar' && element.word !== 'bool' ? ARRAYS[element.word].from(values) : values;
}

/** A random number generator that gives the same again: `next(n)` is 0 to n - 1. Mulberry32. */
export class Seeded {
  constructor(seed) {
    this.state = seed;
  }

  next(below) {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  }

  choice(values) {
    return values[this.next(values.length)];
  }

  bytes(count) {
    return Uint8Array.from({ length: count }, () => this.next(256));
  }
}
