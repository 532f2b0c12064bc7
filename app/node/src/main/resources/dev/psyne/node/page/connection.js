// One WebSocket to the node: calls with streamed results, credit, cancel, and reconnecting with bounded backoff (psyne.v1).

import { decode, encode } from './msgpack.js';

export const SUBPROTOCOL = 'psyne.v1';
const VERSION = 1;
const FIRST_DELAY_MS = 400;
const LONGEST_DELAY_MS = 8_000;
const MOST_TRIES = 60;
const HELLO_WITHIN_MS = 10_000;
const PING_EVERY_MS = 15_000;
const CLOSE_BROKEN = 4002;
const CLOSE_SILENT = 4008;
const CLOSED_BY_BUSY_NODE = 1013;

/** Why a call did not end with a value: the node's code and sentence, or `disconnected`, `lost`, `cancelled` from here. */
export class CallError extends Error {
  name = 'CallError';

  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/**
 * States, told by the event `state`: `connecting`, `open` (the node said hello), `lost` (the next try is on its way),
 * `gone` (every try failed; `retry()` starts over). `reason` says why in one word: `network`, `busy`, `version`.
 */
export class Connection extends EventTarget {
  state = 'connecting';
  reason = 'network';
  node = '';
  #createSocket;
  #socket = null;
  #calls = new Map();
  #lastId = 0;
  #tries = 0;
  #timer = 0;
  #pinger = 0;
  #heard = false;

  /** `createSocket` returns a WebSocket that is being opened. */
  constructor(createSocket) {
    super();
    this.#createSocket = createSocket;
  }

  open() {
    this.#move('connecting');
    const socket = this.#createSocket();
    this.#socket = socket;
    this.#lastId = 0;
    socket.binaryType = 'arraybuffer';
    socket.onmessage = event => this.#receive(socket, event.data);
    socket.onclose = event => this.#closed(socket, event.code);
    this.#timer = setTimeout(() => this.#abandon(socket, CLOSE_SILENT, 'no hello'), HELLO_WITHIN_MS);
  }

  /** Tries again at once, with the count of tries started over. */
  retry() {
    if (this.state !== 'lost' && this.state !== 'gone') return;
    clearTimeout(this.#timer);
    this.#tries = 0;
    this.reason = 'network';
    this.open();
  }

  /**
   * Calls a method. `onItem(value)` is called for each streamed item; the node sends at most `credit` items and then one
   * more for each `grant`. `result` resolves with the end value or rejects with a CallError.
   */
  call(method, args, { credit, onItem }) {
    if (this.state !== 'open') throw new CallError('disconnected', 'There is no connection to the node.');
    const id = ++this.#lastId;
    const result = new Promise((resolve, reject) => this.#calls.set(id, { onItem, resolve, reject }));
    this.#send({ t: 'call', id, method, args, credit });
    return {
      result,
      grant: n => this.#calls.has(id) && this.#send({ t: 'credit', id, n }),
      cancel: () => this.#cancel(id),
    };
  }

  #cancel(id) {
    if (!this.#calls.has(id)) return;
    this.#send({ t: 'cancel', id });
    this.#settle(id, call => call.reject(new CallError('cancelled', 'The call was cancelled.')));
  }

  #send(message) {
    this.#socket.send(encode(message));
  }

  #receive(socket, data) {
    if (socket !== this.#socket) return;
    this.#heard = true;
    const message = read(data);
    if (message) this.#dispatch(socket, message);
    else this.#abandon(socket, CLOSE_BROKEN, 'broken frame');
  }

  #dispatch(socket, message) {
    switch (message.t) {
      case 'hello': return this.#greeted(socket, message);
      case 'item': return this.#calls.get(message.id)?.onItem(message.value);
      case 'end': return this.#settle(message.id, call => call.resolve(message.value));
      case 'error': return this.#failed(message);
      case 'ping': return this.#send({ t: 'pong' });
      default: return undefined;
    }
  }

  #greeted(socket, hello) {
    clearTimeout(this.#timer);
    if (hello.v !== VERSION) {
      this.#tries = MOST_TRIES;
      this.reason = 'version';
      this.#abandon(socket, CLOSE_BROKEN, 'unknown version');
      return;
    }
    this.#tries = 0;
    this.node = String(hello.node);
    this.#pinger = setInterval(() => this.#ping(socket), PING_EVERY_MS);
    this.#move('open');
  }

  #ping(socket) {
    if (!this.#heard) {
      this.#abandon(socket, CLOSE_SILENT, 'silent');
      return;
    }
    this.#heard = false;
    this.#send({ t: 'ping' });
  }

  #failed(message) {
    this.#settle(message.id, call => call.reject(new CallError(String(message.code), String(message.message))));
  }

  #settle(id, finish) {
    const call = this.#calls.get(id);
    this.#calls.delete(id);
    if (call) finish(call);
  }

  // A dead peer may never answer the closing handshake, so what waits is told now and the close event is not waited for.
  #abandon(socket, code, why) {
    socket.close(code, why);
    this.#closed(socket, code);
  }

  #closed(socket, code) {
    if (socket !== this.#socket) return;
    this.#socket = null;
    clearTimeout(this.#timer);
    clearInterval(this.#pinger);
    if (this.reason !== 'version') this.reason = code === CLOSED_BY_BUSY_NODE ? 'busy' : 'network';
    for (const id of [...this.#calls.keys()]) {
      this.#settle(id, call => call.reject(new CallError('lost', 'The connection to the node was lost.')));
    }
    this.#tryAgain();
  }

  #tryAgain() {
    if (this.#tries >= MOST_TRIES) {
      this.#move('gone');
      return;
    }
    const longest = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.#tries);
    this.#tries += 1;
    this.#timer = setTimeout(() => this.open(), longest * (0.75 + Math.random() / 4));
    this.#move('lost');
  }

  #move(state) {
    this.state = state;
    this.dispatchEvent(new Event('state'));
  }
}

/** The message in a frame, or null where the bytes are not a message. */
function read(data) {
  try {
    const message = decode(new Uint8Array(data));
    return typeof message?.t === 'string' ? message : null;
  } catch {
    return null;
  }
}
