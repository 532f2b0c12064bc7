// A service of another's as an object with its methods.

import { References } from './core.js';
import { RemoteError } from './errors.js';
import { BULK_LANE, RPC_LANE, STREAM_LANE } from './frames.js';
import { CallItems, Items } from './items.js';
import { repeated } from './retry.js';

const BULK_BYTES = 1 << 20;
const binding = new WeakMap();

/** `find` binds the name again when the connection has been made again. */
export function proxyOf(name, bound, find, options) {
  return made({ name, bound, find, options, finding: null });
}

/**
 * The same service with other options for its calls: `timeout` in seconds, `signal` to abort them, `retries` of those that the other
 * side was too busy for. Also a method of every service that has none of that name.
 */
export function withOptions(service, options) {
  const held = binding.get(service);
  if (held === undefined) throw new TypeError('options are of a service that getService gave');
  return made({ ...held, options: { ...held.options, ...options } });
}

function made(held) {
  const proxy = {};
  binding.set(proxy, held);
  // A method may have the name that others begin with: it is there before they are placed in it.
  const names = [...held.bound.numbers.keys()].sort((one, other) => one.length - other.length);
  for (const name of names) place(proxy, name.split('.'), (...args) => invoke(held, name, args));
  for (const name of ['withOptions', 'with_options']) {
    if (!Object.hasOwn(proxy, name)) Object.defineProperty(proxy, name, { value: (options) => withOptions(proxy, options) });
  }
  return proxy;
}

/** A name with dots is that of a method in parts. One called `then` would make a promise of the service. */
function place(proxy, path, method) {
  let holder = proxy;
  for (const part of path.slice(0, -1)) {
    const there = Object.hasOwn(holder, part) && holder[part];
    if (typeof there !== 'object' && typeof there !== 'function') Object.defineProperty(holder, part, { value: {}, enumerable: true, configurable: true });
    holder = holder[part];
  }
  const last = path[path.length - 1];
  Object.defineProperty(holder, last === 'then' ? 'then_' : last, { value: method, enumerable: true, configurable: true });
}

/** Calls a method: a promise of its result, or its items. */
function invoke(held, name, args) {
  const { bound } = held;
  const streamed = bound.methods[bound.numbers.get(name)]?.streamed;
  if (streamed) return new Items(bound.core.alive ? begun(held, bound, name, args) : new LateItems(bind(held).then((made) => begun(held, made, name, args))));
  const { options } = held;
  const answer = options.retries ? repeated((left) => answered(held, name, args, left), options) : answered(held, name, args, options.timeout);
  // Of a method without a schema nobody knows beforehand whether it streams: its answer is iterated as well.
  if (streamed === undefined) answer[Symbol.asyncIterator] = iterated;
  return answer;
}

function answered(held, name, args, timeout) {
  const { bound } = held;
  return bound.core.alive ? unary(held, bound, name, args, timeout) : bind(held).then((made) => unary(held, made, name, args, timeout));
}

/** The binding on the connection that is made again. */
function bind(held) {
  held.finding ??= held
    .find()
    .then((made) => (held.bound = made))
    .finally(() => (held.finding = null));
  return held.finding;
}

function unary(held, bound, name, args, timeout) {
  return new Promise((resolve, reject) => {
    const { call, method } = begin(held, bound, name, args, timeout);
    if (method.streamed === undefined) {
      resolve(valueOrItems(call, method));
      return;
    }
    call.ended = () => {
      if (call.error) return reject(call.error);
      try {
        resolve(method.readResult(call.result));
      } catch (error) {
        reject(error);
      }
    };
  });
}

function begun(held, bound, name, args) {
  const { call, method } = begin(held, bound, name, args, held.options.timeout);
  return new CallItems(call, method.readItem, cancelled);
}

function cancelled(call) {
  call.cancel();
}

function begin({ name: service, options }, { core, service: number, methods, numbers, codecs }, name, args, timeout) {
  const index = numbers.get(name);
  if (index === undefined) throw new RemoteError('not_found', `service '${service}' has no method '${name}' any more`);
  options.signal?.throwIfAborted();
  const method = methods[index];
  const { values, items } = method.bound(args);
  if (items && options.retries && !method.streamed) throw new TypeError(`${name}() takes a stream, which cannot be sent twice: give it no retries`);
  const refs = method.callsBack ? new References(core, codecs) : undefined;
  let call;
  try {
    const sink = method.writeArguments(values, refs);
    call = core.begin(number, index, sink, {
      flags: method.flags(items),
      lane: sink.end >= BULK_BYTES ? BULK_LANE : method.streamed || items ? STREAM_LANE : RPC_LANE,
      window: method.streamed === false ? 0 : core.limits.windowBytes,
      timeout,
      signal: options.signal,
      callbacks: refs?.numbers,
      what: name,
    });
  } catch (error) {
    core.takeBack(refs?.numbers);
    throw error;
  }
  if (items) call.sendItems(items, method.writeInput);
  return { call, method };
}

/** What comes first says whether it streams; an empty END is that of a stream. */
async function valueOrItems(call, method) {
  while (!call.over && !call.hasItem()) await call.change();
  if (call.hasItem() || (call.error === null && !call.result.length)) return new Items(new CallItems(call, method.readItem, cancelled));
  if (call.error) throw call.error;
  return method.readResult(call.result);
}

async function* iterated() {
  yield* await this;
}

/** Items of a call that begins when the connection has been made again. */
class LateItems {
  #source;

  constructor(source) {
    this.#source = source;
    // Whoever reads is told; until somebody does, nobody is.
    source.catch(() => {});
  }

  async next() {
    return (await this.#source).next();
  }

  cancel() {
    this.#source.then((source) => source.cancel(), () => {});
  }
}
