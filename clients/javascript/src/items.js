// Streams as JavaScript has them: what a call gives is a ReadableStream that is also iterated without one in between.

/** Whether a value is what a call without a schema streams: an asynchronous iterable, a generator, a ReadableStream. */
export function isItems(value) {
  if (typeof value !== 'object' || value === null) return false;
  return (
    typeof value[Symbol.asyncIterator] === 'function' ||
    (typeof value.next === 'function' && typeof value[Symbol.iterator] === 'function') ||
    typeof value.getReader === 'function'
  );
}

/** The iterator of a ReadableStream or an iterable, asynchronous or not. Its `return` ends a stream at once, whoever waits for its next item. */
export function itemsOf(items) {
  if (typeof items?.getReader === 'function' && !(items instanceof Items)) return readerOf(items);
  if (typeof items?.[Symbol.asyncIterator] === 'function') return items[Symbol.asyncIterator]();
  if (typeof items?.[Symbol.iterator] === 'function') return items[Symbol.iterator]();
  throw new TypeError(`items are a ReadableStream or an iterable, not ${typeof items}`);
}

function readerOf(stream) {
  const reader = stream.getReader();
  return { next: () => reader.read(), return: () => reader.cancel() };
}

/**
 * The items of a call, in order. `source.next()` gives `{value, done}` or a promise of it, `source.cancel(reason)` ends the call.
 * @template T
 * @extends {ReadableStream<T>}
 */
export class Items extends ReadableStream {
  #source;

  constructor(source) {
    const pull = async (controller) => {
      const { value, done } = await source.next();
      if (done) controller.close();
      else controller.enqueue(value);
    };
    super({ pull, cancel: (reason) => source.cancel(reason) }, { highWaterMark: 0 });
    this.#source = source;
  }

  values() {
    return this[Symbol.asyncIterator]();
  }

  [Symbol.asyncIterator]() {
    // Nobody else reads it; the items come from where the reader would get them.
    const reader = this.getReader();
    const source = this.#source;
    const stop = () => {
      source.cancel();
      reader.releaseLock();
      return Promise.resolve({ value: undefined, done: true });
    };
    return {
      next: async () => source.next(),
      return: stop,
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}

/** What `Items` reads from: a call whose items came for this side. `close` is what leaving the stream before its end means. */
export class CallItems {
  #call;
  #read;
  #leave;
  #left = false;

  constructor(call, read, leave) {
    this.#call = call;
    this.#read = read;
    this.#leave = leave;
  }

  next() {
    if (this.#left) return { value: undefined, done: true };
    return this.#call.hasItem() ? this.#item() : this.#later();
  }

  async #later() {
    const call = this.#call;
    while (!call.hasItem() && !call.over && !call.inputEnded) await call.change();
    if (this.#left) return { value: undefined, done: true };
    if (call.hasItem()) return this.#item();
    if (call.error) throw call.error;
    return { value: undefined, done: true };
  }

  #item() {
    try {
      return { value: this.#read(this.#call.take()), done: false };
    } catch (error) {
      this.cancel();
      throw error;
    }
  }

  cancel() {
    this.#left = true;
    this.#leave?.(this.#call);
    this.#call.drop();
  }
}
