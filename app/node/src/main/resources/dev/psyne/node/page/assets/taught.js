// What the model that is asked was taught: listed, taught, renamed, forgotten and brought back, written to a file and read from one.

import { CallError } from './connection.js';

/** Failures that pass; any other of a model's first listing says that it cannot be taught. */
const PASSING = ['busy', 'cancelled', 'disconnected', 'lost'];

/** Asks the node. Every method rejects with a CallError; the event `change` tells that the listing was read again. */
export class Taught extends EventTarget {
  /** `[{ name, pictures, taughtAt }]` in the node's order. */
  things = [];
  /** Whether the model that is asked can be taught. */
  isOffered = false;
  #connection;
  #models;
  #model = '';
  #latest = 0;

  constructor(connection, models) {
    super();
    this.#connection = connection;
    this.#models = models;
    connection.addEventListener('state', () => connection.state === 'open' && this.refresh());
    models.addEventListener('model', () => this.#asked());
  }

  /** Reads the listing; one that cannot be read now leaves what is known. Nothing is loaded for a list, so a model that is not there is not asked. */
  async refresh() {
    if (!this.#isReady) return;
    const turn = ++this.#latest;
    try {
      const things = await this.#call('vision.taught', {});
      if (turn === this.#latest) this.#changed(things, true);
    } catch (problem) {
      if (!(problem instanceof CallError)) throw problem;
      if (turn === this.#latest && !this.isOffered && !PASSING.includes(problem.code)) this.#changed([], false);
    }
  }

  /** Teaches a thing by the files of its pictures, until `signal` is aborted. */
  teach(name, images, signal) {
    return this.#call('vision.teach', { name, images }, signal);
  }

  rename(from, to) {
    return this.#call('vision.renameTaught', { from, to });
  }

  /** Resolves with what brings it back. */
  async forget(name) {
    const { token } = await this.#call('vision.forgetTaught', { name });
    return token;
  }

  restore(token) {
    return this.#call('vision.restoreTaught', { token });
  }

  /** Resolves with `{ bytes, filename }`. */
  export(name) {
    return this.#call('vision.exportTaught', { name });
  }

  /** Resolves with the thing that was in the file. */
  import(bytes) {
    return this.#call('vision.importTaught', { bytes });
  }

  get #isReady() {
    const { state } = this.#models.current?.psyne ?? { state: 'unknown' };
    return state === undefined || state === 'ready';
  }

  async #call(method, args, signal) {
    const { id } = this.#models.current;
    const call = this.#connection.call(method, { model: id, ...args }, { credit: 0, onItem: () => {} });
    signal?.addEventListener('abort', () => call.cancel(), { once: true });
    return call.result;
  }

  // What one model was taught is not shown of another, not even until the listing is there.
  #asked() {
    const { id, psyne: { state } } = this.#models.current;
    const now = `${id} ${state}`;
    if (now === this.#model) return;
    if (!this.#model.startsWith(`${id} `)) this.#changed([], false);
    this.#model = now;
    this.refresh();
  }

  #changed(things, isOffered) {
    this.things = things;
    this.isOffered = isOffered;
    this.dispatchEvent(new Event('change'));
  }
}
