// Encoders and decoders of the layout of docs/schema.md, put together for each record.
//
//   const codecs = new Codecs(Schema.parse(text));
//   const message = codecs.record('Picture').encode(picture);
//   const picture = codecs.record('Picture').decode(message);
//
// A record is an object, an enum its constant's number (when written, its name as well), an `i64` a bigint (or a safe integer),
// `bytes` a Uint8Array, a list of numbers their typed array, a map a Map (or an object). Arrays lie in the message they came in.

import { BrokenMessageError } from './errors.js';
import { MAX_DEPTH, PART_ALIGNMENT, isFixed, layoutOf, slotOf } from './layout.js';
import * as read from './parts-read.js';
import * as write from './parts-write.js';
import { callback, constant, refused, scalar } from './scalars.js';
import { Sink } from './sink.js';
import { Source } from './source.js';

const INHERITED = new Set(Object.getOwnPropertyNames(Object.prototype));

/** How a message's values are held: as an object, as an array by the fields' places, or as the one value there is. */
const RECORD = 'record';
const SEQUENCE = 'sequence';
const VALUE = 'value';

/** Reads and writes one record. `refs` says what callbacks and leases stand for; without it there are none. */
export class RecordCodec {
  constructor(name, holder) {
    this.name = name;
    this.holder = holder;
    this.slots = [];
  }

  /** Becomes the codec of some fields. Apart from the constructor, for a record may hold itself. */
  become(fields, codecs) {
    const { slots, fixedBytes, requiredBytes } = layoutOf(fields, codecs.definitions);
    this.fixedBytes = fixedBytes;
    this.requiredBytes = requiredBytes;
    this.slots = slots.map((slot) => ({ ...slot, name: slot.field.name, ...codecs.slot(slot.field.type, `${this.name}.${slot.field.name}`) }));
    this.names = new Set(fields.map((each) => each.name));
    return this;
  }

  /** The bytes of a value. */
  encode(value, refs) {
    const sink = new Sink();
    this.write(sink, value, refs, 1);
    return sink.joined();
  }

  /** A sink that holds a value. Large arrays are not copied: they may not change before the message has left. */
  sink(value, refs) {
    const sink = new Sink();
    this.write(sink, value, refs, 1);
    return sink;
  }

  /** The value of a message; BrokenMessageError if it is none. What is read in place keeps the message's buffer alive. */
  decode(message, refs) {
    return this.read(new Source(readable(message), refs), 0, 1);
  }

  write(sink, value, refs, depth) {
    if (depth > MAX_DEPTH) throw new TypeError(`${this.name}: records lie deeper than ${MAX_DEPTH} in each other`);
    if (this.holder === RECORD && (typeof value !== 'object' || value === null)) throw refused(this.name, value, 'an object');
    const { slots } = this;
    const at = sink.reserve(this.fixedBytes, PART_ALIGNMENT);
    const position = at - sink.shift;
    sink.view.setUint32(position, this.fixedBytes, true);
    let given = 0;
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i];
      const held = this.#held(value, slot.name, i);
      if (held === undefined || held === null) {
        if (!slot.mask) throw refused(`${this.name}.${slot.name}`, held, slot.field.type.word ? `an ${slot.field.type.word}` : 'a value');
        continue;
      }
      given++;
      if (slot.mask) sink.view.setUint32(position + slot.presenceAt, sink.view.getUint32(position + slot.presenceAt, true) | slot.mask, true);
      if (slot.fixed) slot.fixed.write(sink.view, position + slot.at, held, refs);
      else slot.write(sink, position + slot.at, held, refs, depth);
    }
    if (this.holder === RECORD) this.#nothingElse(value, given);
    return at;
  }

  #held(value, name, index) {
    if (this.holder === SEQUENCE) return value[index];
    if (this.holder === VALUE) return value;
    const held = value[name];
    return held !== undefined && INHERITED.has(name) && held === Object.prototype[name] ? undefined : held;
  }

  /** A name that the record does not have is a mistake of writing, in an object that is nothing but its fields. */
  #nothingElse(value, given) {
    const keys = Object.keys(value);
    if (keys.length === given) return;
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return;
    const other = keys.find((each) => !this.names.has(each));
    if (other !== undefined) throw new TypeError(`${this.name}: has no field '${other}'; there are ${[...this.names].join(', ')}`);
  }

  read(source, at, depth) {
    if (depth > MAX_DEPTH) throw new BrokenMessageError(this.name, `records lie deeper than ${MAX_DEPTH} in each other`);
    const left = source.size - at;
    const fixed = left >= PART_ALIGNMENT ? source.view.getUint32(at, true) : 0;
    if (fixed < this.requiredBytes || fixed > left || fixed & (PART_ALIGNMENT - 1)) {
      const wanted = `it is a multiple of ${PART_ALIGNMENT}, here ${this.requiredBytes} to ${left}`;
      throw new BrokenMessageError(this.name, `fixedBytes is ${fixed}; ${wanted}`);
    }
    source.cursor = at + fixed;
    if (this.holder === VALUE) return this.#read(source, at, this.slots[0], fixed, depth);
    const { slots } = this;
    const found = this.holder === SEQUENCE ? new Array(slots.length) : {};
    for (let i = 0; i < slots.length; i++) {
      const slot = slots[i];
      if (slot.mask && !this.#isThere(source, at, slot, fixed)) continue;
      found[this.holder === SEQUENCE ? i : slot.name] = this.#read(source, at, slot, fixed, depth);
    }
    return found;
  }

  #read(source, at, slot, fixed, depth) {
    return slot.fixed ? slot.fixed.read(source.view, at + slot.at, source.refs) : slot.read(source, at + slot.at, depth);
  }

  /** A record of another version of the schema may be shorter, or longer, which does not matter. */
  #isThere(source, at, slot, fixed) {
    if (slot.presenceAt + 4 > fixed || !(source.view.getUint32(at + slot.presenceAt, true) & slot.mask)) return false;
    if (slot.at + slot.bytes <= fixed) return true;
    throw new BrokenMessageError(`${this.name}.${slot.name}`, "its presence bit is set, its slot lies behind the record's fixed part");
  }
}

/** The codecs of a schema, made at first use. */
export class Codecs {
  #records = new Map();
  #callbacks = new Map();

  /** @param {import('./schema.js').Schema} schema */
  constructor(schema) {
    this.definitions = schema.definitions;
  }

  /** The codec of a record. */
  record(name) {
    const definition = this.definitions.get(name);
    if (definition?.kind !== 'record') throw new RangeError(`the schema has no record '${name}'`);
    const made = this.#records.get(name);
    if (made) return made;
    const codec = new RecordCodec(name, RECORD);
    this.#records.set(name, codec);
    return codec.become(definition.fields, this);
  }

  /** What reads and writes the calls of a callback type, made once. */
  callback(type, make) {
    let made = this.#callbacks.get(type);
    if (made === undefined) this.#callbacks.set(type, (made = make()));
    return made;
  }

  /** The codec of what is no record of its own, as the field `1 T value`; a record's for a record. */
  value(type, where) {
    if (type.kind === 'named' && this.definitions.get(type.name).kind === 'record') return this.record(type.name);
    return new RecordCodec(where, VALUE).become([{ number: 1, type, name: 'value', optional: false }], this);
  }

  /** The codec of a method's parameters: an array of values by number. */
  parameters(method, where) {
    return new RecordCodec(where, SEQUENCE).become(method.parameters, this);
  }

  /** What reads and writes a slot: `fixed` what lies in it as a whole, otherwise `read` and `write`. */
  slot(type, where) {
    if (isFixed(type, this.definitions)) return { fixed: this.#fixed(type, where) };
    return { read: this.#reader(type, where), write: this.#writer(type, where) };
  }

  #fixed(type, where) {
    if (type.kind === 'scalar') return scalar(type.word, where);
    return type.kind === 'callback' ? callback(type, where) : constant(this.definitions.get(type.name), where);
  }

  #writer(type, where) {
    if (type.kind === 'string') return write.text(where);
    if (type.kind === 'bytes') return write.data(where);
    if (type.kind === 'tensor') return write.tensor(type.element, where);
    if (type.kind === 'list' && type.element.kind === 'scalar') return write.numbers(type.element.word, scalar(type.element.word, where), where);
    if (type.kind === 'named') {
      const codec = this.record(type.name);
      return (sink, slot, value, refs, depth) => {
        sink.view.setUint32(slot + 4, 1, true);
        const at = codec.write(sink, value, refs, depth + 1);
        sink.view.setUint32(slot, at, true);
      };
    }
    const { element, size, part } = this.#inner(type, where, 'writer');
    if (type.kind === 'map') return write.mapping(element, size, part, where);
    return element ? write.fixedTable(element, size, where) : write.table(part, where);
  }

  #reader(type, where) {
    if (type.kind === 'string') return read.text(where);
    if (type.kind === 'bytes') return read.data(where);
    if (type.kind === 'tensor') return read.tensor(type.element, where);
    if (type.kind === 'list' && type.element.kind === 'scalar') return read.numbers(type.element.word, scalar(type.element.word, where), where);
    if (type.kind === 'named') return read.record(this.record(type.name), where);
    const { element, size, part } = this.#inner(type, where, 'reader');
    if (type.kind === 'map') return read.mapping(element, size, part, where);
    return element ? read.fixedTable(element, size, where) : read.table(part, where);
  }

  /** What a list or a map holds. */
  #inner(type, where, direction) {
    const inner = type.kind === 'list' ? type.element : type.value;
    const size = slotOf(inner, this.definitions).bytes;
    if (isFixed(inner, this.definitions)) return { element: this.#fixed(inner, where), size, part: null };
    return { element: null, size, part: direction === 'reader' ? this.#reader(inner, where) : this.#writer(inner, where) };
  }
}

/** Plain bytes whose numbers lie where typed arrays may begin; copied only if they do not. */
function readable(message) {
  if (message instanceof ArrayBuffer) return new Uint8Array(message);
  if (message.byteOffset % PART_ALIGNMENT) return new Uint8Array(message);
  return message.constructor === Uint8Array ? message : new Uint8Array(message.buffer, message.byteOffset, message.byteLength);
}
