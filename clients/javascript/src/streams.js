// A call as one of its sides holds it: what goes out and comes in under credit. The connection tells it what came.

import { DeadlineExceeded, ProtocolError, RemoteError } from './errors.js';
import { CANCEL, CONTROL_LANE, CREDIT, END, FIRST_CREDIT, ITEM, ITEM_COST, get32, put32 } from './frames.js';
import { itemsOf } from './items.js';
import { Sink } from './sink.js';

const MAX_DELAY_MILLIS = 0x7fffffff;

/** `credit` is what this side may send, `granted` what the other may. `over` is set once, by whoever ends the call. */
class Stream {
  inputEnded = false;
  over = false;
  error = null;
  #consumed = 0;
  #inbox = null;
  #first = 0;
  #waiting = null;
  #timer = null;
  #sending = null;

  constructor(core, number, lane, credit, granted) {
    this.core = core;
    this.number = number;
    this.lane = lane;
    this.credit = credit;
    this.granted = granted;
    this.window = granted;
  }

  /** Calls `expired` when the time has passed, if the call is not over by then. */
  expire(millis, expired) {
    this.expires = performance.now() + millis;
    this.#timer = setTimeout(expired, Math.min(millis, MAX_DELAY_MILLIS));
  }

  /** Seconds until the deadline, undefined without one. */
  remaining() {
    return this.expires === undefined ? undefined : Math.max(0, (this.expires - performance.now()) / 1000);
  }

  /** Wakes who waits. */
  changed() {
    if (this.over) this.#settle();
    const waiting = this.#waiting;
    this.#waiting = null;
    if (waiting) for (const each of waiting) each();
  }

  #settle() {
    clearTimeout(this.#timer);
    this.#timer = null;
    const sending = this.#sending;
    this.#sending = null;
    // Who makes the items is told that no more are wanted, behind what runs now, which may be the very one.
    if (sending?.return) Promise.resolve().then(() => sending.return()).catch((error) => this.core.events.failed(error, 'the end of a stream'));
  }

  change() {
    return new Promise((resolve) => (this.#waiting ??= []).push(resolve));
  }

  received(payload) {
    if (this.granted <= 0) throw new ProtocolError(`an item of ${payload.length} bytes on stream ${this.number}, which has no credit left`);
    this.granted -= payload.length + ITEM_COST;
    (this.#inbox ??= []).push(payload);
    this.changed();
  }

  hasItem() {
    return this.#inbox !== null && this.#first < this.#inbox.length;
  }

  /** The next item; the other side may send as much again. */
  take() {
    const payload = this.#inbox[this.#first];
    this.#inbox[this.#first++] = undefined;
    if (this.#first === this.#inbox.length || this.#first === 1024) {
      this.#inbox.splice(0, this.#first);
      this.#first = 0;
    }
    this.#taken(payload.length + ITEM_COST);
    return payload;
  }

  drop() {
    this.#inbox = null;
    this.#first = 0;
  }

  #taken(bytes) {
    this.#consumed += bytes;
    if (this.#consumed * 2 < this.window || this.over || this.inputEnded) return;
    // What a caller's items begin with is little; from here on they have a whole window.
    const window = Math.max(this.window, this.core.limits.windowBytes);
    const grant = this.#consumed + window - this.window;
    this.window = window;
    this.#consumed = 0;
    this.granted += grant;
    const sink = new Sink();
    put32(sink.bytes, sink.reserve(4, 1) - sink.shift, grant);
    this.core.send(CREDIT, 0, CONTROL_LANE, this.number, sink);
  }

  credited(payload) {
    if (payload.length !== 4) throw new ProtocolError(`a credit of ${payload.length} bytes; it has 4`);
    this.credit += get32(payload, 0);
    this.changed();
  }

  /** Sends each of some items when there is credit, and room on the way; false if the call is over before they are. */
  async sendEach(items, write) {
    const iterator = itemsOf(items);
    this.#sending = iterator;
    for (;;) {
      const { value, done } = await this.#nextOf(iterator);
      if (done) return !this.over;
      while (!this.over && (this.credit <= 0 || !this.core.hasRoom())) await (this.credit <= 0 ? this.change() : this.core.room());
      if (this.over) {
        this.#settle();
        return false;
      }
      const sink = write(value);
      this.core.admit(sink.end);
      this.credit -= sink.end + ITEM_COST;
      this.core.send(ITEM, 0, this.lane, this.number, sink);
    }
  }

  /** One that has ended, or failed, wants no word of the end. */
  async #nextOf(iterator) {
    let more = false;
    try {
      const next = await iterator.next();
      more = !next.done;
      return next;
    } finally {
      if (!more) this.#sending = null;
    }
  }
}

/** A call that this side makes. When it is over it has a `result`, or an `error`. `ended` is called then, if it is set. */
export class OutgoingCall extends Stream {
  result = null;
  what = 'the call';
  callbacks = null;
  ended = null;
  #abort = null;

  constructor(core, number, lane, granted) {
    super(core, number, lane, FIRST_CREDIT, granted);
  }

  changed() {
    if (this.over) {
      this.#abort?.();
      this.#abort = null;
      this.ended?.();
      this.ended = null;
    }
    super.changed();
  }

  /** An AbortSignal cancels the call, and its reason is the error. */
  heed(signal) {
    const aborted = () => this.cancel(signal.reason);
    signal.addEventListener('abort', aborted, { once: true });
    this.#abort = () => signal.removeEventListener('abort', aborted);
  }

  succeed(payload) {
    this.result = payload;
    this.over = true;
    this.changed();
  }

  fail(error) {
    this.error = error;
    this.over = true;
    this.changed();
  }

  /** Wants nothing more; nothing happens if the call is over. */
  cancel(error = new RemoteError('cancelled', 'the call was cancelled here')) {
    if (!this.core.forgetOutgoing(this)) return;
    this.core.send(CANCEL, 0, this.lane, this.number, null);
    this.fail(error);
  }

  late() {
    this.cancel(new DeadlineExceeded(`${this.what} has not ended in time`));
  }

  /** The result's bytes. */
  async answer() {
    while (!this.over) await this.change();
    if (this.error) throw this.error;
    return this.result;
  }

  /** The caller's items; the call fails with them, and who waits for it is told. */
  async sendItems(items, write) {
    try {
      if (await this.sendEach(items, write)) this.core.send(END, 0, this.lane, this.number, null);
    } catch (error) {
      if (!this.core.forgetOutgoing(this)) return;
      this.core.sendFailure(this.lane, this.number, 'failed', `the caller's items failed: ${error?.message ?? error}`);
      this.fail(error);
    }
  }
}

/** A call that the other side makes. */
export class IncomingCall extends Stream {
  method = null;

  end(sink) {
    if (this.expires !== undefined && performance.now() > this.expires) {
      this.late();
      return;
    }
    if (sink !== null) this.core.admit(sink.end);
    if (this.core.forgetIncoming(this)) {
      this.core.send(END, 0, this.lane, this.number, sink);
      this.changed();
    }
  }

  fail(code, message, retryAfterMillis) {
    if (!this.core.forgetIncoming(this)) return;
    this.core.sendFailure(CONTROL_LANE, this.number, code, message, retryAfterMillis);
    this.error ??= new RemoteError(code, message);
    this.changed();
  }

  late() {
    this.fail('deadline_exceeded', 'the method took longer than its caller waits');
  }

  /** No item follows. */
  inputOver() {
    this.inputEnded = true;
    this.changed();
  }

  /** Nobody waits for it any more. */
  stop(error) {
    this.error ??= error;
    this.inputEnded = true;
    this.over = true;
    this.changed();
  }
}
