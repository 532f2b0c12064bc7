// What is offered and what is bound: services as users describe them, and as the wire does.

import { Codecs } from './codec.js';
import { PsyneError, RemoteError } from './errors.js';
import { difference } from './evolution.js';
import { NamedMethod, TypedMethod, typedMethods } from './methods.js';
import { Schema } from './schema.js';
import { CODECS, CONNECTION_SERVICE } from './wire-records.js';

/** Properties of a service that say something about it. */
const DESCRIBING = new Set(['id', 'name', 'type', 'description', 'config', 'docs', 'app_id', 'service_schema']);
const MAX_METHODS = 1024;

export const CONNECTION_METHODS = typedMethods(CODECS, CONNECTION_SERVICE);
export const [FIND, OFFER, SERVICES, WITHDRAW] = ['find', 'offer', 'services', 'withdraw'].map((name) =>
  CONNECTION_SERVICE.methods.findIndex((each) => each.name === name),
);

/** A service of this side: its methods' encodings and functions, by their numbers. */
export class Provided {
  constructor(name, methods, calls, schema, codecs) {
    this.name = name;
    this.methods = methods;
    this.calls = calls;
    this.schema = schema;
    this.codecs = codecs;
  }

  /** A method in the encoding of a call; null of a service without a schema that is called by one. */
  method(number, named) {
    const method = this.methods[number];
    if (method.typed === !named) return method;
    return method.typed ? new NamedMethod(method.name, method.streamed) : null;
  }

  call(number, args) {
    const { owner, given } = this.calls[number];
    return given.apply(owner, args);
  }

  offer(service) {
    return { name: this.name, service, methods: this.methods.map((each) => each.name), schema: this.schema?.canonical };
  }
}

/** The service that an object with an `id` and functions describes, which may be the methods of its class. */
export function described(service, schema) {
  const name = service?.id ?? service?.name;
  if (typeof name !== 'string' || !name) throw new TypeError(`a service wants an 'id', which is a string; there is ${String(name)}`);
  const calls = new Map(functions(service, ''));
  if (schema !== undefined) return typed(name, calls, Schema.of(schema));
  if (!calls.size || calls.size > MAX_METHODS) throw new TypeError(`service '${name}' has ${calls.size} functions; it must have 1 to ${MAX_METHODS}`);
  return new Provided(name, [...calls.keys()].map((each) => new NamedMethod(each)), [...calls.values()], null, null);
}

function* functions(owner, prefix) {
  const seen = new Set();
  for (let held = owner; held && held !== Object.prototype; held = Object.getPrototypeOf(held)) {
    for (const key of Object.getOwnPropertyNames(held)) {
      if (seen.has(key) || key === 'constructor' || key.startsWith('_')) continue;
      seen.add(key);
      const given = owner[key];
      if (typeof given === 'function') yield [prefix + key, { owner, given }];
      else if (Object.getPrototypeOf(given ?? 0) === Object.prototype && (prefix || !DESCRIBING.has(key))) yield* functions(given, `${prefix}${key}.`);
    }
  }
}

function typed(name, calls, schema) {
  const service = serviceOf(schema, name);
  const only = schema.only(service.name);
  const missing = service.methods.filter((each) => !calls.has(each.name)).map((each) => each.name);
  if (missing.length) throw new TypeError(`service '${name}' lacks the methods ${missing.join(', ')} of its schema`);
  const codecs = new Codecs(only);
  return new Provided(name, typedMethods(codecs, service), service.methods.map((each) => calls.get(each.name)), only, codecs);
}

/** The service of a schema: the only one, or the one that has the name. */
function serviceOf(schema, name) {
  const services = schema.services();
  return services.length === 1 ? services[0] : schema.service(name.slice(Math.max(name.lastIndexOf(':'), name.lastIndexOf('/')) + 1));
}

/** A service of another's under the number that one connection gives it. */
export class Bound {
  constructor(core, service, methods, schema, codecs) {
    this.core = core;
    this.service = service;
    this.methods = methods;
    this.numbers = new Map(methods.map((each, index) => [each.name, index]));
    this.schema = schema;
    this.codecs = codecs;
  }
}

/** What a `Binding` says: with a fingerprint the encoding is `layout`, without one `named`. */
export function bound(core, name, found, own, known) {
  const { fingerprint } = found;
  if (fingerprint === undefined) return new Bound(core, found.service, found.methods.map((each) => new NamedMethod(each)), null, null);
  const schema = found.schema === undefined ? cached(name, fingerprint, known) : Schema.received(found.schema, fingerprint);
  const service = serviceOf(schema, name);
  const codecs = new Codecs(own ?? schema);
  const methods = own === null ? typedMethods(codecs, service) : followed(name, own, codecs, schema, service);
  return new Bound(core, found.service, methods, schema, codecs);
}

function cached(name, fingerprint, known) {
  if (known?.fingerprint === BigInt.asUintN(64, fingerprint)) return known;
  throw new PsyneError(`service '${name}' is bound with a fingerprint that was not asked for, and without its schema`);
}

/** The caller's own schema under the numbers of the callee's. */
function followed(name, own, codecs, schema, service) {
  const mine = serviceOf(own, name);
  const differs = difference(own, mine, schema, service);
  if (differs) throw new RemoteError('schema_mismatch', `service '${name}': ${differs}`);
  const theirs = new Codecs(schema);
  return service.methods.map((each) => {
    const method = mine.methods.find((one) => one.name === each.name);
    return method ? new TypedMethod(codecs, mine.name, method) : new TypedMethod(theirs, mine.name, each);
  });
}

/** The service 0 of this side: what it offers can be found; it takes no offers of others. */
export function connectionService(services) {
  const refuse = () => {
    throw new RemoteError('invalid_argument', 'a client takes no offers; offer to the node');
  };
  const functions = {
    find(name, known) {
      for (const [number, each] of services()) {
        if (each.name === name) return binding(number, each, known);
      }
      throw new RemoteError('not_found', `there is no service '${name}' here`);
    },
    offer: refuse,
    withdraw: refuse,
    services: () => [...services()].map(([, each]) => each.name),
  };
  const calls = CONNECTION_SERVICE.methods.map((each) => ({ owner: null, given: functions[each.name] }));
  return new Provided('Connection', CONNECTION_METHODS, calls, null, CODECS);
}

function binding(service, provided, known) {
  const methods = provided.methods.map((each) => each.name);
  if (provided.schema === null) return { service, methods };
  const fingerprint = BigInt.asIntN(64, provided.schema.fingerprint);
  return { service, methods, fingerprint, schema: fingerprint === known ? undefined : provided.schema.canonical };
}
