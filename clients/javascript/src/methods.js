// What a method's arguments, items and result are in each of the two encodings. What is written is a sink; null where it is empty.

import { BrokenMessageError } from './errors.js';
import { CALL_NAMED, CALL_STREAMS } from './frames.js';
import { mentions } from './definitions.js';
import { isItems } from './items.js';
import { unpack } from './messagepack-read.js';
import { STREAM, pack } from './messagepack-write.js';
import { Sink } from './sink.js';

/** The last argument with this property, set to true, holds arguments by name, as hypha-rpc's users write them. */
const NAMED = '_rkwargs';

/** The positional arguments, and those by name or null. */
function split(args) {
  const last = args[args.length - 1];
  if (typeof last !== 'object' || last === null || last[NAMED] !== true) return { positional: args, named: null };
  const { [NAMED]: _, ...named } = last;
  return { positional: args.slice(0, -1), named };
}

function packed(value, refs) {
  const sink = new Sink();
  pack(sink, value, refs);
  return sink;
}

/** A method of a service without a schema: MessagePack, `[positional, {name: value}]`. */
export class NamedMethod {
  typed = false;
  hasInput = undefined;
  callsBack = true;

  /** `streamed` is undefined where nobody knows it beforehand. */
  constructor(name, streamed) {
    this.name = name;
    this.streamed = streamed;
  }

  /** The values of a call, and the items that follow or null. */
  bound(args) {
    const { positional, named } = split(args);
    const streams = [...positional, ...Object.values(named ?? {})].filter(isItems);
    if (!streams.length) return { values: [positional, named ?? {}], items: null };
    if (streams.length > 1) throw new TypeError(`${this.name}: a call streams one argument at most`);
    const marked = (each) => (each === streams[0] ? STREAM : each);
    const byName = Object.fromEntries(Object.entries(named ?? {}).map(([key, each]) => [key, marked(each)]));
    return { values: [positional.map(marked), byName], items: streams[0] };
  }

  writeArguments(values, refs) {
    return packed(values, refs);
  }

  readArguments(payload, refs, items) {
    const found = unpack(payload, refs);
    const [positional, named] = Array.isArray(found) && found.length === 2 ? found : [];
    if (!Array.isArray(positional) || typeof named !== 'object' || named === null || Object.getPrototypeOf(named) !== Object.prototype) {
      throw new BrokenMessageError(this.name, 'arguments are [positional, {name: value}]');
    }
    const marked = (each) => (each === STREAM ? items : each);
    const args = positional.map(marked);
    const names = Object.keys(named);
    if (names.length) args.push(Object.fromEntries(names.map((each) => [each, marked(named[each])])));
    return args;
  }

  flags(items) {
    return items ? CALL_NAMED | CALL_STREAMS : CALL_NAMED;
  }

  writeResult = (value) => packed(value);
  writeInput = this.writeResult;
  writeItem = this.writeResult;
  readResult = (payload, refs) => (payload.length ? unpack(payload, refs) : null);
  readInput = this.readResult;
  readItem = this.readResult;
}

/** A method of a schema: records in their layout. */
export class TypedMethod {
  typed = true;

  constructor(codecs, service, method) {
    const where = `${service}.${method.name}`;
    this.name = method.name;
    this.parameters = method.parameters.map((each) => each.name);
    this.streamed = method.streamed;
    this.idempotent = method.idempotent;
    this.hasInput = method.input !== null;
    this.callsBack = [...method.parameters.map((each) => each.type), method.input, method.output].some((each) => each && callsBack(each, codecs.definitions));
    this.arguments = codecs.parameters(method, where);
    this.input = method.input && codecs.value(method.input, `${where} stream`);
    this.output = method.output && codecs.value(method.output, `${where} result`);
  }

  bound(args) {
    const { positional, named } = split(args);
    const names = this.hasInput ? [...this.parameters, 'items'] : this.parameters;
    if (positional.length > names.length) {
      throw new TypeError(`${this.name}() takes ${names.length} arguments, ${positional.length} were given: ${names.join(', ')}`);
    }
    if (!named && !this.hasInput) return { values: positional, items: null };
    const values = names.map((_, index) => positional[index]);
    for (const [key, value] of Object.entries(named ?? {})) {
      const index = names.indexOf(key);
      if (index < 0 || values[index] !== undefined) {
        throw new TypeError(`${this.name}() has no parameter '${key}', or it was given twice; there are ${names.join(', ')}`);
      }
      values[index] = value;
    }
    const items = this.hasInput ? values.pop() : null;
    if (this.hasInput && (items === undefined || items === null)) throw new TypeError(`${this.name}() wants a stream of items as its last argument`);
    return { values, items };
  }

  writeArguments(values, refs) {
    return this.arguments.sink(values, refs);
  }

  readArguments(payload, refs, items) {
    const args = this.arguments.decode(payload, refs);
    if (this.hasInput) args.push(items);
    return args;
  }

  flags(items) {
    return items ? CALL_STREAMS : 0;
  }

  writeResult = (value, refs) => (this.output === null || this.streamed ? null : this.output.sink(value, refs));
  readResult = (payload, refs) => (this.output === null || this.streamed ? undefined : this.output.decode(payload, refs));
  writeItem = (value, refs) => this.#required(this.output).sink(value, refs);
  readItem = (payload, refs) => this.#required(this.output).decode(payload, refs);
  writeInput = (value, refs) => this.#required(this.input).sink(value, refs);
  readInput = (payload, refs) => this.#required(this.input).decode(payload, refs);

  #required(codec) {
    if (codec === null) throw new BrokenMessageError(this.name, 'has no such stream');
    return codec;
  }
}

/** Whether a value may hold a callback. */
function callsBack(type, definitions) {
  const names = new Set();
  if (mentions(type, names)) return true;
  // A set that grows while it is iterated gives the new ones as well.
  for (const name of names) {
    const definition = definitions.get(name);
    if (definition.kind === 'record' && definition.fields.some((each) => mentions(each.type, names))) return true;
  }
  return false;
}

/** A function that came as an argument: one value in, one out. */
export class CallbackMethod {
  streamed = false;

  constructor(codecs, type) {
    this.argument = type && codecs.value(type.argument, 'callback argument');
    this.result = type && codecs.value(type.result, 'callback result');
  }

  writeArgument(args) {
    if (args.length !== 1) throw new TypeError(`a callback takes one argument, ${args.length} were given; put them into an array or object`);
    return this.argument ? this.argument.sink(args[0]) : packed(args[0]);
  }

  readArgument(payload) {
    return this.argument ? this.argument.decode(payload) : unpack(payload);
  }

  writeResult = (value) => (this.result ? this.result.sink(value) : packed(value));

  readResult(payload) {
    return this.result ? this.result.decode(payload) : unpack(payload);
  }
}

/** By their numbers. */
export function typedMethods(codecs, service) {
  return service.methods.map((each) => new TypedMethod(codecs, service.name, each));
}
