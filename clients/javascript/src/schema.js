// Schemas: the language of docs/schema.md, its canonical form and fingerprint.

import { Check } from './check.js';
import { MAX_TEXT_BYTES, mentions } from './definitions.js';
import { SchemaError } from './errors.js';
import { Parser } from './parser.js';
import { printSchema } from './printer.js';
import { sha256First64 } from './sha256.js';

const KINDS = ['enum', 'record', 'service'];

/** The checked definitions of one package in canonical order. Immutable; the same as one with the same canonical form. */
export class Schema {
  #fingerprint;

  /** Of definitions that are checked; `Schema.parse` reads and checks them. */
  constructor(packageName, definitions) {
    this.package = packageName;
    /** @type {Map<string, import('./definitions.js').Definition>} */
    this.definitions = new Map(definitions.map(ordered).sort(order).map((each) => [each.name, each]));
    this.canonical = printSchema(packageName, [...this.definitions.values()]);
    if (this.canonical.length > MAX_TEXT_BYTES) {
      const size = `the canonical form of ${packageName} would have ${this.canonical.length} bytes`;
      throw new SchemaError(`${size}; at most ${MAX_TEXT_BYTES} can be exchanged: split it`);
    }
  }

  /** A 64-bit number, as peers know the schema by. */
  get fingerprint() {
    return (this.#fingerprint ??= sha256First64(new TextEncoder().encode(this.canonical)));
  }

  /**
   * The schema that a text says; SchemaError with line and column of the first fault.
   * @param {string} text
   */
  static parse(text) {
    const parser = new Parser(text);
    const { name, definitions } = parser.file();
    new Check(parser.places).check(name, definitions);
    return new Schema(name, definitions);
  }

  /** The schema that a text says, or that was given. */
  static of(schema) {
    return schema instanceof Schema ? schema : Schema.parse(schema);
  }

  /** The schema that a peer sent under a fingerprint: it must be its canonical form, and its own fingerprint. */
  static received(canonical, claimed) {
    const schema = Schema.parse(canonical);
    if (schema.canonical !== canonical) {
      throw new SchemaError(`the schema of ${schema.package} is not in its canonical form; send what 'psyne gen --canonical' prints`);
    }
    if (schema.fingerprint !== BigInt.asUintN(64, claimed)) {
      const own = `the schema of ${schema.package} has the fingerprint ${hexadecimal(schema.fingerprint)}`;
      throw new SchemaError(`${own} and claims ${hexadecimal(claimed)}; send its own`);
    }
    return schema;
  }

  /** What a service, record or enum reaches, itself included: what peers exchange. */
  only(name) {
    const reached = new Map();
    const waiting = [name];
    while (waiting.length) {
      const each = waiting.pop();
      if (reached.has(each)) continue;
      const definition = this.#require(each, KINDS, 'definition');
      reached.set(each, definition);
      const names = new Set();
      for (const type of types(definition)) mentions(type, names);
      waiting.push(...names);
    }
    return new Schema(this.package, [...reached.values()]);
  }

  record(name) {
    return this.#require(name, ['record'], 'record');
  }

  /** The service of a name, or the only one. */
  service(name) {
    if (name !== undefined) return this.#require(name, ['service'], 'service');
    const names = this.services().map((each) => each.name);
    if (names.length !== 1) throw new RangeError(`package ${this.package} has ${names.length} services; name one of [${names.join(', ')}]`);
    return this.definitions.get(names[0]);
  }

  services() {
    return [...this.definitions.values()].filter((each) => each.kind === 'service');
  }

  #require(name, kinds, word) {
    const found = this.definitions.get(name);
    if (found === undefined || !kinds.includes(found.kind)) throw new RangeError(`package ${this.package} has no ${word} '${name}'`);
    return found;
  }
}

function hexadecimal(fingerprint) {
  return BigInt.asUintN(64, fingerprint).toString(16).padStart(16, '0');
}

function order(one, other) {
  return KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind) || byName(one, other);
}

function byName(one, other) {
  return one.name < other.name ? -1 : one.name > other.name ? 1 : 0;
}

function byNumber(one, other) {
  return one.number - other.number;
}

function ordered(definition) {
  if (definition.kind === 'record') return { ...definition, fields: [...definition.fields].sort(byNumber) };
  if (definition.kind === 'enum') return { ...definition, constants: [...definition.constants].sort(byNumber) };
  const methods = definition.methods.map((each) => ({ ...each, parameters: [...each.parameters].sort(byNumber) }));
  return { ...definition, methods: methods.sort(byName) };
}

function types(definition) {
  if (definition.kind === 'record') return definition.fields.map((each) => each.type);
  if (definition.kind === 'enum') return [];
  return definition.methods.flatMap((each) => [...each.parameters.map((field) => field.type), each.input, each.output].filter((type) => type !== null));
}
